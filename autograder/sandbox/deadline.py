"""The deadline of one session: so many seconds, in which what the session waited for a processor does not count."""

from __future__ import annotations

import time
from collections.abc import Callable

from autograder.worker.clock import time_left


class Deadline:
    """Gives the seconds that are left when it is called; 0 or less when the time is up.

    `waited` tells for how many seconds the session has waited so far, by the word of somebody whom it can't touch. It is asked
    only when the time would be over. Whoever makes himself wait gains no more than `clock.PATIENCE` times the seconds.
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
