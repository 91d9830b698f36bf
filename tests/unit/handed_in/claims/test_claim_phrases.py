"""Phrases that other words part or turn round mean the same as the plain ones."""

from __future__ import annotations

import pytest

from autograder.handed_in.claims import questions
from autograder.handed_in.naming import Naming
from autograder.handed_in.numbers import Standing

OPTIMIZERS = [
    Standing("accuracy", {"SGD": 0.9352, "RMSprop": 0.9799, "Adam": 0.9758}, "table 1"),
    Standing("seconds", {"SGD": 137.9, "RMSprop": 92.7, "Adam": 121.3}, "table 1"),
    Standing("gap", {"SGD": 0.001, "RMSprop": 0.0217, "Adam": 0.003}, "table 1"),
]
NAMING = Naming({"SGD": [], "RMSprop": [], "Adam": []})
SIGMOID = {"layer 1": 2e-7, "layer 3": 5e-6, "layer 6": 4e-4}
RELU = {"layer 1": 2e-3, "layer 3": 3e-3, "layer 6": 4e-3}
GRADIENTS = [
    Standing("gradient", {"sigmoid": SIGMOID[layer], "ReLU": RELU[layer]}, "table 1", f"gradient {layer}")
    for layer in SIGMOID
]
ACTIVATIONS = Naming({"sigmoid": [], "ReLU": []})


def asked(sentence: str, standings: list[Standing] = OPTIMIZERS, naming: Naming = NAMING) -> bool:
    return bool(list(questions([sentence], standings, naming)))


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("SGD leaves Adam far behind.", "Adam leaves SGD far behind."),
        ("The 97 % mark was passed by SGD.", "The 97 % mark was passed by Adam."),
        ("SGD crossed the 95 % line.", "RMSprop crossed the 95 % line."),
        ("None of the others could match SGD.", "None of the others could match RMSprop."),
        ("SGD is ahead of Adam thanks to its simple steps.", "Adam is ahead of SGD thanks to its simple steps."),
        ("It was SGD which won.", "It was RMSprop which won."),
        ("In accuracy, SGD lies in the middle.", "In accuracy, Adam lies in the middle."),
        ("Two points separate SGD and RMSprop.", "4.5 points separate SGD and RMSprop."),
        ("The time of SGD is a third lower than that of Adam.", "The time of SGD is a tenth higher than that of Adam."),
        ("As for RMSprop, it was the slowest.", "As for SGD, it was the slowest."),
        ("Adam cannot keep up with SGD.", "SGD cannot keep up with Adam."),
    ],
)
def test_a_parted_or_turned_phrase_is_read(wrong, right):
    assert asked(wrong)
    assert not asked(right)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("RMSprop does not overfit.", "Adam does not overfit."),
        ("There is no overfitting in RMSprop.", "There is no overfitting in SGD."),
    ],
)
def test_no_overfitting_is_a_small_gap(wrong, right):
    assert asked(wrong)
    assert not asked(right)


def test_little_overfitting_is_not_measured():
    assert not asked("RMSprop does not overfit much.")


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("The gradients of sigmoid do not vanish.", "The gradients of ReLU do not vanish."),
        ("The gradients of ReLU vanish.", "The gradients of sigmoid vanish."),
        (
            "Gradients in the first ReLU layer are bigger than in its last.",
            "In the first ReLU layer they are smaller than in its last.",
        ),
        (
            "In layer three ReLU is behind sigmoid by its gradient.",
            "In layer three the gradient of ReLU is the larger one.",
        ),
    ],
)
def test_gradients_are_compared_across_layers(wrong, right):
    assert asked(wrong, GRADIENTS, ACTIVATIONS)
    assert not asked(right, GRADIENTS, ACTIVATIONS)
