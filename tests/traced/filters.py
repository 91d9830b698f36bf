"""Filters of a convolution, found by their values in pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from autograder.trace.layers import Layer
from autograder.trace.observed import Experiment, Observed, Panel, may_draw
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace
from traced.pictures import ALIKE, MOST_PICTURES, colours, standardised, weights_of

PHOTOGRAPHS: Final = ((28, 28), (32, 32))
LARGEST_GRID: Final = 160 * 160  # pixels of a picture that is searched for filters
FEWEST_NUMBERS: Final = 9  # of a filter that is searched for at any place: fewer are like some part of any picture
MOST_PADDING: Final = 4  # pixels between the pictures of a grid
MOSTLY: Final = 0.5  # of the pictures of a grid of small filters


MIXED: Final = "mixed"  # the axes (in, k, k) were taken for (k, k, in)
CUT_OFF: Final = "cut off"  # as colours, of which `imshow` shows what is below 0 as 0, and above 1 as 1


@dataclass(frozen=True, eq=False)
class Filters:
    panel: Panel
    count: int
    moment: str  # 'last' or 'before' the training
    layer: int  # which convolution, from 1
    misread: str = ""  # MIXED or CUT_OFF

    @property
    def place(self) -> Place:
        return self.panel.place


def filters(observed: Observed, experiments: Sequence[Experiment]) -> Filters | None:
    """The figure that shows the most filters: of a first convolution, or else of a later one."""
    for later in (False, True):
        best: Filters | None = None
        for experiment in experiments:
            convolutions = [layer for layer in experiment.layers if layer.kind == "conv"]
            for number, layer in enumerate(convolutions[1:] if later else convolutions[:1], 2 if later else 1):
                for found in _filters_of(observed, experiment, layer, number):
                    best = found if best is None or found.count > best.count else best
        if best is not None:
            return best
    misread = (
        replace(found, misread=name)
        for experiment in experiments
        for layer in [layer for layer in experiment.layers if layer.kind == "conv"][:1]
        for name, way in MISREADINGS
        for found in _filters_of(observed, experiment, layer, 1, way)
    )
    return max(misread, key=lambda found: found.count, default=None)


def _as_they_lie(weights: np.ndarray) -> np.ndarray:
    """(out, 3, 3, 3), shown as it lies, as filters (out, in, k, k) that would look so."""
    return weights.transpose(0, 3, 1, 2) if weights.shape[1:] == (3, 3, 3) else weights[:0]


def _reshaped(weights: np.ndarray) -> np.ndarray:
    """(out, in, k, k) reshaped to (out, k, k, in), as filters that would look so."""
    return weights.reshape(len(weights), *weights.shape[2:], weights.shape[1]).transpose(0, 3, 1, 2)


def _cut_off(weights: np.ndarray) -> np.ndarray:
    """(out, 3, k, k), shown as colours without being scaled to them."""
    return weights.clip(0, 1) if weights.shape[1] == 3 else weights[:0]


def _cut_off_as_they_lie(weights: np.ndarray) -> np.ndarray:
    return _as_they_lie(_cut_off(weights))


def _cut_off_and_reshaped(weights: np.ndarray) -> np.ndarray:
    return _reshaped(_cut_off(weights))


# A filter's numbers may lie wrong and be cut off as well; that they lie wrong is then what is told.
MISREADINGS: Final = (
    (CUT_OFF, _cut_off),
    (MIXED, _as_they_lie),
    (MIXED, _reshaped),
    (MIXED, _cut_off_as_they_lie),
    (MIXED, _cut_off_and_reshaped),
)


def _filters_of(
    observed: Observed,
    experiment: Experiment,
    layer: Layer,
    number: int,
    misread: Callable[[np.ndarray], np.ndarray] = lambda weights: weights,
) -> Iterator[Filters]:
    for moment in ("last", "before"):
        weights = weights_of(experiment, layer, moment)
        if weights is not None and len(weights := misread(weights)):
            yield from drawn_from(observed, experiment.source, weights, moment, number)


def drawn_from(
    observed: Observed, source: SourceTrace, weights: np.ndarray, moment: str, number: int = 1
) -> Iterator[Filters]:
    """The figures that show filters (out, in, k, k), which a network of this source had at some `moment`; `number` says of
    which of its convolutions."""
    for panels in observed.figures:
        if not may_draw(panels[0].source, source):
            continue
        arrays = [array for panel in panels for array in panel.axes.arrays[:MOST_PICTURES]]
        if number > 1:  # whose filters of one channel are like many a part of a photograph
            arrays = [array for array in arrays if array.shape[:2] not in PHOTOGRAPHS]
        shown = {index for array in arrays for index in _filters_in(array, weights)}
        if shown:
            yield Filters(panels[0], len(shown), moment, number)


def are_of_the_size_of_filters(observed: Observed, experiments: Sequence[Experiment], fewest: int) -> Panel | None:
    """The first panel of a figure with so many pictures of the size of a filter of a first convolution."""
    convolutions = (next((layer for layer in each.layers if layer.kind == "conv"), None) for each in experiments)
    sizes = {layer.kernel for layer in convolutions if layer is not None}
    for panels in observed.figures:
        shapes = [array.shape[:2] for panel in panels for array in panel.axes.arrays[:MOST_PICTURES]]
        if sum(height == width and height in sizes for height, width in shapes) >= fewest:
            return panels[0]
    return None


def _filters_in(array: np.ndarray, weights: np.ndarray) -> set[int]:
    """The filters (out, in, k, k) that a picture is, or that a grid of pictures holds, up to brightness and contrast."""
    picture, size = colours(array), weights.shape[-1]
    if min(picture.shape[:2]) < size or picture.shape[0] * picture.shape[1] > LARGEST_GRID:
        return set()
    channels = weights.transpose(0, 2, 3, 1).astype(np.float64)  # (out, k, k, in)
    if picture.ndim == 3 and channels.shape[-1] > picture.shape[-1]:
        channels = channels[..., : picture.shape[-1]]  # some of a later layer's inputs, shown as colours
    if picture.ndim == 3 and picture.shape[-1] == channels.shape[-1]:
        windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size), (0, 1)).transpose(0, 1, 3, 4, 2)
        kinds = [channels]
    elif picture.ndim == 2:
        windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size))
        kinds = [
            channels.mean(-1),
            *(channels[..., each] for each in range(min(channels.shape[-1], 8))),
            np.linalg.norm(channels, axis=-1),
        ]
    else:
        return set()
    turned = [np.swapaxes(kind, 1, 2) for kind in kinds]  # `filter.T`
    known = np.concatenate([kind.reshape(len(kind), -1) for kind in (*kinds, *turned)])
    if windows[0, 0].size >= FEWEST_NUMBERS:
        found = _correlated(windows, known)
    else:
        steps = [(first, size + padding) for padding in range(MOST_PADDING + 1) for first in {0, padding}]
        grids = (windows[first::step, first::step] for first, step in steps)
        found = {index for grid in grids if grid.size for index in _correlated(grid, known, MOSTLY)}
    return {index % len(weights) for index in found}


def _correlated(windows: np.ndarray, many: np.ndarray, least: float = 0.0) -> set[int]:
    """Which of `many` (M, n) one of the windows (rows, columns, ...), of n numbers each, equals, up to brightness and contrast;
    none where less than this share of the windows that are not flat is equal to any."""
    some = windows.reshape(windows.shape[0] * windows.shape[1], -1)
    if some.shape[1] != many.shape[1]:
        return set()
    one, other = standardised(some), standardised(many)
    alike = other @ one.T > ALIKE
    if alike.any(0).sum() < least * one.any(1).sum():
        return set()
    return set(np.flatnonzero(alike.any(1)).tolist())
