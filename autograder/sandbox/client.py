"""The grader's end of a worker: sessions, deadlines, and what a student's failure is called.

A `Sandbox` is one nursery process for one submission. A `Session` is one fork of it, for one check: it loads the
submission and answers probes until a deadline. A hung or dead session costs that check; a dead nursery is started anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from autograder.sandbox import launch as launching
from autograder.sandbox.launch import Kind, Launch, SandboxUnavailable
from autograder.worker import protocol
from autograder.worker.session import OWN_FAILURE

START_SECONDS: Final = 120.0  # importing torch on a busy machine
REPLY_SECONDS: Final = 20.0  # the nursery's answer to a command
LAST_WORDS: Final = 1.0  # seconds before the deadline at which the worker stops and tells where it was
DYING_SECONDS: Final = 1.0  # between a session's hanging up and its end
KEPT_OUTPUT: Final = 16 * 2**10
PIPE_BYTES: Final = 2**20  # more than a pipe holds unless someone enlarged it


class WorkerFailed(Exception):
    """The worker's own code failed. Not the student's fault: a person looks at the check."""


class StudentFault(Exception):
    """Something that the student's code did instead of answering. The message is for the student."""


class StudentError(StudentFault):
    """Their code raised."""

    def __init__(self, kind: str, message: str, traceback: str, where: str) -> None:
        super().__init__(message)
        self.kind, self.message, self.traceback, self.where = kind, message, traceback, where

    def __str__(self) -> str:
        raised = f"{self.kind}: {self.message}" if self.message else self.kind
        if self.kind == "NotImplementedError" and self.where:
            return f"A part of your code is still to be written: {raised} ({self.where})."
        if self.where:
            return f"Your code raised {raised} ({self.where})."
        return f"What your code gave back could not be used: {raised}."


class StudentTimeout(StudentFault):
    """Their code was still running at the deadline; `traceback` tells where, if that is known."""

    def __init__(self, seconds: float, where: str = "", traceback: str = "") -> None:
        place = f" It was at {where}." if where else ""
        super().__init__(
            f"Your code was still running after {seconds:.0f} s and was stopped.{place} "
            "Look for a loop that does not end, or for much more work than was asked for."
        )
        self.traceback = traceback


class StudentDied(StudentFault):
    """Their code ended the process."""


class StudentMissing(StudentFault):
    """A function that the check needs was not found."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


class StudentUnsuitable(StudentFault):
    """Their code returned something that can't be used."""


@dataclass(frozen=True)
class Code:
    """What a session needs to know to load a submission. `functions`: name -> what the rubric says about it."""

    sources: tuple[str, ...]
    functions: Mapping[str, Mapping[str, Any]]
    mapping: Mapping[str, tuple[str, str]]  # function -> what it is bound to by hand, and by whom


@dataclass(frozen=True)
class Replacing:
    """Functions that a session takes from these files (text by name) instead of from the submission."""

    functions: tuple[str, ...]
    files: Mapping[str, str]


