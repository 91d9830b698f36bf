"""What was handed in, how it was read and run, and with what it was graded."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from autograder.results.exhibits import Table
from autograder.results.record import Record

LATE_NOTE: Final = "It was handed in late, as the name in the download says."


class Met(StrEnum):
    """Whether a submission meets a requirement."""

    MET = "met"
    UNMET = "not met"
    UNSEEN = "not looked at"


class RequirementResult(Record):
    """Something that the assignment asks of a submission as a whole; no points depend on it."""

    kind: str = Field(description="what the rubric calls it, e.g. 'requirements-file'")
    asked: str
    status: Met
    found: str = Field(description="one sentence")
    details: tuple[str, ...] = Field(default=(), description="places, names and numbers, one on each line")
    traceback: str = Field(default="", description="the student's own frames and the error, where a run stopped")
    advice: str = Field(default="", description="what to do next; empty when nothing is to be done")


class Binding(Record):
    """Which name of the submission was taken for a standard function, and how it was found."""

    function: str
    bound_to: str = Field(default="", description="'hw1.py line 12 `train`', or empty when nothing was found")
    how: str = Field(description="'standard name', 'alias', ..., with how it is called; or why nothing was found")
    others: tuple[str, ...] = Field(default=(), description="what else could have been meant")
    sure: Literal["certain", "likely", "a guess", ""] = Field(default="", description="empty when nothing was found")
    target: str = Field(
        default="", description="'file.py:name', as a mapping names what was found, or what comes nearest"
    )
    unwritten: bool = Field(default=False, description="whether it is there by its name, and still a stub")


class TopLevel(Record):
    """A statement or command at the top level of a source, and why it was left out; no reason for what was run."""

    place: str
    text: str = Field(description="its first line")
    reason: str = ""


class Ran(Record):
    """A notebook or script that was run as it is, on little data, and what it did, in sentences."""

    source: str
    end: Literal["finished", "budget", "died", "not run"]
    told: str = Field(description="'hw1.ipynb ran to the end in 33.7 s.'")
    errors: tuple[str, ...] = ()
    trainings: Table | None = None
    figures: tuple[str, ...] = Field(default=(), description="a line for each picture: what its lines are")


class SubmissionInfo(Record):
    name: str
    sha256: str
    files: tuple[str, ...]
    notes: tuple[str, ...] = Field(default=(), description="what the collector had to say: skipped files, repairs")

    @property
    def late(self) -> bool:
        return LATE_NOTE in self.notes


class Environment(Record):
    """What the grade was made with."""

    python: str
    platform: str
    packages: dict[str, str]
    device: str
    threads: int
    sandbox: str


class AssignmentInfo(Record):
    id: str
    title: str
