"""Caches the tensors of MNIST's and CIFAR-10's pictures, instead of making them in every epoch: half of the work in a short run.

Only results of torchvision's own transforms are cached, and only if they drew no random numbers. The picture itself is the key,
so data sets that are changed return their current contents. Labels are read each time.
"""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, Final

import numpy as np
import torch

from autograder.worker.library_data import TORCHVISION, change_when_loaded

MOST: Final = 20_000  # pictures; at most 12 KiB each unless enlarged
LARGEST: Final = 4096  # numbers in a tensor
LIBRARY: Final = "torchvision.transforms."


def remember_pictures() -> None:
    """From now on, cache the tensors that torchvision's data sets make from their pictures, in this process."""
    change_when_loaded({TORCHVISION: _change})


def _change(datasets: ModuleType) -> None:
    for name in ("MNIST", "CIFAR10"):
        _remember(getattr(datasets, name))


def _remember(kind: type[Any]) -> None:
    original: Callable[[Any, Any], Any] = vars(kind)["__getitem__"]
    made: dict[tuple[Any, ...], torch.Tensor] = {}
    # id -> the transform, kept alive so that no other one gets its id, and whether its results may be cached
    kept: dict[int, tuple[Any, bool]] = {}

    @functools.wraps(original)
    def get(self: Any, index: Any) -> Any:
        transform = self.transform
        if id(transform) not in kept:
            kept[id(transform)] = transform, _is_of_the_library(transform)
        if not kept[id(transform)][1]:
            return original(self, index)
        picture = np.asarray(self.data[index])
        key = (*_parts(transform), picture.shape, picture.tobytes())
        found = made.get(key)
        if found is not None:
            label = self.targets[index]
            label = int(label) if isinstance(label, torch.Tensor) else label
            return found.clone(), label if self.target_transform is None else self.target_transform(label)
        before = _random_state()
        image, label = original(self, index)
        if _random_state() != before or not isinstance(image, torch.Tensor):
            kept[id(transform)] = transform, False
        elif len(made) < MOST and image.numel() <= LARGEST and not image.requires_grad:
            made[key] = image.clone()
        return image, label

    setattr(kind, "__getitem__", get)  # noqa: B010 - mypy takes an assignment for an error


def _is_of_the_library(transform: Any) -> bool:
    """Whether a transform, and each that it is composed of, is torchvision's."""
    if transform is None or not type(transform).__module__.startswith(LIBRARY):
        return False
    return all(map(_is_of_the_library, _steps(transform)))


def _steps(transform: Any) -> Iterable[Any]:
    steps = getattr(transform, "transforms", ())
    return steps if isinstance(steps, list | tuple | torch.nn.ModuleList) else ()


def _parts(transform: Any) -> tuple[int, ...]:
    """The current parts of a transform, as its list of transforms can be changed."""
    return (id(transform), *(part for each in _steps(transform) for part in _parts(each)))


def _random_state() -> tuple[Any, ...]:
    numpy: Any = np.random.get_state()  # noqa: NPY002 - the generator that transforms draw from
    return torch.get_rng_state().numpy().tobytes(), random.getstate(), numpy[1].tobytes(), numpy[2:]
