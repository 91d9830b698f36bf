"""Work in a fork of this process: what it gives, and what becomes of it when the fork ends badly."""

from __future__ import annotations

import faulthandler
import os
import signal
import time

import numpy as np
import psutil
import pytest

from autograder.in_a_fork import ForkEnded, in_a_fork


class Odd(Exception):
    """One that can't be made again from its words."""

    def __init__(self, place: str, *, why: str) -> None:
        super().__init__(f"{place}: {why}")


def test_the_answer_comes_back_however_large():
    assert in_a_fork(lambda: np.arange(10**6), 60).sum() == 499999500000


def test_what_the_work_changes_stays_in_the_fork():
    seen: list[int] = []
    assert in_a_fork(lambda: seen.append(os.getpid()), 60) is None
    assert not seen


def test_an_error_of_the_work_is_raised_here():
    with pytest.raises(ZeroDivisionError):
        in_a_fork(lambda: 1 // 0, 60)


def test_an_error_that_cannot_be_sent_is_raised_in_words():
    def work() -> None:
        raise Odd("line 3", why="no such item")

    with pytest.raises(RuntimeError, match="Odd: line 3: no such item"):
        in_a_fork(work, 60)


def test_a_crash_ends_the_fork_and_is_told():
    def work() -> None:
        faulthandler.disable()  # pytest's, which would fill the screen
        os.kill(os.getpid(), signal.SIGSEGV)

    with pytest.raises(ForkEnded, match=r"it crashed \(SIGSEGV\)"):
        in_a_fork(work, 60)


def test_work_without_end_is_stopped():
    with pytest.raises(ForkEnded, match="more than 1 s"):
        in_a_fork(lambda: time.sleep(600), 1)


def test_no_fork_is_left_behind():
    before = children()
    with pytest.raises(ForkEnded):
        in_a_fork(lambda: os._exit(7), 60)
    assert children() <= before  # a zombie would be among them


def children() -> set[int]:
    return {child.pid for child in psutil.Process().children()}
