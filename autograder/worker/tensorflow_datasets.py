"""`tensorflow_datasets`, for the sets that are stored: `load` gives them as the `tf.data` that is here, or as arrays.

Registers under its own name where it is not installed, as `tensorflow` does (`tensorflow_shim.py`).
"""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any, Final

import numpy as np
import torch

from autograder.worker.library_data import CIFAR10_CLASSES, TESTS, TRAINING, arrays
from autograder.worker.tensorflow_data import Dataset, Slices, mapped

NAME: Final = "tensorflow_datasets"
CLASSES: Final = {"mnist": tuple(map(str, range(10))), "cifar10": CIFAR10_CLASSES}
PART: Final = re.compile(r"(train|test)(?:\[(-?\d+%?)?:(-?\d+%?)?\])?")
ABSENT: Final = "{name!r} can't be downloaded here: there is no network. The sets that can be loaded are {known}."


def make_importable(folder: Path) -> None:
    """Make `import tensorflow_datasets` work from now on where it is not installed, with the sets that lie in `folder`."""
    if NAME in sys.modules or importlib.util.find_spec(NAME) is not None:
        return

    def load(
        name: str,
        *,
        split: Any = None,
        batch_size: int | None = None,
        shuffle_files: bool = False,
        as_supervised: bool = False,
        with_info: bool = False,
        **_: Any,
    ) -> Any:
        kind = name.partition(":")[0].partition("/")[0]
        stored = folder / kind
        if kind not in CLASSES or not stored.is_dir():
            raise ValueError(ABSENT.format(name=name, known=" and ".join(CLASSES)))

        def one(part: str) -> Any:
            return _as_asked(*_part_of(stored, part), as_supervised, batch_size, shuffle_files)

        loaded = mapped(one, {"train": "train", "test": "test"} if split is None else split)
        return (loaded, _about(stored)) if with_info else loaded

    module = ModuleType(NAME)
    contents = {
        "load": load,
        "as_numpy": as_numpy,
        "Split": SimpleNamespace(TRAIN="train", TEST="test"),
        "disable_progress_bar": _nothing,
        "enable_progress_bar": _nothing,
        "show_examples": _nothing,
    }
    vars(module).update(contents)
    sys.modules[NAME] = module


def as_numpy(dataset: Any) -> Any:
    """Tensors as arrays, and a data set as an iterator over its samples or batches as arrays."""
    if isinstance(dataset, Dataset):
        return dataset.as_numpy_iterator()
    return mapped(np.asarray, dataset)


def _part_of(stored: Path, split: str) -> tuple[np.ndarray, np.ndarray]:
    """Pictures (N, height, width, channels) and labels (N,) of a split: 'train', 'train[:80%]', 'train[10000:]+test'. Raises
    ValueError for one that can't be read."""
    found = []
    for each in str(split).split("+"):
        match = PART.fullmatch(each.strip())
        if match is None:
            raise ValueError(
                f"{split!r} is no split of this set: its splits are 'train' and 'test', or parts as 'train[:80%]'."
            )
        images, labels = arrays(stored, match[1] == "train")
        whole = TRAINING[stored.name] if match[1] == "train" else TESTS
        taken = slice(*(_place(end, len(images), whole) for end in match.groups()[1:]))
        found.append(
            (_channels_last(np.asarray(images[taken])), np.asarray(labels[taken]).reshape(-1).astype(np.int64))
        )
    images, labels = (np.concatenate(each) for each in zip(*found, strict=True))
    return images, labels


def _place(end: str | None, length: int, whole: int) -> int | None:
    """Where a part of a set begins or ends, of which `length` of `whole` pictures are there."""
    if end is None:
        return None
    return round(int(end[:-1]) * length / 100) if end.endswith("%") else round(int(end) * length / whole)


def _channels_last(images: np.ndarray) -> np.ndarray:
    return images[..., np.newaxis] if images.ndim == 3 else images.transpose(0, 2, 3, 1)


def _as_asked(
    images: np.ndarray, labels: np.ndarray, as_supervised: bool, batch_size: int | None, shuffled: bool
) -> Any:
    if batch_size == -1:
        tensors = torch.as_tensor(images.copy()), torch.as_tensor(labels)
        return tensors if as_supervised else _named(*tensors)
    samples = Slices((images, labels), () if as_supervised else (_named,))
    return Dataset(samples, batch_size, shuffled)


def _named(image: Any, label: Any) -> dict[str, Any]:
    return {"image": image, "label": label}


def _about(stored: Path) -> Any:
    """What `with_info` tells: how many pictures there are, and the names of their classes."""
    names = CLASSES[stored.name]
    images = {split: arrays(stored, split == "train")[0] for split in ("train", "test")}
    label = SimpleNamespace(num_classes=len(names), names=list(names), int2str=names.__getitem__)
    image = SimpleNamespace(shape=_channels_last(images["train"][:1]).shape[1:], dtype=np.uint8)
    splits = {split: SimpleNamespace(name=split, num_examples=len(own)) for split, own in images.items()}
    return SimpleNamespace(name=stored.name, features={"image": image, "label": label}, splits=splits)


def _nothing(*_: Any, **__: Any) -> None:
    pass
