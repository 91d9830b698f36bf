"""What `autograder grade` does between its options and its exit code: finds submissions, grades them with progress, reports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
import typer
from rich.markup import escape

from autograder import cohort
from autograder.checks.settings import Settings
from autograder.class_results import entries_in
from autograder.cli.console import EXIT_BELOW, EXIT_DONE, EXIT_MACHINE, EXIT_USAGE, fail, notices, out, progress_bar
from autograder.cli.options import CORES
from autograder.mapping import EVERYONE
from autograder.report import print_result
from autograder.report.class_page import GRADES, INDEX
from autograder.report.wording import counted, number
from autograder.results import Result
from autograder.reviews import Reviews, load_reviews, verify_reviews
from autograder.rubric import Rubric
from autograder.rubric.problems import did_you_mean
from autograder.submission import StudentFiles, find_submissions
from autograder.submission.names import is_archive, is_source, visible

JOB_BYTES: Final = 4 * 10**9  # of memory: the most that one submission took in our runs, with room to spare


@dataclass(frozen=True)
class Order:
    """What is to be graded, how, and where the results go; all of it has been checked.

    `jobs` submissions are graded at the same time; they take the GPUs `cards` in turn.
    """

    submissions: Sequence[StudentFiles]
    folder: Path
    rubric: Rubric
    settings: Settings
    jobs: int = 1
    resume: bool = False
    reviews: Reviews = field(default_factory=dict)
    cards: Sequence[str] = ()
    as_json: bool = False


def jobs_at_once() -> int:
    """How many submissions this machine grades at the same time: one per core, as far as its memory goes."""
    return max(1, min(CORES, int(psutil.virtual_memory().available / JOB_BYTES)))


def number_of_checks(rubric: Rubric, profile: str) -> int | None:
    """How many checks a profile runs. Known only if it runs all, since a check's visibility depends on its folder."""
    everything = set(rubric.profile(profile).visibilities) == {"public", "hidden"}
    return sum(len(item.checks) for item in rubric.items) if everything else None


def submissions_at(paths: Sequence[Path], unpacked: Path, is_class: bool | None) -> list[StudentFiles]:
    """The submissions at these paths. A single path may be a whole class; each of several is one submission unless `is_class`."""
    if not any(path.is_dir() or is_archive(path.name) or is_source(path.name) for path in paths):
        names = ", ".join(map(str, paths))
        kinds = "folder, archive (.zip, .tar.gz), notebook (.ipynb) or script (.py)"
        fail(f"there is nothing to grade: {names} is no {kinds}", EXIT_USAGE)
    submissions: list[StudentFiles] = []
    for place, path in enumerate(paths):
        said = False if is_class is None and len(paths) > 1 else is_class
        found = find_submissions(path, unpacked / str(place), is_class=said)
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


def warn_of_unused_maps(settings: Settings, submissions: Sequence[StudentFiles]) -> None:
    names = [submission.student for submission in submissions]
    for name in settings.maps:
        if name != EVERYONE and name not in names:
            text = f"--map: no submission is called '{name}'; {did_you_mean(name, names)}"
            notices.print(text, markup=False, soft_wrap=True, highlight=False)


def reviews_of(file: Path, submissions: Sequence[StudentFiles], folder: Path, rubric: Rubric) -> Reviews:
    """The reviews in a file, each of a submission that will be graded or has a result in `folder` already."""
    reviews, source = load_reviews(file)
    most = {item.id: item.points for item in rubric.items}
    now = [visible(submission.student) for submission in submissions]
    earlier = [entry.name for entry in entries_in(folder)] if set(reviews) - set(now) else []
    verify_reviews(reviews, source, [(name, most) for name in [*now, *(set(earlier) - set(now))]])
    return reviews


def carry_out(order: Order) -> list[cohort.Graded]:
    """Grade and print one submission in full, or a class with a line each; then write the page of the class in the folder."""
    if len(order.submissions) == 1:
        done = [_grade_with_progress(order)]
        _print_alone(done[0], order.as_json)
    else:
        done = grade_many(order)
    print_class_page(order.folder, order.rubric.root / "templates", quiet=order.as_json)
    return done


def exit_code(done: Sequence[cohort.Graded], min_score: float | None) -> int:
    """The exit code after grading; see `autograder.cli`."""
    results = [entry.result for entry in done if entry.result is not None]
    if len(results) < len(done):
        return EXIT_MACHINE
    if all(result.problem for result in results):
        return EXIT_USAGE
    below = min_score is not None and any(result.score < min_score for result in results)
    return EXIT_BELOW if below else EXIT_DONE


