"""What stands in the place of an answer and is none."""

from __future__ import annotations

import pytest

from autograder.handed_in.unanswered import is_unanswered, without_notes


@pytest.mark.parametrize(
    "text",
    [
        "(will add later)",
        "[insert analysis]",
        "WIP",
        "To be completed.",
        "Coming soon...",
        "kommt noch",
        "pendiente",
        "à compléter",
        "допишу позже",
        "待补充",
        "See report.",
        "See the discussion above.",
        "Same as 2B.",
        "siehe oben",
        "Not attempted. My laptop has no GPU and VGG takes forever.",
        "I did not do the bonus. There was an exam in the same week.",
    ],
)
def test_a_placeholder_a_pointer_or_an_excuse_is_no_answer(text):
    assert is_unanswered(text)


@pytest.mark.parametrize(
    "text",
    [
        "Sigmoid starts to learn later.",
        "Dropout.",
        "Nothing helped.",
        "As explained in the lecture, sigmoid saturates, and here its gradient falls by five orders of magnitude.",
        "I did not have time for all seeds, but dropout has the smallest gap.",
        "We skipped weight decay of 0.1 and got 97.8 % with dropout.",
    ],
)
def test_a_short_answer_is_one(text):
    assert not is_unanswered(text)


def test_notes_for_oneself_are_left_out():
    assert without_notes("Dropout is best (0.2). # TODO plot with better colors") == "Dropout is best (0.2)."
    assert without_notes("Dropout is best.") == "Dropout is best."


def test_who_decided_against_it_has_not_answered():
    assert is_unanswered("We vote two to zero against doing the bonus because of the exam on Monday.")
    assert not is_unanswered("We decided not to use dropout in the last layer, which brought the accuracy to 97.9 %.")
