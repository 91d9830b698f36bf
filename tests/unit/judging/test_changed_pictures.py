"""Changed pictures tell what has learned from what has stored."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Evidence, Failed
from judging.changed_pictures import MixedPictures, changed, mixed_with_changed
from judging.drawn_pictures import Pictures
from judging.material import Material

MATERIAL = Material(3)


def asked(count: int = 3_000) -> Pictures:
    generator = np.random.default_rng(0)
    return Pictures(
        generator.integers(0, 256, (count, 3, 8, 8), dtype=np.uint8), generator.integers(0, 10, count).astype(np.uint8)
    )


def answers(mixed: MixedPictures, stored: float, moved: float) -> np.ndarray:
    """Predictions that are right for these shares of the pictures as stored, and of changed ones."""
    generator = np.random.default_rng(1)
    right = generator.random(len(mixed.labels)) < np.where(mixed.changed, moved, stored)
    return np.where(right, mixed.labels, (mixed.labels + 1) % 10)


def test_all_pictures_are_asked_for_once_and_a_thousand_changed_ones_among_them():
    given = asked()
    mixed = mixed_with_changed(MATERIAL, "a", given)
    assert (len(mixed.labels), int(mixed.changed.sum())) == (4_000, 1_000)
    stored = mixed.images[~mixed.changed]
    assert sorted(each.tobytes() for each in stored) == sorted(each.tobytes() for each in given.images)
    known = {each.tobytes() for each in given.images}
    assert not any(each.tobytes() in known for each in mixed.images[mixed.changed])
    assert mixed.changed[:100].any() and not mixed.changed[:100].all()


def test_a_changed_picture_is_nearly_the_picture():
    given = np.zeros((50, 28, 28), np.uint8)
    given[:, 10:18, 10:18] = 200
    found = changed(np.random.default_rng(2), given)
    assert found.dtype == np.uint8 and found.shape == given.shape
    apart = np.abs(found.astype(float) - given).mean(axis=(1, 2))
    assert (apart < 12).all()


@pytest.mark.parametrize(("stored", "moved"), [(0.975, 0.93), (0.31, 0.30), (0.31, 0.26), (0.65, 0.6)])
def test_a_network_that_has_learned_passes(stored, moved):
    mixed = mixed_with_changed(MATERIAL, "a", asked())
    mixed.expect_known(answers(mixed, stored, moved), Evidence())


@pytest.mark.parametrize(("stored", "moved"), [(1.0, 0.1), (0.98, 0.45), (0.6, 0.1)])
def test_one_that_knows_stored_pictures_alone_does_not(stored, moved):
    mixed = mixed_with_changed(MATERIAL, "a", asked())
    with pytest.raises(Failed, match="the pictures themselves"):
        mixed.expect_known(answers(mixed, stored, moved), Evidence())


def test_two_hundred_pictures_are_enough_to_tell_a_memory_and_too_few_to_be_strict():
    mixed = mixed_with_changed(MATERIAL, "b", asked(200))
    mixed.expect_known(answers(mixed, 0.25, 0.2), Evidence())
    with pytest.raises(Failed):
        mixed.expect_known(answers(mixed, 1.0, 0.1), Evidence())
