"""Reduces pictures that were enlarged before they were drawn, by `interpolate`, `np.kron`, `repeat_interleave` or `resize`.

Each pixel became a block of equal ones. A picture of 32 filters of 3 × 3 then has a quarter of a million numbers.
"""

from __future__ import annotations

from typing import Final

import numpy as np

SMALLEST: Final = 2  # pixels of a picture's side


def as_it_was(picture: np.ndarray) -> np.ndarray:
    """The picture (height, width[, channels]) before it was enlarged; unchanged unless it was enlarged in both directions.

    A run of equal rows came from one row, or from several equal ones: the most frequent run length is the factor. So the margins
    between enlarged pictures in a grid, which were not enlarged themselves, become one pixel.
    """
    if picture.ndim not in (2, 3) or not min(picture.shape[:2]):
        return picture
    rows, columns = _kept(picture), _kept(np.swapaxes(picture, 0, 1))
    if rows is None or columns is None or min(len(rows), len(columns)) < SMALLEST:
        return picture
    found: np.ndarray = picture[rows][:, columns]
    return found


def _kept(picture: np.ndarray) -> np.ndarray | None:
    """The indices of rows (n,) that represent the rows before enlarging; None if it wasn't enlarged vertically."""
    flat = np.nan_to_num(picture.reshape(len(picture), -1))
    begins = np.flatnonzero(np.concatenate([[True], (flat[1:] != flat[:-1]).any(1)]))
    lengths = np.diff(np.append(begins, len(flat)))
    values, counts = np.unique(lengths, return_counts=True)
    factor = int(values[counts.argmax()])
    if factor < 2:
        return None
    kept: np.ndarray = np.repeat(begins, np.maximum(1, np.rint(lengths / factor).astype(int)))
    return kept
