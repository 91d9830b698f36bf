"""The evidence for a check's verdict: facts and exhibits, collected while it runs."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from autograder.results import Curves, Exhibit, Fact, HeatMap, Measure, Picture, Table

AT_NO_COST = "Nothing is deducted for this."
LARGEST_PNG = 1_500_000  # bytes


@dataclass
class Evidence:
    """Filled by a check through the methods; read by `concluding` when the check is over, and by `judges` for a judge."""

    facts: list[Fact] = field(default_factory=list)
    exhibits: list[Exhibit] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    place: str = ""  # where a run has shown it
    harmless: list[str] = field(default_factory=list)  # bugs that had no effect in the run
    bugs: list[str] = field(default_factory=list)  # of the library, which faults in the run are
    remarks: list[str] = field(default_factory=list)  # sentences that cost nothing

    def at(self, place: Any) -> None:
        """Note where in the student's code it was seen; the first of several places counts."""
        self.place = self.place or str(place)

    def changes_nothing(self, bug: str) -> None:
        """Note that a bug of the library, which calling a function may find, has no effect in the submission as it was run."""
        self.harmless.append(bug)

    def shows_bug(self, bug: str) -> None:
        """Note that what a run shows to be wrong is this bug of the library, which calling may name in another item."""
        self.bugs.append(bug)

    def remark(self, sentence: str) -> None:
        """Tell the student something that costs no points; the report adds that it does not."""
        self.remarks.append(f"{sentence} {AT_NO_COST}")

    def fact(self, label: str, found: Any, expected: Any = "") -> None:
        """Note one thing that was measured, with what was expected, if anything."""
        self.facts.append(Fact(label=label, expected=in_words(expected), found=in_words(found)))

    def measure(
        self, name: str, value: float, *, above: float | None = None, below: float | None = None, expected: str = ""
    ) -> None:
        """Note a number that depends on luck, with the bound that it must lie above or below.

        `autograder calibrate` gathers these from right submissions; a report shows a student's among them. `expected` puts
        the bound in other words.
        """
        if (above is None) == (below is None):
            raise ValueError("a measure has one bound, above or below")
        bound = above if above is not None else below
        assert bound is not None
        side = "above" if above is not None else "below"
        self.fact(name, value, expected or f"{side} {bound:g}")
        self.measures.append(Measure(name=name, value=float(value), bound=bound, better=side))  # type: ignore[arg-type]

    def curves(
        self,
        title: str,
        lines: Mapping[str, Sequence[float]],
        *,
        x_label: str = "epoch",
        y_label: str = "loss",
        threshold: float | None = None,
    ) -> None:
        """Show lines over 1, 2, 3, ..."""
        numbers = {name: tuple(float(value) for value in line) for name, line in lines.items()}
        self.exhibits.append(Curves(title=title, x_label=x_label, y_label=y_label, lines=numbers, threshold=threshold))

    def heat_map(
        self,
        title: str,
        values: np.ndarray,
        *,
        x_range: tuple[float, float],
        y_range: tuple[float, float],
        points: Sequence[tuple[float, float, float]] = (),
        x_label: str = "",
        y_label: str = "",
    ) -> None:
        """Show a grid of numbers (rows from the lowest y up), thinned to at most 48 per side."""
        rows, columns = (max(1, -(-size // 48)) for size in values.shape)
        thinned = np.round(np.asarray(values, dtype=float)[::rows, ::columns], 3)
        self.exhibits.append(
            HeatMap(
                title=title,
                x_label=x_label,
                y_label=y_label,
                values=tuple(tuple(row) for row in thinned.tolist()),
                x_range=x_range,
                y_range=y_range,
                points=tuple(points),
            )
        )

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        cells = tuple(tuple(in_words(cell) for cell in row) for row in rows)
        self.exhibits.append(Table(title=title, columns=tuple(columns), rows=cells))

    def picture(self, title: str, png: np.ndarray, alt: str) -> None:
        """Show a picture that the student's code made: a PNG file's bytes as an array."""
        if np.size(png) > LARGEST_PNG:
            self.fact(
                title, f"a picture of {np.size(png) / 1e6:.3g} MB; one of {LARGEST_PNG / 1e6:g} MB at most is shown"
            )
            return
        data = np.asarray(png, dtype=np.uint8).tobytes()
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            self.exhibits.append(Picture(title=title, alt=alt, png=base64.b64encode(data).decode()))


def in_words(value: Any) -> str:
    """A value as a person would write it: '0.9721', '3, 4, 5', 'yes'."""
    match value:
        case str():
            return value
        case bool() | np.bool_():
            return "yes" if value else "no"
        case float() | np.floating():
            return f"{float(value):.4g}"
        case list() | tuple():
            return ", ".join(in_words(entry) for entry in value) or "nothing"
        case np.ndarray() if value.size <= 12:
            return in_words(value.ravel().tolist())
        case np.ndarray():
            return f"an array of shape {value.shape}"
    return str(value)
