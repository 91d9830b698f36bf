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


MOMENTUM = Naming({"SGD": [], "SGD+Momentum": ["momentum"], "Adam": []})
WITH_MOMENTUM = [
    Standing("accuracy", {"SGD": 0.9352, "SGD+Momentum": 0.9768, "Adam": 0.9788}, "table 1"),
    Standing("seconds", {"SGD": 81.0, "SGD+Momentum": 83.0, "Adam": 121.0}, "table 1"),
    Standing("epochs", {"SGD": 8, "SGD+Momentum": 2, "Adam": 1}, "table 1", "epochs to 90%"),
]


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("Momentum did not help.", "Momentum helped a lot."),
        ("The accuracy is the same with and without momentum.", "The time is the same with and without momentum."),
        ("Without momentum, SGD reaches 97.7 %.", "Without momentum, SGD reaches 93.5 %."),
        ("Adam failed to reach 97 %.", "SGD failed to reach 97 %."),
        ("None of them made it to 97 %.", "None of them made it to 98 %."),
        ("SGD was the only optimizer to pass 97 %.", "SGD was the only optimizer that did not pass 97 %."),
        ("SGD got to 90 % before momentum did.", "Momentum got to 90 % before SGD did."),
        ("Adam finished before SGD.", "SGD finished before Adam."),
        ("Adam was faster than SGD, 81 seconds compared with 121.", "SGD was faster, 81 seconds against 121 for Adam."),
        ("Adam was only slightly better than SGD.", "Adam was only slightly better than momentum."),
        ("After Adam, SGD is the most accurate.", "After Adam, momentum is the most accurate."),
        ("Momentum made no difference to the accuracy.", "Momentum made no difference to the training time."),
        ("Momentum gave SGD a boost of two points.", "Momentum gave SGD a boost of four points."),
        ("SGD reached 90 % after the first epoch.", "Adam reached 90 % after the first epoch."),
        ("The test error of Adam is 6.5 %.", "The test error of Adam is 2.1 %."),
        ("None of the others was as accurate as SGD.", "None of the others was as accurate as Adam."),
    ],
)
def test_what_students_say_in_many_ways_is_read(wrong, right):
    assert asked(wrong, WITH_MOMENTUM, MOMENTUM)
    assert not asked(right, WITH_MOMENTUM, MOMENTUM)


@pytest.mark.parametrize(
    "sentence",
    [
        "SGD with momentum helped to escape plateaus.",
        "Adam was not worth it.",
        "Before training, SGD and Adam get the same weights.",
        "One epoch takes about six seconds with Adam.",
        "Adam is hardly better than momentum.",
        "Without momentum the updates are noisier.",
    ],
)
def test_what_only_looks_like_such_a_claim_is_left_alone(sentence):
    assert not asked(sentence, WITH_MOMENTUM, MOMENTUM)


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("In layer 1 the gradient of sigmoid is larger.", "In layer 1 the gradient of ReLU is larger."),
        ("In the first layer both have gradients of similar size.", "In the first layer ReLU has the larger gradient."),
        (
            "In the first layer ReLU is one order of magnitude above sigmoid.",
            "In the first layer ReLU is four orders of magnitude above sigmoid.",
        ),
        (
            "The ReLU network gets smaller gradients in the first layer.",
            "ReLU gets larger gradients in the first layer.",
        ),
    ],
)
def test_one_column_of_gradients_is_enough_to_speak_of_its_layer(wrong, right):
    first = GRADIENTS[:1]
    assert asked(wrong, first, ACTIVATIONS)
    assert not asked(right, first, ACTIVATIONS)


def test_the_last_layer_is_none_that_the_numbers_do_not_tell():
    assert not asked("In the last layer the gradient of sigmoid is larger.", GRADIENTS[:1], ACTIVATIONS)
    assert asked("In the last layer the gradient of sigmoid is larger.", GRADIENTS, ACTIVATIONS)


def test_models_may_be_listed_by_number():
    naming = Naming({})
    standings = [Standing("accuracy", {"Model 1": 0.70, "Model 2": 0.76, "Model 3": 0.78}, "table 1")]
    assert asked("Models 2 and 3 are both below 75 %.", standings, naming)
    assert not asked("Models 2 and 3 are both above 75 %.", standings, naming)
