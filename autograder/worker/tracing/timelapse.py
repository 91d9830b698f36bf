"""Makes a run short: a data loader ends after a few batches, and its length, data set and sampler agree with that.

The loader is cut and not the data set, so that `random_split(data, [55000, 5000])` and `Subset(data, range(10000))` work. Numbers
of epochs stay the student's.
"""

from __future__ import annotations

import contextlib
import functools
import operator
import random
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Sampler,
)

LARGEST_BATCH: Final = 1024
SECOND_BATCH: Final = 32  # samples
COLUMNS: Final = frozenset({"data", "targets", "labels", "tensors", "samples"})  # with a value for each sample
LAST_PARAMETERS: Final = (  # of a loader, in order, after `num_workers`
    "collate_fn pin_memory drop_last timeout worker_init_fn multiprocessing_context generator"
).split()


class Few(Dataset[Any]):
    """The samples of a data set at these indices; in all other respects it behaves like that data set."""

    def __init__(self, whole: Any, places: Sequence[int]) -> None:
        self.whole, self.places = whole, places

    @property  # type: ignore[misc]
    def __class__(self) -> type[Any]:
        """`isinstance` checks this besides the type itself."""
        return type(self.whole)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, index: Any) -> Any:
        with contextlib.suppress(TypeError):  # from a slice or a list, which are left to the data set
            index = self.places[operator.index(index)]  # also for a NumPy integer or a tensor with one
        return self.whole[index]

    def __getattr__(self, name: str) -> Any:
        if name in ("whole", "places"):
            raise AttributeError(name)
        value = getattr(self.whole, name)
        if name == "__getitems__":  # loaders call it on some data sets, such as `Subset`, for a whole batch
            return lambda indices: value([self.places[index] for index in indices])
        if name in COLUMNS:
            return tuple(self._at(each) for each in value) if name == "tensors" else self._at(value)
        return value

    def _at(self, column: Any) -> Any:
        if isinstance(self.places, range):
            return column[: len(self.places)]
        return column[list(self.places)] if hasattr(column, "shape") else [column[place] for place in self.places]


def few_of(dataset: Any, count: int, *, shuffled: bool) -> Few:
    """The first samples of a data set or, if they will be shuffled, samples from all over it, as it may be sorted by class. The
    choice is always the same, and no global random generator advances."""
    places = range(count)
    return Few(dataset, sorted(random.Random(0).sample(range(len(dataset)), count)) if shuffled else places)  # noqa: S311


class FirstDrawn(Sampler[Any]):
    """The first entries that a sampler draws."""

    def __init__(self, sampler: Any, count: int) -> None:
        self.sampler, self.count = sampler, count

    def __iter__(self) -> Iterator[Any]:
        for number, entry in enumerate(self.sampler):
            if number == self.count:
                return
            yield entry

    def __len__(self) -> int:
        return self.count

    def __getattr__(self, name: str) -> Any:
        if name in ("sampler", "count"):
            raise AttributeError(name)
        return getattr(self.sampler, name)


