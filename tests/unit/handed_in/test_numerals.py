"""Numbers and letters of parts in one form, and lines that begin with a label."""

from __future__ import annotations

import pytest

from autograder.handed_in.numerals import at_labels, in_one_form


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Problem II", "Problem 2"),
        ("II.A Optimizers", "2.A Optimizers"),
        ("Task two, part b: Adam", "Task 2, part B: Adam"),
        ("Задание 2Б", "Задание 2B"),
        ("Q2c: Adam", "Q 2c: Adam"),
        ("Task2c", "Task 2c"),
        ("第二题", " Problem 2 "),
        ("In a part a model was", "In a part a model was"),
        ("I would take Adam", "I would take Adam"),
    ],
)
def test_numbers_and_letters_have_one_form(written, read):
    assert in_one_form(written) == read


def test_a_line_that_begins_with_a_label_begins_a_paragraph():
    lines = ["1B: ReLU won", "by a point.", "2.1: Adam", "Bonus: not done", "97.7 % is what it has", "3 of 4 are right"]
    assert at_labels(lines) == [
        "1B: ReLU won by a point.",
        "2.1: Adam",
        "Bonus: not done 97.7 % is what it has 3 of 4 are right",
    ]
