"""The optimizer behind the first steps of a training is found, and steps that none takes are none of a known one."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.worker.probing import frameworks
from judging.first_steps import STEPS, FirstSteps
from judging.material import Material
from judging.small_network import small_network

NETWORK = small_network(Material(1), "first steps", dropout=False)
START = NETWORK.weights


@pytest.fixture(scope="module")
def batches():
    generator = np.random.default_rng(0)
    pictures = [generator.normal(size=(4, 3, 32, 32)).astype(np.float32) for _ in range(STEPS)]
    return [(x, generator.integers(0, 10, 4)) for x in pictures]


@pytest.fixture(scope="module")
def down(batches):
    """The weights before each step down the slope, and after the last."""
    steps = FirstSteps(NETWORK.layers, batches, [START], frameworks.named(frameworks.PYTORCH))
    return [START, *(steps.replay({"kind": "SGD", "lr": 0.05}, count) for count in range(1, STEPS + 1))]


def found(batches, weights):
    return FirstSteps(NETWORK.layers, batches, weights, frameworks.named(frameworks.PYTORCH)).common_optimizer()


def test_the_optimizer_and_its_learning_rate_are_found(batches, down):
    settings = found(batches, down)
    assert settings is not None and settings["kind"] == "SGD"
    assert settings["lr"] == pytest.approx(0.05, rel=1e-3)


def test_steps_up_the_slope_are_of_no_known_optimizer(batches, down):
    up = [[2 * start - after for start, after in zip(START, weights, strict=True)] for weights in down]
    assert found(batches, up) is None


def test_weights_that_became_nan_are_of_no_known_optimizer(batches):
    lost = [np.full_like(weights, np.nan) for weights in START]
    assert found(batches, [START, *[lost] * STEPS]) is None
