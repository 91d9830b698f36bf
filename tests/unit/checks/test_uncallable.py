"""Checks whose function is missing wait for a person where the work is seen elsewhere, and only these."""

from __future__ import annotations

from contextlib import contextmanager
from types import SimpleNamespace

from autograder.checks.case import Attempt, CheckCase
from autograder.checks.ends import End
from autograder.checks.item import ItemMark
from autograder.checks.loading import Loading
from autograder.checks.uncallable import left_to_a_person
from autograder.results import CheckResult, Status
from autograder.sandbox import StudentError


class Sessions:
    """What a submission shows of items in code that no check can call, or the fault that looking for it ends with."""

    loading = Loading()

    def __init__(self, shown):
        self.shown = shown
        self.asked = []

    @contextmanager
    def student(self, seconds):
        yield SimpleNamespace(session=self)

    def call(self, probe, arguments, seed):
        self.asked.append(arguments["signs"])
        if isinstance(self.shown, Exception):
            raise self.shown
        return self.shown


def setup(calibrating=False):
    rubric = SimpleNamespace(function=lambda name: SimpleNamespace(signature=f"{name}(x)"))
    return SimpleNamespace(rubric=rubric, settings=SimpleNamespace(calibrating=calibrating, seed=0))


def end(id, status, signs=("loss",)):
    item = SimpleNamespace(id=id, needs=(id,), signs=signs)
    check = CheckCase(f"test_{id}", "It works.", "public", ItemMark(id, 5.0), item)
    return End(
        Attempt(check), CheckResult(name=check.name, sentence="", visibility="public", status=status, credit=0.0)
    )


ENDS = (
    end("seen", Status.MISSING),
    end("unseen", Status.MISSING),
    end("failed", Status.FAILED),
    end("signless", Status.MISSING, signs=()),
)


def test_only_what_is_missing_and_seen_elsewhere_is_left_open():
    sessions = Sessions({"seen": ("a.py line 3", "for each in losses:"), "failed": ("a.py line 9", "loss = 1")})
    after = left_to_a_person(setup(), sessions, ENDS)
    assert [each.result.status for each in after] == [Status.REVIEW, Status.MISSING, Status.FAILED, Status.MISSING]
    assert "`seen(x)` was not found" in after[0].result.message
    assert "a.py line 3 (`for each in losses:`)" in after[0].result.message
    assert sessions.asked == [{"seen": ("loss",), "unseen": ("loss",)}]


def test_nothing_is_looked_for_where_nothing_is_missing_or_the_checks_are_calibrated():
    sessions = Sessions({})
    others = ENDS[2:]
    assert left_to_a_person(setup(), sessions, others) is others
    assert left_to_a_person(setup(calibrating=True), sessions, ENDS) is ENDS
    assert sessions.asked == []


def test_what_can_not_be_looked_for_stays_missing():
    for shown in (StudentError("ValueError", "", "", ""), ["nonsense"], {"seen": "nonsense"}):
        assert left_to_a_person(setup(), Sessions(shown), ENDS)[0].result.status is Status.MISSING
