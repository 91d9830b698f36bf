"""Notebooks of right code that calls the libraries in every way there is: what works without a watcher works with one."""

from __future__ import annotations

import functools
import shutil
import tempfile
from pathlib import Path

import pytest

from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from autograder.submission import collect
from autograder.trace.records import SourceTrace
from autograder.tracing import trace

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = ROOT / "tests" / "submissions" / "ways_to_call"
SHORT = ("notebook_and_loaders", "tensorflow_names")
LONG = tuple(path.stem for path in sorted(NOTEBOOKS.glob("*.ipynb")) if path.stem not in SHORT)


@functools.cache
def run(name: str) -> SourceTrace:
    with tempfile.TemporaryDirectory() as folder:
        handed_in = Path(folder) / "work"
        handed_in.mkdir()
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", handed_in)
        submission = collect(handed_in, Path(folder) / "collected")
        rubric = load_rubric(ROOT / "rubric" / "hw1.yaml")
        (source,) = trace(rubric, submission, "standard", Kind.NONE, 400, 1, seed=0).sources
    return source


@pytest.mark.parametrize("name", [*SHORT, *(pytest.param(each, marks=pytest.mark.nightly) for each in LONG)])
def test_right_code_runs_to_its_end_and_the_recorder_makes_no_mistake(name: str) -> None:
    seen = run(name)
    assert [(each.place.run_in, each.error) for each in seen.failures] == []
    assert (seen.end, seen.dropped) == ("finished", 0)


def test_what_is_logged_is_read_as_what_is_printed_in_the_cell_that_logs_it() -> None:
    texts = [each.text for each in run("notebook_and_loaders").printed]
    assert texts[-2:] == ["first\n", "second 2\n"]
