"""Starts a worker in bubblewrap, in a container or bare, and ends it with all that it started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Final

import psutil

from autograder.isolation import Kind
from autograder.sandbox import bubblewrap, cgroups, container, door, syscalls, view
from autograder.sandbox.environment import MATPLOTLIB, environment, torch_home
from autograder.sandbox.fonts import font_list
from autograder.sandbox.records import Launch, SandboxUnavailable
from autograder.worker.settings import WorkerSettings

NURSERY: Final = "autograder.worker.nursery"
DOORWAY: Final = "autograder.worker.doorway"
KILL_SECONDS: Final = 20.0  # for podman or docker to kill a container, and for its client to end


@dataclass(frozen=True)
class Worker:
    """A worker's process, as the grader started it. If that is only a container's client, `kills` is the command that kills the
    container."""

    process: subprocess.Popen[bytes]
    kills: tuple[str, ...] = ()

    def is_running(self) -> bool:
        return self.process.poll() is None

    def end(self, patience: float = 0.0) -> None:
        """End it with all that it started, after `patience` seconds in which it may end by itself.

        Killing bubblewrap ends its namespace, a container is killed by name; bare, each process is searched for.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        below: list[psutil.Process] = []
        if self.is_running() and self.kills:
            with contextlib.suppress(OSError, subprocess.TimeoutExpired):
                subprocess.run(self.kills, capture_output=True, timeout=KILL_SECONDS, check=False)
            # A container that was only just starting finds no door and ends; its client must outlive it, as it cleans up.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(KILL_SECONDS)
        elif self.is_running():
            with contextlib.suppress(psutil.NoSuchProcess):
                below = psutil.Process(self.process.pid).children(recursive=True)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for each in below:
            with contextlib.suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait()


def start(
    kind: Kind, launch: Launch, control: socket.socket, program: str = NURSERY, output: IO[bytes] | None = None
) -> Worker:
    """Start a worker that gets the socket `control`, which is closed here; what it prints goes to `output`, or nowhere.

    `program` is the module to run; it is given the socket's descriptor and the settings as JSON.
    Raises SandboxUnavailable if the program can't be started or its system calls can't be filtered.
    """
    with control:
        try:
            match kind:
                case Kind.BUBBLEWRAP:
                    return _in_bubblewrap(launch, control, program, output)
                case Kind.PODMAN | Kind.DOCKER:
                    return _in_a_container(kind, launch, control, program, output)
                case Kind.NONE:
                    return _bare(launch, control, program, output)
            raise ValueError(f"{kind} is not a sandbox yet; `choose` picks one for it")
        except OSError as error:
            raise SandboxUnavailable(f"the worker could not be started: {error}") from error


def _bare(launch: Launch, control: socket.socket, program: str, output: IO[bytes] | None) -> Worker:
    settings, variables = bare(launch)
    # -P: a random.py in the current folder must not shadow Python's own.
    words = [sys.executable, "-P", "-m", program, str(control.fileno()), settings.to_json()]
    return Worker(_started(words, variables, [control.fileno()], output))


def _in_bubblewrap(launch: Launch, control: socket.socket, program: str, output: IO[bytes] | None) -> Worker:
    with _in_memory(syscalls.compiled()) as calls:
        options = [*bubblewrap.options(launch), "--seccomp", str(calls)]
        # Passed by a descriptor: everybody on the machine can read a command line.
        with _in_memory("\0".join(options).encode()) as arguments:
            words = [*cgroups.prefix(launch.threads), "bwrap", "--args", str(arguments), sys.executable]
            words += ["-m", program, str(control.fileno()), view.settings(launch).to_json()]
            return Worker(_started(words, dict(os.environ), [control.fileno(), calls, arguments], output))


def _in_a_container(
    kind: Kind, launch: Launch, control: socket.socket, program: str, output: IO[bytes] | None
) -> Worker:
    name = container.new_name()
    container.prepare(launch)
    words = [*container.command(kind, launch, name), sys.executable, "-m", DOORWAY, f"{container.DOOR}/{door.NAME}"]
    errand = door.Errand(
        (program, view.settings(launch).to_json()), view.variables(launch), links=container.links(launch)
    )
    with _in_memory(syscalls.compiled()) as calls, door.listening(launch.scratch / "door") as listener:
        process = _started(words, dict(os.environ), [], output)
        door.hand_over(listener.dup(), errand, control.dup(), os.dup(calls), lambda: process.poll() is None)
    return Worker(process, (kind.value, "kill", name))


def _started(
    words: Sequence[str], variables: dict[str, str], inherited: Sequence[int], output: IO[bytes] | None
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        words,
        env=variables,
        pass_fds=inherited,
        stdin=subprocess.DEVNULL,
        stdout=output if output is not None else subprocess.DEVNULL,
        stderr=output if output is not None else subprocess.DEVNULL,
        start_new_session=True,
    )


@contextlib.contextmanager
def _in_memory(content: bytes) -> Iterator[int]:
    """A descriptor from which a program that inherits it reads `content`."""
    descriptor = os.memfd_create("autograder")
    try:
        os.write(descriptor, content)
        os.lseek(descriptor, 0, os.SEEK_SET)
        yield descriptor
    finally:
        os.close(descriptor)


def bare(launch: Launch) -> tuple[WorkerSettings, dict[str, str]]:
    """Settings and environment of a worker without a sandbox."""
    data = launch.scratch / "data"
    for name, path in launch.data:
        link = data / f"{name}.npy"
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(path.resolve())
    if fonts := font_list():
        own = launch.scratch / MATPLOTLIB / fonts.name
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fonts, own)
    settings = WorkerSettings(
        submission=str(launch.submission),
        scratch=str(launch.scratch),
        probes=str(launch.probes.parent),
        data=str(data),
        own_pid_namespace=False,
        threads=launch.threads,
        gpu=bool(launch.gpu),
    )
    variables = os.environ | environment(launch, home=str(launch.scratch), path=os.environ.get("PATH", ""))
    variables |= {"PYTHONPATH": str(view.ENGINE.parent), "TORCH_HOME": str(torch_home())}
    return settings, variables
