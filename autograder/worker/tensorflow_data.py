"""`tf.data` over arrays, as PyTorch data loaders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader
from torch.utils.data import Dataset as Samples


class Slices(Samples[Any]):
    """Samples that are slices of arrays, each passed through some functions."""

    def __init__(self, arrays: Any, functions: tuple[Callable[..., Any], ...] = ()) -> None:
        self.arrays, self.functions = arrays, functions

    def __len__(self) -> int:
        first = next(iter(self.arrays.values())) if isinstance(self.arrays, Mapping) else self.arrays
        return len(first[0] if isinstance(first, tuple) else first)

    def __getitem__(self, index: int) -> Any:
        whole = isinstance(self.arrays, tuple)
        sample = tuple(_tensor(each[index]) for each in self.arrays) if whole else _tensor(self.arrays[index])
        for function in self.functions:
            sample = function(*sample) if isinstance(sample, tuple) else function(sample)
        return sample


def _tensor(value: Any) -> torch.Tensor:
    return torch.as_tensor(np.asarray(value))


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """The function's values in the place of those in a mapping, list or tuple."""
    if isinstance(value, dict):
        return {key: mapped(function, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(mapped(function, each) for each in value)
    return function(value)


def _spec_of(value: Any) -> Any:
    return SimpleNamespace(shape=tuple(value.shape), dtype=value.dtype)


class Dataset(DataLoader[Any]):
    """`tf.data.Dataset` over arrays. It is a data loader, so that it is cut, watched and fitted like one."""

    def __init__(
        self,
        samples: Slices,
        batch: int | None = None,
        shuffled: bool = False,
        after: Sequence[Callable[..., Any]] = (),
    ) -> None:
        super().__init__(samples, batch_size=batch, shuffle=shuffled)
        self._samples, self._batch, self._shuffled, self._after = samples, batch, shuffled, tuple(after)

    @staticmethod
    def from_tensor_slices(tensors: Any, name: str | None = None) -> Dataset:
        """A sample for each entry of an array, or of each of several arrays."""
        return Dataset(Slices(tuple(tensors) if isinstance(tensors, list | tuple) else tensors))

    @staticmethod
    def range(*numbers: int, **_: Any) -> Dataset:
        return Dataset.from_tensor_slices(np.arange(*numbers))

    def shuffle(self, *_: Any, **__: Any) -> Dataset:
        return Dataset(self._samples, self._batch, True, self._after)

    def batch(self, batch_size: int, *_: Any, **__: Any) -> Dataset:
        return Dataset(self._samples, int(batch_size), self._shuffled, self._after)

    def as_numpy_iterator(self) -> Iterator[Any]:
        """The batches as arrays."""
        return (mapped(np.asarray, each) for each in self)

    def cardinality(self) -> torch.Tensor:
        return torch.tensor(len(self))

    @property
    def element_spec(self) -> Any:
        """What a sample, or a batch, is made of: shapes and types."""
        first = next(iter(Dataset(self._samples, self._batch, False, self._after)))
        return mapped(_spec_of, first)

    def map(self, map_func: Callable[..., Any], *_: Any, **__: Any) -> Dataset:
        """Apply a function to each sample, or to each batch if the data is already batched."""
        if self._batch is not None:
            return Dataset(self._samples, self._batch, self._shuffled, (*self._after, map_func))
        samples = Slices(self._samples.arrays, (*self._samples.functions, map_func))
        return Dataset(samples, None, self._shuffled, self._after)

    def take(self, count: int) -> Dataset:
        """The first `count` samples, or batches if the data is batched."""
        return self._part(slice(count * (self._batch or 1)))

    def skip(self, count: int) -> Dataset:
        return self._part(slice(count * (self._batch or 1), None))

    def _part(self, part: slice) -> Dataset:
        arrays = self._samples.arrays
        own = tuple(each[part] for each in arrays) if isinstance(arrays, tuple) else arrays[part]
        return Dataset(Slices(own, self._samples.functions), self._batch, self._shuffled, self._after)

    def prefetch(self, *_: Any, **__: Any) -> Dataset:
        return self

    cache = repeat = prefetch

    def __iter__(self) -> Any:
        for batch in super().__iter__():
            made = tuple(batch) if isinstance(batch, list) else batch
            for function in self._after:
                made = function(*made) if isinstance(made, tuple) else function(made)
            yield made
