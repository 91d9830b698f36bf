"""All processes but this one are counted together: here, those of the machine."""

from __future__ import annotations

import mmap
import os
import signal
from collections.abc import Iterator

import pytest

from autograder.worker.metering import Bounds, excess

MUCH = 2**60


@pytest.fixture
def another() -> Iterator[int]:
    """A process that holds shared memory."""
    held = mmap.mmap(-1, 2**20)
    held.write(b"x" * 2**20)
    pid = os.fork()
    if pid == 0:
        signal.pause()
    yield pid
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    held.close()


def test_within_their_bounds_they_are_let_be(another: int) -> None:
    assert excess(Bounds(memory_bytes=MUCH, processes=10**6)) == ""


def test_too_many_are_noticed(another: int) -> None:
    assert excess(Bounds(memory_bytes=MUCH, processes=0)) == "processes"


def test_too_much_memory_is_noticed(another: int) -> None:
    assert excess(Bounds(memory_bytes=0, processes=10**6)) == "memory"
