"""One submission's run of the checks: what the pytest plugin holds while it goes through them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from autograder import data
from autograder.checks.evidence import Evidence
from autograder.checks.item import ItemMark
from autograder.checks.outcomes import Failed, NeedsReview, Partial
from autograder.checks.players import ReferencePlayer, Student
from autograder.diagnosis import BugLibrary, load_bugs, name_bugs
from autograder.reference import Reference
from autograder.results import Binding, CheckResult, Diagnosis, Status
from autograder.rubric import Item, Rubric, Visibility
from autograder.sandbox import (
    Kind,
    Sandbox,
    SandboxUnavailable,
    Session,
    StudentDied,
    StudentError,
    StudentFault,
    StudentMissing,
    StudentTimeout,
)
from autograder.sandbox.client import Code
from autograder.sandbox.launch import Launch
from autograder.submission import Submission
from autograder.worker.stored import StoredArrays

MAX_OUTPUT: Final = 4000  # characters of a check's printed text that a result keeps
GIVEN: Final = (("train", "images"), ("train", "labels"), ("test", "images"))  # test labels stay with the grader


@dataclass(frozen=True)
class Settings:
    """How to run the checks."""

    profile: str
    sandbox: Kind
    seed: int = 0
    threads: int = 2
    device: str = "cpu"
    mapping: dict[str, str] = field(default_factory=dict)


class CheckRun:
    """The checks of one submission: its sandbox, the reference, the bug library, and the results so far."""

    def __init__(
        self,
        rubric: Rubric,
        submission: Submission,
        settings: Settings,
        on_check: Callable[[CheckResult], None] = lambda result: None,
    ) -> None:
        self.rubric = rubric
        self.settings = settings
        self.profile = rubric.profile(settings.profile)
        self.results: list[CheckResult] = []
        self.bindings: tuple[Binding, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.machine_problem: SandboxUnavailable | None = None
        self._on_check = on_check
        self.stored_paths = stored_paths(rubric.assignment.data, sample=self.profile.sample)
        self.stored = _Paths(self.stored_paths)
        self.library: BugLibrary = load_bugs(
            rubric.root / rubric.assignment.bugs, Reference(rubric.root / rubric.assignment.reference)
        )
        functions = {name: (about.signature, about.aliases) for name, about in rubric.functions.items()}
        self.sandbox = Sandbox(
            settings.sandbox,
            Launch(
                submission=submission.folder,
                scratch=submission.folder,
                probes=rubric.root / rubric.assignment.probes,
                data=tuple(self.stored_paths.items()),
                threads=settings.threads,
                device=settings.device,
            ),
            Code(submission.sources, functions, settings.mapping),
        )

    def __enter__(self) -> Self:
        self.sandbox.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.sandbox.close()

    def reference(self, code: Reference | None = None) -> ReferencePlayer:
        return ReferencePlayer(code or self.library.reference, self.stored, self.settings.seed)

    def images(self, name: str, split: str) -> data.ImageSet:
        """A data set with its labels, for the grader's side; the small sample where the profile says so."""
        return data.open_set(name, split, sample=self.profile.sample)

    @contextmanager
    def student(self, seconds: float) -> Iterator[Student]:
        """A new session for one check. Raises SandboxUnavailable when the machine can't start one."""
        try:
            session = self.sandbox.session(seconds)
        except SandboxUnavailable as error:
            self.machine_problem = error
            raise
        with session:
            yield Student(session, self.settings.seed)

    def _note_loading(self, session: Session) -> None:
        """Keep how the names were bound, from the first session that loaded the submission."""
        if not self.bindings and session.loaded is not None:
            self.bindings = tuple(Binding.model_validate(record) for record in session.loaded["bindings"])
            self.notes = tuple(str(note) for note in session.loaded["notes"])

    def conclude(self, check: CheckCase, error: BaseException | None) -> CheckResult:
        """Turn one check's end into its result, with a name for the bug where one fits."""
        status, credit, message = verdict(error)
        student = check.student
        diagnosis: tuple[Diagnosis, ...] = ()
        if student is not None and status in (Status.FAILED, Status.ERROR, Status.PARTIAL):
            diagnosis = name_bugs(self.library, check.item.needs, student.calls, self.reference)
        if student is not None:
            self._note_loading(student.session)
        result = CheckResult(
            name=check.name,
            sentence=check.sentence,
            visibility=check.visibility,
            status=status,
            credit=credit,
            share=check.item.shares.get(check.name, 1 / len(check.item.checks)),
            message=message,
            traceback=error.traceback if isinstance(error, StudentError) else "",
            output=_trimmed(student.session.output) if student is not None and credit < 1 else "",
            diagnosis=diagnosis,
            facts=tuple(check.evidence.facts),
            exhibits=tuple(check.evidence.exhibits),
            seconds=round(time.monotonic() - check.started, 3),
        )
        self.results.append(result)
        self._on_check(result)
        return result


@dataclass
class CheckCase:
    """One check while it runs."""

    name: str
    sentence: str
    visibility: Visibility
    mark: ItemMark
    item: Item
    evidence: Evidence = field(default_factory=Evidence)
    student: Student | None = None
    started: float = 0.0  # monotonic seconds


class _Paths(StoredArrays):
    """Stored arrays at given paths, for the reference's side."""

    def __init__(self, paths: dict[str, Path]) -> None:
        super().__init__(Path())
        self._paths = paths

    def path(self, name: str) -> Path:
        return self._paths[name]


def stored_paths(names: Sequence[str], *, sample: bool) -> dict[str, Path]:
    """The arrays that a worker may have, by name. Raises data.DataError when a set is not there."""
    return {
        f"{name}/{split}-{what}": data.array_path(name, split, what, sample=sample) for name in names for split, what in GIVEN
    }


def verdict(error: BaseException | None) -> tuple[Status, float, str]:
    """Status, credit and message of a check that ended with `error`."""
    match error:
        case None:
            return Status.PASSED, 1.0, ""
        case Partial():
            return Status.PARTIAL, error.credit, str(error)
        case StudentMissing():
            return Status.MISSING, 0.0, str(error)
        case StudentTimeout():
            return Status.TIMEOUT, 0.0, str(error)
        case StudentError() | StudentDied():
            return Status.ERROR, 0.0, str(error)
        case StudentFault() | Failed():
            return Status.FAILED, 0.0, str(error)
        case NeedsReview():
            return Status.REVIEW, 0.0, str(error)
    if type(error).__name__ == "Failed" and "Timeout" in str(error):  # pytest-timeout's, on the grader's side
        return Status.TIMEOUT, 0.0, "The check took too long and was stopped."
    place = f"{type(error).__name__}: {error}".strip()
    return Status.REVIEW, 0.0, f"The grader itself stumbled here, so a person will look at it ({place[:300]})."


def _trimmed(text: str) -> str:
    if len(text) <= MAX_OUTPUT:
        return text
    half = MAX_OUTPUT // 2
    return f"{text[:half]}\n[…]\n{text[-half:]}"


