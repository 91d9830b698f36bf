"""What a student should put right first: one entry a cause, the dearest first."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.report.wording import LABELS, UNDECIDED
from autograder.results import Diagnosis, ItemResult, Result, Status

NOTHING_TO_MEND = UNDECIDED | {Status.PASSED}


@dataclass(frozen=True)
class Mend:
    """One cause of lost points.

    `points` is the most that putting it right can bring back: other faults of the same items may still cost
    some of them. `bug` is the identifier in the bug library, or empty where no known bug was recognised.
    """

    cause: str
    mend: str
    points: float
    items: tuple[ItemResult, ...]
    where: str = ""
    bug: str = ""


def mends(result: Result) -> tuple[Mend, ...]:
    """Return everything that lost points: recognised bugs, and items with none under their own message.

    Items that lost points for the same stated reason share an entry. The dearest entry comes first, those of
    bonus items last; among equals, the order is that of the items. A bonus that was not tried is no fault.
    Where nothing could be graded, the result's own problem says all.
    """
    if result.problem:
        return ()
    found: dict[str, Mend] = {}
    for item in result.items:
        if item.status in NOTHING_TO_MEND or (item.bonus and item.status is Status.MISSING):
            continue
        costs = _cost_of_bugs(item)
        for diagnosis, points in costs.values():
            entry = Mend(diagnosis.cause, diagnosis.mend, points, (item,), diagnosis.where, diagnosis.bug)
            _add(found, f"bug {diagnosis.bug}", entry)
        if not costs:
            cause = item.message or f"{item.title}: {LABELS[item.status].meaning}"
            _add(found, f"reason {cause}", Mend(cause, item.hint, item.max_points - item.points, (item,)))
    return tuple(sorted(found.values(), key=lambda mend: (all(item.bonus for item in mend.items), -mend.points)))


def _cost_of_bugs(item: ItemResult) -> dict[str, tuple[Diagnosis, float]]:
    """Return each bug recognised in `item` with the points that hang on the checks that show it.

    None where a run has decided: what calling a function has named is not what the points were lost for.
    """
    if item.by_running:
        return {}
    costs: dict[str, tuple[Diagnosis, float]] = {}
    lost = item.max_points - item.points
    for check in item.checks:
        for diagnosis in check.diagnosis:
            _, so_far = costs.get(diagnosis.bug, (diagnosis, 0.0))
            cost = so_far + check.share * (1 - check.credit) * item.max_points
            costs[diagnosis.bug] = (diagnosis, min(cost, lost))
    return costs


def _add(found: dict[str, Mend], key: str, entry: Mend) -> None:
    earlier = found.get(key)
    if earlier is None:
        found[key] = entry
    else:
        found[key] = Mend(
            earlier.cause,
            earlier.mend,
            earlier.points + entry.points,
            earlier.items + entry.items,
            earlier.where or entry.where,
            earlier.bug,
        )
