"""Weights and batches for probes: drawn by fixed seeds, the same for every submission and for the reference."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np


def dense_weights(layer_sizes: Sequence[int], seed: int = 0) -> list[np.ndarray]:
    """Kernels (outputs, inputs) and biases (outputs,) of a multilayer perceptron, float32, scaled by 1/sqrt(inputs)."""
    generator = np.random.default_rng(seed)
    weights: list[np.ndarray] = []
    for inputs, outputs in pairwise(layer_sizes):
        bound = inputs**-0.5
        weights.append(generator.uniform(-bound, bound, (outputs, inputs)).astype(np.float32) * 2)
        weights.append(generator.uniform(-bound, bound, outputs).astype(np.float32) * 2)
    return weights


def noise(rows: int, columns: int, seed: int = 1) -> np.ndarray:
    """Standard normal numbers, (rows, columns), float32."""
    return np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)


def batches(rows: Sequence[int], columns: int, classes: int, seed: int = 2) -> list[tuple[np.ndarray, np.ndarray]]:
    """Batches of noise with random labels, one a number in `rows`; inputs (rows, columns), labels int64 (rows,)."""
    generator = np.random.default_rng(seed)
    return [
        (generator.standard_normal((count, columns)).astype(np.float32), generator.integers(0, classes, count))
        for count in rows
    ]


def image_batches(images: np.ndarray, labels: np.ndarray, rows: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Consecutive batches of flattened images in [0, 1], (rows, pixels), with int64 labels."""
    found = []
    start = 0
    for count in rows:
        chosen = slice(start, start + count)
        x = np.asarray(images[chosen], np.float32).reshape(count, -1) / 255
        found.append((x, np.asarray(labels[chosen], np.int64)))
        start += count
    return found


def picture_batches(
    images: np.ndarray, labels: np.ndarray, rows: Sequence[int], start: int = 0
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Consecutive batches of pictures in [0, 1] from number `start` on, (rows, 3, height, width), with int64 labels."""
    found = []
    for count in rows:
        chosen = slice(start, start + count)
        found.append((np.asarray(images[chosen], np.float32) / 255, np.asarray(labels[chosen], np.int64)))
        start += count
    return found


def conv_weights(shapes: Sequence[tuple[int, ...]], seed: int = 0) -> list[np.ndarray]:
    """Kernels of the given shapes (outputs, inputs, ...), each followed by its bias; float32, scaled by 1/sqrt(inputs)."""
    generator = np.random.default_rng(seed)
    weights: list[np.ndarray] = []
    for shape in shapes:
        bound = float(np.prod(shape[1:])) ** -0.5
        weights.append(generator.uniform(-bound, bound, shape).astype(np.float32) * 1.5)
        weights.append(generator.uniform(-bound, bound, shape[0]).astype(np.float32) * 1.5)
    return weights
