"""The page of `autograder reproduce`: our figures beside the printed ones, as HTML and as Markdown."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder import reproduction
from autograder.report.render import environment
from autograder.results import write_atomically
from autograder.rubric import Rubric

HTML, MARKDOWN = "reproduction.html", "reproduction.md"


@dataclass(frozen=True)
class Cell:
    """One figure: ours (None if the experiment is not finished), and the printed one, if there is one."""

    ours: float | None
    printed: float | None

    @property
    def difference(self) -> float | None:
        return None if self.ours is None or self.printed is None else self.ours - self.printed


@dataclass(frozen=True)
class Row:
    label: str
    cells: Sequence[Cell]
    done: int
    epochs: int


@dataclass(frozen=True)
class ShownTable:
    part: str
    title: str
    figures: Sequence[str]
    rows: Sequence[Row]
    has_printed: bool


@dataclass(frozen=True)
class Plot:
    part: str
    title: str
    address: str
    alt: str


def write_pages(folder: Path, rubric: Rubric, content: Any) -> list[Path]:
    """Write what the folder contains so far as `reproduction.html` and `reproduction.md`; returns their paths."""
    found = {experiment.name: reproduction.read(folder, experiment) for experiment in content.EXPERIMENTS}
    values = {
        "assignment": rubric.assignment,
        "tables": [_table(table, found) for table in content.TABLES],
        "plots": [_plot(drawing, found) for drawing in content.FIGURES if _all_through(drawing, found)],
        "machines": sorted({progress.machine for progress in found.values() if progress.machine}),
        "unfinished": [progress for progress in found.values() if not progress.finished],
        "seconds": sum(progress.seconds for progress in found.values()),
    }
    pages = []
    for name in (HTML, MARKDOWN):
        text = environment(rubric.root / "templates").get_template(f"{name}.j2").render(values)
        write_atomically(folder / name, text)
        pages.append(folder / name)
    return pages


def _table(table: Any, found: dict[str, reproduction.Progress]) -> ShownTable:
    figures = list(dict.fromkeys(name for _, printed in table.rows.values() for name in printed))
    rows = []
    for label, (experiment, printed) in table.rows.items():
        progress = found[experiment]
        cells = [Cell(progress.figure(name), _number(printed.get(name))) for name in figures]
        rows.append(Row(label, cells, progress.done, progress.epochs))
    has_printed = any(cell.printed is not None for row in rows for cell in row.cells)
    return ShownTable(table.part, table.title, figures, rows, has_printed)


def _number(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _all_through(drawing: Any, found: dict[str, reproduction.Progress]) -> bool:
    return all(found[name].finished for name in drawing.experiments)


def _plot(drawing: Any, found: dict[str, reproduction.Progress]) -> Plot:
    figure = drawing.draw({name: found[name].history for name in drawing.experiments})
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=90)
    encoded = base64.b64encode(picture.getvalue()).decode("ascii")
    alt = f"{drawing.title}: curves of {', '.join(drawing.experiments)}. The tables give their last values."
    return Plot(drawing.part, drawing.title, f"data:image/png;base64,{encoded}", alt)
