"""Comparisons of Problem 1 that several checks make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from autograder.checks import Evidence, Failed, Student, expect, expect_close, expect_keys, expect_number
from autograder.checks.recordings import Trained, cross_entropy, trained_models
from autograder.data import ImageSet
from autograder.worker.probing.frameworks import Framework
from probes import material, mlp

NAMES: Final = ("relu", "sigmoid", "tanh")

Images = Callable[[str, str], ImageSet]
Batches = Sequence[tuple[np.ndarray, np.ndarray]]


class Comparison:
    """One run of `compare_activations` on two epochs of sampled digits, with what really happened in it."""

    epochs = 2

    def __init__(self, student: Student, images: Images) -> None:
        train, test = images("mnist", "train"), images("mnist", "test")
        train_batches = material.image_batches(train.images, train.labels, [32] * 8 + [20])
        test_batches = material.image_batches(test.images, test.labels, [50, 50, 23])
        # A part of the test labels is moved by one class, so that an honest accuracy is none that anybody expects.
        test_batches = [(x, np.where(np.arange(len(y)) % 3 == 0, (y + 1) % 10, y)) for x, y in test_batches]
        found = student.ask(
            mlp.compare_activations, train_batches=train_batches, test_batches=test_batches, epochs=self.epochs
        )
        returned = expect_keys(found["returned"], (), "What `compare_activations` returns")
        by_name = {str(name).lower(): entry for name, entry in returned.items()}
        expect_keys(by_name, NAMES, "What `compare_activations` returns")
        self._entries = by_name
        labels = {"train": [y for _, y in train_batches], "test": [y for _, y in test_batches]}
        self._models = trained_models(found, labels)

    def entry(self, name: str) -> dict[str, Any]:
        return expect_keys(self._entries[name], ("train_loss", "test_accuracy"), f"The entry '{name}'")

    def model(self, name: str) -> Trained:
        """The model with this activation; it must have been trained, and only once."""
        fitting = [model for model in self._models if model.activations == {name}]
        expect(fitting, f"No network with {name} activations was trained on the training loader.")
        expect(len(fitting) == 1, f"{len(fitting)} networks with {name} activations were trained; one was expected.")
        return fitting[0]


def expect_same_training(found: Any, expected: Any, batches: Batches, evidence: Evidence, framework: Framework) -> None:
    """Compare the answers of `mlp.train`: mode, weights, returned loss."""
    change = max(
        float(np.abs(one - other).max()) for one, other in zip(found["weights"], expected["weights"], strict=True)
    )
    evidence.fact("largest difference of a weight after training", change, "0, up to rounding")
    expect(all(found["training"]), f"`train_epoch` trains the model in evaluation mode; {framework.TO_TRAIN}.")
    for index, (one, other) in enumerate(zip(found["weights"], expected["weights"], strict=True)):
        expect_close(one, other, f"Parameter {index + 1} after training")
    for epoch, loss in enumerate(found["losses"]):
        value = expect_number(loss, "The loss that `train_epoch` returns")
        right = mean_losses(expected["outputs"][epoch * len(batches) :], batches)
        evidence.fact(f"loss returned for epoch {epoch + 1}", value, right[1])
        expect(
            any(abs(value - mean) <= 1e-4 * max(1.0, mean) for mean in right),
            f"`train_epoch` returns {value:.4g}; the mean loss of the epoch is {right[1]:.4g}.",
        )


def mean_losses(outputs: Sequence[np.ndarray], batches: Batches) -> tuple[float, float]:
    """The mean of the batches' mean losses, and the mean over samples. Both are right to return."""
    each = [cross_entropy(output, y) for output, (_, y) in zip(outputs, batches, strict=False)]
    return float(np.mean([losses.mean() for losses in each])), float(np.concatenate(each).mean())


def expect_learning(
    student: Student, run: dict[str, Any], labels: np.ndarray, bound: float, evidence: Evidence
) -> None:
    """Train epoch by epoch until the accuracy on test images passes the bound or the budget is spent."""
    losses: list[float] = []
    reached: list[float] = []
    with student.watch(mlp.learn_digits, **run) as epochs:
        for epoch in epochs:
            losses.append(expect_number(epoch["loss"], "The loss that `train_epoch` returns"))
            reached.append(float((epoch["predictions"] == labels).mean()))
            if reached[-1] > bound:
                break
    budget = int(run["epochs"])
    evidence.measure("test accuracy", max(reached), above=bound, expected=f"above {bound:g} within {budget} epochs")
    if reached[-1] > bound:
        evidence.measure("epochs needed", len(reached), below=budget + 1, expected=f"at most {budget}")
    else:
        evidence.fact("epochs spent", len(reached))
    evidence.curves("Test accuracy", {"your network": reached}, y_label="accuracy", threshold=bound)
    evidence.curves("Training loss", {"your network": losses})
    expect(
        max(reached) > bound,
        f"The test accuracy is {reached[-1]:.4f} after {len(reached)} epochs; more than {bound:g} is needed.",
    )


def not_the_accuracy(reported: float, trained: Trained, what: str, real: Sequence[float]) -> Failed:
    """The failure of a reported accuracy that is not the network's own on the test loader, `real`: what it is instead."""
    source = trained.source_of(reported)
    if source:
        return Failed(f"{what} is {reported:.4g}, which is {source}.", sign=f"{what} is {source}")
    if not real:
        text = f"The network was never run on the whole test loader, so {reported:.4g} is not its accuracy."
    else:
        text = f"The network's own accuracy was {real[-1]:.4g}."
    return Failed(f"{what} is {reported:.4g}. {text}", sign="")


def layers(dense: Sequence[tuple[int, int]]) -> str:
    return ", ".join(f"{inputs}→{outputs}" for inputs, outputs in dense) or "none"


def numbers(values: Any) -> str:
    return ", ".join(f"{float(value):.4g}" for value in values)
