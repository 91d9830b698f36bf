"""What a student should fix first: one entry per cause, unreadable code before all else, then the costliest first."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from autograder.report.advice import advice
from autograder.report.wording import LABELS, UNDECIDED
from autograder.results import BY_A_PERSON, CheckResult, Diagnosis, ItemResult, Result, Status, bound_place

NOTHING_TO_MEND = UNDECIDED | {Status.PASSED}
YOUR_CODE: Final = "your code"  # a run's name for a place when it has no better one
FRAME: Final = re.compile(r'File "(?P<file>[^"\n]+)", line (?P<line>\d+)')
NAMED: Final = re.compile(r"`(\w+)[`(]")


@dataclass(frozen=True)
class Mend:
    """One cause of lost points.

    `points` is what was lost by it; with `at_most`, the most that fixing it can bring back, since other faults may still cost
    some of that. `bug` is the identifier in the bug library, or empty if no known bug was recognised; `where` is a place as a
    person finds it, 'hw1.ipynb, cell 3, line 2', or empty if none is known.
    """

    cause: str
    mend: str
    points: float
    items: tuple[ItemResult, ...]
    where: str = ""
    bug: str = ""
    at_most: bool = False
    unreadable: bool = False


def mends(result: Result) -> tuple[Mend, ...]:
    """Return everything that lost points: recognised bugs, and items without one under their own message.

    Items that lost points for the same stated reason share an entry. Unreadable code comes first, then the costliest entry,
    those of bonus items last; ties are in the order of the items. A bonus that was not tried is not a fault. Empty if nothing
    could be graded: the result's own problem says why.
    """
    if result.problem:
        return ()
    found: dict[str, Mend] = {}
    bound = _places(result)
    for item in result.items:
        if item.status in NOTHING_TO_MEND or (item.bonus and _was_not_tried(item)):
            continue
        costs = _cost_of_bugs(item)
        for diagnosis, points in costs.values():
            where, open_end = place_of(diagnosis.where), diagnosis.is_unreadable or not _is_all(item, diagnosis)
            entry = Mend(diagnosis.cause, diagnosis.mend, points, (item,), where, diagnosis.bug, open_end)
            _add(found, f"bug {diagnosis.bug}", replace(entry, unreadable=diagnosis.is_unreadable))
        if not costs:
            cause = item.message or f"{item.title}: {LABELS[item.status].meaning}"
            if item.by_a_person:  # whose comment may say anything, so it is not used as a heading
                entry = Mend(
                    item.title,
                    " ".join(filter(None, (BY_A_PERSON, item.message))),
                    item.max_points - item.points,
                    (item,),
                )
                _add(found, f"review {item.id}", entry)
                continue
            entry = Mend(
                cause, advice(item.message, item.hint), item.max_points - item.points, (item,), _where(item, bound)
            )
            _add(found, f"reason {cause}", entry)
    return tuple(sorted(found.values(), key=_urgency))


def _urgency(mend: Mend) -> tuple[bool, bool, float]:
    return not mend.unreadable, all(item.bonus for item in mend.items), -mend.points


def _was_not_tried(item: ItemResult) -> bool:
    behind = any(diagnosis.is_unreadable for check in item.checks for diagnosis in check.diagnosis)
    return item.status is Status.MISSING and not behind


def _cost_of_bugs(item: ItemResult) -> dict[str, tuple[Diagnosis, float]]:
    """Return each bug recognised in `item` with the points that depend on the checks that show it.

    Empty if a run or a person decided the item: the bug that calling a function revealed is not why the points were lost.
    """
    if item.by_running or item.by_a_person:
        return {}
    costs: dict[str, tuple[Diagnosis, float]] = {}
    lost = item.max_points - item.points
    for check in item.checks:
        for diagnosis in check.diagnosis:
            _, so_far = costs.get(diagnosis.bug, (diagnosis, 0.0))
            cost = so_far + check.share * (1 - check.credit) * item.max_points
            costs[diagnosis.bug] = (diagnosis, min(cost, lost))
    return costs


def _is_all(item: ItemResult, diagnosis: Diagnosis) -> bool:
    """Whether the bug alone costs what is lost in the item: its checks show no other bug, and no other check has to pass too."""
    lost = [check for check in item.checks if check.credit < 1 and not check.place]
    showing = [check for check in lost if any(each.bug == diagnosis.bug for each in check.diagnosis)]
    each_for_itself = all(check.share < 1 for check in lost)
    return all(len(check.diagnosis) == 1 for check in showing) and (each_for_itself or len(showing) == len(lost))


def _where(item: ItemResult, bound: dict[str, str]) -> str:
    """Where an item's points were lost: the place named by the run that decided, the student's own frame in a traceback, or the
    function that the checks are about."""
    decisive = [check for check in item.checks if bool(check.place) == item.by_running and check.credit < 1]
    for check in decisive:
        if check.place and check.place != YOUR_CODE:
            return check.place
        if frames := FRAME.findall(check.traceback):
            file, line = frames[-1]
            return place_of(f"{file}:{line}")
    return next((bound[name] for name in _names_in(item.message, decisive) if name in bound), "")


def _names_in(message: str, checks: Iterable[CheckResult]) -> list[str]:
    return [name for text in (message, *(check.sentence for check in checks)) for name in NAMED.findall(text)]


def _places(result: Result) -> dict[str, str]:
    """Where each function is, by its standard name and by the student's."""
    found: dict[str, str] = {}
    for binding in result.bindings:
        if place := bound_place(binding.bound_to):
            found[binding.function] = place_of(f"{place.document} line {place.line}")
            found.setdefault(binding.target.rpartition(":")[2], found[binding.function])
    return found


def place_of(text: str) -> str:
    """A place in one style: 'hw1.py:12' and 'hw1.py line 12' become 'hw1.py, line 12'; 'hw1.ipynb[cell 3]:2' and 'hw1.ipynb cell
    3 line 2' become 'hw1.ipynb, cell 3, line 2'. The line's code, if it follows, is put in backticks."""
    text = re.sub(r"\[cell (\d+)\]", r" cell \1", text)
    place, colon, code = re.sub(r"^([^:`]+):(\d+)\b", r"\1 line \2", text).partition(": ")
    place = re.sub(r"(?<!,) (before )?(cell|line) (\d+)\b", r", \1\2 \3", place, count=2)
    return f"{place}: `{code}`" if colon and "`" not in code else place


def _add(found: dict[str, Mend], key: str, entry: Mend) -> None:
    earlier = found.get(key)
    found[key] = entry if earlier is None else replace(
        earlier,
        points=earlier.points + entry.points,
        items=earlier.items + entry.items,
        where=earlier.where or entry.where,
        mend=earlier.mend or entry.mend,
        at_most=earlier.at_most or entry.at_most,
    )  # fmt: skip
