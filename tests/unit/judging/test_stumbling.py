"""What the grader stumbles over in a run's records leaves items to a person, and costs no result."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder import grading
from autograder.checks.settings import Settings
from autograder.isolation import Kind
from autograder.judging.verdicts import undecided_by_all
from autograder.results import Status
from autograder.rubric import Rubric, load_rubric
from autograder.submission import Submission
from autograder.trace.records import SourceTrace, Trace

SEEN = Trace(sources=(SourceTrace(source="hw1.py", end="finished", seconds=1),))


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(Path(__file__).resolve().parents[3] / "rubric" / "hw1.yaml")


def stumble(*_: object) -> None:
    raise ZeroDivisionError("integer division by zero")


def judged(rubric: Rubric, folder: Path) -> grading.Shown:
    submission = Submission("ada", "", folder, (), (), (), None, ())
    return grading._judged(rubric, submission, Settings("quick", Kind.NONE), SEEN)


def test_records_that_no_judge_can_be_asked_about_leave_each_item_to_a_person(rubric, tmp_path, monkeypatch):
    monkeypatch.setattr(grading, "verdicts", stumble)
    shown, ran, (note,) = judged(rubric, tmp_path)
    assert {verdict.status for verdict in shown.values()} == {Status.REVIEW}
    assert "1A.accuracy" in shown and not ran
    assert "stumbled" in note and "ZeroDivisionError" in note


def test_verdicts_stay_where_the_run_cannot_be_told_in_words(rubric, tmp_path, monkeypatch):
    verdicts = undecided_by_all(rubric, "for a test")
    monkeypatch.setattr(grading, "verdicts", lambda *_: verdicts)
    monkeypatch.setattr(grading, "told", stumble)
    shown, ran, notes = judged(rubric, tmp_path)
    assert shown == verdicts and not ran and len(notes) == 1
