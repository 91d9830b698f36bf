"""How one check has ended, and the evidence for it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from autograder.results.exhibits import Exhibit
from autograder.results.record import Record


class Status(StrEnum):
    """What became of a check or an item."""

    PASSED = "passed"
    PARTIAL = "partial"  # some of the credit, with a reason
    FAILED = "failed"  # the code runs, but does something other than what was asked
    ERROR = "error"  # the student's code raised
    TIMEOUT = "timeout"  # the student's code outlasted its deadline
    MISSING = "missing"  # a standard function was not found
    REVIEW = "review"  # a person decides; no points yet
    UNCHECKED = "unchecked"  # not graded: this profile runs no check for it, or nothing could be read; no points


class Fact(Record):
    """One line of evidence: what was expected (empty when nothing particular was) and what was found."""

    label: str
    expected: str = ""
    found: str


UNREADABLE: Final = "unreadable"  # prefix of a fault's name that stands for code which can't be read


class Diagnosis(Record):
    """A named bug with the submission's behaviour; or code that can't be read, and is missing elsewhere."""

    bug: str = Field(description="identifier in the bug library, e.g. 'train_epoch.zero-grad-missing'")
    function: str
    cause: str = Field(description="one sentence: what is wrong")
    mend: str = Field(description="one sentence: how to put it right")
    where: str = Field(default="", description="'hw1.py line 17: loss.backward()', where it can be told")
    latent: bool = Field(default=False, description="whether a run with right results can hide it")

    @property
    def is_unreadable(self) -> bool:
        """Whether it is not a bug of the library, but code that can't be read."""
        return self.bug.startswith(UNREADABLE)


class Measure(Record):
    """A number that a check depends on and that depends on luck: its value, and the bound that it is compared with."""

    name: str
    value: float
    bound: float
    better: Literal["above", "below"] = "above"
    right: tuple[float, ...] = Field(default=(), description="what right submissions had, in ascending order")


class CheckResult(Record):
    """One check's outcome."""

    name: str
    sentence: str = Field(description="the check's docstring: what a right submission does")
    visibility: Literal["public", "hidden"]
    random: bool = Field(default=False, description="luck has a part in it: it gets up to three seeds")
    status: Status
    credit: float = Field(ge=0, le=1)
    share: float = Field(default=1.0, ge=0, le=1, description="the part of the item's points that depends on it")
    message: str = ""
    place: str = Field(
        default="", description="where running the submission has shown it; empty for a check that calls"
    )
    traceback: str = Field(default="", description="the student's own frames and the error, nothing of ours")
    output: str = Field(default="", description="what the student's code printed, trimmed")
    diagnosis: tuple[Diagnosis, ...] = ()
    harmless: tuple[str, ...] = Field(
        default=(), description="bugs that a run shows to change nothing in this submission"
    )
    shows_bugs: tuple[str, ...] = Field(default=(), description="bugs of the library that the run shows")
    written_down: bool = Field(
        default=False, description="what the run draws for it are numbers that stand in the code, and of no training"
    )
    facts: tuple[Fact, ...] = ()
    measures: tuple[Measure, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    seconds: float = 0.0
