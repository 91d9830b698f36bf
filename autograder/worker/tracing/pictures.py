"""Identifies the pictures of a batch in the data sets by content, however they were scaled, normalised or laid out.

If the sets are cut (`cutting.py`), there are a few hundred pictures to search, so each batch may be looked up. In whole sets a
search takes some hundredths of a second, so only one batch per data set is looked up, and in evaluations, batches that don't
continue where the one before ended.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from autograder.worker.tracing import enlarging, enlarging_in_keras

SIGHTS: Final = 32  # numbers by which a picture is identified
SURE: Final = 8  # this many random pictures are never all from the last sixth of a set by chance
ALIKE: Final = 0.1  # distance; two pictures are 1 or more apart, the same picture is within 0.01
FLAT: Final = 1e-4  # of a picture's contrast: a channel with less is uniform but for rounding
AT_ONCE: Final = 5_000  # pictures per chunk when a table is made: they are copied into memory
SEARCHED: Final = 64  # pictures that are looked up at once in whole sets
MOST_SEARCHES: Final = 20  # for one batch
BOTH: Final = "both"  # a batch of training and test pictures
JOINT: Final = "joint"  # a batch of a set that code has loaded in one piece
KINDS: Final = {784: ("mnist", "MNIST", (1, 28, 28)), 3072: ("cifar10", "CIFAR10", (3, 32, 32))}
# for a published network, by `interpolate` or `resize`
ENLARGED: Final = {
    3 * side * side: ("cifar10", "CIFAR10", (3, side, side)) for side in (enlarging.SIDE, enlarging_in_keras.SIDE)
}
ALL_KINDS: Final = KINDS | ENLARGED

Arrays = Callable[[str, bool], tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Known:
    """The pictures of a batch: the set's name, the split ('train', 'test', 'both' or 'joint'), their indices in it (B,), their
    labels (B,), and its size."""

    set: str
    split: str
    places: torch.Tensor
    labels: torch.Tensor
    size: int

    @property
    def in_order(self) -> bool:
        """Whether the indices are consecutive."""
        return bool((self.places.diff() == 1).all())


class Pictures:
    """Identifies the pictures that `arrays(folder name, whether for training)` returns: uint8 (N, ...) and labels (N,).

    `are_few` if the sets are cut; `joint` are the names of those that code has loaded in one piece."""

    def __init__(self, arrays: Arrays, are_few: bool = True, joint: Collection[str] = ()) -> None:
        self._arrays, self.are_few, self._joint = arrays, are_few, joint
        self._tables: dict[tuple[int, Form], _Table | None] = {}

    def known(self, inputs: torch.Tensor) -> Known | None:
        """The pictures of a batch (B, ...). None if a sample isn't a known picture."""
        numbers = _numbers_of_each(inputs)
        known = ALL_KINDS if self.are_few else KINDS
        if numbers not in known or inputs.dtype == torch.bool or inputs.is_complex():
            return None
        with torch.no_grad():
            for form in FORMS if numbers in KINDS and self.are_few else FORMS[:1]:
                if (table := self._table(numbers, form)) is not None:
                    found = next(filter(None, map(table.find, _layouts(inputs.detach(), numbers))), None)
                    if found is not None:
                        return table.in_one_piece(found) if known[numbers][0] in self._joint else found
        return None

    def known_in_parts(self, inputs: torch.Tensor, before: Known | None) -> Known | None:
        """The pictures of a batch (B, ...) of any length, in whole sets; `before` is the batch before it. None if a sample isn't
        a known picture, if they are from both splits, or in an order that would take too many searches."""
        parts: list[Known] = []
        last, searches = before, 0
        for some in inputs.split(SEARCHED):
            found = self._next(some, last) if last is not None else None
            if found is None:
                searches += 1
                found = self.known(some) if searches <= MOST_SEARCHES else None
            if (
                found is None
                or found.split == BOTH
                or (parts and (found.set, found.split) != (parts[0].set, parts[0].split))
            ):
                return None
            parts.append(found)
            last = found
        if not parts:
            return None
        places, labels = (torch.cat([getattr(each, name) for each in parts]) for name in ("places", "labels"))
        return replace(parts[0], places=places, labels=labels)

    def _next(self, inputs: torch.Tensor, before: Known) -> Known | None:
        """The pictures of a batch that continues after those before it (the first one follows the last); None if it doesn't."""
        numbers = _numbers_of_each(inputs)
        table = self._table(numbers, FORMS[0]) if numbers in KINDS else None
        if table is None or table.name != before.set or inputs.dtype == torch.bool or inputs.is_complex():
            return None
        with torch.no_grad():
            return next(filter(None, (table.after(before, each) for each in _layouts(inputs.detach(), numbers))), None)

    def are_of_a_joint_set(self, inputs: torch.Tensor) -> bool:
        """Whether a batch can only be from a set that code has loaded in one piece: its samples have as many numbers, and are
        unknown as each pixel was scaled separately."""
        numbers = _numbers_of_each(inputs)
        return numbers in KINDS and KINDS[numbers][0] in self._joint

    def _table(self, numbers: int, form: Form) -> _Table | None:
        if (numbers, form) not in self._tables:
            self._tables[numbers, form] = _table(numbers, self._arrays, form)
        return self._tables[numbers, form]


