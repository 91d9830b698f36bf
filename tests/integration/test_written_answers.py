"""The written answers of submissions in many shapes are found, and nothing else is shown for them.

The documents were written by somebody who had not seen the reader; `python -m benchmarks.reading` says what is found in them.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import limited
from autograder.rubric import Rubric, load_rubric
from benchmarks.reading import outcomes

ROOT = Path(__file__).parents[2]
SUBMISSIONS = sorted(path.parent for path in (ROOT / "tests" / "documents").glob("*/expected.yaml"))


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(ROOT / "rubric" / "hw1.yaml")


@pytest.mark.parametrize("folder", SUBMISSIONS, ids=lambda folder: folder.name)
def test_each_answer_is_found_and_nothing_else_is_shown(folder, rubric, monkeypatch):
    monkeypatch.setattr(limited, "read_apart", limited.read_here)  # our own files need no processes
    unlike = [f"{each.part}: {each.place or 'none shown'}" for each in outcomes(folder, rubric) if not each.right]
    assert unlike == []


def test_there_are_submissions_to_read():
    assert len(SUBMISSIONS) >= 20
