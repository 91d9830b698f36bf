"""The grader's end of a worker: one nursery process per submission, which forks a session for each check.

A hung or dead session costs only its check; a dead nursery is restarted.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from autograder.isolation import Kind
from autograder.sandbox import launch as launching
from autograder.sandbox.records import Launch, SandboxUnavailable
from autograder.sandbox.session import Code, Replacing, Session, Unread

START_SECONDS: Final = 120.0  # importing torch on a busy machine
REPLY_SECONDS: Final = 20.0  # the nursery's answer to a command
KEPT_ERRORS: Final = 16 * 2**10  # bytes of what the nursery printed when it could not start


class Sandbox:
    """One submission's worker process; started when first needed, and restarted when it has died."""

    def __init__(self, kind: Kind, launch: Launch, code: Code) -> None:
        self.kind = kind
        self._launch = launch
        self._code = code
        self._worker: launching.Worker | None = None
        self._control: socket.socket | None = None
        self._ready = False
        self._used = False  # student code has run in it since it was started
        self.unread = Unread()
        self._errors: Any = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start the worker without waiting for it. Raises SandboxUnavailable if the program can't be started."""
        if self._worker is not None and self._worker.is_running():
            return
        self.close()
        ours, theirs = socket.socketpair()
        self._scratch = tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True)
        launch = replace(self._launch, scratch=Path(self._scratch.name).resolve())
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in close()
        self._worker = launching.start(self.kind, launch, theirs, output=self._errors)
        self._control = ours
        self._ready = self._used = False

    def session(self, seconds: float, replacing: Replacing | None = None) -> Session:
        """Fork a session with `seconds` to live; the submission is not loaded yet.

        Student code may have broken a worker that it ran in before, so such a worker is restarted once. Raises
        SandboxUnavailable.
        """
        try:
            return self._session(seconds, replacing)
        except SandboxUnavailable:
            if not self._used:
                raise
            return self._session(seconds, replacing)

    def _session(self, seconds: float, replacing: Replacing | None) -> Session:
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
        self._used = True
        return Session(ours, reader, seconds, self._end_session, self._session_waited, replacing, self.unread)

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
        self._let_read()
        self._ready = True

    def _let_read(self) -> None:
        """Let the worker read the submission, for all sessions at once."""
        assert self._control is not None
        try:
            with tempfile.TemporaryFile() as words:
                words.write(self._code.to_json())
                words.seek(0)
                socket.send_fds(self._control, [b'{"op": "read"}'], [words.fileno()])
            self._reply(START_SECONDS)
        except (OSError, ValueError):
            self.close()
            raise SandboxUnavailable("the worker process died while it read the submission") from None

    def _reply(self, seconds: float = REPLY_SECONDS) -> dict[str, Any]:
        assert self._control is not None
        self._control.settimeout(seconds)
        reply = json.loads(self._control.recv(4096))
        if not isinstance(reply, dict):
            raise ValueError(f"the nursery answered with {type(reply).__name__}")
        return reply

    def _end_session(self, grace: float) -> dict[str, Any]:
        """Kill the session and return how it ended; a nursery that no longer answers is killed as well."""
        if self._control is None:
            return {}
        try:
            self._control.sendall(json.dumps({"op": "end", "grace": grace}).encode())
            ended = self._reply()
            if not ended.get("fresh", True):  # what it left can't be removed: the next session gets a new sandbox
                self.close()
            return ended
        except (OSError, ValueError):
            self.close()
            return {}

    def _session_waited(self) -> float:
        """The seconds that the session has waited for a processor, as measured by the nursery; 0 if unknown."""
        if self._control is None:
            return 0.0
        try:
            self._control.sendall(b'{"op": "waited"}')
            return float(self._reply()["waited"])
        except (OSError, ValueError, KeyError):
            self.close()
            return 0.0

    def _said(self) -> str:
        if self._errors is None:
            return ""
        self._errors.seek(0)
        lines = self._errors.read(KEPT_ERRORS).decode(errors="replace").strip().splitlines()
        return " | ".join(lines[-3:])

    def close(self) -> None:
        """End the worker and everything that it started."""
        if self._control is not None:
            self._control.close()  # the nursery ends its session when we hang up
            self._control = None
        if self._worker is not None:
            self._worker.end(patience=5.0 if self.kind is Kind.NONE else 0.2)
            self._worker = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None
        if self._scratch is not None:
            self._scratch.cleanup()
            self._scratch = None
