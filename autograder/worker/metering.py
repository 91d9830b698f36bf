"""What a session and all that it started use: memory and processes, counted from `/proc` a few times a second.

The kernel's limits apply to each process alone (RLIMIT_DATA), not to a tree of them, not to shared memory, and, if root grades,
not to the number of processes. The process that forks sessions sees all of them and can't be touched by them. Counting at
intervals is a bound, not a wall; a control group is one, where available (`sandbox/cgroups.py`).
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LOOK_SECONDS: Final = 0.25  # between looks; each takes less than a millisecond for a few processes
KILOBYTE: Final = 1024
BLOCK: Final = 512  # bytes, of st_blocks on all systems
IN_MEMORY: Final = ("/tmp", "/dev/shm")  # noqa: S108 - the sandbox's own


@dataclass(frozen=True)
class Bounds:
    """Limits for all processes together."""

    memory_bytes: int
    processes: int  # threads count too, as for RLIMIT_NPROC


def excess(bounds: Bounds) -> str:
    """Which limit the other processes of this namespace exceed together: 'processes', 'memory' or '' for none.

    Memory is first overestimated, counting each page for every process that has it, which is quick; then exactly if needed. The
    exact count of a process that is forking waits for the fork; if many fork, they exceed the number of processes meanwhile.
    """
    others = _others()
    if len(others) > bounds.processes or sum(map(_threads, others)) > bounds.processes:
        return "processes"
    files = sum(_used(folder) for folder in IN_MEMORY)
    if files + sum(_generously(pid) for pid in others) <= bounds.memory_bytes:
        return ""
    # Files in shared memory are not added: their mapped parts are in the processes' shares.
    exact = _used(IN_MEMORY[0]) + sum(_unmapped(others).values())
    for pid in others:
        if len(_others()) > bounds.processes:
            return "processes"
        exact += _share(pid)
        if exact > bounds.memory_bytes:
            return "memory"
    return ""


def _others() -> list[int]:
    """All processes of this namespace but this one."""
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and int(name) != os.getpid()]


def _used(folder: str) -> int:
    about = os.statvfs(folder)
    return (about.f_blocks - about.f_bfree) * about.f_frsize


def _lines(pid: int, name: str) -> Iterator[tuple[str, str]]:
    with contextlib.suppress(OSError):  # it may have ended
        for line in Path(f"/proc/{pid}/{name}").read_text(errors="replace").splitlines():
            key, _, value = line.partition(":")
            yield key, value


def _kilobytes(value: str) -> int:
    return int(value.split()[0]) * KILOBYTE


def _threads(pid: int) -> int:
    return next((int(value) for key, value in _lines(pid, "status") if key == "Threads"), 0)


def _generously(pid: int) -> int:
    """A process's own memory and all memory that it shares, with its files without a name."""
    counted = ("RssAnon", "RssShmem", "VmSwap", "VmPTE")
    mapped = sum(_kilobytes(value) for key, value in _lines(pid, "status") if key in counted)
    return mapped + sum(_unmapped([pid]).values())


def _share(pid: int) -> int:
    """A process's proportional share of its memory: a page that two have counts half for each. If it hides that, all of it."""
    found = [_kilobytes(v) for key, v in _lines(pid, "smaps_rollup") if key in ("Pss_Anon", "Pss_Shmem", "SwapPss")]
    return sum(found) if found else _generously(pid)


def _unmapped(pids: list[int]) -> dict[tuple[int, int], int]:
    """Files in memory without a name (`memfd_create`), which no folder shows: (device, file) -> bytes."""
    found: dict[tuple[int, int], int] = {}
    for pid in pids:
        with contextlib.suppress(OSError):
            for number in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    path = f"/proc/{pid}/fd/{number}"
                    if os.readlink(path).startswith("/memfd:"):
                        about = os.stat(path)
                        if stat.S_ISREG(about.st_mode):
                            found[about.st_dev, about.st_ino] = about.st_blocks * BLOCK
    return found