@dataclass(frozen=True)
class Cut:
    """The length of an iteration: `batches`, with at least `fewest` and at most `most` samples if the batch size allows that."""

    batches: int
    fewest: int
    most: int
    largest_batch: int

    def samples(self, batch_size: int) -> int:
        """How many samples an iteration with batches of this size has."""
        if batch_size >= self.most:  # and a second batch, or what is done with the last one alone would not show
            return min(batch_size + SECOND_BATCH, self.largest_batch)
        return max(min(max(self.batches * batch_size, self.fewest), self.most), batch_size)

    def batches_of(self, batch_size: int) -> int:
        return -(-self.samples(batch_size) // batch_size)


# Chosen by the numbers in a sample, as computation grows with them.
DIGITS: Final = Cut(batches=4, fewest=256, most=512, largest_batch=LARGEST_BATCH)
PICTURES: Final = Cut(batches=2, fewest=128, most=256, largest_batch=288)  # 3 × 32 × 32
LARGE_PICTURES: Final = Cut(batches=1, fewest=32, most=32, largest_batch=32)  # as for ImageNet's networks
LARGE_BATCH: Final = 16  # samples, of a large network that a library's `fit` trains
LARGE_NETWORK: Final = Cut(batches=1, fewest=LARGE_BATCH, most=LARGE_BATCH, largest_batch=LARGE_BATCH)
CUTS: Final = ((2048, DIGITS), (8192, PICTURES))


_is_large: ContextVar[bool] = ContextVar("_is_large", default=False)


@contextlib.contextmanager
def for_a_large_network() -> Iterator[None]:
    """What is loaded in this block is for a network that enlarges its pictures itself, or takes as long as if it did."""
    token = _is_large.set(True)
    try:
        yield
    finally:
        _is_large.reset(token)


def cut_for(dataset: Any) -> Cut:
    """How the iterations over a data set are cut, by the size of its first sample. No random generator advances."""
    if _is_large.get():
        return LARGE_NETWORK
    numbers = _numbers_in_a_sample(dataset)
    return next((cut for most, cut in CUTS if numbers <= most), LARGE_PICTURES)


def _numbers_in_a_sample(dataset: Any) -> int:
    if isinstance(dataset, IterableDataset) or not length_of(dataset):
        return 0
    states = random.getstate(), np.random.get_state()  # noqa: NPY002 - students' transforms draw from the global generator
    try:
        with torch.random.fork_rng(devices=[]):
            sample = dataset[0]
    except Exception:  # a student's data set may raise anything, and will raise it again in the run
        return 0
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002
    first = sample[0] if isinstance(sample, list | tuple) and sample else sample
    return int(np.prod(getattr(first, "shape", ())))


def cut_loaders(whole: int = 0) -> None:
    """From now on, new data loaders are short, in this process; those that go through at most `whole` samples in order, as
    evaluations do, are not. What was predicted is then as long as the labels beside it."""
    original = DataLoader.__init__

    @functools.wraps(original)
    def initialise(
        self: Any,
        dataset: Any,
        batch_size: int | None = 1,
        shuffle: bool | None = None,
        sampler: Any = None,
        batch_sampler: Any = None,
        num_workers: int = 0,
        *rest: Any,
        **options: Any,
    ) -> None:
        options |= zip(LAST_PARAMETERS, rest, strict=False)
        for name in ("prefetch_factor", "persistent_workers", "multiprocessing_context", "pin_memory", "timeout"):
            options.pop(name, None)
        in_order = not (shuffle or sampler or batch_sampler)
        if not in_order or not 0 < length_of(dataset) <= whole or _is_large.get():
            batch_size = _two_batches(dataset, batch_size) if in_order and batch_size else batch_size
            dataset, sampler, batch_sampler = _shortened(dataset, batch_size, bool(shuffle), sampler, batch_sampler)
        if isinstance(dataset, Few) and len(dataset) < (batch_size or 1):
            options.pop("drop_last", None)  # or nothing would be left
        original(self, dataset, batch_size, shuffle, sampler, batch_sampler, 0, **options)

    DataLoader.__init__ = initialise  # type: ignore[method-assign]


def _two_batches(dataset: Any, batch_size: int) -> int:
    """The batch size with which an evaluation has two batches, where its own is so large that a part of one would be left."""
    if isinstance(dataset, IterableDataset) or _is_keras(dataset) or batch_size >= length_of(dataset):
        return batch_size
    cut = cut_for(dataset)
    return cut.most // 2 if batch_size > cut.largest_batch else batch_size


def _shortened(
    dataset: Any, batch_size: int | None, shuffle: bool, sampler: Any, batch_sampler: Any
) -> tuple[Any, Any, Any]:
    if isinstance(dataset, IterableDataset) or not hasattr(dataset, "__len__") or _is_asked_only(dataset):
        return dataset, sampler, batch_sampler
    cut = cut_for(dataset)
    is_in_order = _is_keras(dataset) and length_of(dataset) <= LARGEST_BATCH and not is_shuffled(batch_sampler)
    if is_in_order and cut not in (LARGE_PICTURES, LARGE_NETWORK):
        return dataset, sampler, batch_sampler  # measured on all of it, as a student's own count would be
    if batch_sampler is not None:
        size = batch_sampler.batch_size if isinstance(batch_sampler, BatchSampler) else 0
        count = cut.batches_of(size) if size else cut.batches
        return dataset, sampler, FirstDrawn(batch_sampler, min(count, len(batch_sampler)))
    keep = min(cut.samples(batch_size or 1), len(dataset))
    if batch_size is None and isinstance(sampler, BatchSampler):
        # Its entries are batches: the data set takes lists of indices.
        return dataset, FirstDrawn(sampler, min(cut.batches_of(sampler.batch_size), len(sampler))), None
    if sampler is not None:
        length = len(sampler) if hasattr(sampler, "__len__") else keep
        return dataset, FirstDrawn(sampler, min(keep, length)), None
    return (few_of(dataset, keep, shuffled=shuffle) if keep < len(dataset) else dataset), None, None


def _is_asked_only(dataset: Any) -> bool:
    """Whether these are Keras's arrays without labels, as for `predict`, which must return an output for each."""
    arrays = getattr(dataset, "array", None)
    return _is_keras(dataset) and not (isinstance(arrays, list | tuple) and len(arrays) > 1)


def _is_keras(dataset: Any) -> bool:
    return type(dataset).__module__.startswith("keras")


def length_of(dataset: Any) -> int:
    """How many samples there are; 0 if unknown."""
    if _is_keras(dataset):  # without labels, its `len` is that of the first sample
        return _length_of_arrays(getattr(dataset, "array", None))
    try:
        return len(dataset)
    except (TypeError, AttributeError, NotImplementedError):
        return 0


def _length_of_arrays(arrays: Any) -> int:
    """How many samples Keras's arrays have: `arrays` is one, or a structure of them."""
    while isinstance(arrays, list | tuple | dict) and arrays:
        arrays = next(iter(arrays.values() if isinstance(arrays, dict) else arrays))
    shape = getattr(getattr(arrays, "array", arrays), "shape", None)
    return int(shape[0]) if shape else 0


def is_shuffled(sampler: Any) -> bool:
    for _ in range(4):
        if isinstance(sampler, RandomSampler) or type(sampler).__name__ == "RandomBatchSampler":
            return True
        sampler = getattr(sampler, "sampler", None)
    return False


def follow_iterations(
    begin: Callable[[Any], Any], batch: Callable[[Any, Any], None], end: Callable[[Any], None]
) -> None:
    """Call `begin(loader)` as an iteration starts, `batch(token, batch)` before each batch, `end(token)` after the last."""
    original = DataLoader.__iter__

    def batches(self: Any) -> Iterator[Any]:
        token = begin(self)
        limit = DIGITS.batches if isinstance(self.dataset, IterableDataset) else None
        try:
            for number, each in enumerate(original(self)):
                if number == limit:
                    return
                batch(token, each)
                yield each
        finally:
            end(token)

    def iterate(self: Any) -> Iterator[Any]:
        return _Batches(self, batches(self))

    DataLoader.__iter__ = iterate  # type: ignore[method-assign, assignment]


class _Batches(Iterator[Any]):
    """An iteration over a loader, with its length: `len(iter(loader))`."""

    def __init__(self, loader: Any, batches: Iterator[Any]) -> None:
        self._loader, self._batches = loader, batches

    def __next__(self) -> Any:
        return next(self._batches)

    def __len__(self) -> int:
        return len(self._loader)


def quieten() -> None:
    """Disable `torch.compile`, which only speeds up."""
    torch.compile = _as_it_is
    torch.nn.Module.compile = lambda self, *_, **__: None  # type: ignore[method-assign]


def _as_it_is(model: Any = None, *_: Any, **__: Any) -> Any:
    if isinstance(model, torch.nn.Module):
        vars(model)["_orig_mod"] = model  # a compiled module has its original under this name
    return model if model is not None else _as_it_is
