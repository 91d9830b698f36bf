"""What a report shows of a submission besides words: curves, maps, tables and pictures."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from autograder.results.record import Record


class Curves(Record):
    """Lines over a common x axis (1, 2, 3, ...), for example the loss of each epoch."""

    kind: Literal["curves"] = "curves"
    title: str
    x_label: str
    y_label: str
    lines: dict[str, tuple[float, ...]]
    threshold: float | None = None


class HeatMap(Record):
    """A grid of numbers drawn as colours; row 0 is the lowest y. `points` are (x, y, value) marks on top."""

    kind: Literal["heatmap"] = "heatmap"
    title: str
    x_label: str = ""
    y_label: str = ""
    values: tuple[tuple[float, ...], ...]
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    points: tuple[tuple[float, float, float], ...] = ()


class Table(Record):
    """A small table, first column the row's name."""

    kind: Literal["table"] = "table"
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Picture(Record):
    """A picture made by the student's code: a PNG file, base64-encoded, with a text alternative."""

    kind: Literal["picture"] = "picture"
    title: str
    alt: str
    png: str


Exhibit = Annotated[Curves | HeatMap | Table | Picture, Field(discriminator="kind")]
