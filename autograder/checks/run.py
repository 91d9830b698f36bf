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
from autograder.checks.calibration import beside_right_submissions, load_calibration
from autograder.checks.evidence import Evidence
from autograder.checks.item import ItemMark
from autograder.checks.outcomes import Failed, NeedsReview, Partial, sign_of
from autograder.checks.players import ReferencePlayer, Student
from autograder.checks.recorded import RecordedPlayer, load_answers
from autograder.diagnosis import Bug, BugLibrary, find_functions, load_bugs, name_bugs, where
from autograder.mapping import Maps, targets_for
from autograder.reference import Reference
from autograder.results import Binding, CheckResult, Diagnosis, Fact, Status, TopLevel
from autograder.rubric import Item, Rubric, Visibility
from autograder.sandbox import (
    Code,
    Kind,
    Replacing,
    Sandbox,
    SandboxUnavailable,
    Session,
    StudentDied,
    StudentError,
    StudentFault,
    StudentMissing,
    StudentTimeout,
)
from autograder.sandbox.launch import Launch
from autograder.submission import Submission
from autograder.worker import tensorflow_shim
from autograder.worker.stored import StoredArrays

MAX_OUTPUT: Final = 4000  # characters of a check's printed text that a result keeps
_SIGNS: Final[
    dict[tuple[str, str, int, str, str], str]
] = {}  # of wrong versions, by check and bug: a class shares them
SAMPLES: Final = Path("data_cache", "sample")  # beside an assignment's rubric, where it brings its own
OUTSIDE: Final = "autograder.worker.binding.outside:find"
LOOKING_SECONDS: Final = 20.0  # of a look at code that no check can call
GIVEN: Final = (("train", "images"), ("train", "labels"), ("test", "images"))  # test labels stay with the grader