class Sandbox:
    """One submission's worker process; started when first needed, and again when it has died."""

    def __init__(self, kind: Kind, launch: Launch, code: Code) -> None:
        self.kind = kind
        self._launch = launch
        self._code = code
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._ready = False
        self._errors: Any = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker without waiting for it. Raises SandboxUnavailable when the program can't be started."""
        if self._process is not None and self._process.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair()
        self._scratch = tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        launch = replace(self._launch, scratch=Path(self._scratch.name).resolve())
        words, environment = launching.command(self.kind, launch, theirs.fileno())
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        try:
            self._process = subprocess.Popen(
                words,
                env=environment,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                start_new_session=True,
            )
        except OSError as error:
            raise SandboxUnavailable(f"the worker could not be started: {error}") from error
        finally:
            theirs.close()
        self._control = ours
        self._ready = False

    def session(self, seconds: float, replacing: Replacing | None = None) -> Session:
        """Fork a session with `seconds` to live; the submission is not loaded yet. Raises SandboxUnavailable."""
        self._wait_until_ready()
        assert self._control is not None
        ours, theirs = socket.socketpair()
        reader, writer = os.pipe()
        try:
            socket.send_fds(self._control, [b'{"op": "open"}'], [theirs.fileno(), writer])
            self._reply()
        except (OSError, ValueError):
            ours.close()
            os.close(reader)
            self.close()
            raise SandboxUnavailable("the worker process died before the check began") from None
        finally:
            theirs.close()
            os.close(writer)
        return Session(ours, reader, seconds, self._code, self._end_session, replacing)

    def _wait_until_ready(self) -> None:
        self.start()
        if self._ready:
            return
        assert self._control is not None
        self._control.settimeout(START_SECONDS)
        try:
            ready = self._control.recv(4096)
        except TimeoutError:
            ready = b""
        if not ready:
            said = self._said()
            self.close()
            raise SandboxUnavailable(f"the worker process did not start: {said or 'it said nothing'}")
        self._ready = True

    def _reply(self) -> dict[str, Any]:
        assert self._control is not None
        self._control.settimeout(REPLY_SECONDS)
        return dict(json.loads(self._control.recv(4096)))

    def _end_session(self, grace: float) -> dict[str, Any]:
        """Kill the session and learn how it ended; a nursery that can't answer any more is killed as well."""
        if self._control is None:
            return {}
        try:
            self._control.sendall(json.dumps({"op": "end", "grace": grace}).encode())
            return self._reply()
        except (OSError, ValueError):
            self.close()
            return {}

    def _said(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read(KEPT_OUTPUT).decode(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:])

    def close(self) -> None:
        """End the worker with everything that it started."""
        if self._control is not None:
            self._control.close()  # the nursery ends its session when we hang up
            self._control = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=5 if self.kind is Kind.NONE else 0.2)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None


class Session:
    """One check's conversation with the student's code."""

    def __init__(
        self,
        connection: socket.socket,
        output: int,
        seconds: float,
        code: Code,
        end: Callable[[float], dict[str, Any]],
        replacing: Replacing | None = None,
    ) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + seconds
        self._seconds = seconds
        self._code = code
        self._replacing = replacing or Replacing((), {})
        self._end = end
        self._output = _Output(output)
        self._ended = False
        self.loaded: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self) -> dict[str, Any]:
        """Load the submission; returns how its names were bound, and `notes` of what was odd. Raises StudentFault."""
        code = self._code
        request = {"op": "load", "sources": code.sources, "functions": dict(code.functions), "mapping": code.mapping}
        replacing = {"replace": self._replacing.functions, "by": dict(self._replacing.files)}
        self._send({**request, **replacing, "seconds": self._seconds_left()})
        self.loaded = dict(self._receive()["value"])
        return self.loaded

    def call(self, probe: str, arguments: Mapping[str, Any], seed: int) -> Any:
        """Run the probe 'module:function' on the student's code and return its value. Raises StudentFault."""
        self._ask(probe, arguments, seed)
        return self._receive()["value"]

    def account(self) -> list[tuple[str, str, str]]:
        """What of the submission's top level has run in this session, and what was left out: place, text and reason, which
        is empty for what has run. Empty where the session has ended, or its answer can't be read."""
        if self.loaded is None or self._ended:
            return []
        try:
            self._send({"op": "account"})
            entries = self._receive()["value"]["entries"]
            return [(str(place), str(text), str(reason)) for place, text, reason in entries]
        except (StudentFault, WorkerFailed, OSError, KeyError, TypeError, ValueError):
            return []

    def stream(self, probe: str, arguments: Mapping[str, Any], seed: int) -> Iterator[Any]:
        """Run a generator probe and yield its items; closing this iterator ends the probe. Raises StudentFault."""
        self._ask(probe, arguments, seed)
        while (answer := self._receive())["kind"] == "item":
            try:
                yield answer["value"]
            except GeneratorExit:
                with contextlib.suppress(StudentFault, OSError):
                    self._send({"op": "stop"})
                raise
            self._send({"op": "next"})

    @property
    def output(self) -> str:
        """What the student's code printed so far: the beginning, and how much more there was."""
        return self._output.text()

    def close(self, grace: float = 0.0) -> dict[str, Any]:
        """End the session, after `grace` seconds for one that is ending by itself; returns how it ended."""
        self._ended = True
        self._connection.close()
        ended = self._end(grace)
        self._end = lambda grace: {}
        self._output.finish()
        return ended

    def _ask(self, probe: str, arguments: Mapping[str, Any], seed: int) -> None:
        if self.loaded is None:
            self.load()
        question = {"op": "call", "probe": probe, "arguments": dict(arguments), "seed": seed}
        self._send({**question, "seconds": self._seconds_left()})

    def _seconds_left(self) -> float:
        """What the worker may take, so that its answer to why it took so long is here before the deadline."""
        left = self._deadline - time.monotonic()
        return left - min(LAST_WORDS, left / 5)

    def _send(self, message: Any) -> None:
        with self._watching():
            protocol.send(self._connection, message)

    def _receive(self) -> dict[str, Any]:
        with self._watching():
            answer: dict[str, Any] = protocol.receive(self._connection)
        try:
            value = answer["value"]
            match answer["kind"]:
                case "value" | "item" | "end":
                    return answer
                case "missing":
                    raise StudentMissing(str(value["name"]), str(value["message"]))
                case "unsuitable":
                    raise StudentUnsuitable(str(value))
                case "timeout":
                    raise StudentTimeout(self._seconds, str(value["where"]), str(value["traceback"]))
                case "error":
                    raise StudentError(*(str(value[key]) for key in ("type", "message", "traceback", "where")))
        except (KeyError, TypeError) as error:
            raise StudentDied("Your code wrote into the grader's connection.") from error
        raise StudentDied("Your code wrote into the grader's connection.")

    @contextlib.contextmanager
    def _watching(self) -> Iterator[None]:
        """Hold the conversation to the deadline, and call its end what it is."""
        remaining = self._deadline - time.monotonic()
        try:
            if remaining <= 0:
                raise TimeoutError
            self._connection.settimeout(remaining)
            yield
        except TimeoutError:
            self.close()
            raise StudentTimeout(self._seconds) from None
        except protocol.ConnectionEnded:
            ended = self.close(DYING_SECONDS)
            if ended.get("exit_code") == OWN_FAILURE:
                raise WorkerFailed(f"the worker stumbled: {self.output.strip().splitlines()[-1:]}") from None
            raise StudentDied(cause_of_death(ended)) from None
        except protocol.ProtocolError as error:
            self.close()
            raise StudentDied(f"Your code's answer could not be read: {error}.") from None


