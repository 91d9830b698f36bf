"""What `autograder grade` does between its options and its exit code: finds, grades with progress, tells."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import psutil
import typer
from rich.markup import escape

from autograder import cohort
from autograder.checks.settings import Settings
from autograder.cli.console import EXIT_USAGE, fail, notices, out, progress_bar
from autograder.cli.options import CORES
from autograder.mapping import EVERYONE
from autograder.report import print_result
from autograder.results import Result
from autograder.reviews import Reviews
from autograder.rubric import Rubric
from autograder.rubric.problems import did_you_mean
from autograder.submission import StudentFiles, find_submissions

JOB_BYTES: Final = 4 * 10**9  # of memory, that one submission takes at most in our runs, with room to spare


def jobs_at_once() -> int:
    """How many submissions this machine grades side by side: one for each core, as far as its memory goes."""
    return max(1, min(CORES, int(psutil.virtual_memory().available / JOB_BYTES)))


def number_of_checks(rubric: Rubric, profile: str) -> int | None:
    """How many checks a profile runs: known for all of them only, since visibility is told by the check's folder."""
    everything = set(rubric.profile(profile).visibilities) == {"public", "hidden"}
    return sum(len(item.checks) for item in rubric.items) if everything else None


def submissions_at(paths: Sequence[Path], unpacked: Path, is_class: bool | None) -> list[StudentFiles]:
    """The submissions at these paths. One path may hold a whole class; of several, each is one submission unless `is_class`."""
    submissions: list[StudentFiles] = []
    for number, path in enumerate(paths):
        said = False if is_class is None and len(paths) > 1 else is_class
        found = find_submissions(path, unpacked / str(number), is_class=said)
        for note in found.notes:
            notices.print(f"{path}: {note}", markup=False, soft_wrap=True, highlight=False)
        if not found.submissions:
            notices.print(f"{path}: holds no submission", markup=False, soft_wrap=True, highlight=False)
        elif len(found.submissions) > 1:
            count = len(found.submissions)
            notices.print(f"{path}: {count} submissions were found", markup=False, soft_wrap=True, highlight=False)
        submissions += found.submissions
    if not submissions:
        fail("there is nothing to grade", EXIT_USAGE)
    return submissions


def tell_unused_maps(settings: Settings, submissions: Sequence[StudentFiles]) -> None:
    names = [submission.student for submission in submissions]
    for name in settings.maps:
        if name != EVERYONE and name not in names:
            text = f"--map: no submission is called '{name}'; {did_you_mean(name, names)}"
            notices.print(text, markup=False, soft_wrap=True, highlight=False)


def grade_with_progress(
    submission: StudentFiles, folder: Path, rubric: Rubric, settings: Settings, resume: bool, reviews: Reviews
) -> cohort.Graded:
    own = folder / cohort.folder_names([submission])[0]
    earlier = cohort.resumed(submission, own, rubric, settings) if resume else None
    if earlier is not None:
        return earlier
    with progress_bar() as progress:
        task = progress.add_task(escape(submission.student), total=number_of_checks(rubric, settings.profile))
        result = cohort.grade_into(submission, own, rubric, settings, reviews, lambda done: progress.advance(task))
    return cohort.Graded(submission, own, result)


def grade_many(
    submissions: Sequence[StudentFiles],
    folder: Path,
    rubric: Rubric,
    settings: Settings,
    jobs: int,
    resume: bool,
    reviews: Reviews,
    gpus: Sequence[str],
) -> list[cohort.Graded]:
    graded = []
    with progress_bar() as progress:
        task = progress.add_task("grading", total=len(submissions))
        try:
            for entry in cohort.grade_all(submissions, folder, rubric.path, settings, jobs, resume, reviews, gpus):
                graded.append(entry)
                progress.advance(task)
        except KeyboardInterrupt:
            told = f"Stopped: {len(graded)} of {len(submissions)} are graded, and `--resume` goes on with the others."
            notices.print(told, soft_wrap=True, highlight=False)
            raise
    return sorted(graded, key=lambda entry: submissions.index(entry.submission))


def tell(graded: Sequence[cohort.Graded], as_json: bool) -> None:
    if as_json:
        results = [entry.result.model_dump(mode="json", by_alias=True) for entry in graded if entry.result]
        typer.echo(json.dumps(results, indent=1))
    elif len(graded) == 1 and graded[0].result:
        print_result(graded[0].result, out)
    for entry in graded:
        if entry.result is None:
            notices.print(
                f"{entry.submission.student}: could not be graded: {entry.failure}", markup=False, soft_wrap=True
            )
        elif not as_json:
            out.print(
                _line(entry.submission.student, entry.result, entry.folder, entry.resumed),
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


def _line(name: str, result: Result, folder: Path, resumed: bool) -> str:
    bonus = f" + {result.bonus:g} bonus" if result.bonus else ""
    waiting = f", {result.awaiting_review:g} awaiting manual grading" if result.awaiting_review else ""
    kept = " (kept from an earlier run)" if resumed else ""
    return f"{name}: {result.score:g} of {result.max_score:g}{bonus}{waiting}{kept}  {folder / cohort.REPORT}"
