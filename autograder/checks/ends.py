"""How checks have ended, and what follows from that for other checks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from autograder.checks.case import Attempt, CheckCase
from autograder.checks.lane import Lost
from autograder.checks.setup import Setup
from autograder.results import CheckResult, Status


@dataclass(frozen=True)
class End:
    """How one check has ended, as far as is known."""

    attempt: Attempt  # the first one, or if its worker died, the one in a fresh sandbox
    result: CheckResult
    unnamed: BaseException | None = None  # what it ended with, if no bug was looked for yet
    notes: tuple[str, ...] = ()  # the grader's own errors
    stalled_in: str = ""  # the function in which its code was at the deadline, if known

    @property
    def check(self) -> CheckCase:
        return self.attempt.check

    @property
    def is_lost(self) -> bool:
        return self.result.credit < 1

    def with_result(self, **changes: Any) -> Self:
        """The same end, with these fields of its result changed."""
        return replace(self, result=self.result.model_copy(update=changes))


def lost_in(ends: Sequence[End]) -> Lost:
    """The functions of the lost checks, without checks that wait for a person, and the bugs that were named."""
    lost = [end.check for end in ends if end.is_lost and end.result.status is not Status.REVIEW]
    bugs = dict.fromkeys(bug.bug for end in ends for bug in end.result.diagnosis)
    return Lost(frozenset(name for check in lost for name in check.item.needs), tuple(bugs))


def to_blame(setup: Setup, check: CheckCase, lost: Lost) -> tuple[str, ...]:
    """The functions that the check's item only uses, and by which other checks were lost. Empty if the reference has no
    function to replace them."""
    broken = lost.functions - set(check.item.needs)
    return tuple(name for name in check.item.uses if name in broken) if setup.lends else ()
