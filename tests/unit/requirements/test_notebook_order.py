"""What a notebook's stored numbers and errors say about how it was run."""

from __future__ import annotations

import pytest

from autograder.requirements import notebook_order
from autograder.results import Met


def cell(count: int | None, **fields: object) -> dict[str, object]:
    return {"source": "x = 1", "execution_count": count, **fields}


def error(name: str, said: str) -> dict[str, object]:
    return {"output_type": "error", "ename": name, "evalue": said, "traceback": []}


@pytest.fixture
def look(submitted, notebook):
    return lambda *cells: notebook_order.look(submitted({"hw1.ipynb": notebook(*cells)}))


def test_one_run_from_top_to_bottom_is_met(look):
    text = {"cell_type": "markdown", "source": "# Title"}
    found = look(text, cell(1), {"source": " "}, cell(2))
    assert (found.status, found.details) == (Met.MET, ())


def test_numbers_that_are_left_out_are_told_and_do_no_harm(look):
    found = look(cell(3), cell(9))
    assert found.status is Met.MET
    assert "In [9]" in found.details[0]


def test_a_cell_that_was_run_before_the_one_above_it_is_named(look):
    found = look(cell(5), cell(2), cell(6))
    assert found.status is Met.UNMET
    assert "code cell 2 was run before the one above it (In [2] below In [5])" in found.found
    assert found.advice


def test_cells_that_were_not_run_are_named(look):
    assert "code cell 2 was not run" in look(cell(1), cell(None), cell(2)).found


def test_a_notebook_that_was_never_run_is_told_as_such(look):
    assert "none of its 2 code cells was run" in look(cell(None), cell(None)).found


def test_a_cell_that_ended_in_an_error_is_named_with_the_error(look):
    found = look(cell(1), cell(2, outputs=[error("NameError", "name 'x' is not defined")]))
    assert "code cell 2 ended in NameError: name 'x' is not defined" in found.found


def test_a_cell_that_was_stopped_by_hand_is_told_as_such(look):
    assert "stopped by hand" in look(cell(1, outputs=[error("KeyboardInterrupt", "")])).found


def test_an_error_that_is_meant_to_be_there_is_none(look):
    meant = {"tags": ["raises-exception"]}
    assert look(cell(1, metadata=meant, outputs=[error("ValueError", "wrong name")])).status is Met.MET


def test_scripts_have_no_order(submitted):
    assert notebook_order.look(submitted({"hw1.py": "x = 1"})).status is Met.UNSEEN
