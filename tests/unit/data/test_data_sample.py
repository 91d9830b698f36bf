"""The sample in git: the original images, as many of each class, drawn as the script draws them."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.data import CATALOG, open_set, status, verify
from autograder.data.sample import balanced_indices

BOTH = pytest.mark.parametrize("name", CATALOG)
FETCHED = {entry.name for entry in status() if entry.ready and not entry.sample}


@BOTH
def test_the_sample_is_as_it_was_drawn(name: str):
    assert verify(name, sample=True) == []


@BOTH
@pytest.mark.parametrize("split", ["train", "test"])
def test_every_class_is_as_frequent_as_the_others(name: str, split: str):
    counts = np.bincount(open_set(name, split, sample=True).labels, minlength=10)
    assert len(set(counts)) == 1 and counts.sum() > 0


@BOTH
def test_the_sample_consists_of_images_of_the_whole_set(name: str):
    if name not in FETCHED:
        pytest.skip(f"{name} has not been fetched")
    whole, sample = open_set(name, "test"), open_set(name, "test", sample=True)
    chosen = balanced_indices(whole.labels, len(sample.labels), 10)
    np.testing.assert_array_equal(sample.images, whole.images[chosen])
    np.testing.assert_array_equal(sample.labels, whole.labels[chosen])


def test_images_are_drawn_at_even_distances_within_their_class():
    labels = np.array([0, 1, 0, 1, 0, 1, 0, 1])
    assert balanced_indices(labels, 4, classes=2).tolist() == [0, 1, 4, 5]


@pytest.mark.parametrize("count", [3, 8])
def test_a_count_that_the_classes_cannot_give_evenly_is_refused(count: int):
    with pytest.raises(ValueError, match="cannot be drawn evenly"):
        balanced_indices(np.array([0, 0, 0, 1, 1, 1]), count, classes=2)
