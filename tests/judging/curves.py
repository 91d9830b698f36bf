"""Curves for the checks of plots, such as a training could have given them."""

from __future__ import annotations

import numpy as np

from judging.material import Material


def losses(material: Material, label: str, epochs: int) -> list[float]:
    """A loss of each epoch, falling from about 2 to about 0.5."""
    generator = material.generator(label)
    shares = _rising(generator, epochs)
    start, end = generator.uniform(1.5, 2.5), generator.uniform(0.2, 0.9)
    return [round(float(start + share * (end - start)), 4) for share in shares]


def accuracies(material: Material, label: str, epochs: int) -> list[float]:
    """An accuracy of each epoch, rising from about 0.5 to about 0.9."""
    generator = material.generator(label)
    shares = _rising(generator, epochs)
    start, end = generator.uniform(0.4, 0.65), generator.uniform(0.8, 0.99)
    return [round(float(start + share * (end - start)), 4) for share in shares]


def gradient_magnitudes(material: Material) -> dict[str, np.ndarray]:
    """What `track_gradients` could have given, (steps, layers): sigmoid's vanish towards the input, ReLU's hardly."""
    generator = material.generator("gradients of the plot")
    steps, layers = generator.integers(5, 9), generator.integers(6, 9)
    varied = generator.uniform(0.6, 1.6, (2, steps, layers))
    vanishing = 10.0 ** np.arange(-layers, 0)
    return {"sigmoid": vanishing * varied[0], "relu": 0.002 * (1 + np.arange(layers)) * varied[1]}


def _rising(generator: np.random.Generator, epochs: int) -> np.ndarray:
    """Shares of the way from the first epoch, 0, to the last, 1; the first steps are the longest."""
    steps = np.sort(generator.uniform(0.2, 1, epochs - 1))[::-1]
    return np.concatenate([[0.0], np.cumsum(steps) / steps.sum()])
