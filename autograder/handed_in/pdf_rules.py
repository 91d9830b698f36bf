"""The rules that are drawn between the cells of a table on a page of a PDF. Runs in a process of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

Box = tuple[float, float, float, float]  # left, bottom, right, top, in points

THIN: Final = 2.5  # points: the thickest rule
SHORTEST: Final = 8.0  # points of a rule
TOUCHING: Final = 2.5  # points between rules that meet
MOST_RULES: Final = 1_500  # of a page
FEWEST_BORDERS: Final = 3  # from left to right: two columns
LONGEST_CELL: Final = 3_000  # characters: a cell with more is a frame around text, or a column of the page
PROSE: Final = 6  # words in a row of text: no label has as many


@dataclass(frozen=True)
class Grid:
    """The borders of a table's cells: those between columns from the left, those between rows from the top."""

    columns: tuple[float, ...]
    rows: tuple[float, ...]

    @property
    def box(self) -> Box:
        return self.columns[0], self.rows[-1], self.columns[-1], self.rows[0]

    def holds(self, x: float, y: float) -> bool:
        left, bottom, right, top = self.box
        return left <= x <= right and bottom <= y <= top

    def cell(self, x: float, y: float) -> tuple[int, int]:
        """The row and the column of a place inside, from 0."""
        return sum(border > y for border in self.rows) - 1, sum(border < x for border in self.columns) - 1

    def parts(self, left: float, right: float, y: float) -> bool:
        """Whether a border between two columns separates two places at a height."""
        return self.rows[-1] <= y <= self.rows[0] and any(left - 1 <= border <= right + 1 for border in self.columns)


def grids(paths: Iterable[Box]) -> list[Grid]:
    """The tables whose rules are among a page's paths: rules that meet and separate two columns or more."""
    rules = [path for path in paths if _is_rule(path)][:MOST_RULES]
    found = []
    for together in _meeting(rules):
        upright = [left for left, bottom, right, top in together if top - bottom > right - left]
        level = [top for left, bottom, right, top in together if right - left >= top - bottom]
        columns, rows = _apart(upright), _apart(level)[::-1]
        if len(columns) >= FEWEST_BORDERS and len(rows) > 1:
            found.append(Grid(tuple(columns), tuple(rows)))
    return found


def _is_rule(path: Box) -> bool:
    width, height = path[2] - path[0], path[3] - path[1]
    return min(width, height) <= THIN and max(width, height) >= SHORTEST


def _meeting(rules: Sequence[Box]) -> list[list[Box]]:
    """The rules in groups of those that touch each other."""
    groups: list[list[Box]] = []
    frames: list[Box] = []  # around each group
    for rule in sorted(rules, key=lambda each: -each[3]):
        joined, frame = [rule], rule
        apart = []
        for group, around in zip(groups, frames, strict=True):
            if _touch(frame, around):
                joined += group
                frame = (
                    min(frame[0], around[0]),
                    min(frame[1], around[1]),
                    max(frame[2], around[2]),
                    max(frame[3], around[3]),
                )
            else:
                apart.append((group, around))
        groups, frames = [*(group for group, _ in apart), joined], [*(around for _, around in apart), frame]
    return groups


def _touch(one: Box, other: Box) -> bool:
    return all(one[side] - TOUCHING <= other[side + 2] and other[side] - TOUCHING <= one[side + 2] for side in (0, 1))


def _apart(places: Sequence[float]) -> list[float]:
    """Positions in order, each once, however thick the rules are."""
    kept: list[float] = []
    for place in sorted(places):
        if not kept or place - kept[-1] > 2 * TOUCHING:
            kept.append(place)
    return kept