@dataclass(frozen=True, eq=False)
class _Table:
    name: str
    sights: torch.Tensor  # (N, SIGHTS), those of the training set first
    labels: torch.Tensor
    train: int
    is_shared: bool = False  # the test set is the end of the training set, as when test labels are hidden

    def in_one_piece(self, found: Known) -> Known:
        """The same pictures by their indices in the training and test sets together."""
        places = found.places + (self.train if found.split == "test" else 0)
        return Known(found.set, JOINT, places, found.labels, len(self.labels))

    def after(self, before: Known, pictures: torch.Tensor) -> Known | None:
        """These pictures if they are the ones after those `before`; None otherwise, and if the sets share pictures."""
        if self.is_shared or before.split not in ("train", "test") or not before.in_order:
            return None
        first = int(before.places[-1]) + 1
        places = torch.arange(first, first + len(pictures)) if first < before.size else torch.arange(len(pictures))
        if int(places[-1]) >= before.size:
            return None
        here = places + (self.train if before.split == "test" else 0)
        if bool(((_sights(pictures) - self.sights[here]).norm(dim=1) > ALIKE).any()):
            return None
        return replace(before, places=places, labels=self.labels[here])

    def find(self, pictures: torch.Tensor) -> Known | None:
        distances, places = torch.cdist(_sights(pictures), self.sights).min(1)
        if bool((distances > ALIKE).any()) or (self.is_shared and len(places) < SURE):
            return None
        if self.is_shared:  # a sample of the whole training set would include pictures from its beginning
            test = len(self.labels) - self.train
            # The same picture is in both, and rounding decides which one is nearer.
            places = places - test * (places >= self.train)
            from_end = places + test
            places = from_end if bool((from_end >= self.train).all()) else places
        of_train = places < self.train
        if bool(of_train.any()) != bool(of_train.all()):
            return Known(self.name, BOTH, places, self.labels[places], len(self.labels))
        train = bool(of_train.all())
        size = self.train if train else len(self.labels) - self.train
        return Known(
            self.name, "train" if train else "test", places - (0 if train else self.train), self.labels[places], size
        )


def _numbers_of_each(inputs: torch.Tensor) -> int:
    """How many numbers a sample of a batch (B, ...) has; 0 if there are none."""
    return inputs[0].numel() if inputs.dim() > 1 and len(inputs) else 0


def _as_they_are(pictures: torch.Tensor) -> torch.Tensor:
    return pictures


def _turned(pictures: torch.Tensor) -> torch.Tensor:
    """Rows and columns swapped, as by `x.T` or `permute(0, 3, 2, 1)`."""
    return pictures.transpose(2, 3)


