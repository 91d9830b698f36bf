"""What student code sees of this machine, whichever program makes the sandbox. `docs/decisions/0018-the-wall.md`.

The system's libraries, Python and its packages, `autograder/worker`, the assignment's probes, the data it was given and its own
submission. Everything else of the machine does not exist there: no network, no other process, no home, no reference, no label
that wasn't sent.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from autograder.sandbox.environment import MATPLOTLIB, environment, torch_home
from autograder.sandbox.fonts import font_list
from autograder.sandbox.records import Launch
from autograder.worker.settings import WorkerSettings

ENGINE: Final = Path(__file__).resolve().parent.parent
SYSTEM: Final = ("usr", "bin", "sbin", "lib", "lib32", "lib64")
SYSTEM_FILES: Final = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
DEVICES: Final = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset")
HOSTNAME: Final = "sandbox"
SUBMISSION: Final = "/submission"
PYTHONPATH: Final = "/grader"
SCRATCH: Final = "/tmp"  # noqa: S108 - the sandbox's own, in memory
SHARED: Final = "/dev/shm"  # noqa: S108 - likewise
WEIGHTS: Final = "hub/checkpoints"
TORCH_HOME: Final = f"{SCRATCH}/torch"
SCRATCH_BYTES: Final = 2 * 2**30
SHARED_BYTES: Final = 2**30  # batches on their way from a loader's workers; a batch of CIFAR-10 has 3 MB
SIZES: Final = {SCRATCH: SCRATCH_BYTES, SHARED: SHARED_BYTES}  # all that can be written


def system_folders() -> Iterator[Path]:
    """The system's folders with programs and libraries, without those that are links."""
    yield from (path for name in SYSTEM if (path := Path("/", name)).is_dir() and not path.is_symlink())


def system_links() -> Iterator[tuple[Path, str]]:
    """Those that are links, on most machines into /usr, and where they lead."""
    yield from ((path, os.readlink(path)) for name in SYSTEM if (path := Path("/", name)).is_symlink())


def python_folders() -> list[Path]:
    """The interpreter's own folder and the virtual environment, unless the system's folders hold them already."""
    found: list[Path] = []
    for prefix in (sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)):
        path = Path(prefix)
        if not any(path.is_relative_to(other) for other in (*found, Path("/usr"))):
            found.append(path)
    return found


def shown(launch: Launch) -> Iterator[tuple[Path, str]]:
    """What is shown read-only besides the system and the submission: where it is, and where it is inside."""
    for folder in python_folders():
        yield folder, str(folder)
    yield ENGINE / "__init__.py", f"{PYTHONPATH}/autograder/__init__.py"
    yield ENGINE / "worker", f"{PYTHONPATH}/autograder/worker"
    yield launch.probes, "/assignment/probes"
    for name, path in launch.data:
        yield path, f"/data/{name}.npy"


def lent() -> Iterator[tuple[Path, str]]:
    """What is shown read-only in folders that can be written: where it is, and where it is inside.

    These are this machine's files of pre-trained weights, since what isn't there may be tried to download, and the list of fonts.
    """
    for path in sorted((torch_home() / WEIGHTS).glob("*.pt*")):
        yield path, f"{TORCH_HOME}/{WEIGHTS}/{path.name}"
    if fonts := font_list():
        yield fonts, f"{SCRATCH}/{MATPLOTLIB}/{fonts.name}"


def devices(launch: Launch) -> list[str]:
    """What a GPU's driver is spoken to through, where student code may use one."""
    if not launch.gpu:
        return []
    return [*DEVICES, *map(str, Path("/dev").glob("nvidia[0-9]*"))]


def variables(launch: Launch) -> dict[str, str]:
    """All environment variables of student code."""
    return environment(launch, home=SCRATCH, path="/usr/bin:/bin") | {
        "PYTHONPATH": PYTHONPATH,
        "TORCH_HOME": TORCH_HOME,
    }


def settings(launch: Launch) -> WorkerSettings:
    """Where a worker finds its folders inside."""
    return WorkerSettings(
        submission=SUBMISSION,
        scratch=SCRATCH,
        probes="/assignment",
        data="/data",
        own_pid_namespace=True,
        threads=launch.threads,
        gpu=bool(launch.gpu),
    )
