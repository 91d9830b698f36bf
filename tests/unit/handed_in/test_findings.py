"""Whether a sentence says what came out."""

from __future__ import annotations

import pytest

from autograder.handed_in.examples import read_examples
from autograder.handed_in.findings import Findings

ASKING = ("1B", "2A", "2B", "2C", "3B", "bonus")


@pytest.fixture(scope="module")
def findings(rubric) -> Findings:
    return Findings(read_examples(rubric.root / rubric.assignment.answers), ASKING)


@pytest.mark.parametrize(
    "sentence",
    [
        "Adam needs three epochs for what takes SGD twenty.",
        "The gap is only 0.3 points with dropout, so it prevents overfitting best.",
        "dropout wins",
        "Dropout.",
        "El SGD simple es el más lento y se queda en 92 %.",  # the examples are in English
    ],
)
def test_a_sentence_that_says_what_came_out_speaks(findings, sentence):
    assert findings.speaks(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Then I turned to the four optimizers.",
        "All networks were trained for 20 epochs with a batch size of 64.",
        "Net A has two convolutions and Net B has four.",
        "With more time I would have tried a schedule for the learning rate.",
        "The figures are in the folder plots.",
    ],
)
def test_what_was_done_or_comes_next_does_not(findings, sentence):
    assert not findings.speaks(sentence)


def test_without_examples_every_sentence_may_say_what_came_out():
    assert Findings({}, ASKING).speaks("The figures are in the folder plots.")
    assert Findings({"": ("The plots are in a folder.",)}, ASKING).speaks("The figures are in the folder plots.")
