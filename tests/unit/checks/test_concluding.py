"""From what a check ended with to its result, without a sandbox: the sessions are played."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from autograder.checks import naming
from autograder.checks.case import Attempt, CheckCase
from autograder.checks.concluding import MAX_OUTPUT, concluded
from autograder.checks.evidence import Evidence
from autograder.checks.item import ItemMark
from autograder.checks.loading import Loading
from autograder.checks.outcomes import Failed
from autograder.results import Diagnosis, Status
from autograder.sandbox import SandboxUnavailable
from autograder.sandbox.faults import WorkerFailed

ITEM = SimpleNamespace(needs=("train",), uses=("build",), shares={})
CHECK = CheckCase("test_it", "It works.", "public", ItemMark("A.it", 5.0), ITEM)
BUG = Diagnosis(bug="train.bug", function="train", cause="A cause.", mend="A mend.")


class Sessions:
    """Those of a submission whose names are bound to nothing, in a fresh sandbox with this student or none."""

    def __init__(self, fresh=None):
        self.loading, self.fresh, self.renewed = Loading(), fresh, 0

    def learn(self, session):
        pass

    def renew(self):
        self.renewed += 1

    @contextmanager
    def student(self, seconds):
        if self.fresh is None:
            raise SandboxUnavailable("the worker process did not start")
        yield self.fresh


@pytest.fixture
def setup(monkeypatch):
    monkeypatch.setattr(naming, "bugs_behind", lambda *_: (BUG,))
    monkeypatch.setattr(naming, "pointed_at", lambda bug, *_: bug)
    return SimpleNamespace(
        lends=True,
        calibration=None,
        versions=None,
        library=None,
        submission=None,
        seconds_for=lambda check: 5.0,
        reference=lambda: None,
    )


def student(output=""):
    return SimpleNamespace(session=SimpleNamespace(output=output), calls=[])


def test_a_check_that_is_passed_tells_nothing_of_what_was_printed(setup):
    end = concluded(setup, Sessions(), Attempt(CHECK, student=student("printed")), None, ())
    assert (end.result.status, end.result.credit, end.result.output, end.unnamed) == (Status.PASSED, 1, "", None)


def test_a_failure_is_named_at_once_unless_a_broken_function_may_excuse_it(setup):
    error, attempt = Failed("It does not work."), Attempt(CHECK, student=student("x" * (MAX_OUTPUT + 1)))
    end = concluded(setup, Sessions(), attempt, error, ())
    assert (end.result.message, end.result.diagnosis, end.unnamed) == ("It does not work.", (BUG,), None)
    assert "[…]" in end.result.output
    builds = CheckCase(
        "test_build",
        "It builds.",
        "public",
        ItemMark("A.build", 5.0),
        SimpleNamespace(needs=("build",), uses=(), shares={}),
    )
    broken = concluded(setup, Sessions(), Attempt(builds, student=student()), error, ())
    waiting = concluded(setup, Sessions(), attempt, error, (broken,))
    assert (waiting.result.diagnosis, waiting.unnamed) == ((), error)


def test_a_search_that_stumbles_is_noted_and_costs_no_result(setup, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError("in the grader")

    monkeypatch.setattr(naming, "bugs_behind", broken)
    end = concluded(setup, Sessions(), Attempt(CHECK, student=student()), Failed("It does not work."), ())
    assert (end.result.status, end.result.diagnosis) == (Status.FAILED, ())
    assert "`test_it`" in end.notes[0]


def test_a_check_whose_worker_died_is_run_again_in_a_fresh_sandbox(setup):
    def call(player, reference, evidence):
        evidence.fact("asked", player.session.output)

    sessions = Sessions(fresh=student("again"))
    attempt = Attempt(CHECK, student=student("first"), evidence=Evidence(), call=call)
    end = concluded(setup, sessions, attempt, WorkerFailed([]), ())
    assert (sessions.renewed, end.result.status, end.result.facts[0].found) == (1, Status.PASSED, "again")
    assert attempt.evidence.facts == []


def test_a_check_that_can_not_be_run_again_waits_for_a_person(setup):
    end = concluded(setup, Sessions(), Attempt(CHECK, student=student()), WorkerFailed([]), ())
    assert (end.result.status, end.result.credit) == (Status.REVIEW, 0)
    assert "did not start" in end.result.message
