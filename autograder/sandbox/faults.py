"""What a student's code did instead of answering, as exceptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.quoting import quoted
from autograder.worker.settings import WorkerSettings


class WorkerFailed(Exception):
    """The worker ended as it does when its own code fails, which student code in it can fake.

    `last` is the last line printed, by whichever code; `begun`: student code may have run in it.
    """

    def __init__(self, last: Sequence[str], begun: bool = True) -> None:
        self.begun = begun
        said = f", after the words {quoted(last[0])}" if last else ""
        super().__init__(
            f"The process that ran this code ended the way the grader's own code does when it fails{said}. Either the code "
            "caused that or the grader is at fault, so a person decides."
        )


class StudentFault(Exception):
    """Something that the student's code did instead of answering. The message is for the student."""


class StudentError(StudentFault):
    """Their code raised."""

    def __init__(self, kind: str, message: str, traceback: str, where: str) -> None:
        super().__init__(message)
        self.kind, self.message, self.traceback, self.where = kind, message, traceback, where

    def __str__(self) -> str:
        raised = f"{self.kind}: {self.message}" if self.message else self.kind
        if self.kind == "NotImplementedError" and self.where:
            return f"A part of your code is still to be written: {raised} ({self.where})."
        if self.where:
            return f"Your code raised {raised} ({self.where})."
        return f"What your code returned could not be used: {raised}."


class StudentTimeout(StudentFault):
    """Their code was still running at the deadline; `traceback` and `function` ('hw1.py: train_epoch') say where, if known."""

    def __init__(self, seconds: float, where: str = "", traceback: str = "", function: str = "") -> None:
        place = f" It was at {where}." if where else ""
        super().__init__(
            f"Your code was still running after {seconds:.0f} s and was stopped.{place} "
            "Look for a loop that does not end, or for much more work than was asked for."
        )
        self.traceback, self.function = traceback, function


class StudentUnread(StudentTimeout):
    """Their files could not be read before the deadline. None of their code had started."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.args = (
            f"Your files could not be read within {seconds:.0f} s: there is far more code in them than a person writes. Take out "
            "generated code, and put data into separate files.",
        )


class PatienceOver(StudentFault):
    """Too much time was spent on checks of this submission that did not end; this one was not started."""

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"Not checked: {seconds:.0f} s had been spent on other checks in which your code did not end. Look at the first of "
            "them: an endless loop or import is often behind them all."
        )


class StudentDied(StudentFault):
    """Their code ended the process. `doubtful`: something else may have, such as a system that is out of memory."""

    def __init__(self, message: str, doubtful: bool = False) -> None:
        super().__init__(message)
        self.doubtful = doubtful


class StudentMissing(StudentFault):
    """A function that the check needs was not found."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class StudentUnsuitable(StudentFault):
    """Their code returned something that can't be used."""


def may_be_the_machines(error: BaseException | None) -> bool:
    """Whether a worker died after student code had started, in a way that the machine can cause as well."""
    match error:
        case WorkerFailed():
            return error.begun
        case StudentDied():
            return error.doubtful
    return False


def once_more(error: Exception | None) -> Exception | None:
    """What it means if a worker dies again, in a fresh sandbox: the student's code is at fault."""
    match error:
        case WorkerFailed(begun=True):
            return StudentDied(
                "Your code ended the whole process, twice, the second time in a fresh sandbox. Look for `os._exit`, and for what "
                "changes Python's own functions or modules."
            )
        case StudentDied(doubtful=True):
            return StudentDied(f"{error} A second try in a fresh sandbox ended the same way.")
    return error


def is_doubtful(ended: Mapping[str, Any]) -> bool:
    """Whether the system may have killed a process for lack of memory that the process itself had not used up."""
    return not ended.get("over") and (ended.get("signal") == "SIGKILL" or not ended)


def cause_of_death(ended: Mapping[str, Any]) -> str:
    """A sentence on how a process ended: by `signal`, with `exit_code` if `by_itself`, or because it used too much (`over`)."""
    match ended.get("over"):
        case "processes":
            return f"Your code was stopped: it ran more than {WorkerSettings.processes} processes and threads at once."
        case "memory":
            most = WorkerSettings.tree_bytes // 2**30
            return f"Your code was stopped: with all that it started, it used more than {most} GB of memory."
    match ended.get("signal"):
        case "SIGKILL":
            return "The process that ran your code was killed; most likely it used too much memory."
        case "SIGSEGV" | "SIGABRT" | "SIGBUS" as name:
            return f"Your code crashed Python itself ({name}); often a wrong call into a compiled library."
        case "" if ended.get("by_itself"):
            return f"Your code ended the whole process (exit code {ended.get('exit_code')}), as `os._exit` does."
    return "The process that ran your code ended before it answered."
