"""`tfds.load` gives the stored sets in the forms that notebooks ask for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from autograder.worker import tensorflow_datasets

LENGTHS = {"train": 20, "test": 10}


@pytest.fixture
def tfds(tmp_path: Path) -> Iterator[Any]:
    for name, shape in (("mnist", (28, 28)), ("cifar10", (3, 32, 32))):
        (tmp_path / name).mkdir()
        for split, length in LENGTHS.items():
            images = np.arange(length, dtype=np.uint8).reshape(-1, *[1 for _ in shape]) * np.ones(shape, np.uint8)
            np.save(tmp_path / name / f"{split}-images.npy", images)
            np.save(tmp_path / name / f"{split}-labels.npy", np.arange(length, dtype=np.uint8) % 10)
    tensorflow_datasets.make_importable(tmp_path)
    yield importlib.import_module("tensorflow_datasets")
    del sys.modules["tensorflow_datasets"]


def test_splits_are_data_sets_of_pictures_and_labels(tfds: Any) -> None:
    (train, test), info = tfds.load("mnist", split=["train", "test"], as_supervised=True, with_info=True)
    assert (len(train), len(test)) == (20, 10)
    assert [each.shape for each in train.batch(4).element_spec] == [(4, 28, 28, 1), (4,)]
    assert (info.splits["train"].num_examples, info.features["label"].num_classes) == (20, 10)
    image, label = next(iter(train.batch(4)))
    assert (tuple(image.shape), label.tolist()) == ((4, 28, 28, 1), [0, 1, 2, 3])


def test_without_a_split_both_come_by_name_and_samples_too(tfds: Any) -> None:
    both = tfds.load("cifar10")
    sample = next(iter(both["test"]))
    assert set(both) == {"train", "test"}
    assert tuple(sample["image"].shape) == (32, 32, 3)
    assert int(sample["label"]) == 0


def test_colours_come_last_and_are_those_of_the_picture(tfds: Any) -> None:
    images, labels = tfds.as_numpy(tfds.load("cifar10", split="train", batch_size=-1, as_supervised=True))
    assert images.shape == (20, 32, 32, 3)
    assert [int(images[7].max()), int(labels[7])] == [7, 7]


@pytest.mark.parametrize(
    ("split", "labels"),
    [
        ("train[:25%]", [0, 1, 2, 3, 4]),
        ("train[75%:]", [5, 6, 7, 8, 9]),
        ("train[45000:]", [5, 6, 7, 8, 9]),  # of 60,000, of which the short run has a part
        ("test[:20%]+train[:10%]", [0, 1, 0, 1]),
    ],
)
def test_parts_of_a_split_are_those_that_are_named(tfds: Any, split: str, labels: list[int]) -> None:
    found = tfds.load("mnist", split=split, as_supervised=True)
    assert [int(label) for _, label in tfds.as_numpy(found)] == labels


def test_a_set_that_is_not_stored_is_told_so(tfds: Any) -> None:
    with pytest.raises(ValueError, match="'fashion_mnist' can't be downloaded here"):
        tfds.load("fashion_mnist", split="train")


def test_a_split_that_does_not_exist_is_told_with_those_that_do(tfds: Any) -> None:
    with pytest.raises(ValueError, match="its splits are 'train' and 'test'"):
        tfds.load("mnist", split="validation")
