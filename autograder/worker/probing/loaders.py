"""Loaders for probes: batches sliced from memory, iterated like PyTorch's `DataLoader`.

`DataLoader` over torchvision's data sets turns images into PIL images and then into tensors one by one.
Here the images stay one array of bytes, which processes share if it is memory-mapped, and a batch is one
indexing operation.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset, TensorDataset

from autograder.worker.probing import frameworks
from autograder.worker.probing.frameworks.in_pytorch import device

Batch = tuple[torch.Tensor, torch.Tensor]


class MemoryImages(Dataset[tuple[torch.Tensor, int]]):
    """Images with labels; one or many are returned as float32 in [0, 1], as `ToTensor` does.

    `images` is uint8, (N, height, width) or (N, channels, height, width); `labels` are N integers. An image is
    returned as (channels, height, width), with one channel if the array has no such axis; as
    (height, width, channels) with `channels_last`; as (height * width * channels,) with `flatten`. Raises
    ValueError for other arrays.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        flatten: bool = False,
        channels_last: bool = False,
        device: torch.device | str = "cpu",
    ) -> None:
        if images.dtype != np.uint8 or images.ndim not in (3, 4):
            raise ValueError(f"images must be uint8 with 3 or 4 axes; got {images.dtype} {images.shape}")
        if labels.shape != images.shape[:1]:
            raise ValueError(f"{len(images)} images need as many labels; got labels of shape {labels.shape}")
        self.flatten = flatten
        self.channels_last = channels_last
        self.labels = torch.tensor(labels, dtype=torch.int64, device=device)
        with warnings.catch_warnings():
            # A read-only memory map makes a tensor that must not be written to. It is never exposed.
            warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
            pixels = torch.from_numpy(np.ascontiguousarray(images)).to(device)
        self._pixels = pixels if images.ndim == 4 else pixels.unsqueeze(1)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
        """The image and the label, a plain int, at `index`."""
        x, y = self.take(torch.tensor([range(len(self))[index]], device=self.labels.device))
        return x[0], int(y[0])

    def take(self, indices: torch.Tensor) -> Batch:
        """The images, float32, and the labels, int64 (B,), at `indices`, int64 (B,)."""
        x = self._pixels.index_select(0, indices)
        if self.channels_last:
            x = x.permute(0, 2, 3, 1)
        if self.flatten:
            x = x.flatten(start_dim=1)
        x = x.to(torch.float32, memory_format=torch.contiguous_format).div_(255)
        return x, self.labels.index_select(0, indices)


class MemoryLoader:
    """Batches of an in-memory data set: `for x, y in loader`, any number of times.

    Shapes of `x` are those of `MemoryImages`, with the batch as first axis. The last batch is smaller if
    `batch_size` doesn't divide the number of images, or left out with `drop_last`. With `shuffle` every epoch
    has its own order, drawn by the loader's own generator: a new loader with the same seed repeats the
    same epochs, and the global random state is neither used nor changed.
    """

    def __init__(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        *,
        batch_size: int = 128,
        shuffle: bool = False,
        seed: int = 0,
        drop_last: bool = False,
        flatten: bool = False,
        channels_last: bool = False,
        device: torch.device | str = "cpu",
    ) -> None:
        """Raises ValueError for arrays that aren't images with labels, or a batch size below 1."""
        if batch_size < 1:
            raise ValueError(f"batch_size must be 1 or more; got {batch_size}")
        self.dataset = MemoryImages(images, labels, flatten=flatten, channels_last=channels_last, device=device)
        self.batch_size = batch_size
        self.drop_last = drop_last
        self.device = torch.device(device)
        self._shuffle = shuffle
        self._generator = torch.Generator().manual_seed(seed)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        batches = len(self.dataset) / self.batch_size
        return math.floor(batches) if self.drop_last else math.ceil(batches)

    def __iter__(self) -> Iterator[Batch]:
        count = len(self.dataset)
        order = torch.randperm(count, generator=self._generator) if self._shuffle else torch.arange(count)
        order = order.to(self.device)
        for start in range(0, len(self) * self.batch_size, self.batch_size):
            yield self.dataset.take(order[start : start + self.batch_size])


def tensors(batches: Sequence[tuple[np.ndarray, np.ndarray]]) -> list[Batch]:
    """Arrays as batches on the probe's device; pictures in the layout of the submission's framework."""
    framework = frameworks.current()
    here = device()
    return [
        (torch.as_tensor(framework.inputs(x), device=here), torch.as_tensor(framework.labels(y), device=here))
        for x, y in batches
    ]


def fixed(batches: Sequence[tuple[np.ndarray, np.ndarray]], *, seeded: bool = False) -> Any:
    """A loader of the submission's framework over these arrays; see `FixedBatches`."""
    return frameworks.current().loader(FixedBatches(tensors(batches), seeded=seeded))


def memory(images: np.ndarray, labels: np.ndarray, **options: Any) -> Any:
    """A loader of the submission's framework over these images; options as in `MemoryLoader`."""
    framework = frameworks.current()
    return framework.loader(
        MemoryLoader(images, labels, channels_last=framework.CHANNELS_LAST, device=device(), **options)
    )


class FixedBatches:
    """The given batches, in order, any number of times; as copies, so that no epoch can change the next.

    With `seeded`, PyTorch's generator is seeded by each batch's number: what dropout draws then depends on nothing else that the
    code draws, nor on how often it looks at a batch first, as Keras's `fit` does.
    """

    def __init__(self, batches: Sequence[Batch], *, seeded: bool = False) -> None:
        self._batches = list(batches)
        self._seeded = seeded

    def __len__(self) -> int:
        return len(self._batches)

    def __iter__(self) -> Iterator[Batch]:
        for number, (x, y) in enumerate(self._batches):
            if self._seeded:
                torch.manual_seed(number)
            yield x.clone(), y.clone()

    @property
    def batch_size(self) -> int:
        """The number of rows of the largest batch."""
        return max((len(y) for _, y in self._batches), default=0)

    @cached_property
    def dataset(self) -> Dataset[Any]:
        """The rows of all batches as one data set: `len(loader.dataset)` is their number."""
        return TensorDataset(*(torch.cat(column) for column in zip(*self._batches, strict=True)))
