"""Pictures that no submission can have stored: test pictures, moved by a pixel, a little darker, with some noise.

A network that has learned what pictures show knows them still. One that looks pictures up, by a digest or by what they look
like, knows those that it has stored and no others. The reference loses 0.04 of 0.97 on digits and 0.01 of 0.46 on CIFAR-10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from autograder.checks import Evidence, Failed
from judging.drawn_pictures import Pictures
from judging.material import Material

MOST: Final = 1_000
CHANCE: Final = 0.1  # of ten classes
KEPT: Final = 0.6  # of what is known beyond chance, at least
DARKER: Final = (0.8, 0.97)
NOISE: Final = 4.0  # of 255, at most


@dataclass(frozen=True)
class MixedPictures:
    """Pictures to be classified, uint8 (N, ...), with labels (N,), in random order; `changed` (N,) tells which are changed."""

    images: np.ndarray
    labels: np.ndarray
    changed: np.ndarray

    def expect_known(self, predictions: np.ndarray, evidence: Evidence) -> None:
        """Fail where predictions (N,) are right for pictures as they are stored, and not for changed ones.

        Three standard errors of a share are allowed for, so that luck has no part in it.
        """
        right = np.asarray(predictions).reshape(-1) == self.labels
        stored, changed = float(right[~self.changed].mean()), float(right[self.changed].mean())
        luck = 3 * 0.5 * float(self.changed.sum()) ** -0.5
        least = CHANCE + KEPT * (stored - CHANCE) - luck
        evidence.fact("accuracy on the test pictures", stored)
        evidence.fact(
            "accuracy on some of them, moved by one pixel and a little darker",
            changed,
            f"at least {max(least, 0):.3f}: what was learned, and not stored, is nearly as good there",
        )
        if changed < least:
            raise Failed(
                f"{stored:.3f} of the test pictures are classified right, and only {changed:.3f} of the same ones moved by one "
                "pixel and a little darker: it knows the pictures themselves, not what they show."
            )


def mixed_with_changed(material: Material, label: str, asked: Pictures) -> MixedPictures:
    """All pictures that are asked for, and changed copies of some of them."""
    generator = material.generator(f"{label}, changed")
    chosen = generator.choice(len(asked.labels), min(MOST, len(asked.labels)), replace=False)
    images = np.concatenate([asked.images, changed(generator, asked.images[chosen])])
    labels = np.concatenate([asked.labels, asked.labels[chosen]])
    order = generator.permutation(len(labels))
    return MixedPictures(images[order], labels[order], order >= len(asked.labels))


def changed(generator: np.random.Generator, images: np.ndarray) -> np.ndarray:
    """Pictures uint8 (N, ..., H, W), each moved by one pixel in one of four directions, made darker, and with noise."""
    moved = np.stack([np.roll(each, generator.choice((-1, 1)), generator.choice((-2, -1))) for each in images])
    gain = generator.uniform(*DARKER, (len(moved), *[1] * (moved.ndim - 1)))
    noise = generator.uniform(-NOISE, NOISE, moved.shape)
    return np.clip(moved * gain + noise, 0, 255).round().astype(np.uint8)
