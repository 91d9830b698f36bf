"""What is said of the last epoch is held against a course, or against a column of the best values."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

COLUMNS = [
    Standing("accuracy", {"CNN": 0.7052}, "table 1", "test accuracy"),
    Standing("accuracy", {"CNN": 0.7286}, "table 1", "best test accuracy"),
]
COURSE = [Standing("accuracy", {"CNN": 0.70}, "cell 3", courses={"CNN": ((1, 0.61), (2, 0.73), (3, 0.70))})]
RISING = [Standing("accuracy", {"CNN": 0.74}, "cell 3", courses={"CNN": ((1, 0.61), (2, 0.73), (3, 0.74))})]


def asked(sentence: str, standings: list[Standing]) -> bool:
    return bool(list(questions([sentence], standings, Naming({"CNN": []}))))


@pytest.mark.parametrize("standings", [COLUMNS, COURSE])
@pytest.mark.parametrize(
    "sentence",
    [
        "The test accuracy peaked in the very last epoch.",
        "The best accuracy was reached in the last epoch.",
        "The CNN has its highest test accuracy in the final epoch.",
    ],
)
def test_a_best_value_that_was_not_the_last_is_asked_about(sentence, standings):
    assert asked(sentence, standings)
    assert not asked(sentence, RISING)


@pytest.mark.parametrize(
    "sentence",
    [
        "The test accuracy did not peak in the last epoch.",
        "The test accuracy peaked before the last epoch.",
        "The best accuracy might be reached in the last epoch.",
        "The best epoch was two points better than the last epoch.",
    ],
)
def test_what_is_denied_or_conjectured_of_the_last_epoch_is_not(sentence):
    assert not asked(sentence, COLUMNS)


def test_a_denial_is_asked_about_where_the_last_is_the_best():
    assert asked("The test accuracy did not peak in the last epoch.", RISING)
