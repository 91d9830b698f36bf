"""Enlarges pictures less in a run on cut data sets: to 64 pixels across where code asks for 224, as published networks want them.

There an epoch has hundreds of pictures, each of which takes a network twelve times as long at 224 pixels. Networks that accept no
other size raise an error of sizes, after which the code is run again on all data (`cutting.py`).
"""

from __future__ import annotations

import functools
import sys
from types import FrameType, ModuleType
from typing import Any, Final

import torch
from torch.nn import functional

from autograder.worker.library_data import change_when_loaded

SIDE: Final = 64  # pixels; most convolutional networks halve their input five times
LARGE: Final = 96
SMALL: Final = 40  # pixels across of pictures that code enlarges, as CIFAR-10's 32
FEWEST: Final = 16  # pixels across: fewer are those of a filter, which is enlarged to be seen
SIZED: Final = ("Resize", "CenterCrop", "RandomCrop", "RandomResizedCrop")


def enlarge_less() -> None:
    """From now on, in this process."""
    _watch_interpolate()
    change_when_loaded(
        {
            "torchvision.transforms.transforms": _change_transforms,
            "torchvision.transforms.v2._geometry": _change_transforms,
            "torchvision.transforms._presets": _change_presets,
        }
    )


def smaller(size: Any, side: int = SIDE) -> Any:
    """A size of pictures, or several, none of them large: `side` in their place."""
    if isinstance(size, list | tuple):
        return type(size)(smaller(each, side) for each in size)
    return side if isinstance(size, int) and size >= LARGE else size


def _watch_interpolate() -> None:
    original = functional.interpolate

    @functools.wraps(original)
    def interpolate(input: torch.Tensor, size: Any = None, scale_factor: Any = None, *rest: Any, **options: Any) -> Any:
        if _are_small_pictures(input) and not _is_of_keras(sys._getframe(1)):
            factors = scale_factor if isinstance(scale_factor, list | tuple) else [scale_factor]
            if size is not None:
                size = smaller(size)
            elif all(isinstance(each, int | float) and each * input.shape[-1] >= LARGE for each in factors):
                size, scale_factor = SIDE, None
        return original(input, size, scale_factor, *rest, **options)

    functional.interpolate = interpolate


def _is_of_keras(caller: FrameType) -> bool:
    """Whether one of Keras's layers asks, whose size is a part of its network."""
    return str(caller.f_globals.get("__name__")).startswith("keras")


def _are_small_pictures(value: Any) -> bool:
    is_batch = isinstance(value, torch.Tensor) and value.dim() == 4 and value.shape[1] == 3
    return is_batch and FEWEST <= max(value.shape[2:]) <= SMALL


def _change_transforms(module: ModuleType) -> None:
    for name in SIZED:
        kind = getattr(module, name)
        original = kind.__init__

        def initialise(self: Any, size: Any, *rest: Any, original: Any = original, **options: Any) -> None:
            original(self, smaller(size), *rest, **options)

        kind.__init__ = functools.wraps(original)(initialise)


def _change_presets(module: ModuleType) -> None:
    """What `weights.transforms()` gives."""
    original = module.ImageClassification.__init__

    @functools.wraps(original)
    def initialise(self: Any, *, crop_size: int, resize_size: int = 256, **options: Any) -> None:
        original(self, crop_size=smaller(crop_size), resize_size=smaller(resize_size), **options)

    module.ImageClassification.__init__ = initialise
