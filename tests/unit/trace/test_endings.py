"""How a run ended is told as it was."""

from __future__ import annotations

from autograder.trace.endings import ending
from autograder.trace.records import Failure, Place, SourceTrace

FAILURE = Failure(place=Place(source="main.py", line=3), error="KeyError: 'a'")


def test_a_script_with_an_error_has_not_run_to_its_end():
    assert "stopped with an error" in ending(
        SourceTrace(source="main.py", end="finished", seconds=2, failures=(FAILURE,))
    )
    assert "ran to the end" in ending(SourceTrace(source="main.py", end="finished", seconds=2))


def test_a_notebook_runs_on_after_a_cell_with_an_error():
    told = ending(SourceTrace(source="hw1.ipynb", end="finished", seconds=2, cells=(4, 4), failures=(FAILURE,)))
    assert "ran to the end" in told
