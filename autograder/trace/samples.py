"""What a training was shown, compared with the data set that its pictures come from.

A student may change the brightness and contrast of pictures. With both normalised per channel, a picture that was not augmented
equals one of the data set, which gives its class, and whether it was shown before. Augmented pictures are not found, and nothing
is said about their labels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from autograder.trace.records import Run, SourceTrace

MOST: Final = 256  # samples that are compared
SAME: Final = 0.995  # correlation from which on two pictures are the same; different ones of a set rarely reach 0.97
FLAT: Final = 1e-4  # of a picture's contrast: a channel with less is of one colour, and the remainder is rounding
AT_A_TIME: Final = 5_000  # pictures of the data set


@dataclass(frozen=True)
class Batch:
    """Samples of one step: pictures (B, C, H, W) as laid out in memory, and classes (B,), or None if the labels have another
    form."""

    pictures: np.ndarray
    classes: np.ndarray | None


@dataclass(frozen=True)
class Shown:
    """Facts about the `count` samples of a run's first steps.

    `found`: how many equal a picture of the data set. Of these `mislabelled` have another class than in the data set, and
    `repeated` occur in their batch for a second time. `classes`: how many different ones occur, 0 if not known.
    `resemblance`: the mean correlation of pixels with their right and lower neighbours, and `usual` that in the data set.
    `scrambled`: the pictures' pixels and channels are in the wrong order. `mirrored`: how many of the others equal one whose left
    and right are exchanged."""

    count: int
    found: int
    mislabelled: int
    repeated: int
    classes: int
    resemblance: float
    usual: float
    scrambled: bool
    mirrored: int = 0


def shown_to(source: SourceTrace, run: Run, images: np.ndarray, labels: np.ndarray) -> Shown | None:
    """Compare a run's first samples with a data set: uint8 (N, H, W) or (N, C, H, W), and classes (N,).

    None if no samples were recorded, or their sizes differ from the data set's.
    """
    batches = list(_batches(source, run, images.shape[1:]))
    if not batches:
        return None
    pictures = np.concatenate([each.pictures for each in batches])[:MOST]
    recorded = [each.classes for each in batches]
    classes = (
        np.concatenate([each for each in recorded if each is not None])[:MOST]
        if all(t is not None for t in recorded)
        else None
    )
    number = np.concatenate([np.full(len(each.pictures), index) for index, each in enumerate(batches)])[:MOST]
    known = images.reshape(len(images), -1, *images.shape[-2:])
    best, scrambled = _found(pictures, known), False
    if known.shape[1] > 1 and (best < 0).mean() > 0.5:
        again = _found_scrambled(pictures, known)
        if (again >= 0).mean() > 0.5:
            best, scrambled = again, True
    hits = np.flatnonzero(best >= 0)
    pairs = Counter((int(number[at]), int(best[at])) for at in hits)
    return Shown(
        count=len(pictures),
        found=len(hits),
        mislabelled=0 if classes is None else _mislabelled(labels[best[hits]], classes[hits]),
        repeated=sum(times - 1 for times in pairs.values()),
        classes=0 if classes is None else len(np.unique(classes)),
        resemblance=resemblance(pictures),
        usual=resemblance(known[:MOST]),
        scrambled=scrambled,
        mirrored=int((_found(pictures[best < 0][..., ::-1], known) >= 0).sum()) if (best < 0).any() else 0,
    )


def _batches(source: SourceTrace, run: Run, shape: tuple[int, ...]) -> Iterator[Batch]:
    """The samples of the first steps that have the size of the data set's pictures."""
    channels, height, width = (1, *shape) if len(shape) == 2 else shape
    for part in (part for step in run.kept for part in step.parts):
        inputs = source.material.get(part.inputs or "")
        if inputs is None or inputs.dtype.kind not in "fiu" or inputs.ndim < 2 or not len(inputs):
            continue
        if int(np.prod(inputs.shape[1:])) != channels * height * width or not np.isfinite(inputs).all():
            continue
        last = inputs.ndim == 4 and channels > 1 and inputs.shape[1:] == (height, width, channels)
        laid = np.moveaxis(inputs, -1, 1) if last else inputs
        pictures = np.ascontiguousarray(laid, dtype=np.float32).reshape(len(inputs), channels, height, width)
        yield Batch(pictures, _classes(source.material.get(part.labels or ""), len(inputs)))


def _classes(labels: np.ndarray | None, count: int) -> np.ndarray | None:
    """Classes (B,) from class numbers in one or several columns, or from rows of shares that sum to 1; None for anything else."""
    if labels is None or len(labels) != count or labels.dtype.kind not in "fiub":
        return None
    if labels.ndim == 2 and labels.shape[1] > 1:
        if (labels == labels[:, :1]).all():
            return labels[:, 0].astype(np.int64)
        return labels.argmax(1) if np.allclose(labels.sum(1), 1, atol=1e-3) else None
    found = labels.reshape(-1)
    return found.astype(np.int64) if len(found) == count and np.isfinite(found).all() else None


def _flat(pictures: np.ndarray) -> np.ndarray:
    """(B, C, H, W) to unit vectors (B, C·H·W), without each channel's brightness, and without contrast."""
    values = pictures.astype(np.float32)
    values -= values.mean((2, 3), keepdims=True)
    contrast = np.sqrt((values**2).sum((2, 3), keepdims=True))
    values /= np.maximum(contrast, np.maximum(FLAT * contrast.max(1, keepdims=True), 1e-6))
    flat: np.ndarray = values.reshape(len(values), -1)
    unit: np.ndarray = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return unit


def _found(pictures: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(B,): the index of each picture in a data set (N, C, H, W), or -1."""
    asked = _flat(pictures)
    best, place = np.full(len(asked), -1.0, dtype=np.float32), np.full(len(asked), -1)
    for start in range(0, len(known), AT_A_TIME):
        alike = asked @ _flat(known[start : start + AT_A_TIME]).T
        at = alike.argmax(1)
        value = alike[np.arange(len(asked)), at]
        better = value > best
        best[better], place[better] = value[better], at[better] + start
    place[best < SAME] = -1
    return place


def _found_scrambled(pictures: np.ndarray, known: np.ndarray) -> np.ndarray:
    """(B,): the indices of pictures whose memory (H, W, C) was read as (C, H, W), scaled by channel before or after that."""
    count, channels, height, width = pictures.shape
    before = _found(np.moveaxis(pictures.reshape(count, height, width, channels), -1, 1), known)
    return before if (before >= 0).mean() > 0.5 else _found(pictures, np.moveaxis(known, 1, -1).reshape(known.shape))


def _mislabelled(right: np.ndarray, recorded: np.ndarray) -> int:
    """How many classes differ from the right ones, up to a renaming of all classes."""
    names = {int(each): Counter(recorded[right == each].tolist()).most_common(1)[0][0] for each in np.unique(right)}
    renamed = np.array([names[int(each)] for each in right]) if len(set(names.values())) == len(names) else right
    return int((renamed != recorded).sum())


def resemblance(pictures: np.ndarray) -> float:
    """The mean correlation between neighbouring pixels of (B, C, H, W), in [-1, 1]; 1 for pictures of one colour."""
    values = pictures.astype(np.float64)
    values = values - values.mean((2, 3), keepdims=True)
    found = []
    for one, other in ((values[..., :-1], values[..., 1:]), (values[..., :-1, :], values[..., 1:, :])):
        size = np.sqrt((one**2).sum() * (other**2).sum())
        found.append((one * other).sum() / size if size > 0 else 1.0)
    return float(np.mean(found))
