"""What is known before any run, told from what came out."""

from __future__ import annotations

import pytest

from autograder.handed_in.prose import could_answer
from autograder.handed_in.theory import is_theory


@pytest.mark.parametrize(
    "text",
    [
        "Vanishing gradient means the gradient becomes exponentially small in many layers.",
        "Dropout is a regularization technique that switches units off at random.",
        "Overfitting occurs when a model learns the noise in its data.",
        "Unter Vanishing Gradient versteht man, dass der Gradient mit jeder Schicht kleiner wird.",
        "El descenso de gradiente es un algoritmo que sigue la pendiente.",
        "过拟合是指模型记住了训练数据。",
        "A convolution with kernel k, padding p maps a side of length n to (n+2p-k)/s +1.",
    ],
)
def test_definitions_and_derivations_are_theory_and_no_answer(text):
    assert is_theory(text)
    assert not could_answer(text)


@pytest.mark.parametrize(
    "text",
    [
        "This means that the first layers learn nothing.",
        "This happens when the sigmoid saturates, and the network stops learning.",
        "The gradient of the first layer is 10^5 times smaller than that of the last.",
        "The net deep_avg is the best one, val_loss falls until the end.",
        "Dropout is a better method than weight decay in our runs.",
    ],
)
def test_what_came_out_and_why_is_none(text):
    assert not is_theory(text)
    assert could_answer(text)


def test_a_definition_with_the_students_own_figures_is_an_answer():
    assert could_answer("Dropout is a technique that works: the gap falls from 2.1 % to 0.3 %.")
