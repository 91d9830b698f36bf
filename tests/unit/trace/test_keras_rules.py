"""The grader's steps and losses are Keras's, number for number."""

from __future__ import annotations

import os
from typing import Any

import pytest
import torch

os.environ.setdefault("KERAS_BACKEND", "torch")
keras: Any = pytest.importorskip("keras")

from autograder.trace.keras_rules import KerasOptimizer, loss_by, penalty_on  # noqa: E402
from autograder.worker.tracing.keras_training import steps_of  # noqa: E402

OPTIMIZERS = [
    keras.optimizers.SGD(0.1),
    keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.01),
    keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipnorm=0.5),
    keras.optimizers.Adam(0.01),
    keras.optimizers.Adam(0.01, beta_1=0.8, epsilon=1e-3, amsgrad=True, clipvalue=0.3),
    keras.optimizers.AdamW(0.01, weight_decay=0.1),
    keras.optimizers.RMSprop(0.01),
    keras.optimizers.RMSprop(0.01, rho=0.8, momentum=0.5, centered=True, global_clipnorm=0.7),
    keras.optimizers.Adagrad(0.1),
    keras.optimizers.Adamax(0.01),
]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda each: each.name)
def test_four_steps_lead_to_keras_own_weights(optimizer: Any) -> None:
    start = [torch.randn(5, 3), torch.randn(3)]
    theirs = [keras.Variable(each.clone()) for each in start]
    ours = [each.clone().requires_grad_(True) for each in start]
    steps = steps_of(optimizer)
    steps.look(theirs)
    settings = {name: value for name, value in steps.param_groups[0].items() if name != "params"}
    mine = KerasOptimizer(type(steps).__name__, ours, settings)
    for _ in range(4):
        gradients = [torch.randn_like(each) for each in start]
        with torch.no_grad():
            optimizer.apply([each.clone() for each in gradients], theirs)
        for each, gradient in zip(ours, gradients, strict=True):
            each.grad = gradient
        mine.step()
    for one, other in zip(ours, theirs, strict=True):
        assert torch.allclose(one, other.value, rtol=0, atol=1e-7)


@pytest.mark.parametrize("logits", [False, True])
def test_losses_are_keras_own(logits: bool) -> None:
    numbers, classes = torch.randn(6, 4), torch.tensor([0, 1, 2, 3, 1, 1])
    output = numbers if logits else numbers.softmax(1)
    one_hot = torch.nn.functional.one_hot(classes, 4)
    given = {"from_logits": logits}
    expected = keras.losses.SparseCategoricalCrossentropy(from_logits=logits)(classes, output)
    assert torch.equal(loss_by("sparse_categorical_crossentropy", given, output, classes.reshape(-1, 1)), expected)
    expected = keras.losses.CategoricalCrossentropy(from_logits=logits)(one_hot, output)
    assert torch.equal(loss_by("categorical_crossentropy", given, output, one_hot), expected)
    column, truth = (numbers[:, :1] if logits else numbers[:, :1].sigmoid()), torch.tensor([0, 1, 1, 0, 1, 0])
    expected = keras.losses.BinaryCrossentropy(from_logits=logits)(truth.reshape(-1, 1), column)
    assert torch.equal(loss_by("binary_crossentropy", given, column, truth), expected)


def test_a_penalty_is_that_of_a_regularizer_and_unknown_rules_are_refused() -> None:
    weight = torch.randn(4, 4)
    expected = keras.regularizers.L1L2(0.1, 0.01)(weight)
    assert torch.allclose(penalty_on({"w": weight}, {"w": (0.1, 0.01)}), expected)
    with pytest.raises(ValueError, match="not one that the grader knows"):
        KerasOptimizer("Ftrl", [weight], {"lr": 0.1})
    with pytest.raises(ValueError, match="does not compute"):
        loss_by("categorical_crossentropy", {"label_smoothing": 0.1}, weight, weight)
