"""Many submissions: graded side by side, one folder of results each, none able to harm another or the run."""

from __future__ import annotations

import concurrent.futures
import hashlib
import itertools
import re
import traceback
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from autograder.checks.given import stored_paths
from autograder.checks.run import OnCheck
from autograder.checks.settings import Settings
from autograder.grader_digest import digest_under_any_secret
from autograder.grading import grade
from autograder.processes import ProcessKilled, processes, result_of
from autograder.report import write_report
from autograder.results import Result, read_result, write_atomically, write_result
from autograder.reviews import Reviews, reviewed
from autograder.rubric import Rubric, load_rubric
from autograder.submission import StudentFiles, is_of
from autograder.submission.names import visible
from autograder.trace.records import Trace

RESULT: Final = "result.json"
REPORT: Final = "report.html"
TRACE: Final = "trace.json"


@dataclass(frozen=True)
class Graded:
    """One submission's end: a result with the folder it lies in, or why the grader could not make one."""

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
    """Grade one submission and write `result.json`, `report.html` and, where it was run, `trace.json` into `folder`."""

    def keep(trace: Trace) -> None:
        write_atomically(folder / TRACE, trace.model_dump_json(by_alias=True) + "\n")

    result = reviewed(grade(submission, rubric, settings, on_check, keep), reviews)
    write_result(folder / RESULT, result)
    write_report(folder / REPORT, result, template_dir=rubric.root / "templates")
    return result


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
    """Grade submissions, `jobs` at a time, and yield each as it is done.

    `gpus` are dealt out, one to each in turn. With `resume`, one whose result is there already is not graded again. Each is
    graded in a process of a pool, so that whatever happens to one of them costs that one, even where the system kills its
    process. Raises data.DataError when a data set is not there, before anything is graded.
    """
    rubric = load_rubric(rubric_path)
    stored_paths(rubric, rubric.profile(settings.profile))
    waiting = []
    for submission, name in zip(submissions, folder_names(submissions), strict=True):
        earlier = resumed(submission, out / name, rubric, settings) if resume else None
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
            except Exception as error:  # the grader's own failure: told, and the others go on
                yield Graded(submission, folder, failure=_told(error))


def _grade_one(
    submission: StudentFiles, folder: Path, rubric_path: Path, settings: Settings, reviews: Reviews
) -> Result:
    try:
        return grade_into(submission, folder, load_rubric(rubric_path), settings, reviews)
    except Exception as error:
        error.add_note(traceback.format_exc())
        raise


def _told(error: Exception) -> str:
    """A failure of the grader's own in one sentence; of the machine, such as a full disk, with the file and the way on."""
    if isinstance(error, OSError) and error.strerror:
        where = f": {error.filename}" if error.filename else ""
        return f"{error.strerror}{where}. When that is mended, `--resume` goes on with what is missing"
    return str(error) if isinstance(error, ProcessKilled) else f"{type(error).__name__}: {error}"


def resumed(submission: StudentFiles, folder: Path, rubric: Rubric, settings: Settings) -> Graded | None:
    """The result of an earlier run, if it can be read, is this submission's, and was made by the same grader: engine, rubric,
    checks, reference, profile, seed and all other settings.

    Its secret may be another one: a run that goes on draws its inputs anew, and they measure the same. What was asked before
    the run was stopped may have become known.

    Its report is written where it is missing, as after a run that was stopped between the two files.
    """
    try:
        result = read_result(folder / RESULT)
    except (OSError, ValueError):
        return None
    same_grader = result.grader == digest_under_any_secret(rubric, settings)
    same_student = result.submission.name == visible(submission.student)
    if not (same_grader and same_student and is_of(result.submission.sha256, submission.files)):
        return None
    if not (folder / REPORT).exists():
        write_report(folder / REPORT, result, template_dir=rubric.root / "templates")
    return Graded(submission, folder, result, resumed=True)


def folder_names(submissions: Iterable[StudentFiles]) -> list[str]:
    """A folder name for each submission: its student's, made safe, with a number where two are called the same."""
    names: list[str] = []
    for submission in submissions:
        name = re.sub(r"[^\w.-]+", "_", submission.student).strip("._")
        name = name or hashlib.sha256(repr(submission.files).encode()).hexdigest()[:8]
        candidate, number = name, 2
        while candidate in names:
            candidate, number = f"{name}-{number}", number + 1
        names.append(candidate)
    return names
