"""The written answers of submissions in many shapes are found, and nothing else is shown for them.

The documents were written by somebody who had not seen the reader; `python -m benchmarks.reading` says what is found in them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import limited
from autograder.rubric import Rubric, load_rubric
from benchmarks.reading import outcomes
from tests.read_here import read_here

ROOT = Path(__file__).parents[2]
# What is not found, or left to a person: never may something else be shown for it.
NOT_FOUND = {"n02": {"2C"}, "n07": {"3B"}, "n10": {"bonus"}, "p06": {"2C"}, "s04": {"2C"}}
# Of three sets that others wrote later: what is found in part, what stands beside an answer that is shown whole, and where there
# is none.
NOT_FOUND |= {"u02": {"2C"}, "u06": {"1B", "2A", "2B", "3B"}}
WITH_MORE = {"u08": {"3B"}, "v03": {"2C"}, "v07": {"1B"}, "v08": {"2B"}}
WITH_MORE |= {"x02": {"2C"}, "x03": {"3B"}, "x06": {"2A"}, "x10": {"3B", "bonus"}}
WRONG = {"u03": {"2C"}, "u07": {"3B"}, "v10": {"2C"}}
SUBMISSIONS = sorted(path.parent for path in (ROOT / "tests" / "documents").glob("*/expected.yaml"))


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(ROOT / "rubric" / "hw1.yaml")


@pytest.mark.parametrize("folder", SUBMISSIONS, ids=lambda folder: folder.name)
def test_each_answer_is_found_and_nothing_else_is_shown(folder, rubric, monkeypatch):
    monkeypatch.setattr(limited, "read_apart", read_here)  # our own files need no processes
    found = list(outcomes(folder, rubric))
    unlike = {each.part: each.place or "none shown" for each in found if not each.right}
    known = [each.get(folder.name, set()) for each in (NOT_FOUND, WITH_MORE, WRONG)]
    assert set(unlike) == set.union(*known), unlike
    assert {each.part for each in found if each.wrong} == known[-1]
    assert {each.part for each in found if not each.whole and not each.wrong} == known[0]


def test_there_are_submissions_to_read():
    assert len(SUBMISSIONS) >= 20