def _of_other_channels(pictures: torch.Tensor) -> torch.Tensor:
    """Channels in the order blue, green, red, as in OpenCV."""
    return pictures.flip(1)


def _scrambled(pictures: torch.Tensor) -> torch.Tensor:
    """Channels last in memory, read as if they came first: `reshape` used instead of `permute`."""
    return pictures.permute(0, 2, 3, 1).reshape(pictures.shape)


Form = Callable[[torch.Tensor], torch.Tensor]
# What students do to pictures (N, C, H, W) before they scale each of the resulting channels.
FORMS: Final[tuple[Form, ...]] = (_as_they_are, _turned, _of_other_channels, _scrambled)


def _table(numbers: int, arrays: Arrays, form: Form) -> _Table | None:
    folder, name, shape = ALL_KINDS[numbers]
    if shape[0] == 1 and form in (_of_other_channels, _scrambled):
        return None
    try:
        (train, labels), (test, test_labels) = arrays(folder, True), arrays(folder, False)
    except OSError:
        return None
    sights = torch.cat([_sights_of(each, shape, form) for each in (train, test)])
    every = torch.from_numpy(np.concatenate([labels, test_labels]).astype(np.int64)).reshape(-1)
    return _Table(name, sights, every, len(train), _are_alike(sights[: len(train)][-len(test) :], sights[len(train) :]))


def _are_alike(some: torch.Tensor, others: torch.Tensor) -> bool:
    """Whether these are the numbers of the same pictures. On some processors rounding depends on a picture's place in a chunk."""
    return some.shape == others.shape and bool(((some - others).norm(dim=1) <= ALIKE).all())


def _sights_of(pictures: np.ndarray, shape: tuple[int, ...], form: Form) -> torch.Tensor:
    """The numbers of stored pictures in a form, computed in chunks."""
    parts = [pictures[start : start + AT_ONCE] for start in range(0, len(pictures), AT_ONCE)]
    return torch.cat([_sights(form(_of_shape(torch.from_numpy(part.astype(np.float32)), shape))) for part in parts])


def _of_shape(pictures: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    """Stored pictures (N, ...) as (N, *shape): enlarged, where that has more pixels."""
    own = next(each for _, _, each in KINDS.values() if np.prod(each) == pictures[0].numel())
    pictures = pictures.reshape(-1, *own)
    return pictures if own == shape else functional.interpolate(pictures, shape[1:], mode="bilinear")


def _layouts(inputs: torch.Tensor, numbers: int) -> Iterator[torch.Tensor]:
    """The batch as (B, channels, height, width), for each layout that it may have; also if `reshape` was used instead of
    `permute`, which scrambles what the network sees, but keeps the pictures' numbers."""
    _, _, (channels, height, width) = ALL_KINDS[numbers]
    last = inputs.dim() == 4 and inputs.shape[-1] == channels
    if not last or channels == 1:
        yield inputs.reshape(len(inputs), channels, height, width)
    if channels > 1:
        yield inputs.reshape(len(inputs), height, width, channels).permute(0, 3, 1, 2)


def _sights(pictures: torch.Tensor) -> torch.Tensor:
    """Numbers (B, SIGHTS) that no channel's brightness or contrast affects: each channel is standardised, then projected."""
    flat = pictures.reshape(len(pictures), pictures.shape[1], -1).to(torch.float32)
    flat = flat - flat.mean(2, keepdim=True)
    contrast = flat.norm(dim=2, keepdim=True)
    flat = flat / torch.maximum(contrast, FLAT * contrast.amax(1, keepdim=True)).clamp(min=1e-6)
    return torch.matmul(flat.reshape(len(flat), -1), _mixing(flat.shape[1] * flat.shape[2]))


@cache
def _mixing(length: int) -> torch.Tensor:
    numbers = np.random.default_rng(0).standard_normal((length, SIGHTS))
    return torch.from_numpy(numbers.astype(np.float32))
