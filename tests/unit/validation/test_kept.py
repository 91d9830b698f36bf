"""Rows are kept until anything that decides on them changes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder.checks.settings import Settings
from autograder.grader_digest import digest_of_grader
from autograder.rubric import load_rubric
from autograder.validation import cache_file
from autograder.validation.cases import Case
from autograder.validation.kept import keep_row, kept_row
from tests.unit.validation.test_cases import HW1
from tests.unit.validation.test_rows import a_row


def test_a_kept_row_comes_back_as_it_was_and_says_that_it_was_kept(tmp_path: Path):
    row = a_row(
        "1A.network",
        loses=["1A.network"],
        may_lose=["1A.activations"],
        waiting=["1B.plot"],
        due=("one",),
        named=("one",),
    )
    keep_row(tmp_path / "row.json", row)
    assert kept_row(tmp_path / "row.json") == replace(row, cached=True)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"loses": [], "may_lose": []}'])
def test_a_damaged_row_is_made_again(tmp_path: Path, text: str):
    (tmp_path / "row.json").write_text(text)
    assert kept_row(tmp_path / "row.json") is None


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "hw1.py").write_text("def test(): ...\n")
    return Case("ada", "wrong", tmp_path, {}, frozenset({"1A.network"}))


def test_a_row_is_found_again_as_long_as_nothing_changes(case: Case):
    assert cache_file("base", case) == cache_file("base", replace(case))


def test_another_submission_declaration_or_grader_makes_another_row(case: Case):
    before = cache_file("base", case)
    others = {
        cache_file("another grader", case),
        cache_file("base", replace(case, files={"hw1.py": "def test(): pass\n"})),
        cache_file("base", replace(case, loses=frozenset())),
        cache_file("base", replace(case, may_wait=frozenset({"1A.network"}))),
        cache_file("base", replace(case, only=frozenset({"1A.network"}))),
    }
    (case.folder / "hw1.py").write_text("def test(): return 1\n")
    others.add(cache_file("base", case))
    assert len(others) == 6 and before not in others


def test_another_seed_or_secret_is_another_grader():
    rubric = load_rubric(HW1)
    settings = Settings("quick", "none")
    assert digest_of_grader(rubric, settings) == digest_of_grader(rubric, settings)
    assert digest_of_grader(rubric, settings) != digest_of_grader(rubric, replace(settings, seed=1))
    assert digest_of_grader(rubric, settings) != digest_of_grader(rubric, replace(settings, secret=1))
