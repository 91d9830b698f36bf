"""Filters are found in pictures by their numbers, and not in noise."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from traced.filters import _filters_in


def filters_of(size: int, count: int = 8, channels: int = 3) -> torch.Tensor:
    return torch.randn(count, channels, size, size, generator=torch.Generator().manual_seed(size))


def scaled(values: torch.Tensor) -> torch.Tensor:
    return (values - values.min()) / (values.max() - values.min())


def make_grid(pictures: torch.Tensor, nrow: int, padding: int) -> torch.Tensor:
    """(N, channels, k, k) side by side, with black lines around each, as torchvision draws them."""
    framed = torch.nn.functional.pad(pictures, (padding, 0, padding, 0))
    rows = [torch.cat(list(row), 2) for row in framed.split(nrow)]
    return torch.nn.functional.pad(torch.cat(rows, 1), (0, padding, 0, padding))


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7])
@pytest.mark.parametrize("padding", [0, 1, 2])
def test_filters_in_colours_are_found_in_one_mosaic(size, padding):
    weights = filters_of(size)
    mosaic = make_grid(scaled(weights), nrow=4, padding=padding).permute(1, 2, 0).numpy()
    assert _filters_in(mosaic, weights.numpy()) == set(range(8))


@pytest.mark.parametrize("size", [2, 3, 5])
def test_grey_filters_are_found_in_a_mosaic_and_each_alone(size):
    weights = filters_of(size)
    grey = scaled(weights.mean(1, keepdim=True))
    mosaic = make_grid(grey, nrow=4, padding=1)[0].numpy()
    assert _filters_in(mosaic, weights.numpy()) == set(range(8))
    assert all(number in _filters_in(each[0].numpy(), weights.numpy()) for number, each in enumerate(grey))


def test_each_channel_of_small_filters_is_found_in_one_mosaic_of_all():
    weights = filters_of(2)
    mosaic = make_grid(scaled(weights).reshape(24, 1, 2, 2), nrow=6, padding=1)[0].numpy()
    assert _filters_in(mosaic, weights.numpy()) == set(range(8))


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("shape", [(160, 160), (150, 150, 3)])
def test_there_are_no_filters_in_noise(size, shape):
    noise = np.random.default_rng(0).random(shape)
    assert not _filters_in(noise, filters_of(size, 32).numpy())
