"""The inputs of the checks, drawn from the grading run's secret, so that nobody can have seen them before.

All submissions of a run, the reference and its wrong versions are asked with the same. Student code is given what is drawn, never
the secret.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

Range = tuple[int, int]  # the smallest and the largest


@dataclass(frozen=True)
class Material:
    """What one secret gives. Every draw has a label of its own, and the same label gives the same again."""

    secret: int

    def generator(self, label: str) -> np.random.Generator:
        """A new generator for this label. What it gives tells nothing of the secret, nor of what other labels give."""
        return np.random.default_rng(list(hashlib.sha256(f"{self.secret} {label}".encode()).digest()))

    def number(self, label: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return int(self.generator(label).integers(low, high + 1))

    def sizes(self, label: str, count: int, low: int, high: int) -> list[int]:
        """`count` different whole numbers from `low` to `high`, in random order, such as sizes of layers."""
        chosen = self.generator(label).choice(high + 1 - low, count, replace=False)
        return [low + int(number) for number in chosen]

    def rows(self, label: str, count: Range, full: Range, last: Range) -> list[int]:
        """The sizes of batches: a number in `count` of one size in `full`, and a shorter one in `last` after them."""
        generator = self.generator(label)
        several, size, rest = (int(generator.integers(low, high + 1)) for low, high in (count, full, last))
        return [size] * several + [rest]

    def dense_weights(self, label: str, layer_sizes: Sequence[int]) -> list[np.ndarray]:
        """Kernels (outputs, inputs) and biases (outputs,) of a multilayer perceptron, float32, scaled by 1/sqrt(inputs)."""
        return self._weights(label, [(outputs, inputs) for inputs, outputs in pairwise(layer_sizes)], 2)

    def conv_weights(self, label: str, shapes: Sequence[tuple[int, ...]]) -> list[np.ndarray]:
        """Kernels of the given shapes (outputs, inputs, ...), each followed by its bias; float32, scaled by 1/sqrt(inputs)."""
        return self._weights(label, shapes, 1.5)

    def _weights(self, label: str, shapes: Sequence[tuple[int, ...]], scale: float) -> list[np.ndarray]:
        generator = self.generator(label)
        weights: list[np.ndarray] = []
        for shape in shapes:
            bound = float(np.prod(shape[1:])) ** -0.5
            weights.append(generator.uniform(-bound, bound, shape).astype(np.float32) * scale)
            weights.append(generator.uniform(-bound, bound, shape[0]).astype(np.float32) * scale)
        return weights

    def noise(self, label: str, *shape: int) -> np.ndarray:
        """Standard normal numbers of this shape, float32."""
        return self.generator(label).standard_normal(shape).astype(np.float32)

    def batches(
        self, label: str, rows: Sequence[int], columns: int, classes: int
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Batches of noise with random labels, one a number in `rows`; inputs (rows, columns), labels int64 (rows,)."""
        generator = self.generator(label)
        return [
            (generator.standard_normal((count, columns)).astype(np.float32), generator.integers(0, classes, count))
            for count in rows
        ]

    def class_names(self) -> np.ndarray:
        """What the ten classes of pictures are called in this run: class k is called `class_names()[k]`, uint8 (10,).

        Training and test labels change alike, so that a network learns as before, and remembered predictions are wrong.
        """
        return self.generator("class names").permutation(10).astype(np.uint8)
