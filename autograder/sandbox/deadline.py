"""The deadline of one session. The time that the session waits for a processor does not count."""

from __future__ import annotations

import time
from collections.abc import Callable

from autograder.worker.clock import time_left


class Deadline:
    """Returns the seconds left when called; 0 or less when the time is up.

    `waited` returns the seconds that the session has waited so far, measured by a process that it can't touch. It is only called
    when the time would be up. Code that waits on purpose gains no more than `clock.PATIENCE` times the seconds.
    """

    def __init__(self, seconds: float, waited: Callable[[], float]) -> None:
        self.seconds = seconds
        self._waited = waited
        self._started = time.monotonic()
        self._end = self._started + seconds

    def __call__(self) -> float:
        left = self._end - time.monotonic()
        if left > 0:
            return left
        waited = self._waited()
        left = time_left(self.seconds, time.monotonic() - self._started, waited)
        self._end = time.monotonic() + left
        return left
