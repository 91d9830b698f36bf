"""What student code sees of this machine, whichever program makes the sandbox. `docs/decisions/0018-the-wall.md`.

It sees the system's libraries, Python and its packages, `autograder/worker`, the assignment's probes, the data it was given and
its own submission. Nothing else exists there: no network, no other process, no home, no reference, no label that wasn't sent.
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
SHARED_BYTES: Final = 2**30  # for batches from a loader's workers; a batch of CIFAR-10 has 3 MB
SIZES: Final = {SCRATCH: SCRATCH_BYTES, SHARED: SHARED_BYTES}  # all writable folders


def system_folders() -> Iterator[Path]:
    """The system's folders of programs and libraries that are not links."""
    yield from (path for name in SYSTEM if (path := Path("/", name)).is_dir() and not path.is_symlink())


def system_links() -> Iterator[tuple[Path, str]]:
    """The system's folders that are links (on most machines into /usr), with their targets."""
    yield from ((path, os.readlink(path)) for name in SYSTEM if (path := Path("/", name)).is_symlink())


def python_folders() -> list[Path]:
    """The interpreter's own folder and the virtual environment, unless they are in the system's folders."""
    found: list[Path] = []
    for prefix in (sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)):
        path = Path(prefix)
        if not any(path.is_relative_to(other) for other in (*found, Path("/usr"))):
            found.append(path)
    return found


def shown(launch: Launch) -> Iterator[tuple[Path, str]]:
    """What is shown read-only besides the system and the submission: the path on this machine, and the path inside."""
    for folder in python_folders():
        yield folder, str(folder)
    yield ENGINE / "__init__.py", f"{PYTHONPATH}/autograder/__init__.py"
    yield ENGINE / "worker", f"{PYTHONPATH}/autograder/worker"
    yield launch.probes, "/assignment/probes"
    for name, path in launch.data:
        yield path, f"/data/{name}.npy"


def lent() -> Iterator[tuple[Path, str]]:
    """What is shown read-only in writable folders: the path on this machine, and the path inside.

    These are this machine's pre-trained weights, which libraries would otherwise try to download, and the font list.
    """
    for path in sorted((torch_home() / WEIGHTS).glob("*.pt*")):
        yield path, f"{TORCH_HOME}/{WEIGHTS}/{path.name}"
    if fonts := font_list():
        yield fonts, f"{SCRATCH}/{MATPLOTLIB}/{fonts.name}"


def devices(launch: Launch) -> list[str]:
    """The device files of the GPU driver, if student code may use a GPU."""
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
    """The worker's settings, with its folders as they are inside."""
    return WorkerSettings(
        submission=SUBMISSION,
        scratch=SCRATCH,
        probes="/assignment",
        data="/data",
        own_pid_namespace=True,
        threads=launch.threads,
        gpu=bool(launch.gpu),
    )
