"""A memory loader gives what torchvision's data sets and `DataLoader` would give."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader

from autograder.worker.probing.loaders import FixedBatches, MemoryLoader

GENERATOR = np.random.default_rng(0)
DIGITS = GENERATOR.integers(0, 256, (10, 28, 28), np.uint8)
PICTURES = GENERATOR.integers(0, 256, (10, 3, 32, 32), np.uint8)
LABELS = np.arange(10, dtype=np.uint8)


def labels_of(loader: MemoryLoader) -> list[int]:
    return torch.cat([y for _, y in loader]).tolist()


def test_pixels_are_divided_by_255_exactly_as_a_float_division_does():
    (x, y) = next(iter(MemoryLoader(DIGITS, LABELS, batch_size=10)))
    assert x.dtype == torch.float32 and y.dtype == torch.int64
    assert torch.equal(x, torch.tensor(DIGITS).unsqueeze(1).float() / 255)


@pytest.mark.parametrize(
    ("images", "options", "shape"),
    [
        (DIGITS, {}, (4, 1, 28, 28)),
        (DIGITS, {"flatten": True}, (4, 784)),
        (DIGITS, {"channels_last": True}, (4, 28, 28, 1)),
        (PICTURES, {}, (4, 3, 32, 32)),
        (PICTURES, {"channels_last": True}, (4, 32, 32, 3)),
    ],
)
def test_the_shape_is_what_was_asked_for(images: np.ndarray, options: dict[str, bool], shape: tuple[int, ...]):
    x, _ = next(iter(MemoryLoader(images, LABELS, batch_size=4, **options)))
    assert x.shape == shape and x.is_contiguous()


def test_channels_come_last_with_the_same_pixels():
    first = MemoryLoader(PICTURES, LABELS).dataset[3][0]
    last = MemoryLoader(PICTURES, LABELS, channels_last=True).dataset[3][0]
    assert torch.equal(last, first.permute(1, 2, 0))


@pytest.mark.parametrize(("drop_last", "sizes"), [(False, [4, 4, 2]), (True, [4, 4])])
def test_the_last_batch_is_smaller_or_dropped(drop_last: bool, sizes: list[int]):
    loader = MemoryLoader(DIGITS, LABELS, batch_size=4, drop_last=drop_last)
    assert [len(y) for _, y in loader] == sizes
    assert len(loader) == len(sizes)


def test_without_shuffling_every_epoch_has_the_given_order():
    loader = MemoryLoader(DIGITS, LABELS, batch_size=4)
    assert labels_of(loader) == labels_of(loader) == list(range(10))


def test_shuffled_epochs_differ_and_repeat_with_the_seed():
    loader, again = (MemoryLoader(DIGITS, LABELS, shuffle=True, seed=3) for _ in range(2))
    epochs = [labels_of(loader) for _ in range(3)]
    assert [labels_of(again) for _ in range(3)] == epochs
    assert epochs[0] != epochs[1] != epochs[2]
    assert all(sorted(epoch) == list(range(10)) for epoch in epochs)


def test_labels_stay_with_their_images_when_shuffled():
    for x, y in MemoryLoader(DIGITS, LABELS, batch_size=3, shuffle=True, flatten=True):
        assert torch.equal(x, torch.tensor(DIGITS[y.numpy()]).reshape(-1, 784) / 255)


def test_shuffling_leaves_the_global_random_state_alone():
    torch.manual_seed(0)
    labels_of(MemoryLoader(DIGITS, LABELS, shuffle=True))
    after = torch.rand(1)
    torch.manual_seed(0)
    assert torch.equal(after, torch.rand(1))


def test_the_data_set_can_be_counted_indexed_and_given_to_pytorchs_loader():
    dataset = MemoryLoader(DIGITS, LABELS, flatten=True).dataset
    assert len(dataset) == 10
    x, y = dataset[-1]
    assert x.shape == (784,) and y == 9
    with pytest.raises(IndexError):
        dataset[10]
    assert torch.cat([y for _, y in DataLoader(dataset, batch_size=4)]).tolist() == list(range(10))


def test_a_batch_may_be_changed_without_harm():
    loader = MemoryLoader(DIGITS, LABELS)
    for x, y in loader:
        x.zero_()
        y.zero_()
    assert labels_of(loader) == list(range(10))
    assert next(iter(loader))[0].max() > 0


def test_a_memory_mapped_array_is_read_in_place_without_a_warning(tmp_path: Path, recwarn: pytest.WarningsRecorder):
    np.save(tmp_path / "images.npy", DIGITS)
    loader = MemoryLoader(np.load(tmp_path / "images.npy", mmap_mode="r"), LABELS, batch_size=10)
    assert torch.equal(next(iter(loader))[0], next(iter(MemoryLoader(DIGITS, LABELS, batch_size=10)))[0])
    assert not recwarn.list


def test_images_in_reverse_order_are_fine():
    assert torch.equal(MemoryLoader(DIGITS[::-1], LABELS).dataset[0][0], MemoryLoader(DIGITS, LABELS).dataset[9][0])


@pytest.mark.parametrize(
    ("images", "labels", "batch_size", "told"),
    [
        (DIGITS / 255, LABELS, 4, "images must be uint8 with 3 or 4 axes; got float64"),
        (DIGITS.reshape(10, 784), LABELS, 4, "images must be uint8 with 3 or 4 axes"),
        (DIGITS, LABELS[:9], 4, "10 images need as many labels"),
        (DIGITS, LABELS, 0, "batch_size must be 1 or more; got 0"),
    ],
)
def test_what_is_no_labelled_images_is_refused(images: np.ndarray, labels: np.ndarray, batch_size: int, told: str):
    with pytest.raises(ValueError, match=told):
        MemoryLoader(images, labels, batch_size=batch_size)


@pytest.fixture
def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    return [(torch.full((size, 2), float(size)), torch.arange(size)) for size in (3, 2)]


def test_fixed_batches_come_again_unchanged_whatever_was_done_to_them(
    batches: list[tuple[torch.Tensor, torch.Tensor]],
):
    loader = FixedBatches(batches)
    for x, y in loader:
        x.zero_()
        y.zero_()
    assert len(loader) == 2
    for (x, y), (given_x, given_y) in zip(loader, batches, strict=True):
        assert torch.equal(x, given_x) and torch.equal(y, given_y)
    assert given_x.max() == 2


def test_fixed_batches_know_their_rows(batches: list[tuple[torch.Tensor, torch.Tensor]]):
    loader = FixedBatches(batches)
    assert loader.batch_size == 3
    assert len(loader.dataset) == 5
    assert loader.dataset[4][1] == 1


def test_seeded_batches_make_dropout_independent_of_what_else_is_drawn():
    loader = FixedBatches([(torch.ones(1, 8), torch.zeros(1)), (torch.ones(1, 8), torch.zeros(1))], seeded=True)
    first = [torch.nn.functional.dropout(x) for x, _ in loader]
    next(iter(loader))
    torch.rand(3)
    again = [torch.nn.functional.dropout(x) for x, _ in loader]
    assert all(torch.equal(one, other) for one, other in zip(first, again, strict=True))
