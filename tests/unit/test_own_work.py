"""What of the grader's own work is given up, and what it leaves as it was."""

from __future__ import annotations

import resource
import signal
import time

import pytest
import torch

from autograder.own_work import TooMuch, bounded_work

ROOM = 2**30


def work_for_ever() -> None:
    while True:
        pass


def work_for_ever_whatever_happens() -> None:
    while True:
        try:
            time.sleep(1)
        except Exception:
            continue


def test_work_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TooMuch, match="more than 0 s"), bounded_work(0.05, ROOM):
        work_for_ever()


def test_only_time_that_a_processor_was_busy_counts_against_the_shorter_bound() -> None:
    with pytest.raises(TooMuch), bounded_work(60, ROOM, busy=0.05):
        work_for_ever()
    with bounded_work(60, ROOM, busy=0.05):
        time.sleep(0.3)


def test_nothing_that_catches_errors_on_the_way_keeps_it() -> None:
    with pytest.raises(TooMuch), bounded_work(0.05, ROOM):
        work_for_ever_whatever_happens()


def test_memory_beyond_the_bound_is_not_given() -> None:
    with bounded_work(60, ROOM):
        assert len(torch.zeros(2**20)) == 2**20
        with pytest.raises(RuntimeError, match="memory"):
            torch.zeros(2**32)
        with pytest.raises(MemoryError):
            bytearray(2**33)
    assert len(bytearray(2**30 + 2**28)) > ROOM


def test_limits_and_alarms_are_given_back() -> None:
    limits = resource.getrlimit(resource.RLIMIT_AS)
    rang: list[int] = []
    known = signal.signal(signal.SIGALRM, lambda number, frame: rang.append(number))
    earlier = signal.setitimer(signal.ITIMER_REAL, 50)  # of whoever runs these tests
    try:
        with bounded_work(10, ROOM):
            pass
        left, _ = signal.getitimer(signal.ITIMER_REAL)
        assert 40 < left <= 50
        assert resource.getrlimit(resource.RLIMIT_AS) == limits
    finally:
        signal.signal(signal.SIGALRM, known)
        signal.setitimer(signal.ITIMER_REAL, *earlier)
    assert rang == []
