"""A check, one attempt at it, how it is run again, and what its outcome means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from autograder.answering import ReferencePlayer, Student
from autograder.answering.recorded import NotRecorded
from autograder.checks.evidence import Evidence
from autograder.checks.item import ItemMark
from autograder.checks.outcomes import Failed, NeedsReview, Partial
from autograder.own_work import bounded_memory
from autograder.quoting import quoted
from autograder.results import Status
from autograder.rubric import Item, Visibility
from autograder.sandbox import StudentDied, StudentError, StudentFault, StudentMissing, StudentTimeout
from autograder.sandbox.faults import PatienceOver, WorkerFailed
from autograder.worker import tensorflow_shim

LONGEST_MESSAGE: Final = 500
JUDGING_BYTES: Final = 8 * 2**30  # in addition to what the process has, for comparing answers with what is expected


@dataclass(frozen=True)
class CheckCase:
    """One check of the rubric."""

    name: str
    sentence: str
    visibility: Visibility
    mark: ItemMark
    item: Item


@dataclass(frozen=True)
class Attempt:
    """One attempt at a check, so far: who was asked, and the check's evidence."""

    check: CheckCase
    started: float = 0.0  # monotonic seconds
    student: Student | None = None  # None if no session was started
    seconds: float = 0.0  # that calls of the student's code could take
    evidence: Evidence = field(default_factory=Evidence)
    call: Callable[[Student | ReferencePlayer, ReferencePlayer, Evidence], None] | None = None  # runs the check again


def run_again(
    attempt: Attempt, player: Student | ReferencePlayer, reference: ReferencePlayer
) -> tuple[Exception | None, Evidence]:
    """Run a check again, on any player; returns the exception that it ended with, None if it passed, and its evidence."""
    evidence = Evidence()
    if attempt.call is None:
        return Failed("it could not be run"), evidence
    try:
        with bounded_memory(JUDGING_BYTES):
            attempt.call(player, reference, evidence)
    except Exception as error:
        return error, evidence
    return None, evidence


def verdict(error: BaseException | None) -> tuple[Status, float, str]:
    """Status, credit and message of a check that ended with `error`."""
    match error:
        case None:
            return Status.PASSED, 1.0, ""
        case Partial():
            return Status.PARTIAL, error.credit, str(error)
        case StudentMissing():
            return Status.MISSING, 0.0, str(error)
        case StudentTimeout() | PatienceOver():
            return Status.TIMEOUT, 0.0, str(error)
        case StudentError(kind=kind) if kind in tensorflow_shim.ERRORS:  # or code with an error of this name
            said = f"The code ended with {quoted(error.message, LONGEST_MESSAGE)}"
            return (
                Status.REVIEW,
                0.0,
                f"{said}. If that is because TensorFlow is missing, it is not a fault, so a person decides.",
            )
        case WorkerFailed():
            return Status.REVIEW, 0.0, str(error)
        case MemoryError():  # the grader's own, over an answer
            return Status.FAILED, 0.0, "What your code returned is too large to check."
        case StudentError() | StudentDied():
            return Status.ERROR, 0.0, str(error)
        case StudentFault() | Failed():
            return Status.FAILED, 0.0, str(error)
        case NeedsReview() | NotRecorded():
            return Status.REVIEW, 0.0, str(error)
    if type(error).__name__ == "Failed" and "Timeout" in str(error):  # pytest-timeout's, on the grader's side
        return Status.TIMEOUT, 0.0, "The check took too long and was stopped."
    place = f"{type(error).__name__}: {error}".strip()
    return Status.REVIEW, 0.0, f"The grader itself stumbled here, so a person will look at it ({place[:300]})."
