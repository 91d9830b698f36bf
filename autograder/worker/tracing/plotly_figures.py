"""plotly's figures, drawn again with matplotlib where a person would see them: what is recorded of figures, and judged, is then
the same for both."""

from __future__ import annotations

import base64
import functools
import io
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

# What a notebook or script does with a figure that is finished.
SEEN: Final = (
    "show write_html write_image write_json to_html to_image _ipython_display_ _repr_html_ _repr_mimebundle_".split()
)
MARGIN: Final = 0.12  # of the figure, around the part that plotly divides among axes
FEW_POINTS: Final = 20  # plotly's default: lines with fewer points have markers, too
MOST_TEXTS: Final = 150
NEAR: Final = 0.02  # of the figure: how near to an axes its title stands
TAGS: Final = re.compile(r"<[^<>]{0,80}>")


class PlotlyFigures:
    """Draws each figure of plotly's into one of matplotlib's, and gives it to `tell` each time that it is seen."""

    def __init__(self, emit: Callable[[Figure], None]) -> None:
        self._emit = emit
        self._drawn: dict[int, tuple[Any, Figure]] = {}  # plotly's own are kept, so that no other gets the same id

    def watch(self) -> None:
        """From now on, tell of figures before they are shown, saved or displayed as a cell's last value."""
        from plotly import io as functions
        from plotly.basedatatypes import BaseFigure

        for name in SEEN:
            if (original := getattr(BaseFigure, name, None)) is not None:
                setattr(BaseFigure, name, self._emitter(original))
        for name in ("show", "write_html", "write_image", "to_html", "to_image"):
            setattr(functions, name, self._emitter(getattr(functions, name)))

    def _emitter(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """In place of showing or saving, which would start a browser: the figure is recorded."""

        @functools.wraps(original)
        def emit(figure: Any, *_: Any, **__: Any) -> Any:
            self.emit(figure)
            return {} if original.__name__ == "_repr_mimebundle_" else ""

        return emit

    def emit(self, figure: Any) -> None:
        _, into = self._drawn.setdefault(id(figure), (figure, Figure(figsize=(8, 6))))
        into.clear()
        try:
            draw(figure, into)
        except Exception:  # what can't be drawn is not recorded, as with matplotlib's own
            return
        self._emit(into)


def draw(figure: Any, into: Figure) -> None:
    """Draw a `plotly.graph_objects.Figure` into an empty figure of matplotlib's."""
    for (x, y), traces in _by_axes(figure).items():
        layout = figure.layout
        axes = _placed(into, layout[_long(x)], layout[_long(y)])
        _draw_traces(axes, traces, layout[_long(y)].autorange == "reversed", layout.barmode in (None, "group"))
        _name(axes, layout[_long(x)], layout[_long(y)], layout.annotations or ())
        if any(_text(trace.name) for trace in traces) and axes.get_legend_handles_labels()[1]:
            axes.legend()
    if title := _text(figure.layout.title.text):
        single = into.axes[0] if len(into.axes) == 1 else None
        single.set_title(title) if single is not None and not single.get_title() else into.suptitle(title)


def _by_axes(figure: Any) -> dict[tuple[str, str], list[Any]]:
    """The traces of each pair of axes, `("x2", "y2")`; a table has axes of its own."""
    found: dict[tuple[str, str], list[Any]] = {}
    for trace in figure.data:
        if trace.visible in (False, "legendonly"):
            continue
        pair = (getattr(trace, "xaxis", None) or "x", getattr(trace, "yaxis", None) or "y")
        found.setdefault(pair, []).append(trace)
    return found


def _long(short: str) -> str:
    """The layout's name for an axis: `xaxis2` for `x2`."""
    return f"{short[0]}axis{short[1:]}"


def _placed(into: Figure, x: Any, y: Any) -> Axes:
    left, right = x.domain or (0.0, 1.0)
    bottom, top = y.domain or (0.0, 1.0)
    room = 1 - 2 * MARGIN
    axes = into.add_axes((MARGIN + room * left, MARGIN + room * bottom, room * (right - left), room * (top - bottom)))
    if y.overlaying:
        axes.patch.set_alpha(0.0)
        axes.yaxis.tick_right()
        axes.yaxis.set_label_position("right")
    return axes


def _draw_traces(axes: Axes, traces: list[Any], upside_down: bool, beside: bool) -> None:
    """Draw traces; `upside_down` if y grows downwards, `beside` if bars of one name stand side by side."""
    _bars(axes, [each for each in traces if each.type == "bar"], beside)
    for trace in traces:
        match trace.type:
            case "scatter" | "scattergl":
                _scatter(axes, trace)
            case "histogram":
                axes.hist(_numbers(trace.x), bins=trace.nbinsx or 20, label=_text(trace.name))
            case "heatmap" | "contour" | "image":
                _grid(axes, trace, upside_down)
            case "box" | "violin" if trace.y is not None:
                axes.boxplot(_numbers(trace.y))
            case "table":
                _table(axes, trace)


def _scatter(axes: Axes, trace: Any) -> None:
    y = _values(trace.y)
    x = _values(trace.x) if trace.x is not None else list(range(len(y)))
    mode = trace.mode or ("lines+markers" if len(y) < FEW_POINTS else "lines")
    if "lines" in mode:
        axes.plot(x, y, label=_text(trace.name) or None, marker="o" if "markers" in mode else None)
    elif "markers" in mode:
        colours = trace.marker.color
        values = None if colours is None or isinstance(colours, str) else _numbers(colours)
        axes.scatter(x, y, c=values, label=_text(trace.name) or None)
    for place, text in zip(zip(x, y, strict=False), _values(trace.text)[:MOST_TEXTS], strict=False):
        axes.text(*place, _text(text))


def _bars(axes: Axes, traces: list[Any], beside: bool) -> None:
    """All bars of an axes: those of one name stand at one place, whichever trace they are of."""
    if not traces:
        return
    flat = traces[0].orientation == "h"
    named = [
        _values(each.y if flat else each.x) or list(range(len(_values(each.x if flat else each.y)))) for each in traces
    ]
    places = {name: place for place, name in enumerate(dict.fromkeys(itertools.chain(*named)))}
    width = 0.8 / len(traces) if beside else 0.8
    for index, (trace, names) in enumerate(zip(traces, named, strict=True)):
        shift = (index - (len(traces) - 1) / 2) * width if beside else 0.0
        drawn = (axes.barh if flat else axes.bar)(
            [places[name] + shift for name in names],
            _numbers(trace.x if flat else trace.y),
            width,
            label=_text(trace.name) or None,
        )
        if (texts := _values(trace.text)) or trace.texttemplate:
            axes.bar_label(drawn, [_text(each) for each in texts] or None)
    (axes.set_yticks if flat else axes.set_xticks)(range(len(places)), [_text(name) for name in places])


def _grid(axes: Axes, trace: Any, upside_down: bool) -> None:
    """A matrix, a picture or a function of two inputs. Where x and y are coordinates, and not names or indices, they are kept."""
    z = _picture(trace) if trace.type == "image" else np.asarray(trace.z)
    x, y = (None, None) if trace.type == "image" else (_coordinates(trace.x), _coordinates(trace.y))
    if x is not None and y is not None:
        (axes.contourf if trace.type == "contour" else axes.pcolormesh)(x, y, np.asarray(z, dtype=float))
        return
    axes.imshow(z, origin="upper" if upside_down or trace.type == "image" else "lower", aspect="auto")
    if trace.type == "image" or z.ndim != 2:
        return
    for names, put in ((trace.x, axes.set_xticks), (trace.y, axes.set_yticks)):
        if names is not None:
            put(range(len(names)), [_text(each) for each in names])
    for row, column, text in _cells(trace, z):
        axes.text(column, row, text, ha="center")


def _picture(trace: Any) -> np.ndarray:
    """The numbers of a picture, which plotly keeps as they are or as a file in a link: `data:image/png;base64,…`."""
    if trace.z is not None:
        return np.asarray(trace.z, dtype=np.uint8)
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(trace.source.partition(",")[2]))))


