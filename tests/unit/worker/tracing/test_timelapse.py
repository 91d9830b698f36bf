"""A cut loader is a short one in every respect that student code asks about."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import Subset, SubsetRandomSampler, TensorDataset, random_split

from autograder.worker.tracing.timelapse import First, _shortened, described, samples_for

DATA = TensorDataset(torch.arange(2000.0).reshape(-1, 1), torch.arange(2000) % 10)


@pytest.mark.parametrize(
    ("batch", "samples"), [(1, 256), (32, 256), (64, 256), (128, 512), (500, 512), (1000, 1000), (60_000, 1024)]
)
def test_an_iteration_has_about_four_batches(batch: int, samples: int) -> None:
    assert samples_for(batch) == samples


def test_length_samples_and_columns_of_a_cut_data_set_agree() -> None:
    cut, _, _ = _shortened(DATA, 128, None, None)
    assert len(cut) == 512
    assert [len(column) for column in cut.tensors] == [512, 512]
    assert cut[511][1] == 511 % 10
    with pytest.raises(IndexError):
        cut[512]


def test_a_small_data_set_stays_as_it_is() -> None:
    small = Subset(DATA, range(100))
    assert _shortened(small, 32, None, None)[0] is small


def test_a_sampler_draws_fewer_and_says_so() -> None:
    dataset, sampler, _ = _shortened(DATA, 64, SubsetRandomSampler(range(1000, 2000)), None)
    drawn = list(sampler)
    assert dataset is DATA
    assert len(drawn) == len(sampler) == 256
    assert min(drawn) >= 1000


def test_parts_of_one_data_set_are_told_apart() -> None:
    train, validation = random_split(DATA, [1500, 500], generator=torch.Generator().manual_seed(0))
    assert described(First(train, 256))["first"] != described(First(validation, 256))["first"]
    assert described(train)["set"] == "TensorDataset"
