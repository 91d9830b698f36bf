"""Trainings on data that their results say nothing by: the test data, and random numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from autograder.report.wording import listed
from autograder.trace.observed import Experiment
from traced.curves import Faults
from traced.pictures import are_noise
from traced.roles import trained_on_test

NOTHING_TO_LEARN: Final = "random numbers, in which there is nothing to learn. Train on the pictures of the data set."
MOST_TAILED: Final = (
    3.5  # kurtosis: 3 of normal numbers, 1.8 of even ones; pictures without their resemblance have more
)


def on_test_data(experiments: Mapping[str, Experiment], cost: float) -> Faults:
    """Where test accuracies that are compared are of networks that were trained on the test data."""
    found = [kind for kind, each in experiments.items() if trained_on_test(each)]
    if not found:
        return []
    told = f"The networks of {listed(found)} are trained on the test data, so their test accuracies say nothing."
    return [(cost, f"{told} Train on the training set.")]


def on_random_numbers(experiments: Mapping[str, Experiment], cost: float) -> Faults:
    """Where networks were trained on numbers that code has drawn, in place of pictures."""
    found = [kind for kind, each in experiments.items() if learns_from_noise(each)]
    if not found:
        return []
    return [(cost, f"The networks of {listed(found)} are trained on {NOTHING_TO_LEARN}")]


def learns_from_noise(experiment: Experiment) -> bool:
    """Whether the samples of a training's first steps are random numbers. Pictures whose pixels were put into another order, or
    made independent of each other, are none: they have far more extreme values."""
    material = experiment.source.material
    parts = [part for step in experiment.run.kept for part in step.parts]
    told = [samples for part in parts if (samples := material.get(part.inputs or "")) is not None]
    return bool(told) and all(are_noise(each) and _kurtosis(each) < MOST_TAILED for each in told)


def _kurtosis(samples: np.ndarray) -> float:
    """The fourth moment of numbers about their mean, as a multiple of the square of the second; infinite for one value alone."""
    centred = samples.astype(np.float64).ravel()
    centred -= centred.mean()
    spread = float((centred**2).mean())
    return float((centred**4).mean()) / spread**2 if spread > 0 else float("inf")
