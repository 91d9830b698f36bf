"""The rules between the cells of a table in a PDF."""

from __future__ import annotations

import itertools

from autograder.handed_in.layout import Cells, Page, in_reading_order
from autograder.handed_in.pdf_process import Piece
from autograder.handed_in.pdf_rules import Grid, grids


def ruled(columns: list[float], rows: list[float]) -> list[tuple[float, float, float, float]]:
    """The borders of each cell, as browsers draw them."""
    level = [(left, y, right, y + 0.7) for y in rows for left, right in itertools.pairwise(columns)]
    upright = [(x, low, x + 0.7, high) for x in columns for high, low in itertools.pairwise(rows)]
    return level + upright


def test_rules_that_meet_are_a_table():
    (grid,) = grids(ruled([30.0, 180.0, 570.0], [540.0, 518.0, 468.0]))
    assert (len(grid.columns), len(grid.rows)) == (3, 3)
    assert grid.cell(50.0, 500.0) == (1, 0)
    assert grid.parts(170.0, 185.0, 500.0)


def test_two_tables_are_two():
    assert len(grids(ruled([30.0, 180.0, 570.0], [540.0, 468.0]) + ruled([30.0, 90.0, 570.0], [300.0, 200.0]))) == 2


def test_a_frame_and_an_underline_are_none():
    assert grids([*ruled([30.0, 570.0], [540.0, 468.0]), (30.0, 700.0, 200.0, 700.7)]) == []


def piece(text: str, left: float, y: float) -> Piece:
    return Piece(text, left, left + 5 * len(text), y, 10.0, False, False)


def test_a_column_of_the_page_between_rules_is_no_cell():
    pieces = tuple(piece("A line of a long text that fills a column.", 35, 700 - 5 * number) for number in range(80))
    page = Page(1, 600, 800, pieces, tables=(Grid((30.0, 300.0, 570.0), (750.0, 50.0)),))
    assert not [each for each in in_reading_order([page]) if isinstance(each, Cells)]


def test_the_lines_in_a_cell_are_one_text():
    pieces = piece("2A", 35, 500), piece("Adam was the fastest of", 185, 500), piece("all four.", 185, 488)
    page = Page(1, 600, 800, pieces, tables=(Grid((30.0, 180.0, 570.0), (540.0, 518.0, 468.0)),))
    (table,) = in_reading_order([page])
    assert isinstance(table, Cells)
    assert table.rows == (("2A", "Adam was the fastest of all four."),)
