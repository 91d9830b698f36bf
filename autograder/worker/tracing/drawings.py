"""Records figures as data when a person would see them: when they are shown, saved, closed, or left open at a cell's end."""

from __future__ import annotations

import functools
import io
import itertools
from collections.abc import Callable
from typing import Any, Final

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import _pylab_helpers
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from autograder.worker.probing import figures
from autograder.worker.tracing.enlarged import as_it_was
from autograder.worker.tracing.places import Places

MAX_FIGURES: Final = 150
MAX_PICTURES: Final = 40
MAX_SHOWN: Final = 20  # that wait for the end of a cell
MAX_NUMBERS: Final = 120_000  # in the images of one axes
MAX_ENLARGED: Final = 4_000_000  # in one image, which may have had fewer before it was enlarged
DPI: Final = 50
GRID: Final = "_autograder_grid"


class Drawings:
    """Records each figure once for each state in which it is seen. Those of a notebook's cell are recorded when it ends, without
    those that it has erased: a plot that is drawn anew after each epoch would be hundreds."""

    def __init__(self, emit: Callable[[dict[str, Any]], None], places: Places) -> None:
        self._emit, self._places = emit, places
        self._seen: dict[int, tuple[Figure, int]] = {}
        self._shown: list[dict[str, Any]] = []  # in this cell
        self._numbers = itertools.count(1)
        self._is_to_be_erased = False
        self.count = 0

    def watch(self) -> None:
        """From now on, record figures before they are shown, saved or closed."""
        _keep_grids()
        plt.show = lambda *_, **__: self._show()
        original_close, original_save = plt.close, Figure.savefig

        @functools.wraps(original_close)
        def close(*arguments: Any, **keywords: Any) -> None:
            self.look()
            original_close(*arguments, **keywords)

        @functools.wraps(original_save)
        def save(figure: Figure, *arguments: Any, **keywords: Any) -> None:
            self.emit(figure)
            original_save(figure, *arguments, **keywords)

        plt.close = close
        Figure.savefig = save  # type: ignore[method-assign, assignment]
        Figure.show = lambda figure, *_, **__: self.emit(figure)  # type: ignore[method-assign]
        self._close, self._save = original_close, original_save

    def _show(self) -> None:
        self.look()
        self._close("all")

    def cell_ends(self) -> None:
        """Record the open figures and close them, as a notebook does."""
        self._show()
        self.emit_shown()

    def erase(self, wait: bool = False) -> None:
        """The cell's output is erased; with `wait`, when the next figure is shown."""
        self._is_to_be_erased = wait
        if not wait:
            self.count -= len(self._shown)
            self._shown.clear()
            self._seen.clear()  # what is shown again is there again

    def emit_shown(self) -> None:
        """Record the figures of this cell so far."""
        for record in self._shown:
            self._emit(record)
        self._shown.clear()
        self._is_to_be_erased = False

    def look(self) -> None:
        for manager in _pylab_helpers.Gcf.get_all_fig_managers():  # `plt.figure(number)` would make it the current one
            self.emit(manager.canvas.figure)

    def emit(self, figure: Figure) -> None:
        try:
            axes = [_axes(each, figure) for each in figure.axes if each.get_visible()]
        except Exception:  # a figure that can't be drawn
            return
        state = hash(repr([{key: value for key, value in each.items() if key != "arrays"} for each in axes]))
        if self._is_to_be_erased and axes:
            self.erase()
        known = self._seen.get(id(figure))
        if not axes or self.count >= MAX_FIGURES or (known is not None and known[1] == state):
            return
        again = known is not None
        self._seen[id(figure)] = (figure, state)
        self.count += 1
        record = {
            "what": "figure",
            "id": next(self._numbers),
            "again": again,
            "place": self._places.here(),
            "title": figures._title(figure),
            "axes": axes,
            "picture": self._picture(figure) if self.count <= MAX_PICTURES else None,
        }
        self._shown.append(record)
        if len(self._shown) >= MAX_SHOWN:
            self.emit_shown()

    def _picture(self, figure: Figure) -> np.ndarray | None:
        drawn = io.BytesIO()
        try:
            self._save(figure, drawn, format="png", dpi=DPI)
        except Exception:
            return None
        return np.frombuffer(drawn.getvalue(), dtype=np.uint8)


def _axes(axes: Axes, figure: Figure) -> dict[str, Any]:
    about = figures._axes(axes, figure)
    del about["image"]
    about["arrays"] = _arrays(axes)
    about["grids"] = [grid for each in axes.collections if (grid := getattr(each, GRID, None)) is not None][:4]
    about["extents"] = [list(map(float, image.get_extent())) for image in axes.get_images()][:16]
    about["origins"] = [str(getattr(image, "origin", "")) for image in axes.get_images()][:16]
    about["texts"] = [text.get_text()[:60] for text in axes.texts[:150]]
    tables = [{key: cell.get_text().get_text() for key, cell in table.get_celld().items()} for table in axes.tables]
    about["tables"] = [_rows(cells) for cells in tables]
    return about


def _arrays(axes: Axes) -> list[np.ndarray]:
    """The numbers of the pictures and meshes of an axes, as many as there is room for; for enlarged pictures, those from before
    enlarging."""
    pixels = [_is_of_pixels(image) for image in axes.get_images() if image.get_array() is not None]
    found: list[np.ndarray] = []
    numbers = 0
    for place, drawn in enumerate(figures._image_arrays(axes)):  # meshes come after images
        if drawn.size > MAX_ENLARGED:
            continue
        array = np.asarray(np.ma.filled(drawn.astype(np.float64), np.nan), dtype=np.float32)
        array = as_it_was(array) if any(pixels[place : place + 1]) else array
        numbers += array.size
        if numbers <= MAX_NUMBERS:
            found.append(array)
    return found


def _is_of_pixels(image: Any) -> bool:
    """Whether an image's extent is its size in pixels, and not in other coordinates, such as those of two inputs."""
    left, right, bottom, top = image.get_extent()
    return bool(np.allclose([abs(top - bottom), abs(right - left)], image.get_size()))


def _rows(cells: dict[tuple[int, int], str]) -> list[list[str]]:
    rows: dict[int, list[str]] = {}
    for (row, _), text in sorted(cells.items()):
        rows.setdefault(row, []).append(text)
    return list(rows.values())


def _keep_grids() -> None:
    """Keep the numbers that contours are drawn from, as matplotlib itself does not."""
    for name in ("contourf", "contour", "pcolormesh"):
        original = getattr(Axes, name)

        def draw(self: Axes, *arguments: Any, original: Any = original, **keywords: Any) -> Any:
            drawn = original(self, *arguments, **keywords)
            numbers = [np.asarray(each, dtype=np.float64) for each in arguments[:3] if _is_grid(each)]
            if numbers and max(each.size for each in numbers) <= MAX_NUMBERS:
                setattr(drawn, GRID, [each.astype(np.float32) for each in numbers])
            return drawn

        setattr(Axes, name, functools.wraps(original)(draw))


def _is_grid(value: Any) -> bool:
    try:
        return np.asarray(value).dtype.kind in "fiub" and np.ndim(value) in (1, 2)
    except (TypeError, ValueError):
        return False
