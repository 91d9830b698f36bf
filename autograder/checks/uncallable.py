"""Work that no check can call, such as a comparison at a notebook's top level, is left to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from autograder.checks.run import CheckRun
from autograder.results import Status
from autograder.rubric import Item
from autograder.sandbox import SandboxUnavailable, StudentFault

OUTSIDE: Final = "autograder.worker.binding.outside:find"
LOOKING_SECONDS: Final = 20.0


def leave_to_a_person(run: CheckRun) -> None:
    """Leave checks open whose function is missing, where the submission does the work in code that no check can call.

    It earns nothing by that. Where nothing shows the signs of the work, the check stays missing.
    """
    lost = [check for check in run.lost if check.item.signs and run.result_of(check).status is Status.MISSING]
    if not lost or run.settings.calibrating:
        return
    found = _work_outside(run, {check.item.id: check.item.signs for check in lost})
    for check in lost:
        if check.item.id in found:
            message = f"{_what_to_wrap(run, check.item)} {_seen_at(*found[check.item.id])}"
            result = run.result_of(check)
            run.replace(result, result.model_copy(update={"status": Status.REVIEW, "message": message}))


def _work_outside(run: CheckRun, signs: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """Where code that no check can call shows the signs of an item: its place and first line, by item."""
    try:
        with run.student(LOOKING_SECONDS) as player:
            answer = player.session.call(OUTSIDE, {"signs": dict(signs)}, run.settings.seed)
        return {str(item): (str(place), str(text)) for item, (place, text) in answer.items()}
    except (StudentFault, SandboxUnavailable, TypeError, ValueError, AttributeError):
        return {}


def _what_to_wrap(run: CheckRun, item: Item) -> str:
    bound = {binding.function for binding in run.bindings if binding.bound_to}
    lacking = [name for name in item.needs if name not in bound] or list(item.needs)
    signatures = " and ".join(f"`{run.rubric.function(name).signature}`" for name in lacking)
    one = len(lacking) == 1
    return f"{signatures} {'was' if one else 'were'} not found, so no check can call {'it' if one else 'them'}."


def _seen_at(place: str, text: str) -> str:
    return (
        f"But the code that begins at {place} (`{text}`) looks as if it did this, so a person decides. "
        "Inside of such a function, at the top level of a file, it is checked automatically."
    )
