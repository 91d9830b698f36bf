"""Exhibits in words and in numbers, for readers who do not see the drawing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from autograder.report.grids import cell_centres, rectangle
from autograder.results import Curves, HeatMap, Measure, Table

MOST_ROWS = 40
MOST_CELLS = 12  # rows or columns of a heat map's table
MOST_POINTS = 8


def describe(exhibit: Curves | HeatMap) -> str:
    """Return what the exhibit shows in a few short sentences made from its numbers."""
    sentences = _curves_in_words(exhibit) if isinstance(exhibit, Curves) else _heat_map_in_words(exhibit)
    return " ".join(sentences)


def among_right(measure: Measure) -> str:
    """Return how a measured value compares with those of right submissions, in one sentence."""
    low, high = measure.right[0], measure.right[-1]
    span = f"all had {low:.4g}" if low == high else f"{low:.4g} to {high:.4g}"
    here = f"{measure.value:.4g} here (the diamond)" if math.isfinite(measure.value) else "not finite here"
    return (
        f"{measure.name}: {here}; {span} in {len(measure.right)} runs of right submissions. "
        f"It has to be {_asked(measure)}, {'right' if measure.better == 'above' else 'left'} of the dashed line."
    )


def _asked(measure: Measure) -> str:
    """'above 0.97'; for counts, 'at most 8'."""
    if all(value == round(value) for value in (measure.bound, *measure.right)):
        return f"at least {measure.bound + 1:g}" if measure.better == "above" else f"at most {measure.bound - 1:g}"
    return f"{measure.better} {measure.bound:.4g}"


def numbers(exhibit: Curves | HeatMap) -> Table:
    """Return the exhibit's numbers as a table; a long one is thinned evenly, and its title says so."""
    return _curves_in_numbers(exhibit) if isinstance(exhibit, Curves) else _heat_map_in_numbers(exhibit)


def _curves_in_words(exhibit: Curves) -> list[str]:
    if not exhibit.lines:
        return ["There is no line to draw."]
    sentences = []
    for name, values in exhibit.lines.items():
        known = [value for value in values if math.isfinite(value)]
        if not known:
            sentences.append(f"{name}: no finite value.")
            continue
        course = f"{known[0]:.4g}" if len(known) == 1 else f"from {known[0]:.4g} to {known[-1]:.4g}"
        sentence = f"{name}: {course}"
        if exhibit.threshold is not None:
            sentence += f", {_side(known[-1], exhibit.threshold)} the threshold of {exhibit.threshold:.4g}"
        gaps = len(values) - len(known)
        if gaps:
            first = next(x for x, value in enumerate(values, start=1) if not math.isfinite(value))
            sentence += f"; {gaps} of {len(values)} values not finite, the first at {first}"
        sentences.append(sentence + ".")
    return sentences


def _side(value: float, threshold: float) -> str:
    if value == threshold:
        return "exactly at"
    return "above" if value > threshold else "below"


def _heat_map_in_words(exhibit: HeatMap) -> list[str]:
    if not any(exhibit.values):
        return ["There is no value to draw."]
    grid = rectangle(exhibit.values)
    rows, columns = grid.shape
    if np.isnan(grid).all():
        return [f"{rows} rows by {columns} columns without a finite value."]
    sentences = [f"{rows} rows by {columns} columns, values from {np.nanmin(grid):.3g} to {np.nanmax(grid):.3g}."]
    if missing := int(np.isnan(grid).sum()):
        sentences.append(f"{missing} of {grid.size} values are not finite.")
    if exhibit.points:
        marks = ", ".join(f"{value:.3g} at ({x:.3g}, {y:.3g})" for x, y, value in exhibit.points[:MOST_POINTS])
        more = len(exhibit.points) - MOST_POINTS
        sentences.append(f"Marked points: {marks}{f' and {more} more' if more > 0 else ''}.")
    return sentences


def _curves_in_numbers(exhibit: Curves) -> Table:
    length = max(map(len, exhibit.lines.values()), default=0)
    chosen = _spread(length, MOST_ROWS)
    rows = tuple(
        (str(x + 1), *(_figure(values[x]) if x < len(values) else "" for values in exhibit.lines.values()))
        for x in chosen
    )
    return Table(title=_title(exhibit.title, len(chosen), length), columns=(exhibit.x_label, *exhibit.lines), rows=rows)


def _heat_map_in_numbers(exhibit: HeatMap) -> Table:
    if not any(exhibit.values):
        return Table(title=exhibit.title, columns=(), rows=())
    grid = rectangle(exhibit.values)
    x_centres, y_centres = cell_centres(exhibit)
    chosen_rows, chosen_columns = (_spread(size, MOST_CELLS) for size in grid.shape)
    corner = f"{exhibit.y_label or 'y'} \\ {exhibit.x_label or 'x'}"
    return Table(
        title=_title(exhibit.title, len(chosen_rows) * len(chosen_columns), grid.size),
        columns=(corner, *(f"{x_centres[column]:.3g}" for column in chosen_columns)),
        rows=tuple(
            (f"{y_centres[row]:.3g}", *(_figure(grid[row, column]) for column in chosen_columns))
            for row in reversed(chosen_rows)  # as drawn, the lowest y at the bottom
        ),
    )


def _spread(length: int, most: int) -> Sequence[int]:
    """Return at most `most` indices below `length`, evenly spread, including the first and the last."""
    if length <= most:
        return range(length)
    return [round(step * (length - 1) / (most - 1)) for step in range(most)]


def _title(title: str, shown: int, total: int) -> str:
    return title if shown == total else f"{title} ({shown} of {total} values, evenly spread)"


def _figure(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return f"{value:.4g}".replace("inf", "infinity")
