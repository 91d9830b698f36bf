"""The decision boundary of XOR: whether a picture shows the network's own answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from autograder.checks import Evidence
from autograder.judging import NotShown
from autograder.trace.observed import Experiment, Observed, Panel
from traced.curves import Faults
from traced.xor import CASES, RIGHT, answers_at, outputs_at, probabilities, right_cases, xors

SPANS: Final = (-4.0, 4.0)  # of the plane in which a picture may lie
DIFFERENCE: Final = 0.02  # of most points
MEAN: Final = 0.05  # difference of all points
ELSEWHERE: Final = 0.03  # of the points, where classes are drawn
OF_A_CLASS: Final = 0.2  # mean difference of the points that the network takes for one class, few as they may be
CLEARLY: Final = 10  # times nearer


def boundary_faults(observed: Observed, experiment: Experiment, evidence: Evidence) -> Faults:
    """Look for the picture. Raises NotShown where none looks like one of a boundary."""
    pictures = [panel for panel in observed.panels if _grid(panel) is not None]
    others = [each for each in xors(observed) if each is not experiment]
    shown = [alike for panel in reversed(pictures) if (alike := _best_shown(panel, (experiment, *others))) is not None]
    if shown:
        alike = next((each for each in shown if each.is_right), shown[0])
        return _faults_of(alike, evidence, is_of_another=not alike.is_right and right_cases(experiment) == len(CASES))
    if not pictures and (bare := next(filter(_has_points_alone, reversed(observed.panels)), None)) is not None:
        evidence.at(bare.place)
        return [
            (
                0.75,
                "The picture has the four cases and no boundary: ask the network about a grid of points, and draw its answers as "
                "`contourf` does.",
            )
        ]
    if not pictures or not any(_looks_like_a_boundary(panel) for panel in pictures):
        raise NotShown
    panel = next(panel for panel in reversed(pictures) if _looks_like_a_boundary(panel))
    evidence.at(panel.place)
    return [
        (0.5, "The picture does not show the answers of the trained network: the grader computes others on its grid.")
    ]


@dataclass(frozen=True, eq=False)
class Grid:
    """x, y and values (rows, columns) of contours, or of an image, of which may not be known which row is on top."""

    x: np.ndarray
    y: np.ndarray
    values: np.ndarray
    of_image: bool = False
    is_sure: bool = True
    others: tuple[tuple[np.ndarray, np.ndarray], ...] = ()  # x and y where the network may have been asked instead

    @property
    def askings(self) -> tuple[tuple[np.ndarray, np.ndarray], ...]:
        """All x and y at which the network may have been asked: pictures of few pixels show the difference."""
        return (self.x, self.y), *self.others


def _looks_like_a_boundary(panel: Panel) -> bool:
    found = _grid(panel)
    return found is not None and min(found.values.shape) >= 10 and "bound" in panel.words.lower()


def _has_points_alone(panel: Panel) -> bool:
    """Whether a picture of XOR has a few points and nothing between them."""
    axes = panel.axes
    nothing_else = not (axes.grids or axes.arrays or axes.contours or axes.lines or axes.bars)
    return nothing_else and len(CASES) <= axes.points <= 2 * len(CASES) and "xor" in panel.words.lower()


def _grid(panel: Panel) -> Grid | None:
    """The contours or the image that a panel shows; None where it shows none of this kind."""
    others: tuple[tuple[np.ndarray, np.ndarray], ...] = ()
    for grid in panel.axes.grids:
        if len(grid) == 3 and grid[2].ndim == 2:
            x, y, values = grid
            if x.ndim == 1:
                x, y = np.meshgrid(x, y)
            if x.shape[0] > values.shape[0]:  # pcolormesh takes the edges
                others = ((x[:-1, :-1], y[:-1, :-1]),)
                x, y = x[:-1, :-1] + np.diff(x[:2, :2]).max() / 2, y[:-1, :-1] + np.diff(y[:2, :2], axis=0).max() / 2
            if x.shape == values.shape and SPANS[0] <= x.min() and x.max() <= SPANS[1] and x.min() != x.max():
                return Grid(x, y, values, others=others)
    origins = panel.axes.origins or ("",) * len(panel.axes.extents)
    for extent, origin, values in zip(panel.axes.extents, origins, panel.axes.arrays, strict=False):
        if values.ndim == 2 and len(extent) == 4 and SPANS[0] <= min(extent) and max(extent) <= SPANS[1]:
            height, width = values.shape
            left, right, bottom, top = extent
            # in the middle of a pixel, at its lower left corner, or from edge to edge
            across = [left + (np.arange(width) + place) * (right - left) / width for place in (0.5, 0)]
            up = [bottom + (np.arange(height) + place) * (top - bottom) / height for place in (0.5, 0)]
            across.append(np.linspace(left, right, width))
            up.append(np.linspace(bottom, top, height))
            rows = [each[::-1] if origin == "upper" else each for each in up]
            (x, y), *elsewhere = (np.meshgrid(one, two) for one, two in zip(across, rows, strict=True))
            others = tuple((one, two) for one, two in elsewhere)
            return Grid(x, y, values, of_image=True, is_sure=bool(origin), others=others)
    return None


@dataclass(frozen=True, eq=False)
class Alike:
    """A picture that shows a network's answers: its own probabilities on the grid, its answers to the cases, and how far the
    picture is from them as it is, turned upside down, and mirrored at the diagonal; below 1, it is them."""

    panel: Panel
    grid: Grid
    own: np.ndarray
    classes: np.ndarray
    answers: np.ndarray
    upright: float
    upside_down: float
    mirrored: float

    @property
    def unlike(self) -> float:
        return min(self.upright, self.upside_down, self.mirrored)

    @property
    def is_right(self) -> bool:
        return [bool(each) for each in self.answers > 0.5] == RIGHT


def _best_shown(panel: Panel, experiments: Sequence[Experiment]) -> Alike | None:
    """The network that a picture shows; of several that have learned nearly the same, the one which it shows best."""
    known = [alike for each in experiments if (alike := _compared(panel, each)) is not None]
    return min(known, key=lambda each: each.unlike, default=None)


def _compared(panel: Panel, experiment: Experiment) -> Alike | None:
    """A picture that shows this network's answers; None where it shows others."""
    found = _grid(panel)
    if found is None:
        return None
    every = [alike for x, y in found.askings if (alike := _compared_at(panel, found, experiment, x, y)) is not None]
    best = min(every, key=lambda each: each.unlike, default=None)
    return best if best is not None and best.unlike < 1 else None


