"""A claim is asked about only where the figures of its sentence fit what was read."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

REGULARIZED = [
    Standing("accuracy", {"Baseline": 0.9786, "L2": 0.9793, "Dropout": 0.9779}, "table 1"),
    Standing("train accuracy", {"Baseline": 0.9984, "L2": 0.9935, "Dropout": 0.9812}, "table 1"),
    Standing("gap", {"Baseline": 0.0198, "L2": 0.0142, "Dropout": 0.0033}, "table 1"),
]
NETWORKS = [
    Standing("accuracy", {"CNN_A": 0.710, "CNN_B": 0.739, "CNN_C": 0.719}, "table 1"),
    Standing("seconds", {"CNN_A": 66, "CNN_B": 74, "CNN_C": 103}, "table 1"),
    Standing("parameters", {"CNN_A": 545098, "CNN_B": 1080042, "CNN_C": 1259786}, "table 1"),
]
LAYERS = [
    Standing("gradient", {"Sigmoid": 8.3e-9, "ReLU": 9.1e-5}, "table 1", "gradient Layer 1"),
    Standing("gradient", {"Sigmoid": 6.7e-3, "ReLU": 4.2e-3}, "table 1", "gradient Layer 6"),
]


def asks(rubric, part: str, sentence: str, standings: list[Standing]) -> bool:
    return any(questions([sentence], standings, Naming(rubric.part(part).names)))


@pytest.mark.parametrize(
    ("part", "sentence", "standings"),
    [
        ("2C", "The baseline shows the largest gap of nearly 2%, and Dropout brings it down to 0.33%.", REGULARIZED),
        ("2C", "Baseline overfits: 99.84% on train against 97.86% on test.", REGULARIZED),
        ("3B", "CNN_B improves on CNN_A by almost 3 points for only 8 extra seconds.", NETWORKS),
        ("3B", "CNN_A and CNN_B are both faster than CNN_C, which was the largest.", NETWORKS),
        ("3B", "CNN_C takes half as long again (103 s instead of 66 s) as CNN_A.", NETWORKS),
        ("2B", "In the first layer sigmoid is at 10^-8, whereas ReLU is of the order of 10^-4.", LAYERS),
        ("2B", "In the first layer sigmoid has a gradient of 8.3·10⁻⁹ and ReLU of 9.1·10⁻⁵.", LAYERS),
    ],
)
def test_a_figure_that_means_something_else_than_was_read_is_left_alone(rubric, part, sentence, standings):
    assert not asks(rubric, part, sentence, standings)


@pytest.mark.parametrize(
    ("part", "sentence", "standings"),
    [
        ("2C", "The gap of the baseline is 1.1%.", REGULARIZED),
        ("3B", "CNN_C reached 73.9% in 103 seconds.", NETWORKS),
        ("3B", "CNN_C is 2 points better than CNN_B.", NETWORKS),
        ("3B", "With 545098 parameters CNN_A is the largest network.", NETWORKS),
        ("3B", "CNN_B took 51 seconds.", NETWORKS),
    ],
)
def test_a_figure_that_is_wrong_is_asked_about(rubric, part, sentence, standings):
    assert asks(rubric, part, sentence, standings)


def test_a_figure_that_is_in_no_table_leaves_all_of_its_sentence_unasked(rubric):
    assert asks(rubric, "3B", "CNN_A is better than CNN_B.", NETWORKS)
    assert not asks(rubric, "3B", "With 777 neurons, CNN_A is better than CNN_B.", NETWORKS)


def test_a_setting_is_no_figure(rubric):
    assert asks(rubric, "3B", "With lr=0.05 and 20 epochs, CNN_A is better than CNN_B.", NETWORKS)
