"""Work side by side: what happens to one process happens to the work that it had, and to no other."""

from __future__ import annotations

import os
import signal
import time

import pytest

from autograder.processes import ProcessKilled, processes, result_of


def halve(number: int) -> int:
    if number == 13:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2


def test_a_killed_process_fails_its_own_work_only():
    with processes(2) as pool:
        futures = {number: pool.schedule(halve, (number,)) for number in (2, 13, 4, 7, 6, 8)}
        assert [result_of(futures[number]) for number in (2, 4, 6, 8)] == [1, 2, 3, 4]
        with pytest.raises(ProcessKilled, match=r"thirteen: the process that graded it was killed \(exit code -9\)"):
            result_of(futures[13], "thirteen")
        with pytest.raises(ValueError, match="7 is odd"):
            result_of(futures[7])


@pytest.mark.timeout(120)
def test_work_that_is_given_up_is_stopped():
    def interrupted() -> None:
        with processes(1) as pool:
            pool.schedule(time.sleep, (600,))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
