"""A notebook or script run whole in a sandbox of its own: started, watched by our clock, and ended.

What comes out of the sandbox is taken as text and numbers, checked one by one; see `autograder.worker.whole`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import psutil

from autograder.sandbox import launch as launching
from autograder.sandbox.faults import cause_of_death
from autograder.sandbox.launch import Kind, Launch, SandboxUnavailable
from autograder.worker import protocol

PROGRAM: Final = "autograder.worker.whole"
START_SECONDS: Final = 120.0  # a kernel on a busy machine
GRACE_SECONDS: Final = 10.0  # for telling how it ended, after the budget
MAX_TEXT: Final = 4000


class End(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"  # an error of the student's code
    DIED = "died"  # the process ended without a word
    BUDGET = "budget"  # it was still running
    UNFIT = "unfit"  # it could not be run


@dataclass(frozen=True)
class WholeRun:
    """How one notebook or script did. `where` is the cell and line, as far as it is known."""

    source: str
    end: End
    seconds: float
    where: str = ""
    error: str = ""
    traceback: str = ""


def run_whole(kind: Kind, launch: Launch, source: str, seconds: float) -> WholeRun:
    """Run `source`, a path in the submission, for at most `seconds`. Raises SandboxUnavailable when nothing starts."""
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as scratch, ours:
        launch = replace(launch, scratch=Path(scratch).resolve())
        words, environment = launching.command(kind, launch, theirs.fileno(), PROGRAM)
        try:
            process = subprocess.Popen(
                words,
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxUnavailable(f"the worker could not be started: {error}") from error
        finally:
            theirs.close()
        try:
            return _Watch(ours, source, seconds).until_the_end()
        finally:
            _kill(process)


class _Watch:
    """Follows one run."""

    def __init__(self, connection: socket.socket, source: str, seconds: float) -> None:
        self._connection = connection
        self._source = source
        self._seconds = seconds
        self._started = time.monotonic()
        self._deadline = self._started + START_SECONDS
        self._cell = ""

    def until_the_end(self) -> WholeRun:
        try:
            self._send({"source": self._source, "seconds": self._seconds})
            while True:
                told = self._receive()
                match told.get("kind"):
                    case "started":
                        self._started = time.monotonic()
                        self._deadline = self._started + self._seconds + GRACE_SECONDS
                    case "cell":
                        self._cell = f"code cell {_number(told, 'number')} of {_number(told, 'of')}"
                    case "end":
                        return self._ended(told)
                    case _:
                        raise protocol.ProtocolError("an unknown message")
        except TimeoutError:
            return WholeRun(self._source, End.BUDGET, self._seconds, self._cell)
        except (protocol.ProtocolError, TypeError, AttributeError):
            said = "The process that ran it ended, or wrote what is no message."
            return WholeRun(self._source, End.DIED, self._ran(), self._cell, said)

    def _ended(self, told: Mapping[str, Any]) -> WholeRun:
        seconds = min(float(_number(told, "seconds")), self._ran())
        where = self._cell or _text(told, "where")
        if line := _number(told, "line"):
            where += f", line {line:.0f}"
        try:
            end = End(_text(told, "end"))
        except ValueError:
            end = End.DIED
        match end:
            case End.BUDGET:
                return WholeRun(self._source, end, self._seconds, where)
            case End.DIED:
                ended = {"signal": _text(told, "signal"), "exit_code": _number(told, "exit_code"), "by_itself": True}
                return WholeRun(self._source, end, seconds, where, cause_of_death(ended))
            case End.FINISHED:
                return WholeRun(self._source, end, seconds)
        return WholeRun(self._source, end, seconds, where, _text(told, "error"), _text(told, "traceback"))

    def _ran(self) -> float:
        return round(time.monotonic() - self._started, 1)

    def _send(self, message: Any) -> None:
        self._connection.settimeout(START_SECONDS)
        protocol.send(self._connection, message)

    def _receive(self) -> Mapping[str, Any]:
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._connection.settimeout(remaining)
        told: Mapping[str, Any] = protocol.receive(self._connection)
        return told


def _text(told: Mapping[str, Any], key: str) -> str:
    value = told.get(key, "")
    return value[:MAX_TEXT] if isinstance(value, str) else ""


def _number(told: Mapping[str, Any], key: str) -> int | float:
    value = told.get(key, 0)
    sensible = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e6
    return value if sensible else 0


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the run with all that it started: bubblewrap's end is the end of its namespace; bare, each is looked for."""
    below: list[psutil.Process] = []
    with contextlib.suppress(psutil.NoSuchProcess):
        below = psutil.Process(process.pid).children(recursive=True)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for each in below:
        with contextlib.suppress(psutil.NoSuchProcess):
            each.kill()
    process.wait()
