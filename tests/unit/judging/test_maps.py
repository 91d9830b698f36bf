"""What a picture of an activation map shows is told by its pixels."""

from __future__ import annotations

import numpy as np
import torch

from traced.maps import (
    Convolution,
    _are_alike,
    _are_alike_above_the_floor,
    _is_as_drawn,
    are_untrained,
)
from traced.pictures import standardised


def outputs_of_a_convolution(channels: int = 8) -> torch.Tensor:
    torch.manual_seed(0)
    picture = torch.nn.functional.interpolate(torch.rand(1, 3, 8, 8), size=32, mode="bilinear")
    found: torch.Tensor = torch.nn.Conv2d(3, channels, 3, padding="same")(picture)[0].detach()
    return found


def rows(pictures: torch.Tensor) -> np.ndarray:
    return pictures.reshape(len(pictures), -1).numpy().astype(np.float64)


def test_brightness_and_contrast_do_not_matter():
    outputs = outputs_of_a_convolution()
    shown = standardised(rows(outputs * 3 - 1))
    assert _are_alike(rows(outputs), shown).diagonal().all()


def test_maps_that_were_normalised_and_cut_off_are_alike_above_their_floor_and_no_others_are():
    outputs = outputs_of_a_convolution()
    centred = outputs - outputs.mean((1, 2), keepdim=True)
    normalised = torch.relu(centred / centred.std((1, 2), keepdim=True) + 0.2)
    shown = standardised(rows(normalised))
    assert not _are_alike(rows(outputs), shown).any()
    assert not _are_alike(rows(torch.relu(outputs)), shown).any()
    found = _are_alike_above_the_floor(rows(outputs), shown)
    assert found.diagonal().all()
    assert found.sum() == len(outputs)


def test_noise_and_pictures_of_which_little_is_left_are_alike_to_nothing():
    outputs = outputs_of_a_convolution()
    noise = standardised(np.maximum(np.random.default_rng(0).normal(size=(6, 32 * 32)), 0))
    dark = standardised(np.maximum(rows(outputs) - rows(outputs).max(1, keepdims=True) * 0.999, 0))
    assert not _are_alike_above_the_floor(rows(outputs), noise).any()
    assert not _are_alike_above_the_floor(rows(outputs), dark).any()
    assert not _are_alike_above_the_floor(rows(outputs), np.zeros((2, 32 * 32))).any()


def convolution() -> torch.nn.Conv2d:
    torch.manual_seed(0)
    return torch.nn.Conv2d(3, 32, 3)


def test_weights_that_torch_has_drawn_are_told_from_trained_and_from_glorots():
    fresh, trained, glorots = convolution(), convolution(), convolution()
    torch.nn.init.xavier_uniform_(glorots.weight)
    optimizer = torch.optim.Adam(trained.parameters())
    trained(torch.rand(8, 3, 32, 32)).square().mean().backward()
    optimizer.step()
    assert [_is_as_drawn(each.weight.detach().numpy()) for each in (fresh, trained, glorots)] == [True, False, False]


def test_a_network_that_was_stepped_is_not_called_untrained_for_how_its_weights_look():
    weight = convolution().weight.detach().numpy()
    assert are_untrained([Convolution(weight, stepped=False)], [])
    assert not are_untrained([Convolution(weight, stepped=True)], [])
