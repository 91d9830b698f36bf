"""Grading the cases, several at a time."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import replace
from pathlib import Path

from autograder.checks.settings import Settings
from autograder.grader_digest import digest_of_grader
from autograder.grading import grade
from autograder.processes import processes, result_of
from autograder.results import Result
from autograder.rubric import load_rubric
from autograder.validation.cases import Case
from autograder.validation.declared import EXPECTED
from autograder.validation.kept import cache_file, keep_row, kept_row
from autograder.validation.rows import Row, row_of
from autograder.validation.toplevel import WRONG


def validate(
    rubric_path: Path, cases: Sequence[Case], settings: Settings, jobs: int, use_cache: bool = True
) -> Iterator[Row]:
    """Grade the cases, `jobs` at a time, and yield a row for each when it is done. Rows of earlier runs are reused.

    Raises ProcessKilled when the system kills a process that grades.
    """
    rubric = load_rubric(rubric_path)
    base = digest_of_grader(rubric, settings)
    to_do = {}
    for case in cases:
        path = cache_file(base, case)
        if use_cache and (row := kept_row(path)) is not None:
            yield row
        else:
            to_do[case.name] = (case, path)
    with processes(jobs) as pool:
        running: dict[Future[Row], tuple[Case, Path]] = {
            pool.schedule(_graded, (rubric_path, case, settings)): (case, path) for case, path in to_do.values()
        }
        for done in as_completed(running):
            case, path = running[done]
            row = result_of(done, case.name)
            keep_row(path, row)
            yield row


def grade_case(rubric_path: Path, case: Case, settings: Settings) -> Result:
    """Grade a case as if it were handed in, on the items that it is about."""
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as temporary:
        folder = Path(temporary) / "submission"
        shutil.copytree(case.folder, folder, ignore=shutil.ignore_patterns("__pycache__", EXPECTED, WRONG))
        for name, text in case.files.items():
            (folder / name).write_text(text, encoding="utf-8")
        return grade(folder, load_rubric(rubric_path), replace(settings, only=case.only))


def _graded(rubric_path: Path, case: Case, settings: Settings) -> Row:
    return row_of(case, grade_case(rubric_path, case, settings))
