"""The rubric of Homework 1 is complete: the assignment's points, its prose items, its standard functions."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.rubric import Rubric, load_rubric

ROOT = Path(__file__).parents[3]
POINTS = {"1A": 3, "1B": 3, "1C": 2, "2A": 4, "2B": 3, "2C": 2, "3A": 4, "3B": 3, "3C": 1, "bonus": 2}
SENTENCES = {
    "1B.analysis": (3, 4),
    "2A.analysis": (4, 5),
    "2B.explanation": (3, 4),
    "2C.analysis": (2, 3),
    "3B.analysis": (4, 5),
    "bonus.discussion": (2, 3),
}


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(ROOT / "rubric" / "hw1.yaml")


def test_each_part_is_worth_what_the_assignment_says(rubric: Rubric) -> None:
    assert {part.id: part.points for part in rubric.parts} == POINTS
    assert (rubric.assignment.points, rubric.assignment.bonus) == (25, 2)


def test_each_item_is_named_after_its_part(rubric: Rubric) -> None:
    assert all(item.id.startswith(f"{item.part}.") for item in rubric.items)


def test_prose_is_asked_for_in_the_assignments_lengths(rubric: Rubric) -> None:
    assert {item.id: item.sentences for item in rubric.items if item.sentences} == SENTENCES


def test_each_standard_function_is_needed_by_an_item(rubric: Rubric) -> None:
    assert {function for item in rubric.items for function in item.needs} == set(rubric.functions)


def test_a_student_who_loses_points_is_told_why_and_helped(rubric: Rubric) -> None:
    assert all(item.hint for item in rubric.items)
    assert all(item.message for item in rubric.items if item.kind == "automatic")


def test_the_root_is_the_folder_that_holds_everything(rubric: Rubric) -> None:
    assert rubric.root == ROOT.resolve()
