"""Lets `datasets.MNIST(root=anything, download=True)`, `keras.datasets.mnist.load_data()` and scikit-learn's
`fetch_openml("mnist_784")` find the stored arrays.

Student code can't download anything. The libraries are patched when student code imports them, not before: importing
them takes seconds that most sessions need not spend. The pictures are mapped from disk, so that many workers share one
copy.

If the test labels are hidden from student code, as in grading, the test set is as large as the real one but consists of
the last pictures of the training set: its labels are right, and those that a grade depends on stay with the grader.
"""

from __future__ import annotations

import functools
import importlib
import importlib.abc
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np

TORCHVISION: Final = "torchvision.datasets"
TRAINING: Final = {"mnist": 60_000, "cifar10": 50_000}  # pictures in the whole sets
TESTS: Final = 10_000
# The stored sets by OpenML's name and `data_id`
OPENML: Final = {"mnist_784": "mnist", 554: "mnist", "cifar_10": "cifar10", 40927: "cifar10"}
CIFAR10_CLASSES: Final = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


joint: set[str] = set()  # the sets that code has loaded in one piece, training and test pictures together
_every = 1


def keep_every(number: int) -> None:
    """From now on, the sets have only every `number`-th picture, in this process; train and test share none."""
    global _every
    _every = number


def provide(folder: Path) -> None:
    """From now on, the libraries' data sets load the arrays in `folder` ('mnist/train-images.npy', ...)."""
    changes: dict[str, Callable[[ModuleType], None]] = {
        TORCHVISION: functools.partial(_change_torchvision, folder=folder),
        "keras.src.datasets.mnist": functools.partial(_change_keras, folder=folder / "mnist"),
        "keras.src.datasets.cifar10": functools.partial(_change_keras, folder=folder / "cifar10"),
        "sklearn.datasets": functools.partial(_change_sklearn, folder=folder),
    }
    change_when_loaded(changes)


def change_when_loaded(changes: Mapping[str, Callable[[ModuleType], None]]) -> None:
    """Apply a change to each named module, now or as soon as it has been loaded."""
    for name in changes.keys() & sys.modules.keys():
        changes[name](sys.modules[name])
    sys.meta_path.insert(0, _Finder(changes))


class _Finder(importlib.abc.MetaPathFinder):
    """Finds what the other finders find, and changes some modules as soon as they have been loaded."""

    def __init__(self, changes: Mapping[str, Callable[[ModuleType], None]]) -> None:
        self._changes = changes
        self._asking = False

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        if self._asking or (name != "torchvision" and name not in self._changes):
            return None
        self._asking = True
        try:
            if name == "torchvision":
                from autograder.worker import torchvision_shim

                torchvision_shim.make_importable()
                return None
            return _changed_after_loading(importlib.util.find_spec(name), self._changes[name])
        finally:
            self._asking = False


def _changed_after_loading(spec: ModuleSpec | None, change: Callable[[ModuleType], None]) -> ModuleSpec | None:
    if spec is not None and spec.loader is not None:
        execute = spec.loader.exec_module

        def execute_and_change(module: ModuleType) -> None:
            execute(module)
            change(module)

        spec.loader.exec_module = execute_and_change  # type: ignore[method-assign]
    return spec


def _change_torchvision(datasets: ModuleType, folder: Path) -> None:
    for name, stored, fill in (("MNIST", "mnist", _fill_mnist), ("CIFAR10", "cifar10", _fill_cifar10)):
        if _is_stored(folder / stored):
            _take_from(getattr(datasets, name), folder / stored, fill)


def _take_from(kind: type[Any], folder: Path, fill: Callable[[Any, np.ndarray, np.ndarray], None]) -> None:
    original: Callable[..., None] = vars(kind)["__init__"]

    @functools.wraps(original)
    def initialise(
        self: Any,
        root: str | Path | None = None,
        train: bool = True,
        transform: Any = None,
        target_transform: Any = None,
        download: bool = False,
    ) -> None:
        library_class = next(base for base in type(self).__mro__ if base.__module__.startswith(TORCHVISION))
        if library_class is not kind:  # torchvision's FashionMNIST is a subclass of MNIST with other pictures
            original(self, root, train, transform, target_transform, download)
            return
        super(kind, self).__init__(root, transform=transform, target_transform=target_transform)
        self.train = train
        fill(self, *arrays(folder, train))

    setattr(kind, "__init__", initialise)  # noqa: B010 - mypy takes an assignment for an error


