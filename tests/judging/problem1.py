"""Comparisons of Problem 1 that several checks make."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Final

import numpy as np

from autograder.checks import Evidence, Failed, Student, expect, expect_array, expect_close, expect_keys, expect_number
from autograder.checks.recordings import Trained, cross_entropy, trained_models
from autograder.data import ImageSet
from autograder.worker.probing.frameworks import Framework
from judging.drawn_pictures import batches_to_compare_on, flat
from judging.material import Material
from probes import mlp

NAMES: Final = ("relu", "sigmoid", "tanh")

Images = Callable[[str, str], ImageSet]
Batches = Sequence[tuple[np.ndarray, np.ndarray]]


class Comparison:
    """One run of `compare_activations` on two epochs of drawn digits, with what really happened in it."""

    epochs = 2

    def __init__(self, student: Student, images: Images, material: Material) -> None:
        rows = ((7, 9), (30, 34), (12, 24)), ((2, 2), (44, 56), (15, 30))
        train_batches, test_batches = map(flat, batches_to_compare_on(material, "1B", images, "mnist", *rows))
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


@dataclass(frozen=True)
class Answered:
    """How many of each batch's samples a network is to get right."""

    rows: tuple[int, ...]
    right: tuple[int, ...]

    @property
    def accuracy(self) -> float:
        return sum(self.right) / sum(self.rows)

    def counted_in_other_ways(self) -> list[float]:
        """What wrong ways to count give: means of batches, wrong answers, batches left out or taken alone."""
        shares = [right / rows for right, rows in zip(self.right, self.rows, strict=True)]
        without_last = sum(self.right[:-1]) / sum(self.rows[:-1])
        return [float(np.mean(shares)), 1 - self.accuracy, without_last, shares[0], shares[-1]]


def answered(material: Material) -> Answered:
    """Batches of which the last is smaller, and hits by which the right way to count and each wrong one give different shares."""
    tries = (_answered(material, attempt) for attempt in count())
    return next(each for each in tries if min(np.diff(sorted([each.accuracy, *each.counted_in_other_ways()]))) > 0.02)


def _answered(material: Material, attempt: int) -> Answered:
    rows = material.rows(f"1A evaluation rows {attempt}", (2, 2), (9, 14), (3, 6))
    generator = material.generator(f"1A evaluation hits {attempt}")
    return Answered(tuple(rows), tuple(int(generator.integers(1, size)) for size in rows))


def expect_learning(
    student: Student,
    run: dict[str, Any],
    labels: np.ndarray,
    bound: float,
    evidence: Evidence,
    counted: np.ndarray | None = None,
) -> np.ndarray:
    """Train epoch by epoch until the accuracy on test images passes the bound or the budget is spent.

    `counted` (N,) are the images that it is measured on; None: all. Returns the last predictions (N,).
    """
    losses: list[float] = []
    reached: list[float] = []
    predictions = np.empty(0)
    which = np.ones(len(labels), bool) if counted is None else counted
    with student.watch(mlp.learn_digits, **run) as epochs:
        for epoch in epochs:
            losses.append(expect_number(epoch["loss"], "The loss that `train_epoch` returns"))
            predictions = expect_array(epoch["predictions"], "The predictions").reshape(-1)
            expect(
                len(predictions) == len(labels), f"There are {len(predictions)} predictions for {len(labels)} images."
            )
            reached.append(float((predictions == labels)[which].mean()))
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
    return predictions


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
