"""Starting a worker: inside bubblewrap, or bare."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from typing import IO, Final

from autograder.isolation import Kind
from autograder.sandbox import bubblewrap, cgroups, syscalls
from autograder.sandbox.environment import environment, torch_home
from autograder.sandbox.records import Launch, SandboxUnavailable
from autograder.worker.settings import WorkerSettings

NURSERY: Final = "autograder.worker.nursery"


def start(
    kind: Kind, launch: Launch, control: socket.socket, program: str = NURSERY, output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a worker that inherits the socket `control`, which is closed here; what it prints goes to `output`, or nowhere.

    `program` is the module that is run; it is given the socket's descriptor and the settings as JSON.
    Raises SandboxUnavailable when the program can't be started, or its system calls not be filtered.
    """
    with contextlib.ExitStack() as closing:
        closing.callback(control.close)
        inherited = [control.fileno()]
        try:
            if kind is Kind.BUBBLEWRAP:
                settings, variables = bubblewrap.settings(launch), dict(os.environ)
                calls = closing.enter_context(_in_memory(syscalls.compiled()))
                options = [*bubblewrap.options(launch), "--seccomp", str(calls)]
                # By a descriptor: a command line can be read by everybody on the machine.
                told = closing.enter_context(_in_memory("\0".join(options).encode()))
                inherited += [calls, told]
                words = [*cgroups.prefix(launch.threads), "bwrap", "--args", str(told), sys.executable]
            else:
                settings, variables = bare(launch)
                # -P: a random.py in the folder where the command was given must not stand in for Python's own.
                words = [sys.executable, "-P"]
            return subprocess.Popen(
                [*words, "-m", program, str(control.fileno()), settings.to_json()],
                env=variables,
                pass_fds=inherited,
                stdin=subprocess.DEVNULL,
                stdout=output if output is not None else subprocess.DEVNULL,
                stderr=output if output is not None else subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxUnavailable(f"the worker could not be started: {error}") from error


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
    variables |= {"PYTHONPATH": str(bubblewrap.ENGINE.parent), "TORCH_HOME": str(torch_home())}
    return settings, variables
