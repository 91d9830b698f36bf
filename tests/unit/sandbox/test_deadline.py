"""When a session's time is up: what it waited for a processor does not count, up to a bound."""

from __future__ import annotations

import time

import pytest

from autograder.sandbox.deadline import Deadline


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def test_who_never_waited_has_the_seconds_and_no_more(clock):
    deadline = Deadline(20, lambda: 0.0)
    clock[0] += 19
    assert deadline() == pytest.approx(1)
    clock[0] += 1.5
    assert deadline() <= 0


def test_who_waited_has_as_much_longer(clock):
    deadline = Deadline(20, lambda: 12.0)
    clock[0] += 21
    assert deadline() == pytest.approx(11)
    clock[0] += 12
    assert deadline() <= 0


def test_who_waits_for_ever_has_three_times_the_seconds(clock):
    deadline = Deadline(20, lambda: 1000.0)
    clock[0] += 59
    assert deadline() == pytest.approx(1)
    clock[0] += 2
    assert deadline() <= 0


def test_nobody_is_asked_before_the_time_would_be_over(clock):
    def never() -> float:
        raise AssertionError

    deadline = Deadline(20, never)
    clock[0] += 19.9
    assert deadline() > 0
