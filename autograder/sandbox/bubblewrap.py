"""What bubblewrap is told: the namespaces, the mounts and the user of student code. `docs/decisions/0018-the-wall.md`.

Student code sees the system's libraries, Python and its packages, `autograder/worker`, the assignment's probes, the data it
was given and its own submission. Everything else of the machine does not exist there: no network, no other process, no home,
no reference, no label that wasn't sent. It is an ordinary user without capabilities, also where root grades.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograder.sandbox.environment import environment, torch_home
from autograder.sandbox.records import Launch
from autograder.worker.settings import WorkerSettings

ENGINE: Final = Path(__file__).resolve().parent.parent
SYSTEM: Final = ("usr", "bin", "sbin", "lib", "lib32", "lib64")
SYSTEM_FILES: Final = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
DEVICES: Final = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset")
WEIGHTS: Final = "hub/checkpoints"
SCRATCH: Final = "/tmp"  # noqa: S108 - the sandbox's own, in memory
SHARED: Final = "/dev/shm"  # noqa: S108 - likewise
TORCH_HOME: Final = f"{SCRATCH}/torch"
SCRATCH_BYTES: Final = 2 * 2**30
SHARED_BYTES: Final = 2**30  # batches on their way from a loader's workers; a batch of CIFAR-10 has 3 MB
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
    words = [*NAMESPACES, "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    if "--disable-userns" in _abilities():  # since 0.8; elsewhere the filter of system calls alone forbids them
        words += ["--disable-userns"]
    # The worker is process 1: what it forks can neither kill nor stop it, and no command line with folders of this
    # machine, such as bubblewrap's own, is left in sight.
    words += ["--as-pid-1"]
    words += [*_system_mounts(), "--proc", "/proc", *_devices(launch)]
    words += ["--size", str(SCRATCH_BYTES), "--tmpfs", SCRATCH]
    for folder in python_folders():
        words += ["--ro-bind", str(folder), str(folder)]
    words += ["--ro-bind", str(ENGINE / "__init__.py"), "/grader/autograder/__init__.py"]
    words += ["--ro-bind", str(ENGINE / "worker"), "/grader/autograder/worker"]
    words += ["--ro-bind", str(launch.probes), "/assignment/probes", "--dir", "/data"]
    for name, path in launch.data:
        words += ["--ro-bind", str(path), f"/data/{name}.npy"]
    for weights in sorted((torch_home() / WEIGHTS).glob("*.pt*")):  # by file: what isn't there may be tried to download
        words += ["--ro-bind", str(weights), f"{TORCH_HOME}/{WEIGHTS}/{weights.name}"]
    words += ["--ro-bind", str(launch.submission), "/submission", "--chdir", SCRATCH]
    # `/` itself is in memory and has no size: nobody may fill it. `/proc` is the kernel's: to whoever is root outside it opens
    # its settings, such as which program it runs as root when another crashes, with or without capabilities.
    words += ["--remount-ro", "/", "--remount-ro", "/proc", "--clearenv"]
    variables = environment(launch, home=SCRATCH, path="/usr/bin:/bin")
    for name, value in (variables | {"PYTHONPATH": "/grader", "TORCH_HOME": TORCH_HOME}).items():
        words += ["--setenv", name, value]
    return words


def settings(launch: Launch) -> WorkerSettings:
    """Where a worker finds its folders inside."""
    return WorkerSettings(
        submission="/submission",
        scratch=SCRATCH,
        probes="/assignment",
        data="/data",
        own_pid_namespace=True,
        threads=launch.threads,
        gpu=bool(launch.gpu),
    )


@functools.cache
def _abilities() -> frozenset[str]:
    """The options that this bubblewrap knows."""
    said = subprocess.run(["bwrap", "--help"], capture_output=True, text=True, timeout=20, check=False).stdout
    return frozenset(said.split())


def _devices(launch: Launch) -> Iterator[str]:
    """The few harmless devices, the GPU where it is asked for, and shared memory of a size."""
    yield from ("--dev", "/dev")
    if launch.gpu:
        for device in (*DEVICES, *map(str, Path("/dev").glob("nvidia[0-9]*"))):
            yield from ("--dev-bind-try", device, device)
        yield from ("--ro-bind-try", "/sys", "/sys")
    yield from ("--size", str(SHARED_BYTES), "--tmpfs", SHARED, "--remount-ro", "/dev")


def _system_mounts() -> Iterator[str]:
    for name in SYSTEM:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for file in SYSTEM_FILES:
        yield from ("--ro-bind-try", file, file)


def python_folders() -> list[Path]:
    """The interpreter's own folder and the virtual environment, unless the system's folders hold them already."""
    found: list[Path] = []
    for prefix in (sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)):
        path = Path(prefix)
        if not any(path.is_relative_to(other) for other in (*found, Path("/usr"))):
            found.append(path)
    return found
