"""Which evidence decides on an item: what calling its functions has shown, or what running the submission has shown.

Whichever shows more of the deliverable. But a bug that calling a function has named counts if a run with right results can hide
it, such as an evaluation in training mode of a network without dropout, unless the run shows that it has no effect, such as a
mean over batches that are all of one size. A run that shows a fault decides if calling could show nothing: the function is
missing, or something like the work is where no check can call it. If a run can't decide, a person does what calling did not
find either. What a run did not show stays as calling left it. If functions are right when called, faults in how a run used them
are reported at no cost, unless calling has named the same bug in another item, where the run excuses it. But a right function
with which a run draws numbers that stand in the code, and nothing else, shows no training: that waits for a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from autograder.results import BY_RUNNING, CheckResult, ItemResult, Status

NOT_SEEN: Final = "Nothing of this was seen when your code was run."
RIGHT_BY_CALLING: Final = "Nothing is deducted for this, since the functions are right when they are called."
FAULTS: Final = (
    Status.ERROR,
    Status.TIMEOUT,
    Status.FAILED,
    Status.PARTIAL,
)  # of code that is there, the gravest first
AT_FAULT: Final = (Status.PARTIAL, Status.FAILED)
UNSHOWN: Final = (Status.MISSING, Status.REVIEW, Status.UNCHECKED)  # by calling


def decided(called: ItemResult, shown: CheckResult | None, hint: str, was_run: bool = False) -> ItemResult:
    """The item, decided. `called` is the result of calling, `shown` the verdict of the run's judge, None if there is none; `hint`
    is the rubric's advice to students who lose points, and `was_run` whether a run has shown anything."""
    if called.kind != "automatic":
        return called
    by_calling = "Shown by calling the functions." if called.checks and called.status not in UNSHOWN else ""
    behind = any(bug.is_unreadable for check in called.checks for bug in check.diagnosis)
    if shown is None and was_run and called.status is Status.MISSING and not behind:
        return called.model_copy(update={"message": f"{NOT_SEEN} {called.message}"})
    if shown is None:
        return called.model_copy(update={"decided_by": by_calling})
    both = called.model_copy(update={"checks": (*called.checks, shown)})
    if not _run_decides(called, shown):
        seen = _remark(shown) if called.status is Status.PASSED else ""
        return both.model_copy(update={"decided_by": by_calling, "message": seen or called.message})
    return _by_running(both, shown, hint)


def with_bugs_that_both_show(
    items: Sequence[ItemResult], shown: Mapping[str, CheckResult], hints: Mapping[str, str]
) -> tuple[ItemResult, ...]:
    """The items, where a bug that calling has named in one of them, and a run with good results excuses there, counts in the
    one in which the run shows it.

    A network whose layers run well and end in one softmax too many loses nothing for its layers, thanks to the run, nor for its
    training, thanks to a function that is right with other networks: the bug would cost nothing at all.
    """
    excused = {bug for item in items if item.by_running and item.points > 0 for bug in _named_in(item)}
    return tuple(
        _by_running(item, verdict, hints[item.id])
        if (verdict := shown.get(item.id)) is not None
        and _costs_nothing(item, verdict)
        and excused & {*verdict.shows_bugs}
        else item
        for item in items
    )


def _named_in(item: ItemResult) -> set[str]:
    """The bugs that calling has named in an item."""
    return {bug.bug for check in item.checks if check.credit < 1 for bug in check.diagnosis}


def _costs_nothing(item: ItemResult, shown: CheckResult) -> bool:
    """Whether what a run shows to be wrong is told at no cost, since the functions are right when they are called."""
    return item.status is Status.PASSED and not item.by_running and shown.status in AT_FAULT


def _by_running(item: ItemResult, shown: CheckResult, hint: str) -> ItemResult:
    return item.model_copy(
        update={
            "status": shown.status,
            "points": round(item.max_points * shown.credit, 4),
            "message": shown.message,
            "hint": hint if shown.credit < 1 and shown.status is not Status.REVIEW else "",
            "decided_by": f"{BY_RUNNING} {shown.place}.",
        }
    )


def _remark(shown: CheckResult) -> str:
    """What a run has shown, for an item that calling has shown to be right; '' if it can't decide, or has nothing to say."""
    if not shown.message or shown.status not in (Status.PASSED, *AT_FAULT):
        return ""
    return f"{shown.message} {RIGHT_BY_CALLING}" if shown.status in AT_FAULT else shown.message


def _run_decides(called: ItemResult, shown: CheckResult) -> bool:
    if shown.status is Status.REVIEW:
        lacking = any(check.status is Status.MISSING for check in called.checks)
        return lacking or called.status in UNSHOWN or (shown.written_down and called.points > 0)
    if called.status in UNSHOWN:
        return True
    hidden = [bug.bug for check in called.checks for bug in check.diagnosis if bug.latent]
    if shown.credit == 1 and set(hidden) - set(shown.harmless):
        return False
    by_run = called.max_points * shown.credit
    if by_run == called.points and called.status in FAULTS and shown.status in AT_FAULT:
        return not any(check.diagnosis for check in called.checks)  # the run tells where, and often why
    return by_run > called.points


def with_its_own_fault(item: ItemResult) -> ItemResult:
    """An item that lost its points by a missing function and by a fault of another one is reported with that fault."""
    if item.status is not Status.MISSING or item.by_running:
        return item
    statuses = {check.status for check in item.checks}
    fault = next((each for each in FAULTS if each in statuses), item.status)
    return item.model_copy(update={"status": fault})
