"""What a run showed, as frozen records: figures as data, tables, printed text. They are a part of `records.py`'s."""

from __future__ import annotations

import numpy as np
from pydantic import Field

from autograder.trace.forms import Text
from autograder.trace.places import Place, Seen


class Line(Seen):
    label: Text = ""
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()


class Axes(Seen):
    title: Text = ""
    x_label: Text = ""
    y_label: Text = ""
    lines: tuple[Line, ...] = ()
    legend: tuple[Text, ...] = ()
    bars: tuple[float, ...] = ()
    images: tuple[tuple[int, ...], ...] = ()
    arrays: tuple[np.ndarray, ...] = Field(default=(), exclude=True)
    grids: tuple[tuple[np.ndarray, ...], ...] = Field(default=(), exclude=True)
    extents: tuple[tuple[float, ...], ...] = ()
    origins: tuple[Text, ...] = ()
    contours: int = 0
    points: int = 0
    x_ticks: tuple[Text, ...] = ()
    y_ticks: tuple[Text, ...] = ()
    texts: tuple[Text, ...] = ()
    tables: tuple[tuple[tuple[Text, ...], ...], ...] = ()

    @property
    def words(self) -> str:
        return " ".join((self.title, self.x_label, self.y_label, *self.legend, *(line.label for line in self.lines)))


class Figure(Seen):
    id: int
    again: bool = False
    place: Place
    title: Text = ""
    axes: tuple[Axes, ...] = ()
    picture: np.ndarray | None = Field(default=None, exclude=True)


class Table(Seen):
    place: Place
    rows: tuple[tuple[Text, ...], ...]


class Printed(Seen):
    place: Place
    text: Text
    run: int | None = Field(default=None, description="the training whose network was asked last before it")
    begun: int | None = Field(default=None, description="trainings that had begun; None where that is not known")