@dataclass(frozen=True)
class Settings:
    """How to run the checks."""

    profile: str
    sandbox: Kind
    seed: int = 0
    threads: int = 2
    device: str = "cpu"
    maps: Maps = field(default_factory=dict)  # what the instructor has bound by hand
    only: frozenset[str] | None = None  # items to run the checks of; None: all of the profile's
    run_all_seconds: float | None = None  # for running the submission whole, beside the checks; None: it is not
    calibrating: bool = False  # run only the checks that hang on luck, each once


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
        self._submission = submission
        self.settings = settings
        self.profile = rubric.profile(settings.profile)
        self.results: list[CheckResult] = []
        self.bindings: tuple[Binding, ...] = ()
        mapping, notes = targets_for(submission, settings.maps, rubric.functions)
        self.notes: tuple[str, ...] = tuple(notes)
        self._top_level: dict[tuple[str, str], str] = {}  # (place, text) -> why it was left out so far
        self.machine_problem: SandboxUnavailable | None = None
        self._on_check = on_check
        self._calibration = load_calibration(rubric.path, settings.profile)
        self._lost: list[CheckCase] = []
        self._samples = samples if (samples := rubric.root / SAMPLES).is_dir() else None
        self.stored_paths = stored_paths(rubric.assignment.data, sample=self.profile.sample, samples=self._samples)
        self.stored = _Paths(self.stored_paths)
        recorded = rubric.assignment.recorded
        self._answers = load_answers(rubric.root / recorded) if recorded else None  # in place of the reference
        self.library: BugLibrary = load_bugs(
            rubric.root / rubric.assignment.bugs, Reference(rubric.root / rubric.assignment.reference)
        )
        functions = {name: rubric.function(name).model_dump() for name in rubric.functions}
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
            Code(submission.sources, functions, mapping),
        )

    def __enter__(self) -> Self:
        self.sandbox.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.sandbox.close()

    def wants(self, check: CheckCase) -> bool:
        """Whether this profile runs the check."""
        only = self.settings.only
        if self.settings.calibrating and not check.mark.random:
            return False
        return check.visibility in self.profile.visibilities and (only is None or check.item.id in only)

    def seconds_for(self, check: CheckCase) -> float:
        """How long the student's code may take for the check in this profile."""
        return check.mark.deadline(self.profile.training)

    def reference(self, code: Reference | None = None, seed: int | None = None) -> ReferencePlayer:
        given = code or self.library.reference, self.stored, self.settings.seed if seed is None else seed
        return ReferencePlayer(*given) if self._answers is None else RecordedPlayer(*given, self._answers)

    def images(self, name: str, split: str) -> data.ImageSet:
        """A data set with its labels, for the grader's side; the small sample where the profile says so."""
        return data.open_set(name, split, sample=self.profile.sample, samples=self._samples)

    @contextmanager
    def student(self, seconds: float, seed: int | None = None, replacing: Replacing | None = None) -> Iterator[Student]:
        """A new session for one check. Raises SandboxUnavailable when the machine can't start one."""
        try:
            session = self.sandbox.session(seconds, replacing)
        except SandboxUnavailable as error:
            self.machine_problem = error
            raise
        with session:
            yield Student(session, self.settings.seed if seed is None else seed)

    def _note_loading(self, session: Session) -> None:
        """Keep how the names were bound, from the first session that loaded the submission."""
        if not self.bindings and session.loaded is not None:
            self.bindings = tuple(Binding.model_validate(record) for record in session.loaded["bindings"])
            self.notes += tuple(str(note) for note in session.loaded["notes"])
        for place, text, reason in session.account():
            known = self._top_level.get((place, text), reason)
            self._top_level[place, text] = known and reason  # run once is run

    @property
    def loading(self) -> tuple[TopLevel, ...]:
        """What of the submission's top level was run for the checks so far, and what was left out."""
        return tuple(
            TopLevel(place=place, text=text, reason=reason) for (place, text), reason in self._top_level.items()
        )

    def _diagnosis(self, check: CheckCase, student: Student, error: BaseException) -> tuple[Diagnosis, ...]:
        """The bugs that make the check fail as it failed."""
        # What a check sees that hangs on luck may be bad luck, and running it takes long.
        sign = "" if check.mark.random else sign_of(error)

        def told(bug: Bug) -> str:
            key = (str(self.rubric.path), self.settings.profile, self.settings.seed, check.name, bug.bug)
            if key not in _SIGNS:
                version = self.library.variant(bug)
                _SIGNS[key] = sign_of(_run_again(check, self.reference(version), self.reference())[0])
                version.forget()
            return _SIGNS[key]

        known = self._named_bugs()
        return name_bugs(self.library, check.item.needs, student.calls, self.reference, known, sign, told)

    def _pointed_at(self, named: Diagnosis) -> Diagnosis:
        """The diagnosis with the line of the submission that it is about, where it can be told."""
        bug = next(bug for bug in self.library.bugs if bug.bug == named.bug)
        private_parts = self.library.reference.private_parts
        for binding in self.bindings:  # a private function of the reference: the student's that does its work
            if bug.function in (binding.function, *private_parts(binding.function)):
                functions = find_functions(self._submission.folder, self._submission.sources, binding.bound_to)
                if functions:
                    return named.model_copy(update={"where": where(bug, self.library, functions)})
        return named

    def _named_bugs(self) -> list[str]:
        return list(dict.fromkeys(bug.bug for result in self.results for bug in result.diagnosis))

    def conclude(self, check: CheckCase, error: BaseException | None) -> CheckResult:
        """Turn one check's end into its result, with a name for the bug where one fits."""
        status, credit, message = verdict(error)
        student = check.student
        if student is not None:
            self._note_loading(student.session)
        diagnosis: tuple[Diagnosis, ...] = ()
        if error and student is not None and status in (Status.FAILED, Status.ERROR, Status.PARTIAL):
            diagnosis = tuple(self._pointed_at(named) for named in self._diagnosis(check, student, error))
        result = CheckResult(
            name=check.name,
            sentence=check.sentence,
            visibility=check.visibility,
            random=check.mark.random,
            status=status,
            credit=credit,
            share=check.item.shares.get(check.name, 1.0),
            message=message,
            traceback=error.traceback if isinstance(error, StudentError | StudentTimeout) else "",
            output=_trimmed(student.session.output) if student is not None and credit < 1 else "",
            diagnosis=diagnosis,
            facts=tuple(check.evidence.facts),
            measures=beside_right_submissions(self._calibration, check.name, check.evidence.measures),
            exhibits=tuple(check.evidence.exhibits),
            seconds=round(time.monotonic() - check.started, 3),
        )
        self.results.append(result)
        if credit < 1:
            self._lost.append(check)
        self._on_check(result)
        return result

    def give_second_chances(self) -> None:
        """Run lost checks again that may have been lost by bad luck, or by another function's fault.

        Called when all checks are over: only then it is known which functions are broken, and nothing that the student's
        code prints from now on, with the reference beside it, reaches a report.
        """
        if self.settings.calibrating:
            return
        broken = self._broken()
        settled: set[str] = set()  # items that have lost a check for good, where all must pass
        for check in self._lost:
            if check.item.id in settled:
                continue
            index = next(i for i, result in enumerate(self.results) if result.name == check.name)
            better = self._second_chance(check, self.results[index], broken)
            if better is not None:
                self.results[index] = better
            elif not check.item.shares:
                settled.add(check.item.id)

    def leave_to_a_person(self) -> None:
        """Leave checks open whose function is missing, where the submission does the work in code that no check can call.

        It earns nothing by that. Where nothing shows the signs of the work, the check stays missing.
        """
        missing = [result.name for result in self.results if result.status is Status.MISSING]
        lost = [check for check in self._lost if check.name in missing and check.item.signs]
        if not lost or self.settings.calibrating:
            return
        found = self._work_outside({check.item.id: check.item.signs for check in lost})
        for check in lost:
            if check.item.id in found:
                index = next(i for i, result in enumerate(self.results) if result.name == check.name)
                message = f"{self._what_to_wrap(check.item)} {_seen_at(*found[check.item.id])}"
                self.results[index] = self.results[index].model_copy(
                    update={"status": Status.REVIEW, "message": message}
                )

    def _work_outside(self, signs: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, str]]:
        """Where code that no check can call shows the signs of an item: its place and first line, by item."""
        try:
            with self.student(LOOKING_SECONDS) as player:
                answer = player.session.call(OUTSIDE, {"signs": signs}, self.settings.seed)
            return {str(item): (str(place), str(text)) for item, (place, text) in answer.items()}
        except (StudentFault, SandboxUnavailable, TypeError, ValueError, AttributeError):
            return {}

    def _what_to_wrap(self, item: Item) -> str:
        bound = {binding.function for binding in self.bindings if binding.bound_to}
        lacking = [name for name in item.needs if name not in bound] or list(item.needs)
        signatures = " and ".join(f"`{self.rubric.function(name).signature}`" for name in lacking)
        one = len(lacking) == 1
        return f"{signatures} {'was' if one else 'were'} not found, so no check can call {'it' if one else 'them'}."

    def _second_chance(self, check: CheckCase, lost: CheckResult, suspects: set[str]) -> CheckResult | None:
        """The result of a lost check once it passes: with the reference's functions in place of broken ones that the
        item only uses, and where luck has a part in it, on a second or third seed."""
        if lost.status is Status.REVIEW:
            return None
        broken = tuple(name for name in check.item.uses if name in suspects and name not in check.item.needs)
        broken = broken if self._answers is None else ()
        replacing = self._reference_for(broken, check) if broken else None
        others = (self.settings.seed + 1, self.settings.seed + 2) if check.mark.random else ()
        if lost.status is Status.MISSING and not broken:
            return None
        tries = [f"seed {self.settings.seed}: {lost.message}"]
        for seed in (self.settings.seed, *others) if broken else others:
            error, evidence = self._again(check, seed, replacing)
            message = (verdict(error)[2] or "failed") if error else ""
            tries.append(f"seed {seed}: {message or 'passed'}")
            if not message:
                facts = [_carried_forward(broken)] if broken else []
                if seed != self.settings.seed:
                    facts.append(Fact(label="tries", found="; ".join(tries)))
                return self._passed(lost, evidence, facts)
        return None

    def _reference_for(self, broken: tuple[str, ...], check: CheckCase) -> Replacing:
        loaded = check.student.session.loaded if check.student else None
        reference = self.library.reference.in_framework(str((loaded or {}).get("framework", "")))
        return Replacing(
            broken, {path.name: reference.source(path.name) for path in sorted(reference.folder.glob("*.py"))}
        )

    def _broken(self) -> set[str]:
        """The functions that some check is about which the student's code has lost."""
        undecided = {result.name for result in self.results if result.status is Status.REVIEW}
        return {name for check in self._lost if check.name not in undecided for name in check.item.needs}

    def _again(
        self, check: CheckCase, seed: int, replacing: Replacing | None = None
    ) -> tuple[Exception | None, Evidence]:
        """Run a check once more; returns what it ended with, None when it passed, and its evidence."""
        with self.student(self.seconds_for(check), seed, replacing) as player:
            return _run_again(check, player, self.reference(seed=seed))

    def _passed(self, lost: CheckResult, evidence: Evidence, facts: Sequence[Fact]) -> CheckResult:
        """The result of a check that was lost first and is passed now."""
        return lost.model_copy(
            update={
                "status": Status.PASSED,
                "credit": 1.0,
                "message": "",
                "traceback": "",
                "output": "",
                "diagnosis": (),
                "facts": (*facts, *evidence.facts),
                "measures": beside_right_submissions(self._calibration, lost.name, evidence.measures),
                "exhibits": tuple(evidence.exhibits),
            }
        )


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
    call: Callable[[Student | ReferencePlayer, ReferencePlayer, Evidence], None] | None = None  # runs it again


