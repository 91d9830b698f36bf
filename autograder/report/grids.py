"""The numbers of curves and heat maps as arrays, and the positions of a heat map's cells: for drawings and descriptions."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograder.results import HeatMap

LARGEST_DRAWN: Final = 1e100  # matplotlib's own sums of larger numbers overflow


def finite(values: tuple[float, ...]) -> NDArray[np.float64]:
    """Return `values` with what cannot be drawn (NaN, infinities, beyond 1e100) as NaN, a gap."""
    numbers = np.asarray(values, dtype=np.float64)
    return np.where(np.abs(numbers) <= LARGEST_DRAWN, numbers, np.nan)


def rectangle(rows: tuple[tuple[float, ...], ...]) -> NDArray[np.float64]:
    """Return `rows` as a (rows, longest row) array, short rows filled up with NaN."""
    columns = max(map(len, rows))
    return np.stack([finite(row + (math.nan,) * (columns - len(row))) for row in rows])


def extent(exhibit: HeatMap) -> tuple[float, float, float, float]:
    """Return the heat map's outer edges (left, right, bottom, top); cell numbers if it has none."""
    edges: list[float] = []
    for (low, high), cells in (
        (exhibit.x_range, max(map(len, exhibit.values))),
        (exhibit.y_range, len(exhibit.values)),
    ):
        stated = math.isfinite(low) and math.isfinite(high) and low != high
        edges += [low, high] if stated else [-0.5, cells - 0.5]
    left, right, bottom, top = edges
    return left, right, bottom, top


def cell_centres(exhibit: HeatMap) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the x of each column's middle and the y of each row's middle."""
    left, right, bottom, top = extent(exhibit)
    rows, columns = rectangle(exhibit.values).shape
    return (
        left + (right - left) * (np.arange(columns) + 0.5) / columns,
        bottom + (top - bottom) * (np.arange(rows) + 0.5) / rows,
    )
