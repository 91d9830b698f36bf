"""How the end of a run is told."""

from __future__ import annotations

import argparse

import pytest

from autograder.requirements.fresh_run import look, was_run
from autograder.results import Met, RequirementResult
from autograder.trace.places import Place
from autograder.trace.records import Data, Failure, SourceTrace, Trace
from autograder.worker.tracing.cells import described_error


def ran(source="hw1.ipynb", end="finished", seconds=12.3, cells=(9, 9), errors=(), data=()) -> SourceTrace:
    failures = tuple(
        Failure(place=Place(source=source, cell=cell, line=line), error=error, traceback="File ...")
        for cell, line, error in errors
    )
    return SourceTrace(source=source, end=end, seconds=seconds, cells=cells, failures=failures, data=data)


def trace(*sources: SourceTrace) -> Trace:
    return Trace(sources=sources)


def test_where_it_was_not_run_nothing_is_judged():
    assert look(None).status is Met.UNSEEN


def test_a_result_tells_whether_such_a_run_was_made():
    for runs, made in ((None, False), (trace(), True), (trace(ran(end="budget")), True)):
        found = look(runs)
        kept = RequirementResult(kind="fresh-run", asked="?", status=found.status, found=found.found)
        assert was_run([kept]) is made


def test_a_run_to_the_end_is_met():
    assert look(trace(ran())).found == "hw1.ipynb ran to the end on little data, in 12.3 s."


def test_a_stop_is_told_with_its_place_and_the_students_error():
    found = look(trace(ran(errors=[(3, 2, "NameError: name 'x'"), (5, 1, "NameError: name 'y'")])))
    assert found.status is Met.UNMET
    assert (
        found.found
        == "“Run all” stops at hw1.ipynb, cell 3, line 2: NameError: name 'x'. 1 later cell stops with an error too."
    )
    assert found.traceback == "File ..."


def test_a_script_is_told_with_its_line():
    found = look(trace(ran("main.py", errors=[(0, 7, "ValueError: no")], cells=(0, 0))))
    assert found.found == "main.py stopped at main.py, line 7: ValueError: no."


def test_a_missing_library_is_told_as_the_machines_lack():
    errors = [(1, 1, "ModuleNotFoundError: No module named 'torchinfo'")]
    assert "not installed on the grading machine" in look(trace(ran(errors=errors))).advice


def test_an_error_that_only_the_short_run_has_judges_nobody():
    data = (Data(id=0, split="test", samples=512, whole=10_000),)
    error = "ValueError: Found input variables with inconsistent numbers of samples: [10000, 512]"
    assert look(trace(ran(errors=[(4, 1, error)], data=data))).status is Met.UNSEEN


def test_the_end_of_the_budget_judges_nobody():
    runs = trace(ran("a.ipynb", "budget", 60, (5, 9)), ran("b.ipynb", "not run", 0, (0, 9)))
    found = look(runs)
    assert found.status is Met.UNSEEN
    assert "still running in code cell 5 of 9" in found.found
    assert found.details == ("b.ipynb was not run: those before it had used up the time",)


def test_the_lack_of_a_network_judges_nobody():
    errors = [(2, 1, "URLError: <urlopen error [Errno -3] Temporary failure>")]
    found = look(trace(ran("a.ipynb", errors=errors)))
    assert (found.status, "without a network" in found.advice) == (Met.UNSEEN, True)


def test_one_that_dies_counts_for_all():
    runs = trace(ran("a.py", seconds=1, cells=(0, 0)), ran("b.py", "died", 1, (0, 0)))
    found = look(runs)
    assert (found.status, found.found) == (
        Met.UNMET,
        "b.py ended too early: its process was gone. What it had done until then counts.",
    )
    assert found.details == ("a.py ran to the end on little data, in 1.0 s",)


ASKING = "its command line asks for arguments, and a run from start to end gives none. Give them defaults"


def test_a_tool_that_asks_for_arguments_beside_what_ran_to_the_end_blames_nobody():
    found = look(trace(ran("run.py", cells=(0, 0)), ran("tool.py", cells=(0, 0), errors=[(0, 9, ASKING)])))
    assert (found.status, found.found) == (Met.MET, "run.py ran to the end on little data, in 12.3 s.")
    assert found.details[0].startswith("tool.py stopped at tool.py, line 9: its command line asks for arguments")


def test_where_nothing_else_came_to_its_end_a_command_line_that_asks_for_arguments_is_told():
    asking = ran("main.py", cells=(0, 0), errors=[(0, 9, ASKING)])
    assert look(trace(asking)).status is Met.UNMET
    assert look(trace(ran("a.py", errors=[(0, 1, "ValueError: no")]), asking)).status is Met.UNMET


def test_a_run_tells_so_of_a_command_line_that_asks_for_arguments(tmp_path):
    with pytest.raises(SystemExit) as ended:
        argparse.ArgumentParser().parse_args(["what"])
    assert described_error(ended.value, tmp_path, "main.py")["error"] == ASKING
