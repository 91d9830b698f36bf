"""One submission's run of the checks: what the pytest plugin holds while it goes through them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Final, Self

from pydantic import ValidationError

from autograder import data
from autograder.answering import ReferencePlayer, Student
from autograder.answering.recorded import RecordedPlayer, load_answers
from autograder.checks.calibration import beside_right_submissions, load_calibration
from autograder.checks.case import CheckCase, run_again, verdict
from autograder.checks.given import StoredPaths, samples_of, stored_paths
from autograder.checks.lane import ALONE, Lane, Lost
from autograder.checks.misfit import misfit
from autograder.checks.naming import bugs_behind, pointed_at
from autograder.checks.settings import Settings
from autograder.diagnosis import BugLibrary, Versions, load_bugs
from autograder.mapping import targets_for
from autograder.reference import Reference
from autograder.results import Binding, CheckResult, Diagnosis, Status, TopLevel
from autograder.rubric import Rubric
from autograder.sandbox import (
    Code,
    Launch,
    Replacing,
    Sandbox,
    SandboxUnavailable,
    Session,
    StudentError,
    StudentTimeout,
    gpus,
)
from autograder.sandbox.faults import PatienceOver, may_be_the_machines, once_more
from autograder.sizes import LONGEST_FACT, MOST_ACCOUNTED, bounded, shortened
from autograder.submission import Submission

MAX_OUTPUT: Final = 4000  # characters of a check's printed text that a result keeps
MOST_BINDINGS: Final = 200  # a standard function each
MOST_NOTES: Final = 100
# Checks that end at their deadline say little that the first did not. A long one counts as two minutes, so that five ends
# of the longest trainings, or thirty of short calls, are waited for.
PATIENCE_SECONDS: Final = 600.0
MOST_OF_ONE: Final = 120.0


class CheckRun:
    """The checks of one submission, or a lane of them: its sandbox, the reference, the bug library, and the results so far."""

    def __init__(
        self,
        rubric: Rubric,
        submission: Submission,
        settings: Settings,
        on_check: Callable[[CheckResult], None] = lambda result: None,
        lane: Lane = ALONE,
    ) -> None:
        gpus.hide_from_this_process()
        self.rubric = rubric
        self.submission = submission
        self.settings = settings
        self.lane = lane
        self.elsewhere = Lost()  # in other lanes
        self.profile = rubric.profile(settings.profile)
        self.results: list[CheckResult] = []
        self.bindings: tuple[Binding, ...] = ()
        mapping, notes = targets_for(submission, settings.maps, rubric.functions)
        self.notes: tuple[str, ...] = tuple(notes)
        self._top_level: dict[tuple[str, str], str] = {}  # (place, text) -> why it was left out so far
        self.machine_problem: BaseException | None = None  # why the checks can't go on
        self._waited = 0.0  # seconds, for code that did not end
        self._on_check = on_check
        self.calibration = load_calibration(rubric.path, settings.profile)
        self.lost: list[CheckCase] = []
        self._unnamed: list[tuple[CheckCase, BaseException | None]] = []
        self.stored_paths = stored_paths(rubric, self.profile)
        self.stored = StoredPaths(self.stored_paths)
        recorded = rubric.assignment.recorded
        self.answers = load_answers(rubric.root / recorded) if recorded else None  # in place of the reference
        self.library: BugLibrary = load_bugs(
            rubric.root / rubric.assignment.bugs, Reference(rubric.root / rubric.assignment.reference)
        )
        context = str(rubric.path), settings.profile, str(settings.seed), str(settings.secret)
        self._versions = Versions(self.library, self.reference, context)
        functions = {name: rubric.function(name).model_dump() for name in rubric.functions}
        self.sandbox = Sandbox(
            settings.sandbox,
            Launch(
                submission=submission.folder,
                scratch=submission.folder,
                probes=rubric.root / rubric.assignment.probes,
                data=tuple(self.stored_paths.items()),
                threads=settings.threads,
                gpu=settings.gpu,
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
        return ReferencePlayer(*given) if self.answers is None else RecordedPlayer(*given, self.answers)

    def images(self, name: str, split: str) -> data.ImageSet:
        """A data set with its labels, for the grader's side; the small sample where the profile says so."""
        return data.open_set(name, split, sample=self.profile.sample, samples=samples_of(self.rubric))

    @contextmanager
    def student(self, seconds: float, seed: int | None = None, replacing: Replacing | None = None) -> Iterator[Student]:
        """A new session for one check.

        Raises SandboxUnavailable when the machine can't start one, and PatienceOver when too many have ended at their deadline.
        """
        if self._waited >= PATIENCE_SECONDS:
            raise PatienceOver(self._waited)
        try:
            session = self.sandbox.session(seconds, replacing)
        except SandboxUnavailable as error:
            self.machine_problem = error
            raise
        with session:
            yield Student(session, self.settings.seed if seed is None else seed)
        if session.timed_out:
            self._waited += min(seconds, MOST_OF_ONE)

    def _note_loading(self, session: Session) -> None:
        """Keep how the names were bound, from the first session that loaded the submission."""
        if not self.bindings and session.loaded is not None:
            self.bindings, notes = _told(session.loaded)
            self.notes += notes
        for entry in session.account()[:MOST_ACCOUNTED]:
            place, text, reason = (each[:LONGEST_FACT] for each in entry)
            if len(self._top_level) < MOST_ACCOUNTED or (place, text) in self._top_level:
                known = self._top_level.get((place, text), reason)
                self._top_level[place, text] = known and reason  # run once is run

    @property
    def loading(self) -> tuple[TopLevel, ...]:
        """What of the submission's top level was run for the checks so far, and what was left out."""
        return tuple(
            TopLevel(place=place, text=text, reason=reason) for (place, text), reason in self._top_level.items()
        )

    def to_blame(self, check: CheckCase) -> tuple[str, ...]:
        """The functions that the check's item only uses, and that the student's code has lost other checks with so far."""
        if self.answers is not None:  # there is no reference to put in their place
            return ()
        broken = (self.lost_so_far().functions | self.elsewhere.functions) - set(check.item.needs)
        return tuple(name for name in check.item.uses if name in broken)

    def lost_so_far(self) -> Lost:
        """The functions that the lost checks are about, but those that wait for a person, and the bugs that were named."""
        lost = [check for check in self.lost if self.result_of(check).status is not Status.REVIEW]
        bugs = dict.fromkeys(bug.bug for result in self.results for bug in result.diagnosis)
        return Lost(frozenset(name for check in lost for name in check.item.needs), tuple(bugs))

    def _bugs_behind(self, check: CheckCase, error: BaseException | None) -> tuple[Diagnosis, ...]:
        if error is None or check.student is None:
            return ()
        known = (self.lost_so_far() | self.elsewhere).bugs
        try:
            named = bugs_behind(check, check.student, error, self._versions, known)
        except Exception as failure:  # a name is help, and its lack costs nobody a grade
            self.notes += (f"The grader stumbled where it looked for the bug behind `{check.name}`: {failure!r:.200}",)
            return ()
        return tuple(pointed_at(bug, self.library, self.bindings, self.submission) for bug in named)

    def conclude(self, check: CheckCase, error: BaseException | None) -> CheckResult:
        """Turn one check's end into its result, with a name for the bug where one fits."""
        if may_be_the_machines(error):
            error = self._in_a_fresh_sandbox(check)
        status, credit, message = verdict(error)
        student = check.student
        if student is not None:
            self._note_loading(student.session)
        if told := misfit(error, check.item.needs, self.bindings):
            status, credit, message = Status.MISSING, 0.0, told
        nameable = status in (Status.FAILED, Status.ERROR, Status.PARTIAL)
        waits = nameable and bool(self.to_blame(check))  # it will likely be excused, and needs no name then
        if waits:
            self._unnamed.append((check, error))
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
            diagnosis=self._bugs_behind(check, error) if nameable and not waits else (),
            facts=tuple(check.evidence.facts),
            measures=beside_right_submissions(self.calibration, check.name, check.evidence.measures),
            exhibits=tuple(check.evidence.exhibits),
            seconds=round(time.monotonic() - check.started, 3),
        )
        result = bounded(result)
        self.results.append(result)
        if credit < 1:
            self.lost.append(check)
        self._on_check(result)
        return result

    def _in_a_fresh_sandbox(self, check: CheckCase) -> BaseException | None:
        """Run a check again whose worker died while student code was at work: what happens twice is not the machine's."""
        self.sandbox.close()
        try:
            with self.student(self.seconds_for(check)) as player:
                check.student = player
                error, check.evidence = run_again(check, player, self.reference())
        except (SandboxUnavailable, PatienceOver) as not_begun:
            return not_begun
        return once_more(error)

    def name_what_is_left(self) -> None:
        """Name the bugs behind those checks that waited for a second chance and have lost it."""
        for check, error in self._unnamed:
            result = self.result_of(check)
            if result.credit < 1:
                self.replace(result, result.model_copy(update={"diagnosis": self._bugs_behind(check, error)}))

    def result_of(self, check: CheckCase) -> CheckResult:
        return next(result for result in self.results if result.name == check.name)

    def replace(self, result: CheckResult, by: CheckResult) -> None:
        """Put another result in the place of one that a check had."""
        self.results[self.results.index(result)] = by


def _told(loaded: Mapping[str, Any]) -> tuple[tuple[Binding, ...], tuple[str, ...]]:
    """How the names were bound, and what was odd, as the worker says; whatever is not of the form is no binding."""
    told: list[Binding] = []
    bindings, notes = loaded.get("bindings"), loaded.get("notes")
    for record in bindings[:MOST_BINDINGS] if isinstance(bindings, list) else ():
        with suppress(ValidationError):
            told.append(shortened(Binding.model_validate(record)))
    return tuple(told), tuple(str(note)[:LONGEST_FACT] for note in notes[:MOST_NOTES]) if isinstance(
        notes, list
    ) else ()


def _trimmed(text: str) -> str:
    if len(text) <= MAX_OUTPUT:
        return text
    half = MAX_OUTPUT // 2
    return f"{text[:half]}\n[…]\n{text[-half:]}"
