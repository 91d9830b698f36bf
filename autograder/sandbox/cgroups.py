"""A control group for each sandbox, made by systemd where possible: it limits memory, processes and CPU of all inside.

Only systemd may create groups for an ordinary user, so we ask it and don't use the file system. Where it can't (no systemd, as in
most containers; control groups of version 1), a sandbox's processes are counted by its own first process
(`worker/metering.py`), and only the deadline of each check bounds CPU.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

from autograder.worker.settings import WorkerSettings

ROOT: Final = Path("/sys/fs/cgroup")
NEEDED: Final = {"memory", "pids"}
SPARE_PROCESSORS: Final = 2  # besides one per torch thread: for a loader's workers
# Room for the sandbox's first process and for files in memory, so that the count from inside strikes first and says why.
SPARE_BYTES: Final = 4 * 2**30
SPARE_TASKS: Final = 256
TRIAL_SECONDS: Final = 10.0


def prefix(threads: int) -> list[str]:
    """The prefix that makes a sandbox's command run in its own control group; empty where none is available."""
    if not is_available():
        return []
    return _words(
        MemoryMax=str(WorkerSettings.tree_bytes + SPARE_BYTES),
        MemorySwapMax="0",
        TasksMax=str(WorkerSettings.processes + SPARE_TASKS),
        CPUQuota=f"{100 * (threads + SPARE_PROCESSORS)}%",
    )


@functools.cache
def is_available() -> bool:
    """Whether systemd can create a group here whose limits take effect. Tries it once per process."""
    try:
        controllers = (ROOT / "cgroup.controllers").read_text().split()
    except OSError:  # version 1, or none
        return False
    if shutil.which("systemd-run") is None or not {*controllers} >= NEEDED:
        return False
    script = f'cat "{ROOT}$(cut -d: -f3- /proc/self/cgroup)/pids.max"'
    try:
        trial = [*_words(TasksMax="32"), "sh", "-c", script]
        done = subprocess.run(trial, capture_output=True, text=True, timeout=TRIAL_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == "32"


def _words(**limits: str) -> list[str]:
    """The command for a scope: the program stays our child and keeps its descriptors; the group ends with its last process."""
    manager = [] if os.geteuid() == 0 else ["--user"]
    words = ["systemd-run", *manager, "--scope", "--quiet", "--collect"]
    return words + [word for name, value in limits.items() for word in ("-p", f"{name}={value}")] + ["--"]
