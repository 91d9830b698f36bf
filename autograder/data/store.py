"""Where the arrays are stored, and how they are checked and opened.

Layout: `<root>/<set>/<split>-<what>.npy`, and the same under `sample/` for the small sample that is kept in
git. Images are uint8, (N, 28, 28) for MNIST and (N, 3, 32, 32) for CIFAR-10; labels are uint8 (N,).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import platformdirs

from autograder.data.arrays import open_array, problems, quick_problem, quick_problems
from autograder.data.catalog import CATALOG, DataError, DataSet, find

ROOT_VARIABLE: Final = "AUTOGRADER_DATA"
CHECKOUT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class ImageSet:
    """One split of a data set, memory-mapped and read-only: images uint8, (N, ...); labels uint8 (N,)."""

    images: np.ndarray
    labels: np.ndarray
    class_names: tuple[str, ...]


@dataclass(frozen=True)
class SetStatus:
    """Whether a set can be opened, by a quick check; `problems` says what is missing or damaged."""

    name: str
    title: str
    sample: bool
    folder: Path
    nbytes: int
    problems: tuple[str, ...]

    @property
    def ready(self) -> bool:
        return not self.problems


def root() -> Path:
    """The cache: $AUTOGRADER_DATA, or `data_cache/` of this checkout, or the user's cache folder."""
    given = os.environ.get(ROOT_VARIABLE)
    if given:
        return Path(given).expanduser().resolve()
    in_checkout = CHECKOUT / "data_cache"
    return in_checkout if in_checkout.is_dir() else platformdirs.user_cache_path("autograder")


def sample_root() -> Path:
    """The samples' folder: they come with the checkout, wherever the cache is; without a checkout they are in the cache."""
    in_checkout = CHECKOUT / "data_cache" / "sample"
    return in_checkout if in_checkout.is_dir() else root() / "sample"


def set_folder(name: str, *, sample: bool = False, samples: Path | None = None) -> Path:
    """The folder of a set's arrays, whether they are there or not. `samples` is where the samples are, if elsewhere."""
    return ((samples or sample_root()) if sample else root()) / name


def array_path(name: str, split: str, what: str, sample: bool = False, samples: Path | None = None) -> Path:
    """The `.npy` file of 'images' or 'labels' of a split, 'train' or 'test'.

    Raises DataError when it isn't there, is truncated or is something else.
    """
    data_set = find(name)
    _open(data_set, f"{split}-{what}", sample, samples)
    return set_folder(name, sample=sample, samples=samples) / f"{split}-{what}.npy"


def open_set(name: str, split: str, *, sample: bool = False, samples: Path | None = None) -> ImageSet:
    """A split, 'train' or 'test', of a data set or of its sample. Raises DataError as `array_path` does."""
    data_set = find(name)
    images, labels = (_open(data_set, f"{split}-{what}", sample, samples) for what in ("images", "labels"))
    return ImageSet(images, labels, data_set.class_names)


def status() -> list[SetStatus]:
    """Every data set and its sample, checked by names and sizes; `verify` compares checksums."""
    return [
        SetStatus(
            name=data_set.name,
            title=data_set.title,
            sample=sample,
            folder=set_folder(data_set.name, sample=sample),
            nbytes=sum(spec.nbytes for spec in arrays.values()),
            problems=tuple(quick_problems(arrays, set_folder(data_set.name, sample=sample)).values()),
        )
        for data_set in CATALOG.values()
        for sample, arrays in ((False, data_set.arrays), (True, data_set.sample))
    ]


def verify(name: str, *, sample: bool = False) -> list[str]:
    """What is wrong with a set on disk, compared with its checksums: a sentence each, or none."""
    data_set = find(name)
    arrays = data_set.sample if sample else data_set.arrays
    return list(problems(arrays, set_folder(name, sample=sample)).values())


def _open(data_set: DataSet, name: str, sample: bool, samples: Path | None = None) -> np.ndarray:
    arrays = data_set.sample if sample else data_set.arrays
    if name not in arrays:
        raise DataError(f"{data_set.name} has no array {name!r}; it has {', '.join(arrays)}")
    path = set_folder(data_set.name, sample=sample, samples=samples) / f"{name}.npy"
    problem = quick_problem(path, arrays[name])
    if problem and sample:
        raise DataError(f"{problem}; get it from the repository again (git checkout data_cache/sample)")
    if problem:
        force = "--force " if path.exists() else ""
        raise DataError(f"{problem}; run `autograder data fetch {force}{data_set.name}`")
    return open_array(path)
