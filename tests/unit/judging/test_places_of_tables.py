"""A comparison is where most of it stands, and not where one of its numbers stands by chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.trace.places import Place
from autograder.trace.rows import Row
from traced.bonus import _closeness
from traced.maps import _that_holds


def row(block: str, number: int) -> Row:
    return Row(Place(source="hw1.ipynb", run_in=number), block, number, ("0.5",))


def test_rows_of_a_table_count_before_printed_lines_and_close_ones_before_others():
    table = (row("0/table 1", 0), row("0/table 1", 1))
    close, far = (row("0/printed", 40), row("0/printed", 41)), (row("0/printed", 50), row("0/printed", 40))
    same = (row("0/printed", 60), row("0/printed", 60))
    assert max([far, close, same, table], key=lambda pair: _closeness(*pair)) is table
    assert max([far, close, same], key=lambda pair: _closeness(*pair)) is same
    assert max([far, close], key=lambda pair: _closeness(*pair)) is close


def test_a_picture_is_found_again_among_those_of_all_panels():
    panels = [object(), object()]
    drawn: Any = [(panels[0], np.zeros((3, 4))), (panels[1], np.zeros((2, 4)))]
    assert [_that_holds(drawn, row) for row in (0, 2, 3, 4)] == [panels[0], panels[0], panels[1], panels[1]]
