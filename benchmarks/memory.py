"""The most memory that processes have together at one moment."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

import psutil

INTERVAL: Final = 0.5  # seconds between two looks


@contextmanager
def most_memory(pid: int | None = None) -> Iterator[list[int]]:
    """The most memory (MiB, resident; what is shared counts for each) that a process, this one unless another is named, and all
    below it have in the block."""
    most, done = [0], threading.Event()

    def look() -> None:
        while not done.wait(INTERVAL):
            most[0] = max(most[0], _resident(pid or os.getpid()) // 2**20)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield most
    finally:
        done.set()
        thread.join()


def _resident(pid: int) -> int:
    """Bytes of a process and all below it; 0 for one that has ended."""
    total = 0
    with suppress(psutil.Error):
        own = psutil.Process(pid)
        for each in (own, *own.children(recursive=True)):
            with suppress(psutil.Error):
                total += each.memory_info().rss
    return total
