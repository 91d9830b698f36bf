"""Limits on the time and memory of the grader's own work on strangers' data; beyond them it is given up.

Code that judges records is ours, but its time and memory depend on whoever made the records. Unlike a separate process
(`limited.py`), it needs torch, the data sets and all that was judged before, so it is limited in this process.
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
    """The time for a piece of work is over. No `except Exception` on the way catches it."""


@contextlib.contextmanager
def bounded_work(seconds: float, memory: int, busy: float | None = None) -> Iterator[None]:
    """Raise TooMuch in the block after `seconds`, or after `busy` seconds of processor time, whichever comes first; allow it
    `memory` more bytes of address space, beyond which allocations fail (MemoryError, or torch's RuntimeError).

    Time can be limited only in a process's main thread, and a long call of a compiled library is interrupted when it returns.
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
    """Raise TooMuch in the block when a system timer has run for `seconds`."""

    def ring(number: int, frame: FrameType | None) -> None:
        raise TooMuch(f"it took more than {seconds:.0f} s")

    known = signal.signal(rings, ring)
    began = time.monotonic()
    left, interval = signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        # An alarm that was set before is restored, less the time that has passed.
        signal.setitimer(timer, 0)
        signal.signal(rings, known)
        if left:
            signal.setitimer(timer, max(left - (time.monotonic() - began), 0.01), interval)


@contextlib.contextmanager
def bounded_memory(memory: int) -> Iterator[None]:
    """Allow the block `memory` more bytes of address space. Processes that it starts inherit the limit."""
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
