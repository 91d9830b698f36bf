"""The time that student code has had. Where it waited for a processor that others held, its time stands still: a busy machine
costs nobody a part of a submission, or a check."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

NANOSECONDS: Final = 1e9
PATIENCE: Final = 3.0  # times the seconds that it has: then its time is up, however long it waited


class Clock:
    """Counts the seconds of a process from now on."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._started = time.monotonic()
        self._waited_before = waited(pid)

    @property
    def waited(self) -> float:
        """For how long the thread that waited most was ready to run, and did not; 0 where the system does not tell."""
        return max(waited(self._pid) - self._waited_before, 0.0)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    @property
    def seconds(self) -> float:
        """The seconds that the process has had."""
        return max(self.elapsed - self.waited, 0.0)

    def left(self, seconds: float) -> float:
        """What is left of so many seconds, if it waits no more; 0 or less when they are over."""
        return time_left(seconds, self.elapsed, self.waited)

    def is_over(self, seconds: float) -> bool:
        """Whether the process has had so many seconds, or has taken several times as long."""
        return self.left(seconds) <= 0


def time_left(seconds: float, elapsed: float, waited: float) -> float:
    """What is left of `seconds` after `elapsed` ones in which a process waited for a processor for `waited`."""
    return min(seconds - max(elapsed - waited, 0.0), PATIENCE * seconds - elapsed)


def waited(pid: int) -> float:
    """For how many seconds the thread of a process that waited most was ready to run since it began, and did not."""
    return max((_waited(task) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")), default=0.0)


def _waited(task: Path) -> float:
    """The second number of `schedstat`: nanoseconds on a run queue (the kernel's Documentation/scheduler/sched-stats)."""
    try:
        return int(task.read_text().split()[1]) / NANOSECONDS
    except (OSError, ValueError, IndexError):
        return 0.0
