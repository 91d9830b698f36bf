"""First samples of a training, held against the data set that they come from."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.data import open_set
from autograder.trace.places import Place
from autograder.trace.records import Loss, Part, Run, SourceTrace, Step
from autograder.trace.samples import Shown, shown_to

MNIST = open_set("mnist", "train", sample=True)
CIFAR = open_set("cifar10", "train", sample=True)
FIRST = 96


def shown(data, inputs: np.ndarray, labels: np.ndarray, batch: int = 32) -> Shown:
    """What is found when a training is shown these inputs, a batch for each step."""
    material, kept = {}, []
    for number, start in enumerate(range(0, len(inputs), batch)):
        material |= {
            f"x{number}": np.asarray(inputs[start : start + batch]),
            f"y{number}": np.asarray(labels[start : start + batch]),
        }
        kept.append(Step(parts=(Part(inputs=f"x{number}", labels=f"y{number}", loss=Loss(name="cross_entropy")),)))
    place = Place(source="hw1.ipynb")
    run = Run(id=0, network=0, optimizer="SGD", place=place, kept=tuple(kept), steps=len(kept))
    source = SourceTrace(source="hw1.ipynb", end="finished", seconds=0, runs=(run,), material=material)
    found = shown_to(source, run, np.asarray(data.images), np.asarray(data.labels))
    assert found is not None
    return found


def pictures(data, count: int = FIRST) -> np.ndarray:
    return np.asarray(data.images[:count]).astype(np.float32) / 255


def labels(data, count: int = FIRST) -> np.ndarray:
    return np.asarray(data.labels[:count]).astype(np.int64)


FORMS = {
    "bytes": lambda x: x * 255,
    "flat": lambda x: x.reshape(len(x), -1),
    "normalised": lambda x: (x - 0.1307) / 0.3081,
    "one channel": lambda x: x[:, None],
    "inverted contrast halved": lambda x: 0.5 * x + 0.2,
}


@pytest.mark.parametrize("form", FORMS)
def test_a_digit_is_found_again_however_it_was_scaled_and_laid_out(form):
    found = shown(MNIST, FORMS[form](pictures(MNIST)), labels(MNIST))
    assert (found.count, found.found, found.mislabelled, found.repeated) == (FIRST, FIRST, 0, 0)


@pytest.mark.parametrize("channels_last", [False, True])
def test_a_colour_picture_is_found_again_after_normalisation_by_channel(channels_last):
    mean, spread = (np.array(each).reshape(1, 3, 1, 1) for each in ((0.49, 0.48, 0.44), (0.24, 0.2, 0.3)))
    inputs = (pictures(CIFAR) - mean) / spread
    found = shown(CIFAR, np.moveaxis(inputs, 1, -1) if channels_last else inputs, labels(CIFAR))
    assert (found.found, found.scrambled) == (FIRST, False)
    assert found.resemblance == pytest.approx(found.usual, abs=0.1)


def test_labels_that_were_changed_are_counted():
    told = labels(CIFAR)
    told[:20] = (told[:20] + 1) % 10
    assert shown(CIFAR, pictures(CIFAR), told).mislabelled == 20


@pytest.mark.parametrize(
    "form",
    [lambda y: y.reshape(-1, 1), lambda y: np.eye(10)[y], lambda y: 9 - y, lambda y: np.repeat(y[:, None], 10, axis=1)],
    ids=["a column", "one-hot", "renamed", "one column for each output"],
)
def test_labels_in_another_form_are_right(form):
    assert shown(MNIST, pictures(MNIST), form(labels(MNIST))).mislabelled == 0


def test_two_classes_that_were_made_one_are_no_renaming():
    right = labels(MNIST)
    told = np.where(right == 7, 1, right)
    assert shown(MNIST, pictures(MNIST), told).mislabelled == (right == 7).sum() > 0


def test_pictures_count_as_repeated_within_a_batch_and_not_from_batch_to_batch():
    few, answers = np.tile(pictures(MNIST, 16), (6, 1, 1)), np.tile(labels(MNIST, 16), 6)
    assert shown(MNIST, few, answers).repeated == 48
    assert shown(MNIST, few, answers, batch=16).repeated == 0


def test_classes_that_occur_are_counted():
    right = np.asarray(MNIST.labels)
    chosen = np.flatnonzero(right < 4)[:FIRST]
    assert shown(MNIST, np.asarray(MNIST.images)[chosen], right[chosen]).classes == 4


def test_augmented_pictures_are_not_found_and_look_like_pictures():
    turned = np.roll(pictures(CIFAR)[..., ::-1], 2, axis=-2)
    found = shown(CIFAR, turned, labels(CIFAR))
    assert found.found < 3
    assert found.resemblance > 0.7 * found.usual


def test_mirrored_digits_are_counted_apart_from_those_that_are_not():
    digits = np.array(pictures(MNIST), dtype=np.float32)
    digits[::2] = digits[::2, ..., ::-1]
    found = shown(MNIST, digits / 255, labels(MNIST))
    assert found.found + found.mirrored == FIRST
    assert abs(found.mirrored - FIRST // 2) < 4
    assert shown(MNIST, pictures(MNIST), labels(MNIST)).mirrored == 0


def test_noise_drowns_the_resemblance_of_neighbouring_pixels():
    noise = np.random.default_rng(0).normal(0, 2, (FIRST, 3, 32, 32))
    assert shown(CIFAR, pictures(CIFAR) + noise, labels(CIFAR)).resemblance < 0.1


@pytest.mark.parametrize("spread", [1, 3])
def test_a_reshape_in_place_of_a_transpose_is_told_however_its_channels_are_scaled_then(spread):
    channels_last = np.ascontiguousarray(np.moveaxis(pictures(CIFAR), 1, -1))
    by_channel = np.array([1, 1 / spread, spread]).reshape(1, 3, 1, 1)
    assert shown(CIFAR, channels_last.reshape(-1, 3, 32, 32) * by_channel, labels(CIFAR)).scrambled


def test_nothing_is_told_of_inputs_that_are_no_pictures_of_this_size():
    place = Place(source="hw1.ipynb")
    kept = (Step(parts=(Part(inputs="x", labels="y"),)),)
    run = Run(id=0, network=0, optimizer="SGD", place=place, kept=kept)
    material = {"x": np.zeros((4, 2), np.float32), "y": np.zeros(4)}
    source = SourceTrace(source="hw1.ipynb", end="finished", seconds=0, runs=(run,), material=material)
    assert shown_to(source, run, np.asarray(MNIST.images), np.asarray(MNIST.labels)) is None