def _compared_at(panel: Panel, grid: Grid, experiment: Experiment, x: np.ndarray, y: np.ndarray) -> Alike | None:
    """The picture beside what the network answers at these points (rows, columns); None where that can't be computed."""
    outputs = outputs_at(experiment, np.stack([x.ravel(), y.ravel()], 1))
    answers = answers_at(experiment, np.array(CASES))
    if outputs is None or answers is None:
        return None
    own = probabilities(experiment, outputs)
    classes = (outputs.argmax(1) if outputs.shape[1] > 1 else own > 0.5).astype(float)
    shown = grid.values.astype(float)
    ways = (shown, shown[::-1], shown.T if shown.shape[0] == shown.shape[1] else shown)
    distances = [_unlike(each.ravel(), own, outputs[:, -1], classes) for each in ways]
    return Alike(panel, grid, own, classes, answers, *distances)


def _faults_of(alike: Alike, evidence: Evidence, is_of_another: bool) -> Faults:
    """`is_of_another` network than the one that has learned XOR."""
    found, x, y = alike.grid, alike.grid.x, alike.grid.y
    evidence.at(alike.panel.place)
    _show(evidence, x, y, alike.own)
    faults: Faults = []
    if found.is_sure and alike.upside_down < alike.upright / CLEARLY:
        how = ': `imshow` draws the first row on top, unless it is given `origin="lower"`' if found.of_image else ""
        faults.append((0.5, f"The picture is upside down{how}."))
    if _is_mirrored(alike):
        faults.append(
            (
                0.25,
                "The picture is mirrored at the diagonal: the network was asked about (y, x) where a point is drawn at (x, y). "
                "It shows little, since XOR is symmetric.",
            )
        )
    if not all(
        x.min() - 1e-6 <= one <= x.max() + 1e-6 and y.min() - 1e-6 <= two <= y.max() + 1e-6 for one, two in CASES
    ):
        faults.append((0.4, "The picture does not cover all four cases."))
    if is_of_another:
        faults.append(
            (
                0.5,
                "The picture does not show the network that has learned XOR, but another one, whose boundary does not separate "
                "the four cases: draw the one whose accuracy you report.",
            )
        )
    elif not alike.is_right:
        faults.append((0.2, "The boundary does not separate the four cases."))
    return faults


def _is_mirrored(alike: Alike) -> bool:
    """Whether a picture is the network's answers with the two inputs exchanged, and is not what it answers at its points."""
    shown = alike.grid.values.astype(float)
    if shown.shape[0] != shown.shape[1] or not np.isfinite(shown).all():
        return False
    own = (alike.classes if set(np.unique(shown)) <= {0.0, 1.0} else alike.own).reshape(shown.shape)
    upright, mirrored = np.abs(shown - own).mean(), np.abs(shown - own.T).mean()
    return bool(upright > DIFFERENCE / 2 and mirrored < upright / CLEARLY)


def _unlike(shown: np.ndarray, own: np.ndarray, raw: np.ndarray, classes: np.ndarray) -> float:
    """How far what is shown is from the probabilities, the logits, or the classes, of which a few points at the boundary may fall
    elsewhere: below 1, it is them. Where the network takes little of the plane for one of the classes, the other one alone is
    not like its answers."""
    if not np.isfinite(shown).all():
        return float("inf")
    is_flat = float(np.ptp(shown)) == 0 and float(np.ptp(own)) >= DIFFERENCE  # near some answers of any network
    found = []
    for each in () if is_flat else (own, 1 - own, raw):
        apart = np.abs(shown - each)
        whole = max(float(np.ptp(each)), 1.0)  # logits go far
        means = float(apart.mean()) / (MEAN * whole), _of_the_worse_class(apart, classes) / (OF_A_CLASS * whole)
        found.append(max(float(np.median(apart)) / DIFFERENCE, *means))
    if set(np.unique(shown)) <= {0.0, 1.0}:
        other = (shown != classes).astype(float)
        found.append(max(float(other.mean()) / ELSEWHERE, _of_the_worse_class(other, classes) / OF_A_CLASS))
    return min(found, default=float("inf"))


def _of_the_worse_class(apart: np.ndarray, classes: np.ndarray) -> float:
    """The larger of the mean differences of the points (N,) of the two classes."""
    return max(float(apart[classes == each].mean()) for each in np.unique(classes))


def _show(evidence: Evidence, x: np.ndarray, y: np.ndarray, own: np.ndarray) -> None:
    order = np.argsort(y[:, 0])
    evidence.heat_map(
        "The decision boundary of the trained network, computed by the grader",
        own.reshape(x.shape)[order],
        x_range=(float(x.min()), float(x.max())),
        y_range=(float(y.min()), float(y.max())),
        points=[(one, two, float(int(one) ^ int(two))) for one, two in CASES],
        x_label="first input",
        y_label="second input",
    )
