"""The command that starts a worker: inside bubblewrap, or bare.

Inside bubblewrap the student's code sees the system's libraries, Python and its packages, `autograder/worker`, the
assignment's probes, the data it was given and its own submission. Everything else of the machine does not exist there:
no network, no other process, no home, no reference, no label that wasn't sent. `docs/decisions/0002-sandbox.md`.
"""

from __future__ import annotations

import functools
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO, Final

from autograder.worker.settings import WorkerSettings

ENGINE: Final = Path(__file__).resolve().parent.parent
NURSERY: Final = "autograder.worker.nursery"
SYSTEM: Final = ("usr", "bin", "sbin", "lib", "lib32", "lib64")
SYSTEM_FILES: Final = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts")
DEVICES: Final = ("/dev/nvidiactl", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools", "/dev/nvidia-modeset")
WEIGHTS: Final = "hub/checkpoints"
TORCH_HOME: Final = "/tmp/torch"  # noqa: S108 - in the sandbox
SCRATCH_BYTES: Final = 2 * 2**30
NICE: Final = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONUNBUFFERED": "",
    "MPLBACKEND": "Agg",
}


class Kind(StrEnum):
    """How student code is kept in."""

    AUTO = "auto"
    BUBBLEWRAP = "bubblewrap"
    NONE = "none"


class SandboxUnavailable(Exception):
    """The asked-for sandbox does not work on this machine; the message says what to do."""


@dataclass(frozen=True)
class Launch:
    """All that a sandbox shows to the student's code."""

    submission: Path
    scratch: Path  # used bare; inside bubblewrap the scratch folder is in memory and ends with the sandbox
    probes: Path  # the package `probes`
    data: Sequence[tuple[str, Path]]  # name of a stored array, its .npy file
    threads: int = 1
    device: str = "cpu"


def choose(wanted: Kind) -> Kind:
    """The sandbox to use. Raises SandboxUnavailable rather than falling back to none: that must be asked for by name."""
    if wanted is Kind.NONE:
        return Kind.NONE
    problem = bubblewrap_problem()
    if problem:
        raise SandboxUnavailable(
            f"student code needs a sandbox, and {problem}.\n"
            "Install it (Debian and Ubuntu: apt-get install bubblewrap), or grade code that you trust with "
            "`--sandbox none`: it then runs with your own rights on this machine."
        )
    return Kind.BUBBLEWRAP


