"""The time that student code has used. It stops while the code waits for a busy processor, so that a busy machine costs nobody a
part of a submission or a check."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

NANOSECONDS: Final = 1e9
PATIENCE: Final = 3.0  # its time is up after this many times its seconds, however long it waited


class Clock:
    """Counts the seconds of a process from now on."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._started = time.monotonic()
        self._waited_before = waited(pid)

    @property
    def waited(self) -> float:
        """How long the thread that waited most was ready to run but did not run; 0 if the system doesn't say."""
        return max(waited(self._pid) - self._waited_before, 0.0)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    @property
    def seconds(self) -> float:
        """The seconds that count: without waiting for a processor."""
        return max(self.elapsed - self.waited, 0.0)

    def left(self, seconds: float) -> float:
        """What is left of `seconds` if it waits no more; 0 or less when they are over."""
        return time_left(seconds, self.elapsed, self.waited)

    def is_over(self, seconds: float) -> bool:
        """Whether the process has used `seconds`, or has taken `PATIENCE` times as long."""
        return self.left(seconds) <= 0


def time_left(seconds: float, elapsed: float, waited: float) -> float:
    """What is left of `seconds` after `elapsed` ones, `waited` of which were spent waiting for a processor."""
    return min(seconds - max(elapsed - waited, 0.0), PATIENCE * seconds - elapsed)


def waited(pid: int) -> float:
    """How many seconds, since it started, the thread of a process that waited most was ready to run but did not run."""
    return max((_waited(task) for task in Path(f"/proc/{pid}/task").glob("*/schedstat")), default=0.0)


def _waited(task: Path) -> float:
    """The second number of `schedstat`: nanoseconds on a run queue (the kernel's Documentation/scheduler/sched-stats)."""
    try:
        return int(task.read_text().split()[1]) / NANOSECONDS
    except (OSError, ValueError, IndexError):
        return 0.0
