"""How the end of a run is told."""

from __future__ import annotations

import pytest

from autograder.trace.endings import ending
from autograder.trace.places import Place
from autograder.trace.records import Called, Failure, SourceTrace

FAILURE = Failure(place=Place(source="main.py", line=3), error="KeyError: 'a'")


def ended(end: str, dropped: int = 0, cells: tuple[int, int] = (0, 0)) -> str:
    return ending(SourceTrace(source="hw1.ipynb", end=end, seconds=33.74, dropped=dropped, cells=cells))


def test_a_run_to_the_end_tells_its_seconds():
    assert ended("finished") == "hw1.ipynb ran to the end on little data, in 33.7 s."


@pytest.mark.parametrize("end", ["budget", "died"])
def test_a_run_that_was_cut_short_tells_the_cell_and_that_the_rest_counts(end):
    told = ended(end, cells=(12, 40))
    assert "in code cell 12 of 40" in told
    assert "had done until then counts" in told


def test_what_was_not_begun_says_why():
    assert ended("not run") == "hw1.ipynb was not run: those before it had used up the time."


@pytest.mark.parametrize(("dropped", "words"), [(1, "One record of what"), (2500, "2,500 records of what")])
def test_what_could_not_be_read_is_counted(dropped, words):
    told = ended("finished", dropped)
    assert words in told
    assert "more may have been done than is shown" in told


def test_a_script_with_an_error_has_not_run_to_its_end():
    assert "stopped with an error" in ending(
        SourceTrace(source="main.py", end="finished", seconds=2, failures=(FAILURE,))
    )
    assert "ran to the end" in ending(SourceTrace(source="main.py", end="finished", seconds=2))


def test_a_notebook_runs_on_after_a_cell_with_an_error():
    told = ending(SourceTrace(source="hw1.ipynb", end="finished", seconds=2, cells=(4, 4), failures=(FAILURE,)))
    assert told.endswith("in 2.0 s: cell 0 stopped with an error, and the cells after it were run anyway.")
    failures = tuple(Failure(place=Place(source="hw1.ipynb", cell=cell), error="no") for cell in (3, 5, 5, 9))
    told = ending(SourceTrace(source="hw1.ipynb", end="finished", seconds=2, cells=(9, 9), failures=failures))
    assert "cells 3, 5 and 9 stopped" in told


def test_a_script_that_needs_arguments_tells_with_which_it_was_run():
    calls = tuple(Called(arguments=f"--problem {each}") for each in ("1a", "1b", "1c", "2a", "2b"))
    told = ending(SourceTrace(source="main.py", end="finished", seconds=2, called=calls))
    assert told.endswith("run with “--problem 1a”, “--problem 1b”, “--problem 1c” and 2 more.")
