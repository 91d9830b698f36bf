"""Bubblewrap's options: the namespaces, the mounts and the user of student code. `docs/decisions/0018-the-wall.md`.

`view.py` decides what of this machine is visible. Student code is an ordinary user without capabilities, even if root grades.
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
    """Why bubblewrap can't be used here; empty if it can. Tries it once per process, which takes about 20 ms."""
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
    """All options for a worker of this launch; the program to run follows them."""
    words = [*NAMESPACES, "--die-with-parent", "--new-session", "--hostname", view.HOSTNAME]
    if "--disable-userns" in _abilities():  # since 0.8; in older versions only the seccomp filter forbids them
        words += ["--disable-userns"]
    # The worker is process 1: its forks can neither kill nor stop it, and no command line that names folders of this
    # machine, such as bubblewrap's own, stays visible.
    words += ["--as-pid-1"]
    words += [*_system_mounts(), "--proc", "/proc", *_devices(launch)]
    words += ["--size", str(view.SCRATCH_BYTES), "--tmpfs", view.SCRATCH, "--dir", "/data"]
    for path, inside in (*view.shown(launch), *view.lent()):
        words += ["--ro-bind", str(path), inside]
    words += ["--ro-bind", str(launch.submission), view.SUBMISSION, "--chdir", view.SCRATCH]
    # `/` itself is in memory and has no size limit, so nothing may write to it. `/proc` lets whoever is root outside change
    # kernel settings, such as the program run as root when another crashes, with or without capabilities.
    words += ["--remount-ro", "/", "--remount-ro", "/proc", "--clearenv"]
    for name, value in view.variables(launch).items():
        words += ["--setenv", name, value]
    return words


@functools.cache
def _abilities() -> frozenset[str]:
    """The options that this version of bubblewrap knows."""
    output = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, timeout=20, check=False).stdout
    return frozenset(output.split())


def _devices(launch: Launch) -> Iterator[str]:
    """The few harmless devices, the GPU if asked for, and shared memory of limited size."""
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