@functools.cache
def bubblewrap_problem() -> str:
    """Why bubblewrap can't be used here; empty when it can. Tries it, for about 20 ms, once a process."""
    program = shutil.which("bwrap")
    if program is None:
        return "bubblewrap (`bwrap`) is not installed"
    trial = [
        program,
        "--unshare-all",
        "--die-with-parent",
        *_system_mounts(),
        "--proc",
        "/proc",
        "--dev",
        "/dev",
        "true",
    ]
    try:
        done = subprocess.run(trial, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap could not be started ({error})"
    reason = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
    return "" if done.returncode == 0 else f"bubblewrap does not work on this machine ({reason[0]})"


def start(
    kind: Kind, launch: Launch, control: socket.socket, program: str = NURSERY, output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a worker that inherits the socket `control`, which is closed here; what it prints goes to `output`, or nowhere.

    Raises SandboxUnavailable when the program can't be started.
    """
    words, environment = command(kind, launch, control.fileno(), program)
    try:
        return subprocess.Popen(
            words,
            env=environment,
            pass_fds=[control.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output if output is not None else subprocess.DEVNULL,
            stderr=output if output is not None else subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise SandboxUnavailable(f"the worker could not be started: {error}") from error
    finally:
        control.close()


def command(kind: Kind, launch: Launch, control: int, program: str = NURSERY) -> tuple[list[str], dict[str, str]]:
    """The command line and environment of a worker whose control socket is the inherited descriptor `control`.

    `program` is the module that is run; it is given the descriptor's number and the settings as JSON.
    """
    if kind is Kind.BUBBLEWRAP:
        return _in_bubblewrap(launch, control, program)
    return _bare(launch, control, program)


def _in_bubblewrap(launch: Launch, control: int, program: str) -> tuple[list[str], dict[str, str]]:
    settings = WorkerSettings(
        submission="/submission",
        scratch="/tmp",  # noqa: S108 - the sandbox's own, in memory
        probes="/assignment",
        data="/data",
        own_pid_namespace=True,
        threads=launch.threads,
        device=launch.device,
    )
    environment = _environment(launch, home="/tmp", path="/usr/bin:/bin")  # noqa: S108
    environment |= {"PYTHONPATH": "/grader", "TORCH_HOME": TORCH_HOME}
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--hostname", "sandbox"]
    words += [*_system_mounts(), "--proc", "/proc", "--dev", "/dev"]
    words += ["--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp"]  # noqa: S108
    for folder in _python_folders():
        words += ["--ro-bind", str(folder), str(folder)]
    words += ["--ro-bind", str(ENGINE / "__init__.py"), "/grader/autograder/__init__.py"]
    words += ["--ro-bind", str(ENGINE / "worker"), "/grader/autograder/worker"]
    words += ["--ro-bind", str(launch.probes), "/assignment/probes", "--dir", "/data"]
    for name, path in launch.data:
        words += ["--ro-bind", str(path), f"/data/{name}.npy"]
    for weights in sorted((torch_home() / WEIGHTS).glob("*.pt*")):  # by file: what isn't there may be tried to download
        words += ["--ro-bind", str(weights), f"{TORCH_HOME}/{WEIGHTS}/{weights.name}"]
    words += ["--ro-bind", str(launch.submission), "/submission", "--chdir", "/tmp"]  # noqa: S108
    if launch.device == "cuda":
        for device in (*DEVICES, *map(str, Path("/dev").glob("nvidia[0-9]*"))):
            words += ["--dev-bind-try", device, device]
        words += ["--ro-bind-try", "/sys", "/sys"]
    words += ["--clearenv"]
    for name, value in environment.items():
        words += ["--setenv", name, value]
    return [*words, sys.executable, "-m", program, str(control), settings.to_json()], dict(os.environ)


def _bare(launch: Launch, control: int, program: str) -> tuple[list[str], dict[str, str]]:
    data = launch.scratch / "data"
    for name, path in launch.data:
        link = data / f"{name}.npy"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path.resolve())
    settings = WorkerSettings(
        submission=str(launch.submission),
        scratch=str(launch.scratch),
        probes=str(launch.probes.parent),
        data=str(data),
        own_pid_namespace=False,
        threads=launch.threads,
        device=launch.device,
    )
    environment = os.environ | _environment(launch, home=str(launch.scratch), path=os.environ.get("PATH", ""))
    environment |= {"PYTHONPATH": str(ENGINE.parent), "TORCH_HOME": str(torch_home())}
    # -P: a random.py in the folder where the command was given must not stand in for Python's own.
    return [sys.executable, "-P", "-m", program, str(control), settings.to_json()], environment


def torch_home() -> Path:
    """Torch's cache folder on this machine, by torch's own rules; its pre-trained weights are shown to student code."""
    cache = os.environ.get("XDG_CACHE_HOME", "~/.cache")
    return Path(os.environ.get("TORCH_HOME", os.path.join(cache, "torch"))).expanduser()


def _environment(launch: Launch, home: str, path: str) -> dict[str, str]:
    """A small, fixed environment: no credentials, no proxies, no user settings."""
    hidden_gpu = {} if launch.device == "cuda" else {"CUDA_VISIBLE_DEVICES": ""}
    return {
        "HOME": home,
        "PATH": path,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": str(launch.threads),
        "MPLCONFIGDIR": os.path.join(home, ".matplotlib"),
        "KERAS_BACKEND": "torch",
        "AUTOGRADER": "1",
        **NICE,
        **hidden_gpu,
    }


def _system_mounts() -> Iterator[str]:
    for name in SYSTEM:
        path = Path("/", name)
        if path.is_symlink():
            yield from ("--symlink", os.readlink(path), str(path))
        elif path.is_dir():
            yield from ("--ro-bind", str(path), str(path))
    for file in SYSTEM_FILES:
        yield from ("--ro-bind-try", file, file)


def _python_folders() -> list[Path]:
    """The interpreter's own folder and the virtual environment, unless the system's folders hold them already."""
    found: list[Path] = []
    for prefix in (sys.base_prefix, sys.prefix, str(Path(sys.executable).resolve().parent.parent)):
        path = Path(prefix)
        if not any(path.is_relative_to(other) for other in (*found, Path("/usr"))):
            found.append(path)
    return found
