"""`autograder report`: the pages again, from the stored results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.console import EXIT_USAGE, fail, notices, out
from autograder.cli.options import RubricOption

if TYPE_CHECKING:
    from autograder.results import Result
    from autograder.reviews import Reviewable


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that `grade` wrote, or one of its submissions.")
    ],
    reviews_file: Annotated[
        Path | None, typer.Option("--reviews", metavar="FILE", help="Put a person's points into the results first.")
    ] = None,
    rubric_file: RubricOption = None,
) -> None:
    """Write the reports and the class's page again from the stored results, without grading."""
    from autograder import cohort
    from autograder.assignment import find_rubric
    from autograder.cli.graded import print_class_page
    from autograder.report import write_report
    from autograder.results import write_result
    from autograder.reviews import load_reviews, reviewed, verify_reviews
    from autograder.rubric import load_rubric

    templates = load_rubric(find_rubric(rubric_file, Path.cwd())).root / "templates"
    results = _results_in(folder)
    if reviews_file:
        reviews, source = load_reviews(reviews_file)
        verify_reviews(reviews, source, [*map(_reviewable, results.values()), *_of_the_others(folder, results)])
        for path, result in results.items():
            if (changed := reviewed(result, reviews)) != result:
                results[path] = changed
                write_result(path, changed)
    for path, result in results.items():
        page = path.with_name(cohort.REPORT)
        write_report(page, result, template_dir=templates)
        out.print(str(page), markup=False, highlight=False, soft_wrap=True)
    whole = folder.resolve().parent if _is_one(folder) else folder
    if whole == folder or (whole / cohort.INDEX).exists():
        print_class_page(whole, templates)


def _results_in(folder: Path) -> dict[Path, Result]:
    """The results that can be read, by their files. Ends the process if there is none."""
    from autograder import cohort
    from autograder.results import read_result

    found = sorted(folder.rglob(cohort.RESULT)) if folder.is_dir() else []
    if not found:
        fail(f"no {cohort.RESULT} in {folder}; `autograder grade` writes them", EXIT_USAGE)
    results = {}
    for path in found:
        try:
            results[path] = read_result(path)
        except ValueError as error:
            first = str(error).splitlines()[0]
            notices.print(f"{path}: cannot be read as a result: {first}", markup=False, soft_wrap=True)
    return results


def _is_one(folder: Path) -> bool:
    from autograder import cohort

    return (folder / cohort.RESULT).exists()


def _reviewable(result: Result) -> Reviewable:
    return result.submission.name, {item.id: item.max_points for item in result.items}


def _of_the_others(folder: Path, results: dict[Path, Result]) -> list[Reviewable]:
    """If `folder` is one submission of a class: the others of the class, which a file of reviews may name as well."""
    from autograder.class_results import entries_in

    if not _is_one(folder):
        return []
    names = {result.submission.name for result in results.values()}
    entries = entries_in(folder.resolve().parent)
    return [_reviewable(entry.result) for entry in entries if entry.result and entry.name not in names]
