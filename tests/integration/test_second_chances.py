"""The reference beside a student's code: it carries a broken function forward, and gives away nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.results import ItemResult, Result, Status
from autograder.rubric import load_rubric
from autograder.sandbox import Kind

STEALS = """
    import gc

    def halve(x):
        return 2 * x

    def quarter(x):
        functions = [each for each in gc.get_objects() if type(each) is type(halve)]
        places = [each.__globals__ for each in functions]
        found = [place["quarter"] for place in places if "quarter" in place and "halve" in place]
        others = [each for each in found if each is not quarter and each.__code__.co_argcount]
        return others[0](x)
"""
BROKEN = """
    def halve(x):
        return 2 * x

    def quarter(x):
        return halve(halve(x))
"""


@pytest.fixture
def graded(assignment: Path) -> Callable[..., Result]:
    def run(path: Path) -> Result:
        return grade(
            path, load_rubric(assignment / "rubric" / "small.yaml"), Settings("standard", Kind.NONE, threads=1)
        )

    return run


def item(result: Result, id: str) -> ItemResult:
    return next(entry for entry in result.items if entry.id == id)


def test_a_function_that_looks_for_the_references_own_finds_none(graded, submit):
    result = graded(submit(STEALS))
    assert item(result, "A.quarter").points == 0


def test_what_is_answered_beside_the_reference_reaches_no_report(graded, submit):
    (check,) = item(graded(submit(BROKEN)), "A.quarter").checks
    assert check.status is Status.PASSED
    assert [fact.label for fact in check.facts] == ["carried forward"]


def test_a_file_that_is_called_as_one_of_the_reference_stays_the_students(graded, tmp_path):
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "numbers.py").write_text("DIVISOR = 2\n")  # the reference's file has this name, and no such constant
    (folder / "hw1.py").write_text(
        "def halve(x):\n    return 2 * x\n\ndef quarter(x):\n    from numbers import DIVISOR\n    return halve(x) / DIVISOR\n"
    )
    assert item(graded(folder), "A.quarter").status is Status.PASSED
