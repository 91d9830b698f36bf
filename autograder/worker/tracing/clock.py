"""The time that a run has had. Where it waited for a processor that others held, its time stands still: a busy machine costs
nobody a part of a submission."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

NANOSECONDS: Final = 1e9
PATIENCE: Final = 3.0  # times the seconds that a run has: then it ends, however long it waited


class Clock:
    """Counts the seconds of a process from now on."""

    def __init__(self, pid: int) -> None:
        self._tasks = Path(f"/proc/{pid}/task")
        self._started = time.monotonic()
        self._waited_before = self._waited()

    @property
    def waited(self) -> float:
        """For how long the thread that waited most was ready to run, and did not; 0 where the system does not tell."""
        return max(self._waited() - self._waited_before, 0.0)

    def _waited(self) -> float:
        return max((_waited(task) for task in self._tasks.glob("*/schedstat")), default=0.0)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._started

    @property
    def seconds(self) -> float:
        """The seconds that the process has had."""
        return max(self.elapsed - self.waited, 0.0)

    def is_over(self, seconds: float) -> bool:
        """Whether the process has had so many seconds, or has taken several times as long."""
        return self.seconds >= seconds or self.elapsed >= PATIENCE * seconds


def _waited(task: Path) -> float:
    """The second number of `schedstat`: nanoseconds on a run queue (the kernel's Documentation/scheduler/sched-stats)."""
    try:
        return int(task.read_text().split()[1]) / NANOSECONDS
    except (OSError, ValueError, IndexError):
        return 0.0
