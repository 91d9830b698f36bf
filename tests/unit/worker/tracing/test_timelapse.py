"""A cut loader is a short one in every respect that student code asks about."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from torch.utils.data import (
    BatchSampler,
    DataLoader,
    Dataset,
    RandomSampler,
    Sampler,
    SequentialSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
)

from autograder.worker.tracing.loaders import goes_in_order, sampler_of
from autograder.worker.tracing.origins import described
from autograder.worker.tracing.timelapse import (
    DIGITS,
    LARGE_PICTURES,
    PICTURES,
    _shortened,
    cut_for,
    cut_loaders,
    few_of,
)

DATA = TensorDataset(torch.arange(2000.0).reshape(-1, 1), torch.arange(2000) % 10)


@pytest.mark.parametrize(
    ("batch", "samples"), [(1, 256), (32, 256), (64, 256), (128, 512), (500, 512), (1000, 1024), (60_000, 1024)]
)
def test_an_iteration_has_about_four_batches(batch: int, samples: int) -> None:
    assert DIGITS.samples(batch) == samples


@pytest.fixture
def short_loaders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DataLoader, "__init__", DataLoader.__init__)
    cut_loaders()


@pytest.mark.usefixtures("short_loaders")
@pytest.mark.parametrize(("batch", "batches"), [(64, 2), (256, 2), (1000, 2), (2000, 1)])
def test_an_evaluation_has_a_second_batch_unless_the_student_takes_all_at_once(batch: int, batches: int) -> None:
    pictures = TensorDataset(torch.zeros(2000, 3, 32, 32), torch.arange(2000) % 10)
    assert len(DataLoader(pictures, batch_size=batch)) == batches


@pytest.mark.parametrize(
    ("shape", "cut", "samples"),
    [
        ((784,), DIGITS, 256),
        ((1, 28, 28), DIGITS, 256),
        ((3, 32, 32), PICTURES, 128),
        ((3, 224, 224), LARGE_PICTURES, 32),
    ],
)
def test_the_larger_the_pictures_the_shorter_the_iteration(shape, cut, samples) -> None:
    class Drawn(Dataset):
        def __len__(self) -> int:
            return 5000

        def __getitem__(self, index: int) -> tuple[torch.Tensor, int]:
            return torch.rand(shape) * random.random(), 0

    random.seed(0)
    torch.manual_seed(0)
    expected = random.random(), torch.rand(3)
    random.seed(0)
    torch.manual_seed(0)
    assert cut_for(Drawn()) == cut
    assert cut.samples(64) == max(samples, 32)
    assert (random.random(), *torch.rand(3).tolist()) == (expected[0], *expected[1].tolist())


def test_a_data_set_that_raises_is_cut_as_digits_are() -> None:
    class Broken(Dataset):
        def __len__(self) -> int:
            return 5000

        def __getitem__(self, index: int) -> None:
            raise FileNotFoundError("no such picture")

    assert cut_for(Broken()) == DIGITS


def test_length_samples_and_columns_of_a_cut_data_set_agree() -> None:
    cut, _, _ = _shortened(DATA, 128, False, None, None)
    assert len(cut) == 512
    assert [len(column) for column in cut.tensors] == [512, 512]
    assert cut[511][1] == 511 % 10
    with pytest.raises(IndexError):
        cut[512]


def test_a_small_data_set_stays_as_it_is() -> None:
    small = Subset(DATA, range(100))
    assert _shortened(small, 32, False, None, None)[0] is small


def test_a_sampler_draws_fewer_and_says_so() -> None:
    dataset, sampler, _ = _shortened(DATA, 64, False, SubsetRandomSampler(range(1000, 2000)), None)
    drawn = list(sampler)
    assert dataset is DATA
    assert len(drawn) == len(sampler) == 256
    assert min(drawn) >= 1000


@pytest.mark.parametrize("column", [list, torch.tensor], ids=["a list", "a tensor"])
def test_samples_that_are_shuffled_come_from_all_over_a_data_set_that_is_sorted_by_class(column) -> None:
    class Sorted(Dataset):
        targets = column([place // 500 for place in range(5000)])

        def __len__(self) -> int:
            return 5000

        def __getitem__(self, place: int) -> tuple[torch.Tensor, int]:
            return torch.zeros(784), place // 500

    cut, _, _ = _shortened(Sorted(), 64, True, None, None)
    labels = [label for _, label in (cut[place] for place in range(len(cut)))]
    assert len(labels) == 256
    assert set(labels) == set(range(10))
    assert [int(each) for each in cut.targets] == labels
    assert {label for _, label in _shortened(Sorted(), 64, False, None, None)[0]} == {0}


class Numbered(Dataset):
    """Gives a whole batch at once, as `Subset` does."""

    def __len__(self) -> int:
        return 100

    def __getitem__(self, index: int) -> int:
        return int(index)

    def __getitems__(self, indices: list[int]) -> list[int]:
        return [int(index) for index in indices]


def test_a_few_samples_are_the_same_ones_by_number_and_by_the_batch() -> None:
    few = few_of(Numbered(), 5, shuffled=True)
    places = list(few.places)
    assert [few[index] for index in range(5)] == places != list(range(5))
    assert few.__getitems__([0, 4]) == [places[0], places[4]]
    assert (few[np.int64(3)], few[torch.tensor(3)]) == (places[3], places[3])
    assert isinstance(few, Numbered)


def test_a_class_that_draws_whole_batches_says_nothing_of_single_samples():
    class Batches(Sampler):
        def __iter__(self):
            yield from ([0, 1], [2, 3])

        def __len__(self):
            return 2

    loader = DataLoader(DATA, batch_sampler=Batches())
    assert sampler_of(loader) is None
    assert described(loader.dataset, None)["whole"] == 2000


@pytest.mark.parametrize(
    ("ways", "in_order"),
    [
        ({"batch_size": 64}, True),
        ({"batch_size": 4096}, True),
        ({"batch_size": 64, "shuffle": True}, False),
        ({"batch_size": 64, "sampler": SubsetRandomSampler(range(100))}, False),
        ({"batch_sampler": BatchSampler(SequentialSampler(DATA), 64, False)}, True),
        ({"batch_sampler": BatchSampler(RandomSampler(DATA), 64, False)}, False),
    ],
)
def test_a_loader_goes_in_order_where_nothing_draws_its_samples(ways, in_order):
    assert goes_in_order(DataLoader(DATA, **ways)) is in_order
