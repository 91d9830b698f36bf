"""Starts workers of small runs as forks of a warm one (`warm_worker.py`), in the place of `sandbox.launch.start`."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import psutil

from autograder.isolation import Kind
from autograder.sandbox import launch as launching
from autograder.sandbox.records import Launch

PROGRAM = Path(__file__).with_name("warm_worker.py")


@dataclass(frozen=True)
class Forked:
    """A worker that was forked, as `launch.Worker` is one that was started."""

    pid: int

    def end(self) -> None:
        """End it with all that it started."""
        with contextlib.suppress(psutil.NoSuchProcess):
            own = psutil.Process(self.pid)
            for each in [*own.children(recursive=True), own]:
                with contextlib.suppress(psutil.NoSuchProcess):
                    each.kill()


@dataclass(frozen=True)
class Warm:
    """The warm worker, and the socket by which it is asked for forks."""

    asking: socket.socket

    def start(
        self, kind: Kind, launch: Launch, control: socket.socket, program: str = "", output: IO[bytes] | None = None
    ) -> Forked:
        """A worker that gets the socket `control`, which is closed here."""
        assert kind is Kind.NONE and program == "autograder.worker.tracing", (kind, program)
        settings, variables = launching.bare(launch)
        with control:
            words = json.dumps([variables, asdict(settings)]).encode()
            socket.send_fds(self.asking, [words], [control.fileno()])
        return Forked(int(self.asking.recv(32)))


@contextlib.contextmanager
def warm_worker(folder: Path) -> Iterator[Warm]:
    """Start the warm worker, with `folder` for its home, and end it when the block is left."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    _, variables = launching.bare(Launch(submission=folder, scratch=folder, probes=folder, data=(), threads=1))
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM), str(theirs.fileno())],
            env=variables,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield Warm(ours)
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
