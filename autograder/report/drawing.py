"""Curves and heat maps as inline SVG, with the same content in words and in numbers.

A drawing is text that belongs to its page: it takes its text and line colours from the page's style sheet
(`--line`, `--series-1` to `--series-4`), so that it suits light, dark and printed pages, and it contains no
address, no date and no identifier that another drawing of the page has. Equal exhibits give equal text.
"""

from __future__ import annotations

import io
import math
import textwrap
import warnings
from typing import Any
from xml.etree import ElementTree

import matplotlib
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from autograder.report.grids import cell_centres, extent, finite, rectangle
from autograder.report.text import legible
from autograder.results import Curves, HeatMap, Measure

WIDTH = 5.0  # inches; 72 SVG units per inch, so that 10 point text stays readable on a phone's 360 pixels
# Placeholders for the page's colours: matplotlib needs a colour, the style sheet decides which.
INK = "#010101"
GRID = "#020202"
SERIES = ("#030301", "#030302", "#030303", "#030304")
PAGE_COLOURS = {INK: "currentColor", GRID: "var(--line)"} | {
    colour: f"var(--series-{number})" for number, colour in enumerate(SERIES, start=1)
}
DASHES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D")
MOST_MARKED_VALUES = 30
MOST_LABELLED_CELLS = 12  # rows or columns

STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: searchable, and in the reader's own font
    "svg.hashsalt": "autograder",
    "text.parse_math": False,  # a "$" in a label is a dollar
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10,
    "axes.unicode_minus": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GRID,
    "grid.linewidth": 0.7,
    "axes.linewidth": 0.7,
    **{f"{part}.color": INK for part in ("text", "xtick", "ytick")},
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "legend.frameon": False,
    "image.cmap": "cividis",  # made for all kinds of colour vision (Nuñez et al. 2018)
    "image.interpolation": "none",
}


def draw(exhibit: Curves | HeatMap, identifier: str) -> Markup:
    """Return the exhibit as an `<svg role="img">` element, or nothing if it contains no finite number.

    `identifier` sets this drawing's internal references apart from those of the page's other drawings.
    """
    values = [value for line in _lines(exhibit).values() for value in line]
    if not np.isfinite(np.asarray(values, dtype=float)).any():
        return Markup()
    with matplotlib.rc_context(STYLE), warnings.catch_warnings():
        # Characters that matplotlib's font has no glyph for are drawn in the page's font.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure = _curves(exhibit) if isinstance(exhibit, Curves) else _heat_map(exhibit)
        return _inline(figure, identifier, label=legible(exhibit.title))


def draw_among_right(measure: Measure, identifier: str) -> Markup:
    """Return a strip with the values that right submissions had, this one's, and the bound, as an `<svg role="img">`.

    Nothing if no right submission's value is known; without this one's if it is not finite.
    """
    if not measure.right:
        return Markup()
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(WIDTH, 0.95), layout="constrained")
        axes = figure.add_subplot(ylim=(-1, 1))
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.grid(False)
        axes.plot(measure.right, [0.0] * len(measure.right), "|", color=SERIES[0], markersize=14, markeredgewidth=1)
        axes.axvline(measure.bound, color=INK, linewidth=1, linestyle=(0, (2, 2)))
        if math.isfinite(measure.value):
            axes.plot([measure.value], [0], "D", color=SERIES[1], markersize=7, clip_on=False)
        return _inline(figure, identifier, label=legible(measure.name))


def _lines(exhibit: Curves | HeatMap) -> dict[str, tuple[float, ...]]:
    if isinstance(exhibit, Curves):
        return exhibit.lines
    return {str(row): values for row, values in enumerate(exhibit.values)}


