"""Bounds on the grader's own work over what strangers have told: so much time, so much memory, then it is given up.

Code that judges records is ours, but how long it takes and what it holds is chosen by whoever made the records. Unlike a
process apart (`limited.py`), it needs torch, the data sets and all that was judged before, so it is bounded where it is.
"""

from __future__ import annotations

import contextlib
import resource
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

PAGE = resource.getpagesize()


class TooMuch(BaseException):
    """The time for a piece of work is over. No `except Exception` on the way keeps it."""


@contextlib.contextmanager
def bounded_work(seconds: float, memory: int, busy: float | None = None) -> Iterator[None]:
    """Raise TooMuch in what is inside after `seconds`, or after those in which a processor was `busy` with it, whichever comes
    first; let it have `memory` bytes of address space beside what there is, beyond which allocations fail (MemoryError, or
    torch's RuntimeError).

    Time can be bounded in a process's main thread only, and comes to a long call of a compiled library when it returns.
    """
    with bounded_memory(memory):
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        with contextlib.ExitStack() as bounds:
            bounds.enter_context(_alarm(signal.ITIMER_REAL, signal.SIGALRM, seconds))
            if busy is not None:
                bounds.enter_context(_alarm(signal.ITIMER_PROF, signal.SIGPROF, busy))
            yield


@contextlib.contextmanager
def _alarm(timer: int, rings: signal.Signals, seconds: float) -> Iterator[None]:
    """Raise TooMuch in what is inside when a timer of the system has run for so many seconds."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooMuch(f"it took more than {seconds:.0f} s")

    known = signal.signal(rings, ring)
    began = time.monotonic()
    left, interval = signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        # Whoever had set an alarm before gets it back, less what has passed.
        signal.setitimer(timer, 0)
        signal.signal(rings, known)
        if left:
            signal.setitimer(timer, max(left - (time.monotonic() - began), 0.01), interval)


@contextlib.contextmanager
def bounded_memory(memory: int) -> Iterator[None]:
    """Let what is inside have `memory` bytes of address space beside what there is. Processes that it starts inherit that."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * PAGE
    most = taken + memory
    if soft != resource.RLIM_INFINITY:
        most = min(most, soft)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
