"""Functions that were taken for a standard one and turn out, when called, to be something else, so that no check can call them.

They are not mistakes. What the assignment asks for may be done in another way, so it counts as not found, and what the run has
shown, or a person, decides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.quoting import quoted
from autograder.results import Binding
from autograder.sandbox import StudentError, StudentUnsuitable

# What the grader passes in place of a data loader, by the names that Python's messages have for it.
OURS: Final = re.compile(r"\b_?(MemoryLoader|FixedBatches|MemoryImages|SlowBatches|WatchedBatches)\b")
# How Python's message starts if arguments and parameters don't fit: `f() missing 1 required positional argument: 'x'`.
OTHER_PARAMETERS: Final = re.compile(r"[\w.<>]+\(\) (takes|missing|got)\b.*\bargument")


def misfit(error: BaseException | None, needs: Sequence[str], bindings: Sequence[Binding]) -> str:
    """A sentence if a check ended because the grader took a function for another one; else ''.

    `needs` are the standard functions that the check is about. An unsuitable answer may come from another one that it uses: then
    the error names it.
    """
    bound = {binding.function: binding for binding in bindings if binding.bound_to}
    named = [name for name in bound if isinstance(error, StudentUnsuitable) and f"`{name}`" in str(error)]
    taken = [bound[name] for name in named or needs if name in bound]
    guessed = bool(taken) and all(binding.sure in ("likely", "a guess") for binding in taken)
    taken_for = " and ".join(f"{binding.bound_to} for `{binding.function}`" for binding in taken)
    match error:
        case StudentError(kind="TypeError", where="", message=message) if OTHER_PARAMETERS.match(message):
            where = " and ".join(binding.bound_to for binding in taken) or "the function"
            return f"No check can call {where}: it does not take the arguments that it is given. {_said(message)}"
        case StudentError(kind="AttributeError" | "TypeError", message=message) if guessed and OURS.search(message):
            took = f"The grader took {taken_for}, and gave it a data loader where it may expect something else."
            return f"{took} {_said(message)}"
        case StudentUnsuitable() if guessed:
            return f"The grader took {taken_for}, which it may not be: {error}"
    return ""


def _said(message: str) -> str:
    """The message of an error as quoted text: code may raise it with any words."""
    return f"What it raised says {quoted(message)}."
