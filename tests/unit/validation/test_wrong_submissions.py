"""Enough wrong submissions exist to prove every automatic item and every standard function."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from autograder.rubric import Rubric, load_rubric
from autograder.validation import Case, find_cases

ROOT = Path(__file__).parents[3]
FEWEST = 80
FEWEST_FOR_AN_ITEM = 3


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(ROOT / "rubric" / "hw1.yaml")


@pytest.fixture(scope="module")
def bugs(rubric: Rubric) -> list[Case]:
    """The wrong submissions made from the bug library: reference files with one bug in them, that lose something."""
    return [case for case in find_cases(rubric, ROOT / "tests" / "submissions") if case.files and case.loses]


def test_there_are_enough_wrong_submissions(bugs):
    assert len(bugs) >= FEWEST


def test_each_automatic_item_is_lost_by_several_of_them(rubric, bugs):
    lost = Counter(item for case in bugs for item in case.loses)
    automatic = [item.id for item in rubric.items if item.kind == "automatic"]
    assert {item: lost[item] for item in automatic if lost[item] < FEWEST_FOR_AN_ITEM} == {}


def test_each_standard_function_is_wrong_in_one_of_them(rubric, bugs):
    assert set(rubric.functions) <= {case.name.partition(".")[0] for case in bugs}


def test_each_declares_items_that_exist(rubric, bugs):
    known = {item.id for item in rubric.items}
    assert all(case.loses | case.may_lose <= known for case in bugs)
