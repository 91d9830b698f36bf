"""Where samples come from, as it is told of each loader."""

from __future__ import annotations

import pytest
import torch
from torch.utils.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    SubsetRandomSampler,
    TensorDataset,
    random_split,
)

from autograder.worker.tracing.loaders import sampler_of
from autograder.worker.tracing.origins import described, is_augmented
from autograder.worker.tracing.timelapse import few_of

DATA = TensorDataset(torch.zeros(2000, 4), torch.arange(2000) % 10)


def _first(dataset: Dataset) -> list[int]:
    return described(few_of(dataset, 256, shuffled=True))["first"]


def test_parts_of_one_data_set_are_told_apart() -> None:
    train, validation = random_split(DATA, [1500, 500], generator=torch.Generator().manual_seed(0))
    assert _first(train) != _first(validation)
    assert described(train)["set"] == "TensorDataset"


def test_of_a_part_the_places_of_some_samples_are_told_by_which_overlaps_are_known() -> None:
    one, other = (random_split(DATA, [1500, 500], torch.Generator().manual_seed(seed)) for seed in (0, 1))
    (train, validation), (_, overlapping) = (
        [set(described(few_of(part, 64, shuffled=True))["spread"]) for part in parts] for parts in (one, other)
    )
    assert train | validation == set(range(2000))
    assert not train & validation
    assert len(overlapping & train) > len(overlapping) / 2
    large = TensorDataset(torch.zeros(50_000, 1))
    assert described(random_split(large, [45_000, 5_000])[0])["spread"][-1] % 31 == 0
    assert described(DATA)["spread"] == []


class Part(TensorDataset):
    def __init__(self, train: bool) -> None:
        super().__init__(torch.zeros(40, 2))
        self.train = train


def test_training_and_test_data_that_were_put_together_are_of_both():
    assert described(ConcatDataset([Part(True), Part(False)]))["split"] == "both"
    assert described(ConcatDataset([Part(True), Part(True)]))["split"] == "train"


def test_what_a_sampler_draws_is_as_large_as_the_sampler_and_begins_where_it_does():
    loaders = [
        DataLoader(DATA, 50, sampler=SubsetRandomSampler(range(500))),
        DataLoader(DATA, batch_sampler=BatchSampler(SubsetRandomSampler(range(1500, 2000)), 50, False)),
    ]
    told = [described(each.dataset, sampler_of(each)) for each in loaders]
    assert [(each["whole"], each["base"], each["first"][:2]) for each in told] == [
        (500, 2000, [0, 1]),
        (500, 2000, [1500, 1501]),
    ]


class Named:
    def __init__(self, *transforms: object) -> None:
        self.transforms = list(transforms)


class RandomCrop:
    pass


class ToTensor:
    pass


@pytest.mark.parametrize(
    ("transform", "at_random"),
    [(None, False), (ToTensor(), False), (Named(ToTensor()), False), (Named(Named(RandomCrop()), ToTensor()), True)],
)
def test_a_transform_that_changes_pictures_at_random_is_known_by_its_parts(transform, at_random):
    assert is_augmented(transform) == at_random
