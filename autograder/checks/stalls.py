"""A function that did not return in one check is waited for less long in the next.

An endless loop in a function that many checks call would otherwise cost each of them its whole deadline. Which functions a check
will call is not known in advance, so every check after such a one gets little time at first, and all of its time if it turns out
to wait for something else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from autograder.checks.ends import End
from autograder.quoting import name_or_quoted
from autograder.sandbox import StudentTimeout
from autograder.sandbox.faults import StudentUnread

SHARE: Final = 0.2  # of a check's deadline
LEAST: Final = 4.0  # seconds: a slow first call takes one or two


def seconds_at_first(ends: Sequence[End], seconds: float) -> float:
    """How long a check's calls are waited for at first, of the `seconds` that they may take, after checks with these `ends`."""
    return min(seconds, max(LEAST, SHARE * seconds)) if _stalled_in(ends) else seconds


def is_known(error: BaseException | None, ends: Sequence[End]) -> bool:
    """Whether a check was stopped in a function for which an earlier one had waited its whole time."""
    return isinstance(error, StudentTimeout) and error.function in _stalled_in(ends)


def waits_for_more(error: BaseException | None, ends: Sequence[End]) -> bool:
    """Whether a check was stopped elsewhere, and its files had been read."""
    return isinstance(error, StudentTimeout) and not isinstance(error, StudentUnread) and not is_known(error, ends)


def waited_less(function: str, seconds: float, of: float) -> str:
    """What is said if a check was given only `seconds`."""
    name = name_or_quoted(function.rpartition(": ")[2])  # as reported by the submission's process
    return f"{name} did not end in an earlier check either, so this one waited {seconds:.0f} s in place of {of:.0f} s."


def _stalled_in(ends: Sequence[End]) -> frozenset[str]:
    return frozenset(end.stalled_in for end in ends if end.stalled_in)