def _cells(trace: Any, z: np.ndarray) -> Iterator[tuple[int, int, str]]:
    """The texts in a heatmap's cells, as `texttemplate` asks for them, with their row and column."""
    template = trace.texttemplate
    if not template or z.size > MOST_TEXTS:
        return
    texts = None if trace.text is None else np.asarray(trace.text, dtype=object)
    for row, column in np.ndindex(z.shape):
        value = z[row, column] if texts is None or "text" not in template else texts[row, column]
        pattern = re.search(r"%\{\w+(?::([^}]*))?\}", template)
        try:
            yield row, column, format(value, pattern[1] or "") if pattern is not None else template
        except (TypeError, ValueError):  # a format of plotly's own, as `.3s`
            yield row, column, str(value)


def _table(axes: Axes, trace: Any) -> None:
    columns = [[_text(cell) for cell in _values(column)] for column in trace.cells.values or ()]
    heads = [" ".join(map(_text, head)) if _is_list(head) else _text(head) for head in trace.header.values or ()]
    rows = [list(row) for row in zip(*columns, strict=False)]
    axes.set_axis_off()
    axes.table(([heads] if heads else []) + rows, loc="center")


def _name(axes: Axes, x: Any, y: Any, annotations: Any) -> None:
    """Give axes their labels, scales and title: plotly's titles of subplots are texts that stand above their middle."""
    axes.set_xlabel(_text(x.title.text))
    axes.set_ylabel(_text(y.title.text))
    if x.type == "log":
        axes.set_xscale("log")
    if y.type == "log":
        axes.set_yscale("log")
    middle, top = sum(x.domain or (0.0, 1.0)) / 2, (y.domain or (0.0, 1.0))[1]
    for each in annotations[:MOST_TEXTS]:
        if each.xref == each.yref == "paper":
            if abs((each.x or 0.0) - middle) < NEAR and 0 <= (each.y or 0.0) - top < NEAR:
                axes.set_title(_text(each.text))
        elif (each.xref or "x", each.yref or "y") == (_short(x), _short(y)):
            axes.text(
                _position(axes.get_xticklabels(), each.x), _position(axes.get_yticklabels(), each.y), _text(each.text)
            )


def _short(axis: Any) -> str:
    return str(axis.plotly_name).replace("axis", "")


def _position(labels: Any, value: Any) -> float:
    """Where on an axis a text stands, which is given by its coordinate or by a name of the axis."""
    if isinstance(value, str):
        return float(next((place for place, label in enumerate(labels) if label.get_text() == value), 0))
    return float(value)


def _coordinates(values: Any) -> np.ndarray | None:
    """An axis's coordinates; None if it has none, or only names or the indices 0, 1, 2, …"""
    if values is None:
        return None
    array = np.asarray(values)
    indices = array.dtype.kind in "iuf" and np.array_equal(array, np.arange(len(array)))
    return array.astype(float) if array.dtype.kind in "iuf" and not indices else None


def _numbers(values: Any) -> np.ndarray:
    return np.asarray([np.nan if each is None else each for each in _values(values)], dtype=float)


def _values(values: Any) -> list[Any]:
    if values is None:
        return []
    return list(values) if _is_list(values) else [values]


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple | np.ndarray)


def _text(value: Any) -> str:
    """A text without its marks, `<b>`."""
    return "" if value is None else TAGS.sub("", str(value).replace("<br>", " "))
