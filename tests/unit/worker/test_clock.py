from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from autograder.worker.clock import PATIENCE, Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock(os.getpid())
    monkeypatch.setattr(Clock, "waited", 0.0)
    return made


def at(clock: Clock, elapsed: float, waited: float, monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setattr(Clock, "elapsed", elapsed)
    monkeypatch.setattr(Clock, "waited", waited)
    return clock


def test_the_clock_stands_still_while_others_hold_the_processor(clock, monkeypatch):
    assert at(clock, 100.0, 70.0, monkeypatch).seconds == 30.0
    assert not clock.is_over(60)
    assert at(clock, 100.0, 10.0, monkeypatch).is_over(60)


def test_patience_has_an_end(clock, monkeypatch):
    assert at(clock, PATIENCE * 60, 170.0, monkeypatch).is_over(60)


def test_a_process_that_is_gone_has_waited_for_nothing():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    assert Clock(pid).waited == 0.0


@pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="the system does not tell")
def test_waiting_is_read_of_a_process():
    clock = Clock(os.getpid())
    time.sleep(0.01)
    assert clock.waited >= 0
    assert 0 <= clock.seconds <= clock.elapsed
