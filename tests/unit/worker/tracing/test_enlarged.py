"""Pictures are told in the size that they had before they were enlarged."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from matplotlib.figure import Figure
from PIL import Image

from autograder.worker.tracing.drawings import _axes
from autograder.worker.tracing.enlarged import as_it_was

FILTERS = torch.rand(8, 3, 3, 3, generator=torch.Generator().manual_seed(0))


def make_grid(pictures: torch.Tensor, padding: int) -> torch.Tensor:
    """As torchvision makes one: four pictures (3, height, width) a row, margins around and between."""
    framed = F.pad(pictures, (padding, 0, padding, 0), value=0.5)
    rows = [torch.cat(list(framed[start : start + 4]), 2) for start in range(0, len(pictures), 4)]
    return F.pad(torch.cat(rows, 1), (0, padding, 0, padding), value=0.5)


def pixels(picture: torch.Tensor) -> np.ndarray:
    return picture.permute(1, 2, 0).numpy()


def test_a_grid_that_was_enlarged_as_a_whole_is_the_grid():
    grid = make_grid(FILTERS, 1)
    large = F.interpolate(grid[None], scale_factor=12, mode="nearest")[0]
    assert np.array_equal(as_it_was(pixels(large)), pixels(grid))


def test_margins_between_enlarged_pictures_are_one_pixel():
    large = make_grid(F.interpolate(FILTERS, scale_factor=8), 2)
    assert np.array_equal(as_it_was(pixels(large)), pixels(make_grid(FILTERS, 1)))


@pytest.mark.parametrize(
    "enlarge",
    [
        lambda x: np.kron(x, np.ones((5, 5))),
        lambda x: x.repeat(6, 0).repeat(4, 1),
        lambda x: np.asarray(Image.fromarray((x * 255).astype(np.uint8)).resize((100, 100), Image.Resampling.NEAREST)),
    ],
)
def test_each_way_to_enlarge_by_blocks_is_known(enlarge):
    picture = FILTERS[0, 0].numpy()
    found = as_it_was(enlarge(picture))
    assert found.shape == (3, 3)
    assert np.allclose(found / found.max(), picture / picture.max(), atol=0.01)


def test_rows_that_were_equal_before_stay_as_many():
    picture = np.maximum(FILTERS[:, 0].reshape(8, 9).numpy() - 0.3, 0)
    picture[2:4] = 0
    assert np.array_equal(as_it_was(np.kron(picture, np.ones((4, 4)))), picture)


@pytest.mark.parametrize(
    "picture",
    [FILTERS[0, 0].numpy(), np.zeros((9, 9)), np.kron(np.arange(4.0), np.ones((5, 3))), np.zeros((0, 3)), np.arange(3)],
)
def test_all_others_stay_what_they_are(picture):
    assert as_it_was(picture) is picture


def test_a_picture_in_a_plane_of_its_own_keeps_its_grid():
    large = np.kron(FILTERS[0, 0].numpy(), np.ones((4, 4)))
    figure = Figure()
    one, other = figure.subplots(1, 2)
    one.imshow(large)
    other.imshow(large, extent=(-1, 2, -1, 2))
    assert [_axes(each, figure)["arrays"][0].shape for each in (one, other)] == [(3, 3), (12, 12)]


def test_pictures_that_would_be_too_many_numbers_are_told_when_they_were_enlarged():
    figure = Figure()
    axes = figure.subplots()
    axes.imshow(np.kron(np.random.default_rng(0).random((20, 20)), np.ones((30, 30))))
    assert _axes(axes, figure)["arrays"][0].shape == (20, 20)
