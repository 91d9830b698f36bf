"""Draws the small samples that are kept in git: `python -m autograder.data.sample`.

Class-balanced and deterministic: from each class, images at even distances over the whole set, in the set's
own order. So the sample is the same on every machine and with every version of numpy.
"""

from __future__ import annotations

import math

import numpy as np

from autograder.data import store
from autograder.data.arrays import sha256, write_array
from autograder.data.catalog import CATALOG


def balanced_indices(labels: np.ndarray, count: int, classes: int) -> np.ndarray:
    """`count` ascending indices into `labels`: as many of each class, at even distances within the class.

    Raises ValueError when `count` can't be divided evenly or a class is too small.
    """
    each, rest = divmod(count, classes)
    members = [np.flatnonzero(labels == label) for label in range(classes)]
    if rest or min(map(len, members)) < each:
        raise ValueError(f"{count} images cannot be drawn evenly from {classes} classes of {list(map(len, members))}")
    return np.sort(np.concatenate([indices[np.arange(each) * len(indices) // each] for indices in members]))


def draw() -> None:
    """Write every set's sample and print its checksums. Raises DataError when a set hasn't been fetched."""
    for data_set in CATALOG.values():
        folder = store.set_folder(data_set.name, sample=True)
        folder.mkdir(parents=True, exist_ok=True)
        for split in ("train", "test"):
            whole = store.open_set(data_set.name, split)
            count = math.prod(data_set.sample[f"{split}-labels"].shape)
            chosen = balanced_indices(whole.labels, count, len(data_set.class_names))
            for what, array in (("images", whole.images), ("labels", whole.labels)):
                path = folder / f"{split}-{what}.npy"
                new = path.with_suffix(".new")
                write_array(new, array[chosen])
                new.replace(path)
                print(f"{sha256(path)}  {path}")


if __name__ == "__main__":
    draw()