def _run_again(
    check: CheckCase, player: Student | ReferencePlayer, reference: ReferencePlayer
) -> tuple[Exception | None, Evidence]:
    """Run a check once more, on any player; returns what it ended with, None when it passed, and its evidence."""
    evidence = Evidence()
    if check.call is None:
        return Failed("it could not be run"), evidence
    try:
        check.call(player, reference, evidence)
    except Exception as error:
        return error, evidence
    return None, evidence


class _Paths(StoredArrays):
    """Stored arrays at given paths, for the reference's side."""

    def __init__(self, paths: dict[str, Path]) -> None:
        super().__init__(Path())
        self._paths = paths

    def path(self, name: str) -> Path:
        return self._paths[name]


def stored_paths(names: Sequence[str], *, sample: bool, samples: Path | None = None) -> dict[str, Path]:
    """The arrays that a worker may have, by name. Raises data.DataError when a set is not there."""
    return {
        f"{name}/{split}-{what}": data.array_path(name, split, what, sample=sample, samples=samples)
        for name in names
        for split, what in GIVEN
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
        case StudentError(kind=kind) if kind in tensorflow_shim.ERRORS:  # not the student's fault
            return Status.REVIEW, 0.0, error.message
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


def _seen_at(place: str, text: str) -> str:
    return (
        f"But the code that begins at {place} (`{text}`) looks as if it did this, so a person decides. "
        "Inside of such a function, at the top level of a file, it is checked automatically."
    )


def _carried_forward(broken: Sequence[str]) -> Fact:
    names = ", ".join(f"`{name}`" for name in broken)
    found = f"passes with the reference's {names}, whose own items have lost the points"
    return Fact(label="carried forward", found=found)


def _trimmed(text: str) -> str:
    if len(text) <= MAX_OUTPUT:
        return text
    half = MAX_OUTPUT // 2
    return f"{text[:half]}\n[…]\n{text[-half:]}"
