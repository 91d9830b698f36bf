"""Where a data loader's samples come from: which data set, which part of it, and whether they are randomly augmented."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from torch.utils.data import Dataset, RandomSampler, SequentialSampler

from autograder.worker.tracing.loaders import whole_of
from autograder.worker.tracing.timelapse import Few, length_of

FIRST: Final = 8  # samples
PLACES: Final = 1_600  # about as many of a set are told apart
# Classes of torchvision.transforms
AT_RANDOM: Final = re.compile(r"Random|AutoAugment|TrivialAugment|AugMix|ColorJitter")


def described(dataset: Any, sampler: Any = None) -> dict[str, Any]:
    """Where the samples come from, as far as known: the innermost data set, its split, and which of its samples they are."""
    length = length_of(dataset)
    indices: np.ndarray | None = None
    base, wrapped = whole_of(dataset), isinstance(dataset, Few)
    for _ in range(8):
        inner = getattr(base, "indices", None)
        if inner is not None and hasattr(base, "dataset"):
            inner = _numbers(inner)
            indices = inner if indices is None else inner[indices[indices < len(inner)]]
            base = whole_of(base.dataset)
        elif isinstance(found := _only_dataset(base), Dataset):
            base = whole_of(found)
        else:
            break
    drawn = getattr(sampler, "indices", None)
    if drawn is not None and indices is None:
        indices = _numbers(drawn)
    train = getattr(base, "train", None)
    split = {True: "train", False: "test"}.get(train, "") if isinstance(train, bool) else _split_of_parts(base)
    first = range(min(length, FIRST)) if indices is None else indices[: min(length, FIRST)].tolist()
    whole = length_of(dataset.whole) if isinstance(dataset, Few) else length
    if sampler is not None and not isinstance(sampler, SequentialSampler | RandomSampler):
        whole = length_of(sampler) or whole  # as many as it draws, maybe from a part of the data set
    about = {"set": type(base).__name__, "split": split, "samples": length, "whole": whole, "cut": wrapped}
    about |= {"base": length_of(base), "augmented": is_augmented(getattr(base, "transform", None))}
    return {**about, "first": list(first), "spread": [] if indices is None else _spread(indices, length_of(base))}


def _numbers(indices: Iterable[Any]) -> np.ndarray:
    """Indices in any form as int64 (N,)."""
    return np.asarray(
        indices if isinstance(indices, Sequence | np.ndarray) else [int(each) for each in indices], dtype=np.int64
    )


def _spread(indices: np.ndarray, base: int) -> list[int]:
    """Some of the indices in a set of `base` samples, in order, by which overlapping parts of it are known: the multiples of a
    number that depends on its size alone."""
    every = max(1, base // PLACES)
    return [int(each) for each in np.unique(indices[indices % every == 0])[: 2 * PLACES]]


def _split_of_parts(dataset: Any) -> str:
    """The split of concatenated data sets: 'both' if they are from both."""
    parts = getattr(dataset, "datasets", None)
    found = {str(described(each)["split"]) for each in parts[:8]} if isinstance(parts, list) else set()
    return "both" if {"train", "test"} <= found else found.pop() if len(found) == 1 else ""


def _only_dataset(dataset: Any) -> Any:
    """The single data set that a student's own class wraps."""
    inner = (
        [value for value in vars(dataset).values() if isinstance(value, Dataset)]
        if hasattr(dataset, "__dict__")
        else []
    )
    return inner[0] if len(inner) == 1 else None


def is_augmented(transform: Any) -> bool:
    """Whether a transform, or one that it is composed of, changes pictures at random."""
    parts = getattr(transform, "transforms", None)
    if isinstance(parts, list | tuple):
        return any(map(is_augmented, parts[:64]))
    return AT_RANDOM.match(type(transform).__name__) is not None
