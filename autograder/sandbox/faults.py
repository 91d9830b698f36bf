"""What a student's code did instead of answering, and what that is called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.worker.settings import WorkerSettings


class WorkerFailed(Exception):
    """The worker ended as it does when its own code fails, which code that runs in it can feign: a person looks at the check.

    `last` is what was printed last, by whomever.
    """

    def __init__(self, last: Sequence[str]) -> None:
        said = f", after the words “{last[0][:200]}”" if last else ""
        super().__init__(
            f"The process that ran this code ended as the grader's own does when it fails{said}. The code can have brought that "
            "about, or the grader is at fault, so a person decides."
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
        return f"What your code gave back could not be used: {raised}."


class StudentTimeout(StudentFault):
    """Their code was still running at the deadline; `traceback` tells where, if that is known."""

    def __init__(self, seconds: float, where: str = "", traceback: str = "") -> None:
        place = f" It was at {where}." if where else ""
        super().__init__(
            f"Your code was still running after {seconds:.0f} s and was stopped.{place} "
            "Look for a loop that does not end, or for much more work than was asked for."
        )
        self.traceback = traceback


class StudentDied(StudentFault):
    """Their code ended the process."""


class StudentMissing(StudentFault):
    """A function that the check needs was not found."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class StudentUnsuitable(StudentFault):
    """Their code returned something that can't be used."""


def cause_of_death(ended: Mapping[str, Any]) -> str:
    """A sentence on how a process ended: `signal`, or `exit_code` where it ended `by_itself`, or `over`: too much of what."""
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
