"""What checks ask with is drawn from a secret: the same again for the same secret, and nothing alike for another."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.data import ImageSet
from judging.curves import accuracies, gradient_magnitudes, losses
from judging.drawn_pictures import drawn_pictures, moved
from judging.material import Material
from judging.problem1 import answered
from judging.small_network import small_network

SECRETS = range(20)


def test_the_same_secret_draws_the_same_again() -> None:
    one, other = (Material(7).batches("step", [4, 2], columns=3, classes=5) for _ in range(2))
    for (x, y), (same_x, same_y) in zip(one, other, strict=True):
        assert np.array_equal(x, same_x) and np.array_equal(y, same_y)


def test_another_secret_or_another_label_draws_something_else() -> None:
    drawn = [Material(secret).noise(label, 3, 4) for secret in (1, 2) for label in ("a", "b")]
    assert len({each.tobytes() for each in drawn}) == 4


def test_sizes_of_batches_differ_from_run_to_run_and_the_last_batch_is_smaller() -> None:
    drawn = [Material(secret).rows("rows", (3, 5), (10, 14), (4, 7)) for secret in SECRETS]
    assert len({tuple(each) for each in drawn}) > 10
    assert all(len(set(each[:-1])) == 1 and 4 <= each[-1] < each[0] for each in drawn)


def test_sizes_of_layers_are_all_different_so_that_exchanged_ones_show() -> None:
    for secret in SECRETS:
        sizes = Material(secret).sizes("layers", 5, 4, 9)
        assert len(set(sizes)) == 5 and min(sizes) >= 4 and max(sizes) <= 9


def test_no_wrong_way_to_count_gives_the_right_accuracy() -> None:
    shares = set()
    for secret in SECRETS:
        drawn = answered(Material(secret))
        ways = sorted([drawn.accuracy, *drawn.counted_in_other_ways()])
        assert min(np.diff(ways)) > 0.02
        shares.add(drawn.accuracy)
    assert len(shares) > 10


@pytest.fixture
def digits() -> ImageSet:
    labels = np.arange(200, dtype=np.uint8) % 10
    return ImageSet(np.arange(200, dtype=np.uint8)[:, None, None], labels, tuple("0123456789"))


def test_pictures_are_other_ones_in_another_order_in_each_run(digits: ImageSet) -> None:
    one, other = (drawn_pictures(Material(secret), "digits", digits, 50) for secret in (1, 2))
    assert len(np.unique(one.images)) == 50
    assert not np.array_equal(one.images, other.images)


def test_classes_change_their_names_alike_in_all_sets_of_a_run(digits: ImageSet) -> None:
    material = Material(3)
    for label in ("training", "test"):
        drawn = drawn_pictures(material, label, digits, 80)
        assert np.array_equal(drawn.labels, material.class_names()[drawn.images.ravel() % 10])
    assert not np.array_equal(material.class_names(), np.arange(10))


def test_a_third_of_the_labels_is_moved(digits: ImageSet) -> None:
    material = Material(4)
    batches = drawn_pictures(material, "digits", digits, 60).flat_batches([60])
    ((_, labels),), ((_, others),) = batches, moved(material, "moved", batches)
    assert (labels != others).sum() == 20


def test_drawn_curves_are_of_losses_that_fall_and_accuracies_that_rise() -> None:
    for secret in SECRETS:
        material = Material(secret)
        assert (np.diff(losses(material, "loss", 5)) < 0).all()
        rising = accuracies(material, "accuracy", 5)
        assert (np.diff(rising) > 0).all() and rising[0] > 0 and rising[-1] < 1


def test_drawn_gradients_of_sigmoid_vanish_and_those_of_relu_do_not() -> None:
    for secret in SECRETS:
        means = {name: each.mean(axis=0) for name, each in gradient_magnitudes(Material(secret)).items()}
        assert means["sigmoid"][0] < 1e-3 * means["sigmoid"][-1]
        assert means["relu"][0] > 0.02 * means["relu"][-1]


def test_the_small_network_has_other_filters_in_other_runs() -> None:
    shapes = {small_network(Material(secret), "network", dropout=True).weights[2].shape for secret in SECRETS}
    assert len(shapes) > 3
