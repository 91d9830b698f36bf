"""Ending all that a student's code has started, where no process namespace does that."""

from __future__ import annotations

import contextlib
import ctypes
import time
from typing import Any, Final

PR_SET_CHILD_SUBREAPER: Final = 36  # <linux/prctl.h>


def adopt_orphans() -> None:
    """Make processes that a session leaves behind ours to kill (Linux; elsewhere only its process group is)."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def kill_descendants() -> None:
    """Kill all processes below this one."""
    import psutil

    # Again until none is left: a process may have forked between the look and the kill.
    while children := [child for child in psutil.Process().children(recursive=True) if _alive(child)]:
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        time.sleep(0.01)  # psutil's own waiting would reap the session, and its end would be lost


def _alive(process: Any) -> bool:
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