def cause_of_death(ended: Mapping[str, Any]) -> str:
    """A sentence on how a process ended: `signal`, or `exit_code` where it ended `by_itself`."""
    match ended.get("signal"):
        case "SIGKILL":
            return "The process that ran your code was killed; most likely it used too much memory."
        case "SIGSEGV" | "SIGABRT" | "SIGBUS" as name:
            return f"Your code crashed Python itself ({name}); often a wrong call into a compiled library."
        case "" if ended.get("by_itself"):
            return f"Your code ended the whole process (exit code {ended.get('exit_code')}), as `os._exit` does."
    return "The process that ran your code ended before it answered."


class _Output:
    """Reads a session's prints as they come, so that nobody waits; keeps the beginning and counts the rest."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self._descriptor: int | None = descriptor
        self._kept = bytearray()
        self._total = 0
        self._reading = threading.Lock()
        self._thread = threading.Thread(target=self._follow, args=(descriptor,), daemon=True)
        self._thread.start()

    def _follow(self, descriptor: int) -> None:
        while self._descriptor is not None:
            select.select([descriptor], [], [])
            self._take()

    def _take(self) -> None:
        """Take what waits in the pipe: all of it, since a pipe holds no more than one such read."""
        with self._reading:
            if self._descriptor is None:
                return
            try:
                data = os.read(self._descriptor, PIPE_BYTES)
            except BlockingIOError:
                return
            if not data:
                os.close(self._descriptor)
                self._descriptor = None
            self._total += len(data)
            self._kept += data[: max(0, KEPT_OUTPUT - len(self._kept))]

    def finish(self) -> None:
        self._thread.join(timeout=5)

    def text(self) -> str:
        self._take()  # what was printed before an answer is in the pipe when the answer is here
        text = bytes(self._kept).decode(errors="replace")
        dropped = self._total - len(self._kept)
        return f"{text}\n[… {dropped:,} more bytes were printed and not kept]" if dropped else text
