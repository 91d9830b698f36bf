"""A small convolutional network of the grader's own, drawn anew for each grading run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from judging.material import Material

Layers = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class SmallNetwork:
    """A network of the grader's own for pictures of CIFAR-10, as `networks.build` takes it, with its weights."""

    layers: Layers
    weights: list[np.ndarray]


def small_network(material: Material, label: str, *, dropout: bool) -> SmallNetwork:
    """A network of two small convolutions and a dense layer, with or without dropout between the convolutions."""
    first, second = material.number(f"{label} filters", 3, 5), material.number(f"{label} filters of the second", 5, 8)
    inputs = second * 4 * 4
    layers: Layers = [
        ["conv", 3, first, 3],
        ["relu"],
        ["max-pool", 4],
        *([["dropout", 0.5]] if dropout else []),
        ["conv", first, second, 3],
        ["relu"],
        ["max-pool", 2],
        ["flatten"],
        ["linear", inputs, 10],
    ]
    shapes = [(first, 3, 3, 3), (second, first, 3, 3), (10, inputs)]
    return SmallNetwork(layers, material.conv_weights(f"{label} weights", shapes))
