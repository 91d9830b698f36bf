"""Work that no check can call, such as a comparison at a notebook's top level, is left to a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from autograder.checks.ends import End
from autograder.checks.sessions import Sessions
from autograder.checks.setup import Setup
from autograder.results import Binding, Status
from autograder.rubric import Item, Rubric
from autograder.sandbox import SandboxUnavailable, StudentFault

OUTSIDE: Final = "autograder.worker.binding.outside:find"
LOOKING_SECONDS: Final = 20.0


def left_to_a_person(setup: Setup, sessions: Sessions, ends: tuple[End, ...]) -> tuple[End, ...]:
    """The ends; checks whose function is missing are left open if the submission does the work in code that no check can call.

    That earns no points. If no code shows signs of the work, the check stays missing.
    """
    missing = [end.check.item for end in ends if _is_missing(end)]
    if not missing or setup.settings.calibrating:
        return ends
    found = _work_outside(setup, sessions, {item.id: item.signs for item in missing})

    def left_open(end: End) -> End:
        lacking = _what_to_wrap(setup.rubric, sessions.loading.bindings, end.check.item)
        return end.with_result(status=Status.REVIEW, message=f"{lacking} {_seen_at(*found[end.check.item.id])}")

    return tuple(left_open(end) if _is_missing(end) and end.check.item.id in found else end for end in ends)


def _is_missing(end: End) -> bool:
    """Whether a check lacks a function whose work would leave signs elsewhere."""
    return bool(end.check.item.signs) and end.result.status is Status.MISSING


def _work_outside(setup: Setup, sessions: Sessions, signs: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, str]]:
    """By item, the place and first line of code that no check can call and that shows the item's signs."""
    try:
        with sessions.student(LOOKING_SECONDS) as player:
            answer = player.session.call(OUTSIDE, {"signs": dict(signs)}, setup.settings.seed)
        return {str(item): (str(place), str(text)) for item, (place, text) in answer.items()}
    except (StudentFault, SandboxUnavailable, TypeError, ValueError, AttributeError):
        return {}


def _what_to_wrap(rubric: Rubric, bindings: Sequence[Binding], item: Item) -> str:
    bound = {binding.function for binding in bindings if binding.bound_to}
    lacking = [name for name in item.needs if name not in bound] or list(item.needs)
    signatures = " and ".join(f"`{rubric.function(name).signature}`" for name in lacking)
    one = len(lacking) == 1
    return f"{signatures} {'was' if one else 'were'} not found, so no check can call {'it' if one else 'them'}."


def _seen_at(place: str, text: str) -> str:
    return (
        f"But the code that begins at {place} (`{text}`) may do this, so a person decides. "
        "In a function of that name, it would be checked automatically."
    )