def _curves(exhibit: Curves) -> Figure:
    longest_name = max(map(len, exhibit.lines))
    legend_columns = 3 if longest_name <= 12 else 2 if longest_name <= 24 else 1
    legend_rows = math.ceil(len(exhibit.lines) / legend_columns)
    figure = Figure(figsize=(WIDTH, 2.7 + 0.22 * legend_rows), layout="constrained")
    axes = figure.add_subplot(xlabel=_label(exhibit.x_label), ylabel=_label(exhibit.y_label))
    for index, (name, values) in enumerate(exhibit.lines.items()):
        look = index % len(SERIES)
        axes.plot(
            range(1, len(values) + 1),
            finite(values),
            label=_label(name),
            color=SERIES[look],
            linestyle=DASHES[(index // len(SERIES) + look) % len(DASHES)],
            marker=MARKERS[look] if len(values) <= MOST_MARKED_VALUES else None,
            markersize=3.5,
            linewidth=1.6,
        )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
    if exhibit.threshold is not None and math.isfinite(exhibit.threshold):
        axes.axhline(exhibit.threshold, color=INK, linewidth=1, linestyle=(0, (2, 2)))
        axes.annotate(
            f"threshold\n{exhibit.threshold:.4g}",
            (1.01, exhibit.threshold),
            xycoords=("axes fraction", "data"),
            va="center",
            size=9,
        )
    figure.legend(loc="outside lower center", ncols=legend_columns, handlelength=3)
    return figure


def _heat_map(exhibit: HeatMap) -> Figure:
    grid = rectangle(exhibit.values)
    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    axes = figure.add_subplot(xlabel=_label(exhibit.x_label), ylabel=_label(exhibit.y_label))
    axes.grid(False)
    left, right, bottom, top = extent(exhibit)
    image = axes.imshow(np.ma.masked_invalid(grid), origin="lower", extent=(left, right, bottom, top), aspect="auto")
    figure.colorbar(image, ax=axes, pad=0.02).outline.set_visible(False)
    rows, columns = grid.shape
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    if max(rows, columns) <= MOST_LABELLED_CELLS:
        _label_cells(axes, exhibit, grid)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=columns, integer=True))
        axes.yaxis.set_major_locator(MaxNLocator(nbins=rows, integer=True))
    for x, y, value in exhibit.points:
        if math.isfinite(x) and math.isfinite(y):
            look = {"facecolor": "white", "edgecolor": "black", "boxstyle": "circle,pad=0.25", "linewidth": 1}
            axes.annotate(f"{value:.3g}", (x, y), ha="center", va="center", color="black", size=9, bbox=look)
    return figure


def _label_cells(axes: Axes, exhibit: HeatMap, grid: NDArray[np.float64]) -> None:
    x_centres, y_centres = cell_centres(exhibit)
    lowest, highest = np.nanmin(grid), np.nanmax(grid)
    for y, row in zip(y_centres, grid, strict=True):
        for x, value in zip(x_centres, row, strict=True):
            dark_cell = value < (lowest + highest) / 2  # cividis runs from dark blue to light yellow
            axes.text(
                x,
                y,
                f"{value:.3g}",
                ha="center",
                va="center",
                size=8,
                color="white" if dark_cell else "black",
            )


def _label(text: str) -> str:
    return textwrap.shorten(legible(text), width=40, placeholder="…")


def _inline(figure: Figure, identifier: str, label: str) -> Markup:
    """Return a figure as an element of an HTML page."""
    file = io.StringIO()
    figure.savefig(file, format="svg", metadata=dict.fromkeys(("Creator", "Date", "Format", "Type")))
    root = ElementTree.fromstring(file.getvalue().encode())
    for element in root.iter():
        element.tag = _local(element.tag)
        attributes = {_local(name): value for name, value in element.attrib.items()}
        element.attrib.clear()
        for name, value in attributes.items():
            element.set(name, _in_page(name, value, identifier))
    for size in ("width", "height", "version"):
        root.attrib.pop(size, None)
    root.set("role", "img")
    root.set("aria-label", label)
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _in_page(name: str, value: str, identifier: str) -> str:
    if name == "id":
        return f"{identifier}-{value}"
    if name == "href" and value.startswith("#"):
        return f"#{identifier}-{value[1:]}"
    if name == "clip-path":
        return value.replace("url(#", f"url(#{identifier}-")
    if name in {"style", "fill", "stroke"}:
        for stand_in, colour in PAGE_COLOURS.items():
            value = value.replace(stand_in, colour)
    return value
