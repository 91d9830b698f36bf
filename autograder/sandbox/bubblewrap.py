"""What bubblewrap is told: the namespaces, the mounts and the user of student code. `docs/decisions/0018-the-wall.md`.

`view.py` says what of this machine is shown. Student code is an ordinary user without capabilities, also where root grades.
"""

from __future__ import annotations

import functools
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

from autograder.sandbox import view
from autograder.sandbox.records import Launch

INSIDE: Final = 1000  # user and group of student code: not root, and not the owner of what belongs to others (65534)
NEEDED: Final = ("--size", "--cap-drop", "--as-pid-1", "--args")
NAMESPACES: Final = ("--unshare-all", "--unshare-user", "--uid", str(INSIDE), "--gid", str(INSIDE), "--cap-drop", "ALL")


@functools.cache
def bubblewrap_problem() -> str:
    """Why bubblewrap can't be used here; empty when it can. Tries it, for about 20 ms, once a process."""
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap (`bwrap`) is not installed"
    missing = [option for option in NEEDED if option not in _abilities()]
    if missing:
        return f"this bubblewrap is too old (it has no `{missing[0]}`; version 0.7 has)"
    trial = [program, *NAMESPACES, "--die-with-parent", *_system_mounts(), "--proc", "/proc", "--dev", "/dev", "true"]
    try:
        done = subprocess.run(trial, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap could not be started ({error})"
    reason = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
    return "" if done.returncode == 0 else f"bubblewrap does not work on this machine ({reason[0]})"


def options(launch: Launch) -> list[str]:
    """All options for a worker of this launch; the program to run comes after them."""
    words = [*NAMESPACES, "--die-with-parent", "--new-session", "--hostname", view.HOSTNAME]
    if "--disable-userns" in _abilities():  # since 0.8; elsewhere the filter of system calls alone forbids them
        words += ["--disable-userns"]
    # The worker is process 1: what it forks can neither kill nor stop it, and no command line with folders of this
    # machine, such as bubblewrap's own, is left in sight.
    words += ["--as-pid-1"]
    words += [*_system_mounts(), "--proc", "/proc", *_devices(launch)]
    words += ["--size", str(view.SCRATCH_BYTES), "--tmpfs", view.SCRATCH, "--dir", "/data"]
    for path, inside in (*view.shown(launch), *view.lent()):
        words += ["--ro-bind", str(path), inside]
    words += ["--ro-bind", str(launch.submission), view.SUBMISSION, "--chdir", view.SCRATCH]
    # `/` itself is in memory and has no size: nobody may fill it. `/proc` is the kernel's: to whoever is root outside it opens
    # its settings, such as which program it runs as root when another crashes, with or without capabilities.
    words += ["--remount-ro", "/", "--remount-ro", "/proc", "--clearenv"]
    for name, value in view.variables(launch).items():
        words += ["--setenv", name, value]
    return words


@functools.cache
def _abilities() -> frozenset[str]:
    """The options that this bubblewrap knows."""
    said = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, timeout=20, check=False).stdout
    return frozenset(said.split())


def _devices(launch: Launch) -> Iterator[str]:
    """The few harmless devices, the GPU where it is asked for, and shared memory of a size."""
    yield from ("--dev", "/dev")
    if launch.gpu:
        for device in view.devices(launch):
            yield from ("--dev-bind-try", device, device)
        yield from ("--ro-bind-try", "/sys", "/sys")
    yield from ("--size", str(view.SHARED_BYTES), "--tmpfs", view.SHARED, "--remount-ro", "/dev")


def _system_mounts() -> Iterator[str]:
    for path, target in view.system_links():
        yield from ("--symlink", target, str(path))
    for path in view.system_folders():
        yield from ("--ro-bind", str(path), str(path))
    for file in view.SYSTEM_FILES:
        yield from ("--ro-bind-try", file, file)
