"""Grades many submissions in parallel, with one folder of results each; none can harm another or the run."""

from __future__ import annotations

import concurrent.futures
import hashlib
import itertools
import re
import traceback
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from autograder.checks.given import stored_paths
from autograder.checks.run import OnCheck
from autograder.checks.settings import Settings
from autograder.class_results import FAILURE, REPORT, RESULT, Entry, entries_in, of_one_assignment, write_failure
from autograder.grader_digest import digest_under_any_secret
from autograder.grading import grade
from autograder.processes import ProcessKilled, processes, result_of
from autograder.report import write_report
from autograder.report.class_page import INDEX, write_class
from autograder.results import Result, read_result, write_atomically, write_result
from autograder.reviews import Reviews, reviewed
from autograder.rubric import Rubric, load_rubric
from autograder.submission import StudentFiles, is_of
from autograder.submission.names import visible
from autograder.trace.records import Trace

TRACE: Final = "trace.json"


__all__ = [
    "FAILURE",
    "INDEX",
    "REPORT",
    "RESULT",
    "TRACE",
    "Graded",
    "folder_names",
    "grade_all",
    "grade_into",
    "resumed",
    "write_class_page",
]


@dataclass(frozen=True)
class Graded:
    """The outcome of one submission: a result and its folder, or why the grader could not make one."""

    submission: StudentFiles
    folder: Path
    result: Result | None = None
    failure: str = ""
    resumed: bool = False


def grade_into(
    submission: StudentFiles,
    folder: Path,
    rubric: Rubric,
    settings: Settings,
    reviews: Reviews,
    on_check: OnCheck = lambda result: None,
) -> Result:
    """Grade one submission and write `result.json`, `report.html` and, if it was run, `trace.json` into `folder`."""

    def keep(trace: Trace) -> None:
        write_atomically(folder / TRACE, trace.model_dump_json(by_alias=True) + "\n")

    result = reviewed(grade(submission, rubric, settings, on_check, keep), reviews)
    write_result(folder / RESULT, result)
    write_report(folder / REPORT, result, template_dir=rubric.root / "templates")
    (folder / FAILURE).unlink(missing_ok=True)
    return result


def write_class_page(folder: Path, template_dir: Path) -> tuple[list[Entry], list[Entry]]:
    """Write `index.html` and `grades.csv` of all results in `folder`, if there are several, or were.

    Returns the submissions on the page, none where there is no page, and those left out because they are of another assignment.
    Raises OSError.
    """
    entries, others = of_one_assignment(entries_in(folder))
    if len(entries) < 2 and not (folder / INDEX).exists():
        return [], others
    write_class(folder, entries, template_dir=template_dir)
    return entries, others


def grade_all(
    submissions: Sequence[StudentFiles],
    out: Path,
    rubric_path: Path,
    settings: Settings,
    jobs: int,
    resume: bool,
    reviews: Reviews,
    gpus: Sequence[str] = (),
) -> Iterator[Graded]:
    """Grade submissions, `jobs` at a time, and yield each when it is done.

    `gpus` are assigned in turn, one to each submission. With `resume`, a submission that already has a result is not graded
    again, but gets the points that `reviews` has for it. Each is graded in a process of a pool: whatever happens to one does not
    affect the others, even if the system kills its process. Raises data.DataError when a data set is not there, before anything
    is graded.
    """
    rubric = load_rubric(rubric_path)
    stored_paths(rubric, rubric.profile(settings.profile))
    waiting = []
    for submission, name in zip(submissions, folder_names(submissions), strict=True):
        earlier = resumed(submission, out / name, rubric, settings, reviews) if resume else None
        if earlier is not None:
            yield earlier
        else:
            waiting.append((submission, out / name))
    with processes(jobs) as pool:
        running: dict[concurrent.futures.Future[Result], tuple[StudentFiles, Path]] = {}
        for (submission, folder), gpu in zip(waiting, itertools.cycle(gpus or [""]), strict=False):
            given = submission, folder, rubric_path, replace(settings, gpu=gpu), reviews
            running[pool.schedule(_grade_one, given)] = submission, folder
        for done in concurrent.futures.as_completed(running):
            submission, folder = running[done]
            try:
                yield Graded(submission, folder, result_of(done))
            except Exception as error:  # the grader's own failure: reported, and the others go on
                yield _failed(submission, folder, _failure_in_words(error))


def _grade_one(
    submission: StudentFiles, folder: Path, rubric_path: Path, settings: Settings, reviews: Reviews
) -> Result:
    try:
        return grade_into(submission, folder, load_rubric(rubric_path), settings, reviews)
    except Exception as error:
        error.add_note(traceback.format_exc())
        raise


def _failed(submission: StudentFiles, folder: Path, failure: str) -> Graded:
    """The outcome of a submission that the grader could not grade; it is recorded, so that the class's page shows it too."""
    with suppress(OSError):  # a full disk may be why it failed
        write_failure(folder, visible(submission.student), failure)
    return Graded(submission, folder, failure=failure)


def _failure_in_words(error: Exception) -> str:
    """A failure of the grader in one sentence; for one of the machine, such as a full disk, with the file and what to do."""
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}. When that is mended, `--resume` goes on with what is missing"
    return str(error) if isinstance(error, ProcessKilled) else f"{type(error).__name__}: {error}"


def resumed(
    submission: StudentFiles,
    folder: Path,
    rubric: Rubric,
    settings: Settings,
    reviews: Reviews = MappingProxyType({}),
) -> Graded | None:
    """The result of an earlier run, if it is readable, of this submission, and made by the same grader: engine, rubric, checks,
    reference, profile, seed and all other settings.

    The secret may differ: a resumed run draws new inputs, which measure the same. What was asked before the run was stopped may
    have become known.

    The report is written if it is missing, as after a run that was stopped between the two files, or if `reviews` give points.
    """
    try:
        result = read_result(folder / RESULT)
    except (OSError, ValueError):
        return None
    same_grader = result.grader == digest_under_any_secret(rubric, settings)
    same_student = result.submission.name == visible(submission.student)
    if not (same_grader and same_student and is_of(result.submission.sha256, submission.files)):
        return None
    with_reviews = reviewed(result, reviews)
    if with_reviews != result:
        result = with_reviews
        write_result(folder / RESULT, result)
        (folder / REPORT).unlink(missing_ok=True)
    if not (folder / REPORT).exists():
        write_report(folder / REPORT, result, template_dir=rubric.root / "templates")
    (folder / FAILURE).unlink(missing_ok=True)
    return Graded(submission, folder, result, resumed=True)


def folder_names(submissions: Iterable[StudentFiles]) -> list[str]:
    """A folder name for each submission: its student's, made safe, with a number if two have the same."""
    names: list[str] = []
    for submission in submissions:
        name = re.sub(r"[^\w.-]+", "_", submission.student).strip("._")
        name = name or hashlib.sha256(repr(submission.files).encode()).hexdigest()[:8]
        candidate, number = name, 2
        while candidate in names:
            candidate, number = f"{name}-{number}", number + 1
        names.append(candidate)
    return names
