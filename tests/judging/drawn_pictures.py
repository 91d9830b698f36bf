"""Real pictures for the checks: other ones, in another order and with other names of their classes in every grading run."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from autograder.data import ImageSet
from judging.material import Material

Batches = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Pictures:
    """Pictures as they are stored, uint8 (N, ...), with their labels in this run, uint8 (N,)."""

    images: np.ndarray
    labels: np.ndarray

    def flat_batches(self, rows: Sequence[int]) -> Batches:
        """Consecutive batches of flattened pictures in [0, 1], float32 (rows, pixels), with int64 labels."""
        return flat(self.batches(rows))

    def batches(self, rows: Sequence[int]) -> Batches:
        """Consecutive batches of pictures in [0, 1], float32 (rows, ...), with int64 labels."""
        return [
            (np.asarray(self.images[part], np.float32) / 255, np.asarray(self.labels[part], np.int64))
            for part in consecutive(rows)
        ]


def flat(batches: Batches) -> Batches:
    """The batches with each picture as one row of pixels."""
    return [(x.reshape(len(x), -1), y) for x, y in batches]


def drawn_pictures(material: Material, label: str, whole: ImageSet, count: int) -> Pictures:
    """`count` different pictures of a set, in random order. Raises ValueError when it has fewer."""
    chosen = material.generator(label).choice(len(whole.labels), count, replace=False)
    return Pictures(np.asarray(whole.images[chosen]), renamed(material, whole.labels[chosen]))


def batches_to_compare_on(
    material: Material,
    label: str,
    images: Callable[[str, str], ImageSet],
    name: str,
    training: Sequence[tuple[int, int]],
    test: Sequence[tuple[int, int]],
) -> tuple[Batches, Batches]:
    """Batches of the set `name` to train on and to measure on, of sizes within `training` and `test` (see `Material.rows`); a
    third of the labels to measure on are moved."""
    train_rows = material.rows(f"{label} training rows", *training)
    test_rows = material.rows(f"{label} test rows", *test)
    train = drawn_pictures(material, f"{label} training", images(name, "train"), sum(train_rows))
    asked = drawn_pictures(material, f"{label} test", images(name, "test"), sum(test_rows))
    return train.batches(train_rows), moved(material, f"{label} moved", asked.batches(test_rows))


def renamed(material: Material, labels: np.ndarray) -> np.ndarray:
    """The labels, 0 to 9, as this run calls them, uint8."""
    return np.asarray(material.class_names()[np.asarray(labels)])


def moved(material: Material, label: str, batches: Batches) -> Batches:
    """The batches with a third of the labels moved to another class, so that an honest accuracy is none that anybody expects."""
    generator = material.generator(label)
    third, distance = int(generator.integers(3)), int(generator.integers(1, 10))
    return [(x, np.where(np.arange(len(y)) % 3 == third, (y + distance) % 10, y)) for x, y in batches]


def consecutive(rows: Sequence[int]) -> Iterator[slice]:
    """The parts of an array that batches of these sizes are."""
    start = 0
    for count in rows:
        yield slice(start, start + count)
        start += count
