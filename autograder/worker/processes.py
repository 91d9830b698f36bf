"""What the processes of a sandbox are to each other: which can't be touched, and which are ended with all that they started."""

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
    """Keep what this process forks from reading, writing, tracing or stopping it.

    The kernel lets no process of the same user look into one that is "not dumpable": its memory in /proc, its descriptors,
    ptrace. As process 1 of its namespace, which bubblewrap makes it, it also gets no signal from inside that it doesn't
    handle, SIGKILL and SIGSTOP included; so it must not handle SIGINT, as Python does.
    """
    _prctl(PR_SET_DUMPABLE, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def become_ordinary() -> None:
    """What a fork for student code begins with: it is to find itself in /proc as it would anywhere."""
    _prctl(PR_SET_DUMPABLE, 1)


def adopt_orphans() -> None:
    """Make processes that a session leaves behind ours to kill (Linux; elsewhere only its process group is)."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def kill_others() -> None:
    """Kill all processes of this namespace but this one, at once: none can fork its way out. Only in one of its own."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(-1, signal.SIGKILL)


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


def _prctl(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):  # Linux has it
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)
