"""Trends over all configurations are held against the sizes and the other quantity."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

NAMING = Naming({"Alpha": [], "Beta": [], "Gamma": []})
SIZES = Standing("parameters", {"Alpha": 100_000, "Beta": 500_000, "Gamma": 2_000_000}, "table 1")
RISING = [SIZES, Standing("accuracy", {"Alpha": 0.70, "Beta": 0.74, "Gamma": 0.78}, "table 1")]
UP_AND_DOWN = [SIZES, Standing("accuracy", {"Alpha": 0.70, "Beta": 0.78, "Gamma": 0.74}, "table 1")]


def asked(sentence: str, standings: list[Standing]) -> list[str]:
    return [each.found for each in questions([sentence], standings, NAMING)]


@pytest.mark.parametrize(
    "sentence",
    [
        "The more parameters, the higher the accuracy.",
        "Accuracy grows with the number of parameters.",
        "Larger networks are more accurate.",
        "Accuracy improved as the models became larger.",
        "More parameters led to a better accuracy.",
        "Adding parameters raised the accuracy.",
    ],
)
def test_a_trend_is_contradicted_where_a_larger_one_has_less(sentence):
    assert asked(sentence, UP_AND_DOWN)
    assert not asked(sentence, RISING)


def test_a_denied_trend_is_contradicted_where_all_go_that_way():
    sentence = "More parameters did not mean a better accuracy."
    assert asked(sentence, RISING)
    assert not asked(sentence, UP_AND_DOWN)


def test_the_question_shows_the_sizes_and_the_other_quantity():
    (found,) = asked("The bigger the model, the better the accuracy.", UP_AND_DOWN)
    assert "parameters" in found
    assert "test accuracy" in found


@pytest.mark.parametrize(
    "sentence",
    [
        "Larger networks usually are more accurate.",
        "More parameters mean a higher capacity.",
        "A larger learning rate improves the accuracy.",
        "The longer we train, the better the accuracy.",
        "Larger networks need more data.",
    ],
)
def test_what_is_no_trend_of_these_numbers_is_left_alone(sentence):
    assert not asked(sentence, UP_AND_DOWN)


def test_sizes_and_values_that_nobody_tells_apart_make_no_trend():
    same = [
        Standing("parameters", {"Alpha": 100_000, "Beta": 101_000}, "table 1"),
        Standing("accuracy", {"Alpha": 0.78, "Beta": 0.70}, "table 1"),
    ]
    near = [SIZES, Standing("accuracy", {"Alpha": 0.7402, "Beta": 0.7401, "Gamma": 0.74}, "table 1")]
    sentence = "Accuracy grows with the number of parameters."
    assert not asked(sentence, same)
    assert not asked(sentence, near)
