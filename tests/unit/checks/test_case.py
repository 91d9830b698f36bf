"""What the end of a check means."""

from __future__ import annotations

from autograder.answering.recorded import NotRecorded
from autograder.checks.case import verdict
from autograder.results import Status


def test_a_question_whose_answer_was_not_recorded_waits_for_a_person():
    assert verdict(NotRecorded("There is no answer.")) == (Status.REVIEW, 0.0, "There is no answer.")