def _grade_with_progress(order: Order) -> cohort.Graded:
    """Grade the only submission."""
    (submission,), rubric, settings, reviews = order.submissions, order.rubric, order.settings, order.reviews
    own = order.folder / cohort.folder_names([submission])[0]
    earlier = cohort.resumed(submission, own, rubric, settings, reviews) if order.resume else None
    if earlier is not None:
        return earlier
    with progress_bar() as progress:
        task = progress.add_task(escape(submission.student), total=number_of_checks(rubric, settings.profile))
        result = cohort.grade_into(submission, own, rubric, settings, reviews, lambda done: progress.advance(task))
    return cohort.Graded(submission, own, result)


def grade_many(order: Order) -> list[cohort.Graded]:
    """Grade a class. Each submission's line is printed as soon as it is done; JSON is printed at the end."""
    graded = []
    with progress_bar() as progress:
        task = progress.add_task("grading", total=len(order.submissions))
        try:
            for entry in cohort.grade_all(
                order.submissions,
                order.folder,
                order.rubric.path,
                order.settings,
                order.jobs,
                order.resume,
                order.reviews,
                order.cards,
            ):
                graded.append(entry)
                progress.advance(task)
                _print_line(entry, order.as_json)
        except KeyboardInterrupt:
            count = f"{len(graded)} of {len(order.submissions)}"
            notices.print(
                f"Stopped: {count} are graded, and `--resume` goes on with the others.", soft_wrap=True, highlight=False
            )
            raise
    in_order = sorted(graded, key=lambda entry: order.submissions.index(entry.submission))
    if order.as_json:
        _print_json(in_order)
    return in_order


def _print_alone(entry: cohort.Graded, as_json: bool) -> None:
    """One submission, in full."""
    if as_json:
        _print_json([entry])
    elif entry.result:
        print_result(entry.result, out)
    _print_line(entry, as_json)


def _print_json(graded: Sequence[cohort.Graded]) -> None:
    results = [entry.result.model_dump(mode="json", by_alias=True) for entry in graded if entry.result]
    typer.echo(json.dumps(results, indent=1))


def _print_line(entry: cohort.Graded, as_json: bool) -> None:
    name = entry.submission.student
    if entry.result is None:
        notices.print(f"{name}: could not be graded: {entry.failure}", markup=False, soft_wrap=True, highlight=False)
    elif not as_json:
        line = line_of(name, entry.result, entry.folder, entry.resumed)
        out.print(line, markup=False, highlight=False, soft_wrap=True)


def line_of(name: str, result: Result, folder: Path, resumed: bool = False) -> str:
    """A submission in one line: its points, those awaiting manual grading, why it was not graded, where the report is."""
    bonus = f" + {number(result.bonus)} bonus" if result.bonus else ""
    due = [number(result.awaiting_review)] if result.awaiting_review else []
    due += [f"{number(result.awaiting_bonus)} bonus"] if result.awaiting_bonus else []
    waiting = f", {' and '.join(due)} awaiting manual grading" if due else ""
    problem = f", not graded: {result.problem.splitlines()[0]}" if result.problem else ""
    kept = " (kept from an earlier run)" if resumed else ""
    points = f"{number(result.score)} of {number(result.max_score)}"
    return f"{name}: {points}{bonus}{waiting}{problem}{kept}  {folder / cohort.REPORT}"


def print_class_page(folder: Path, templates: Path, quiet: bool = False) -> None:
    """Write the class's page and table, if the folder contains a class, and say what is on them."""
    entries, others = cohort.write_class_page(folder, templates)
    for entry in others:
        text = f"{folder / entry.folder}: is of another assignment, so it is not on the class's page"
        notices.print(text, markup=False, soft_wrap=True, highlight=False)
    if not entries or quiet:
        return
    answers = sum(len(entry.waiting) for entry in entries)
    ungraded = sum(not entry.graded for entry in entries)
    text = f"{counted(len(entries), 'submission')}{f', {ungraded} of them not graded' if ungraded else ''}; "
    text += f"{counted(answers, 'answer')} awaiting manual grading  {folder / INDEX}  {folder / GRADES}"
    out.print(text, markup=False, highlight=False, soft_wrap=True)
