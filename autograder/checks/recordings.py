"""Losses and accuracies recomputed from what the student's models really gave.

A probe that watches a comparison (`autograder.worker.probing.recording`) sends every forward pass. The grader, who has the
labels, computes from it what the student's function should have reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

import numpy as np

from autograder.checks.outcomes import Failed

ACTIVATIONS: Final = frozenset({"relu", "sigmoid", "tanh", "leaky relu", "gelu", "elu", "silu", "softplus", "hardtanh"})

Labels = Mapping[str, Sequence[np.ndarray]]  # loader's name -> labels of each batch


@dataclass(frozen=True)
class Pass:
    """One run of one model through one loader: the outputs of each batch, in order."""

    loader: str
    training: bool
    gradients: bool
    outputs: tuple[np.ndarray, ...]
    labels: tuple[np.ndarray, ...]
    weights: tuple[str, ...]

    @property
    def learned(self) -> bool:
        """Whether the weights changed during it."""
        return len(set(self.weights)) > 1

    def losses(self) -> tuple[float, float]:
        """Cross-entropy as the mean of the batches' means, and as the mean over samples; both are right to report."""
        each = [cross_entropy(output, labels) for output, labels in zip(self.outputs, self.labels, strict=True)]
        means = [float(values.mean()) for values in each]
        return float(np.mean(means)), float(np.concatenate(each).mean())

    def accuracy(self) -> float:
        """The share of samples, in [0, 1], whose largest output is at the label."""
        hits = [output.argmax(axis=1) == labels for output, labels in zip(self.outputs, self.labels, strict=True)]
        return float(np.concatenate(hits).mean())


@dataclass(frozen=True)
class Trained:
    """One model of a recording with all its complete passes, in order."""

    steps: tuple[Mapping[str, Any], ...]
    parameters: int
    first_weights: str
    passes: tuple[Pass, ...]

    @property
    def activations(self) -> frozenset[str]:
        return frozenset(step["kind"] for step in self.steps) & ACTIVATIONS

    def training(self) -> list[Pass]:
        """The passes in which it learned."""
        return [run for run in self.passes if run.learned]

    def on(self, loader: str) -> list[Pass]:
        return [run for run in self.passes if run.loader == loader]


def trained_models(recording: Mapping[str, Any], labels: Labels) -> list[Trained]:
    """The models of a recording that learned something, in order of first use."""
    found = []
    for index, model in enumerate(recording["models"]):
        calls = [call for call in recording["calls"] if call["model"] == index and call["loader"] is not None]
        passes = [
            _pass(str(loader), list(group), labels)
            for (loader, _), group in groupby(calls, key=lambda call: (call["loader"], call["epoch"]))
        ]
        complete = tuple(run for run in passes if run is not None)
        trained = Trained(tuple(model["steps"]), model["parameters"], model["first_weights"], complete)
        if trained.training():
            found.append(trained)
    return found


def _pass(loader: str, calls: Sequence[Mapping[str, Any]], labels: Labels) -> Pass | None:
    """The pass that these calls make up; None when batches are missing. Of several calls on a batch the first counts."""
    first: dict[int, Mapping[str, Any]] = {}
    for call in calls:
        first.setdefault(call["batch"], call)
    if sorted(first) != list(range(len(labels[loader]))):
        return None
    ordered = [first[index] for index in sorted(first)]
    return Pass(
        loader,
        all(call["training"] for call in ordered),
        all(call["gradients"] for call in ordered),
        tuple(np.asarray(call["output"]) for call in ordered),
        tuple(np.asarray(batch) for batch in labels[loader]),
        tuple(call["weights"] for call in ordered),
    )


def log_softmax(outputs: Any) -> np.ndarray:
    """The logarithm of the classes' probabilities, for outputs (B, C); the same for logits and for their log-softmax."""
    values = np.asarray(outputs, dtype=np.float64)
    if values.ndim != 2:
        raise Failed(f"The model's output has the shape {values.shape}; (batch, classes) was expected.")
    shifted = values - values.max(axis=1, keepdims=True)
    return np.asarray(shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True)))


def cross_entropy(outputs: Any, labels: np.ndarray) -> np.ndarray:
    """Cross-entropy of each sample, natural logarithm: minus the log-softmax at the label. Shapes (B, C), (B,) -> (B,)."""
    log_probabilities = log_softmax(outputs)
    if len(log_probabilities) != len(labels):
        raise Failed(f"The model gave {len(log_probabilities)} outputs for a batch of {len(labels)}.")
    return np.asarray(-log_probabilities[np.arange(len(labels)), labels])
