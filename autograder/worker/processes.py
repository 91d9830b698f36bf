"""Protects a sandbox's own processes from student code, and kills processes with all that they started."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import time
from typing import Any, Final

PR_SET_DUMPABLE: Final = 4  # <linux/prctl.h>
PR_SET_CHILD_SUBREAPER: Final = 36


def become_untouchable() -> None:
    """Keep forks of this process from reading, writing, tracing or stopping it.

    The kernel lets no process of the same user access one that is "not dumpable": its memory in /proc, its descriptors, ptrace.
    As process 1 of its namespace, which bubblewrap makes it, it also receives no signal from inside that it doesn't handle, not
    even SIGKILL and SIGSTOP; so it must not handle SIGINT, as Python does.
    """
    _prctl(PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def become_ordinary() -> None:
    """Undo that in a fork for student code, so that it finds itself in /proc as usual."""
    _prctl(PR_SET_DUMPABLE, 1)


def adopt_orphans() -> None:
    """Become the parent of processes that a session leaves behind, so that they can be killed (Linux only)."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_others() -> None:
    """Kill all other processes of this namespace at once, so that none can escape by forking. Only if it has its own."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


def kill_descendants() -> None:
    """Kill all processes below this one."""
    import psutil

    # Repeat until none is left: a process may have forked between listing and killing.
    while children := [child for child in psutil.Process().children(recursive=True) if _alive(child)]:
        for child in children:
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
        time.sleep(0.01)  # psutil's own waiting would reap the session, and its exit status would be lost


def _alive(process: Any) -> bool:
    import psutil

    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):  # only Linux has it
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
