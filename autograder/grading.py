"""One submission in, one `Result` out."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from autograder.assembling import assemble
from autograder.checking import Checked, GradingError
from autograder.checks.run import OnCheck
from autograder.checks.settings import Settings
from autograder.errors import MachineLacks, WrongUse
from autograder.handed_in.attaching import attach
from autograder.handed_in.gathering import Gathered, gather
from autograder.in_a_fork import ForkEnded, in_a_fork
from autograder.judging.verdicts import observed_in, undecided_by_all, verdicts
from autograder.lanes import run_checks
from autograder.mapping import Maps, files_named
from autograder.own_work import TooMuch, bounded_work
from autograder.report.trace import told
from autograder.requirements import examine
from autograder.results import LATE_NOTE, CheckResult, Ran, Result, SubmissionInfo
from autograder.rubric import Rubric
from autograder.sizes import fitted
from autograder.submission import MachineError, StudentFiles, Submission, SubmissionError, collect
from autograder.submission.names import visible
from autograder.submission.sealing import broken, seal
from autograder.trace.observed import Observed
from autograder.trace.records import Trace
from autograder.tracing import sources_of, trace

# Limits of the grader's own work on what a submission has reported. Ours take a minute for a run, and a second for documents.
JUDGING_SECONDS: Final = 900.0
JUDGING_BUSY: Final = 300.0  # of processor time; the rest is for other processes that keep the processors busy
JUDGING_BYTES: Final = 8 * 2**30
TELLING_SECONDS: Final = 20.0  # for describing in words what the run has shown
LAST_WORDS: Final = 60.0  # in addition to both: one compiled call may take that long
READING_SECONDS: Final = 120.0
READING_BYTES: Final = 4 * 2**30
NEXT_STEP: Final = (
    "What to do: make a new zip of your notebooks and scripts, open it to see that they are in it, and hand it in again. "
    "If you grade this, ask for it."
)

OnTrace = Callable[[Trace], None]


def grade(
    handed_in: Path | StudentFiles,
    rubric: Rubric,
    settings: Settings,
    on_check: OnCheck = lambda result: None,
    on_trace: OnTrace = lambda trace: None,
) -> Result:
    """Grade one submission: a path, or a student's files in a class's download.

    It is run as it is, then its functions are checked; `on_trace` gets what the run has shown.

    Whatever the submission is or does is part of the Result. Raises GradingError, SandboxUnavailable, RubricError,
    data.DataError or limited.ReaderFailed if the grader itself can't work.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as folder:
        try:
            submission = _collected(handed_in, Path(folder) / "submission", settings.maps)
        except MachineError:
            raise
        except SubmissionError as error:
            info = _unread(handed_in)
            return assemble(rubric, settings, info, (), (), started, problem=f"{error}\n{NEXT_STEP}")
        sealed = seal(submission)
        documents = gather(submission)
        seen, run = _run_and_checked(rubric, submission, settings, on_check)
        shown, ran, said = _judged(rubric, submission, settings, seen)
        if seen is not None:
            on_trace(seen)
        requirements = examine(submission, rubric.requirements, documents.pdfs, seen)
        if changed := broken(submission, sealed):
            raise GradingError(
                f"while code ran, something changed the grader's own copy of {submission.name} ({', '.join(changed)[:200]}), "
                "so nothing of it is reported. Look at what its code writes, and grade it in a sandbox."
            )
    notes = (*_late_note(handed_in), *submission.notes, *run.notes, *said)
    info = SubmissionInfo(
        name=submission.name,
        sha256=submission.sha256,
        files=submission.files,
        notes=notes,
    )
    result = assemble(
        rubric, settings, info, run.results, run.bindings, started, requirements=requirements, shown=shown
    )
    return fitted(
        _with_documents(result.model_copy(update={"loading": run.loading, "ran": ran}), documents, rubric, seen)
    )


Shown = tuple[Mapping[str, CheckResult], tuple[Ran, ...], tuple[str, ...]]