def _fill_mnist(self: Any, images: np.ndarray, labels: np.ndarray) -> None:
    import torch

    self.data, self.targets = torch.from_numpy(np.asarray(images)), torch.from_numpy(labels.astype(np.int64))


def _fill_cifar10(self: Any, images: np.ndarray, labels: np.ndarray) -> None:
    self.data = np.asarray(images.transpose(0, 2, 3, 1))  # (N, 32, 32, 3), as torchvision
    self.targets = labels.tolist()
    self.classes = list(CIFAR10_CLASSES)
    self.class_to_idx = {name: index for index, name in enumerate(self.classes)}


def _change_keras(module: ModuleType, folder: Path) -> None:
    """Pictures as Keras returns them: channels last unless its settings say otherwise, and labels as a column."""
    if not _is_stored(folder):
        return

    def load_data(path: str = "") -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        return tuple(_as_keras(*arrays(folder, train)) for train in (True, False))

    vars(module)["load_data"] = load_data


def _as_keras(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if images.ndim == 3:
        return np.asarray(images), np.asarray(labels)
    keras: Any = importlib.import_module("keras")  # already loaded: it is the caller
    last = keras.config.image_data_format() == "channels_last"
    return np.asarray(images.transpose(0, 2, 3, 1) if last else images), np.asarray(labels).reshape(-1, 1)


def _change_sklearn(module: ModuleType, folder: Path) -> None:
    """Pictures as OpenML has them: a row of pixels each, training pictures first, with classes as strings."""
    original: Callable[..., Any] = vars(module)["fetch_openml"]

    @functools.wraps(original)
    def fetch_openml(name: str | None = None, *given: Any, data_id: int | None = None, **more: Any) -> Any:
        stored = OPENML.get(name.lower() if name is not None else data_id or 0)
        if stored is None or not _is_stored(folder / stored):
            return original(name, *given, data_id=data_id, **more)
        return _as_openml(folder / stored, more.get("as_frame", True), more.get("return_X_y", False))

    vars(module)["fetch_openml"] = fetch_openml


def _as_openml(folder: Path, as_frame: bool | str, as_a_pair: bool) -> Any:
    pandas: Any = importlib.import_module("pandas")
    utils: Any = importlib.import_module("sklearn.utils")
    joint.add(folder.name)
    images, labels = (np.concatenate(each) for each in zip(arrays(folder, True), arrays(folder, False), strict=True))
    pixels = images.reshape(len(images), -1).astype(np.int64)
    classes = labels.reshape(-1).astype(np.int64).astype(str).astype(object)
    data: Any = pixels
    target: Any = classes
    if as_frame:
        data = pandas.DataFrame(pixels, columns=[f"pixel{number}" for number in range(1, pixels.shape[1] + 1)])
        target = pandas.Series(classes, name="class", dtype="category")
    if as_a_pair:
        return data, target
    frame = data.assign(**{"class": target}) if as_frame else None
    return utils.Bunch(data=data, target=target, frame=frame, details={}, DESCR="")


def _is_stored(folder: Path) -> bool:
    return (folder / "train-images.npy").is_file()


def arrays(folder: Path, train: bool) -> tuple[np.ndarray, np.ndarray]:
    """Pictures and labels, mapped copy-on-write: student code may write to them without affecting others."""
    images, labels = (np.load(folder / f"train-{what}.npy", mmap_mode="c") for what in ("images", "labels"))
    taken = _spread(len(images), TRAINING[folder.name], 0)
    if train:
        return images[taken], labels[taken]
    test_images = np.load(folder / "test-images.npy", mmap_mode="c")
    if (folder / "test-labels.npy").is_file():
        own = _spread(len(test_images), TESTS, 0.5)
        return test_images[own], np.load(folder / "test-labels.npy", mmap_mode="c")[own]
    if isinstance(taken, slice):
        return images[-len(test_images) :], labels[-len(test_images) :]
    others = np.setdiff1d(np.arange(len(images) - len(test_images), len(images)), taken)
    own = others[_spread(len(others), TESTS, 0.5)]
    return images[own], labels[own]


def _spread(stored: int, full: int, first: float) -> np.ndarray | slice:
    """Which of the stored pictures a cut set has, evenly spread: as many as of a whole set of `full` pictures, even if only a
    sample of that is stored; `first` shifts them by a fraction of a stride. All of them if sets are not cut."""
    if _every == 1:
        return slice(None)
    count = min(full // _every, stored)
    return ((np.arange(count) + first) * stored / count).astype(int)
