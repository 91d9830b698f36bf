"""Losses and accuracies recomputed from the actual outputs of the student's models.

A probe that watches a comparison (`autograder.worker.probing.recording`) sends every forward pass. The grader, who has the
labels, computes from it what the student's function should have reported.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
    span: tuple[float, float] = (0.0, 0.0)  # seconds on the worker's clock when the first and the last call ended
    parameters: Mapping[int, tuple[np.ndarray, ...]] = field(
        default_factory=dict
    )  # before the step on a batch, where kept

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
    training_steps: tuple[Mapping[str, Any], ...] = ()

    @property
    def activations(self) -> frozenset[str]:
        return frozenset(step["kind"] for step in self.steps) & ACTIVATIONS

    def training(self) -> list[Pass]:
        """The passes in which it learned."""
        return [run for run in self.passes if run.learned]

    def on(self, loader: str) -> list[Pass]:
        return [run for run in self.passes if run.loader == loader]

    def source_of(self, accuracy: float) -> str:
        """Which accuracy of this network a number is, such as 'its accuracy on the train loader'; empty when it is none."""
        last = max((index for index, run in enumerate(self.passes) if run.learned), default=0)
        for index, run in reversed(list(enumerate(self.passes))):
            for factor, unit in ((1, ""), (100, ", in percent")):
                if abs(accuracy - factor * run.accuracy()) < factor * 1e-4:
                    when = " before its last epoch" if index < last else ""
                    return f"its accuracy on the {run.loader} loader{when}{unit}"
        return ""

    def epochs(self) -> list[list[Pass]]:
        """Each training pass with the passes that follow it before the next one."""
        found: list[list[Pass]] = []
        for run in self.passes:
            if run.learned:
                found.append([run])
            elif found:
                found[-1].append(run)
        return found


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
        trained = Trained(
            tuple(model["steps"]),
            model["parameters"],
            model["first_weights"],
            complete,
            tuple(model.get("training_steps", ())),
        )
        if trained.training():
            found.append(trained)
    return found


def separate_trainings(models: Sequence[Trained]) -> list[Trained]:
    """One entry per training: a model whose weights were reset between two epochs counts as several.

    They were reset if a training pass starts with other weights than the evaluation before it used.
    """
    found = []
    for model in models:
        parts: list[list[Pass]] = [[]]
        for run in model.passes:
            if parts[-1] and run.learned and _restarted(run, parts[-1][-1], model.first_weights):
                parts.append([])
            parts[-1].append(run)
        found += [replace(model, first_weights=part[0].weights[0], passes=tuple(part)) for part in parts]
    return [training for training in found if training.training()]


def _restarted(run: Pass, before: Pass, first_weights: str) -> bool:
    if before.learned:  # the weights after its last step were not seen
        return run.weights[0] == first_weights
    return run.weights[0] != before.weights[-1]


def _pass(loader: str, calls: Sequence[Mapping[str, Any]], labels: Labels) -> Pass | None:
    """The pass made of these calls; None if batches are missing. Of several calls on a batch, the first counts."""
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
        (ordered[0].get("seconds", 0.0), ordered[-1].get("seconds", 0.0)),
        {call["batch"]: tuple(call["parameters"]) for call in ordered if "parameters" in call},
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