def _judged(rubric: Rubric, submission: Submission, settings: Settings, seen: Trace | None) -> Shown:
    """What a run has shown, by item and in words, and a note if that can't be determined.

    Records come from the submission's process. If our code fails on them, the items are left to a person, and there still is a
    result.
    """
    if seen is None:
        return {}, (), ()

    def judge() -> Shown:
        try:
            with bounded_work(JUDGING_SECONDS, JUDGING_BYTES, JUDGING_BUSY):
                observed = observed_in(submission, seen)
                shown = verdicts(rubric, observed, settings.profile, settings.only, settings.secret)
            with bounded_work(TELLING_SECONDS, JUDGING_BYTES):
                return shown, *_in_words(observed)
        except (TooMuch, MemoryError) as error:
            raise ForkEnded(str(error) or "it took more memory than it may") from None

    try:
        return in_a_fork(judge, JUDGING_SECONDS + TELLING_SECONDS + LAST_WORDS)
    except (MachineLacks, WrongUse):
        raise
    except Exception as error:
        why = f"What running the code has shown was not judged: {_stumbled(error)}"
        return undecided_by_all(rubric, f"{why}. So a person decides.", settings.only), (), (f"{why}.",)


def _in_words(observed: Observed) -> tuple[tuple[Ran, ...], tuple[str, ...]]:
    """What a report says about the run, and a note if that can't be determined, which does not affect the verdicts."""
    try:
        return told(observed), ()
    except (TooMuch, Exception) as error:
        return (), (f"What running the code has shown can't be told: {_stumbled(error)}.",)


def _stumbled(error: BaseException) -> str:
    said = str(error) if isinstance(error, ForkEnded | TooMuch) else f"{type(error).__name__}: {error}"
    return f"the grader itself stumbled over it ({said[:240]})"


def _with_documents(result: Result, documents: Gathered, rubric: Rubric, seen: Trace | None) -> Result:
    try:
        with bounded_work(READING_SECONDS, READING_BYTES):
            return attach(result, documents, rubric, seen)
    except TooMuch as error:
        told = tuple(
            each.model_copy(update={"problem": each.problem or f"not shown: {error}"}) for each in documents.documents
        )
        return result.model_copy(update={"documents": told})


def _collected(handed_in: Path | StudentFiles, into: Path, maps: Maps) -> Submission:
    if isinstance(handed_in, StudentFiles):
        named = files_named(maps, handed_in.student)
        return collect(handed_in.files, into, name=handed_in.student, named=named)
    return collect(handed_in, into, named=files_named(maps, handed_in.name, handed_in.stem))


def _unread(handed_in: Path | StudentFiles) -> SubmissionInfo:
    """What is known about a submission that can't be collected."""
    if isinstance(handed_in, StudentFiles):
        name, files = visible(handed_in.student), tuple(visible(given) for given, _ in handed_in.files)
    else:
        name, files = visible(handed_in.stem), (visible(handed_in.name),)
    return SubmissionInfo(name=name, sha256="", files=files, notes=_late_note(handed_in))


def _late_note(handed_in: Path | StudentFiles) -> tuple[str, ...]:
    return (LATE_NOTE,) if isinstance(handed_in, StudentFiles) and handed_in.late else ()


def _run_and_checked(
    rubric: Rubric, submission: Submission, settings: Settings, on_check: OnCheck
) -> tuple[Trace | None, Checked]:
    """What running it as it is has shown, and what its checks have found: in parallel if there are cores for both.

    Neither depends on the other. The checks stay in this thread: only here their time can be limited.
    """
    if settings.cores == 1 or not is_run(rubric, settings) or not sources_of(submission):
        return run_as_it_is(rubric, submission, settings), run_checks(rubric, submission, settings, on_check)
    others = replace(settings, cores=settings.cores - 1)
    with ThreadPoolExecutor(1) as thread:
        running = thread.submit(run_as_it_is, rubric, submission, settings)
        checked = run_checks(rubric, submission, others, on_check)
        return running.result(), checked


def is_run(rubric: Rubric, settings: Settings) -> bool:
    """Whether submissions are run as they are, in addition to their checks."""
    return rubric.assignment.run is not None and settings.run_seconds != 0 and not settings.calibrating


def run_as_it_is(rubric: Rubric, submission: Submission, settings: Settings) -> Trace | None:
    """Run the submission's notebooks and scripts on little data; None if that is not asked for."""
    whole = rubric.assignment.run
    if whole is None or not is_run(rubric, settings):
        return None
    seconds = settings.run_seconds or whole.seconds
    return trace(rubric, submission, settings.profile, settings.sandbox, seconds, settings.threads, settings.seed)
