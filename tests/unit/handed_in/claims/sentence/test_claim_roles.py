"""A superlative that stands for somebody is a name, and the numbers tell whose."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

STANDINGS = [
    Standing("accuracy", {"A-net": 0.66, "B-net": 0.703, "C-net": 0.715}, "table 1"),
    Standing("seconds", {"A-net": 126.0, "B-net": 192.0, "C-net": 444.0}, "table 1"),
    Standing("parameters", {"A-net": 140_001.0, "B-net": 545_001.0, "C-net": 2_180_001.0}, "table 1"),
]
NAMING = Naming({"A-net": [], "B-net": [], "C-net": []})


def asked(sentence: str, standings: list[Standing] = STANDINGS) -> bool:
    return bool(list(questions([sentence], standings, NAMING)))


@pytest.mark.parametrize(
    "sentence",
    [
        "The largest model is the least accurate.",
        "The model with the fewest parameters is the slowest.",
        "From the smallest to the largest model the accuracy rises by ten points.",
        "B-net is ten points worse than the best network.",
        "The fastest network is also the most accurate.",
        "A-net takes longer than the slowest network.",
        "Even the weakest of the three networks gets 68 % right.",
        "Even the slowest of the three took less than seven minutes.",
        "Training the largest network took less than twice as long as training the smallest.",
        "The largest network took seven minutes, the smallest less than two minutes.",
    ],
)
def test_a_rank_in_place_of_a_name_means_who_has_it(sentence):
    assert asked(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The largest model is the most accurate.",
        "A-net stays five points under the winner.",
        "B-net is one point worse than the best network.",
        "The spread between the best and the worst network is about 5.5 points.",
        "The best network is C-net.",
        "The smallest model trains fastest.",
        "Even the weakest of the three networks gets more than 65 % right.",
        "The weakest of the four networks gets 68 % right.",
        "Training the largest network took more than twice as long as training the smallest.",
    ],
)
def test_nothing_is_asked_where_the_one_with_the_rank_fits(sentence):
    assert not asked(sentence)


def test_a_rank_that_two_share_is_nobody():
    tied = [Standing("parameters", {"A-net": 140_001.0, "B-net": 140_001.0, "C-net": 9_001.0}, "table 1"), STANDINGS[0]]
    assert not asked("The largest model is the least accurate.", tied)
