"""Checks that fail because code can't be read: one fault with one name, whatever is lost by it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from autograder.checks.ends import End
from autograder.checks.sessions import Sessions
from autograder.checks.setup import Setup
from autograder.results import UNREADABLE, Diagnosis, Status
from autograder.sandbox import SandboxUnavailable, StudentFault

UNREAD: Final = "autograder.worker.binding.unread:find"
LOOKING_SECONDS: Final = 20.0
NO_NAME: Final = re.compile(r"name '(\w+)' is not defined|cannot import name '(\w+)'")
CAN_NOT: Final = " can't be read: "  # what an import of such a file raises
NOWHERE: Final[Mapping[str, Any]] = {"unread": [], "items": {}, "names": {}}


def with_what_can_not_be_read(setup: Setup, sessions: Sessions, ends: tuple[End, ...]) -> tuple[End, ...]:
    """The ends; a check that lacks what may be in code that can't be read says just that."""
    if setup.settings.calibrating or not any(_may_hang_on_it(end) for end in ends):
        return ends
    found = _looked_for(setup, sessions, [end for end in ends if _may_hang_on_it(end)])
    try:
        faults = [_fault(**each) for each in found["unread"]]
        return tuple(_behind(end, faults, found) if _may_hang_on_it(end) else end for end in ends)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError):  # the submission may have sent anything
        return ends


def _may_hang_on_it(end: End) -> bool:
    imports_it = end.result.status is Status.ERROR and CAN_NOT in end.result.message
    return end.result.status is Status.MISSING or imports_it or bool(_lacking(end))


def _lacking(end: End) -> str:
    """The name that code lacked when it was run; '' if it ended differently."""
    found = NO_NAME.search(end.result.message) if end.result.status is Status.ERROR else None
    return (found[1] or found[2]) if found else ""


def _looked_for(setup: Setup, sessions: Sessions, ends: Sequence[End]) -> Mapping[str, Any]:
    items = {end.check.item.id: end.check.item for end in ends if end.result.status is Status.MISSING}
    asked = {
        "functions": {id: list(item.needs) for id, item in items.items()},
        "signs": {id: list(item.signs) for id, item in items.items()},
        "names": sorted({name for end in ends if (name := _lacking(end))}),
    }
    try:
        with sessions.student(LOOKING_SECONDS) as player:
            answer = player.session.call(UNREAD, asked, setup.settings.seed)
        return answer if isinstance(answer, Mapping) else NOWHERE
    except (StudentFault, SandboxUnavailable):
        return NOWHERE


def _fault(source: str, cell: int, line: int, why: str) -> Diagnosis:
    what = f"Cell {cell:d}" if cell else str(source)
    words = [str(source), f"cell {cell:d}"] if cell else [str(source)]
    return Diagnosis(
        bug=f"{UNREADABLE} {' '.join(words)}",
        function="",
        cause=f"{what} can't be read: {str(why).rstrip('.')}.",
        mend=f"Fix this first: nothing in this {'cell' if cell else 'file'} counts as long as Python can't read it.",
        where=", ".join([*words, f"line {line:d}"] if line else words),
    )


def _place(fault: Diagnosis) -> str:
    return fault.bug.removeprefix(UNREADABLE).strip()


def _behind(end: End, faults: Sequence[Diagnosis], found: Mapping[str, Any]) -> End:
    name = _lacking(end)
    at = found["names"].get(name) if name else found["items"].get(end.check.item.id)
    if end.result.status is Status.ERROR and not name:
        at = next((at for at, fault in enumerate(faults) if f"{_place(fault)}{CAN_NOT}" in end.result.message), None)
    if at is None:
        return end
    fault = faults[at]
    message = f"See {_place(fault)}, which can't be read" + (f": `{name}` is in it." if name else ".")
    return end.with_result(message=message, diagnosis=(fault,))
