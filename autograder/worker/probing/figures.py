"""The contents of matplotlib figures as a person sees them: axes, titles, labelled lines, legends, images."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.container import BarContainer
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from autograder.worker.probing.errors import Unsuitable, describe
from autograder.worker.probing.legends import legends_tell

MAX_POINTS: Final = 5000
MAX_FIGURES: Final = 8
PNG_DPI: Final = 72


def figures_of(value: Any, function: str) -> list[Figure]:
    """The figures that a plotting function returned, then those that it left open, as `plt.show()` would show.

    Raises Unsuitable if there are none.
    """
    entries = value if isinstance(value, tuple | list) else [value]
    owners = [entry if isinstance(entry, Figure) else getattr(entry, "figure", None) for entry in entries]
    returned = [owner for owner in owners if isinstance(owner, Figure)]
    opened = [plt.figure(number) for number in plt.get_fignums()]
    found = list({id(figure): figure for figure in (*returned, *opened)}.values())
    if not found:
        raise Unsuitable(
            f"`{function}` returned {describe(value)} and drew no figure; a matplotlib Figure was expected."
        )
    return found[:MAX_FIGURES]


def inspect(figures: Sequence[Figure]) -> dict[str, Any]:
    """Figures as plain data: their `title`, `axes` (see `_axes`), and `pictures`, the PNG bytes of each as an array."""
    titles, axes, pictures = [], [], []
    for figure in figures:
        picture = io.BytesIO()
        figure.savefig(picture, format="png", dpi=PNG_DPI, bbox_inches="tight")
        pictures.append(np.frombuffer(picture.getvalue(), dtype=np.uint8))
        titles.append(_title(figure))
        axes += [_axes(each, figure) for each in figure.axes if each.get_visible()]
    return {"title": " ".join(filter(None, titles)), "axes": axes, "pictures": pictures}


def _title(figure: Figure) -> str:
    """The titles over the whole figure and over its subfigures."""
    parts = [figure, *figure.subfigs]
    return " ".join(filter(None, (part.get_suptitle() for part in parts)))


def _axes(axes: Axes, figure: Figure) -> dict[str, Any]:
    own = axes.get_figure(root=False) or figure
    twins = [each for each in own.axes if each is not axes and each.get_position().bounds == axes.get_position().bounds]
    every = (*(each.get_legend() for each in (axes, *twins)), *own.legends)
    legends = [legend for legend in every if legend is not None]
    drawn = [line for line in axes.get_lines() if line.get_visible() and len(np.atleast_1d(line.get_xdata())) > 1]
    lines = [_line(line) for line in drawn]
    names = [text.get_text() for legend in legends for text in legend.get_texts()]
    if not any(line["label"] for line in lines):
        labels = names if len(names) == len(lines) else legends_tell(drawn, legends)  # legend(["relu", ...])
        lines = [{**line, "label": name} for line, name in zip(lines, labels, strict=True)]
    return {
        "title": axes.get_title() or axes.get_title("left") or axes.get_title("right"),
        "x_label": axes.get_xlabel(),
        "y_label": axes.get_ylabel(),
        "lines": lines,
        "legend": names,
        "bars": _bars(axes),
        "images": [list(np.shape(array)) for array in _image_arrays(axes)],
        "image": _first_image(axes),
        "contours": sum(1 for entry in axes.collections if isinstance(entry, ContourSet)),
        "points": sum(len(np.atleast_2d(entry.get_offsets())) for entry in axes.collections),
        "x_ticks": [label.get_text() for label in axes.get_xticklabels()],
        "y_ticks": [label.get_text() for label in axes.get_yticklabels()],
        "colour_bar": hasattr(axes, "_colorbar"),
    }


def _bars(axes: Axes) -> list[float]:
    """The heights of bars, or the lengths of horizontal ones, in drawing order."""
    sideways = {
        patch
        for each in axes.containers
        if isinstance(each, BarContainer) and each.orientation == "horizontal"
        for patch in each.patches
    }
    return [
        float(patch.get_width() if patch in sideways else patch.get_height())
        for patch in axes.patches
        if isinstance(patch, Rectangle)
    ]


def _image_arrays(axes: Axes) -> list[np.ndarray]:
    meshes = [entry for entry in axes.collections if isinstance(entry, QuadMesh)]
    arrays = [entry.get_array() for entry in (*axes.get_images(), *meshes)]
    return [np.ma.asarray(array) for array in arrays if array is not None]


def _first_image(axes: Axes) -> np.ndarray | None:
    """The numbers of a small heat map or image, to compare with what should have been drawn."""
    arrays = _image_arrays(axes)
    if not arrays or np.size(arrays[0]) > MAX_POINTS:
        return None
    return np.asarray(np.ma.filled(arrays[0].astype(np.float64), np.nan))


def _line(line: Any) -> dict[str, Any]:
    label = str(line.get_label())
    return {
        "label": "" if label.startswith("_") else label,
        "x": _numbers(line.get_xdata()),
        "y": _numbers(line.get_ydata()),
    }


def _numbers(data: Any) -> list[float]:
    try:
        return [float(value) for value in np.asarray(data, dtype=np.float64).ravel()[:MAX_POINTS]]
    except (TypeError, ValueError):
        return []
