"""Sends records in whole frames, even if a signal arrives in between.

A signal handler may run in the middle of `sendall`, after a part of a frame. A record that it sent then would be inside that
frame, and the rest of the run would be lost.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

from autograder.worker import protocol

MAX_RECORDS: Final = 60_000  # of one notebook or script


class Emitter:
    """Sends records over a socket; signals that arrive meanwhile are answered when the frame is complete."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._count = 0
        self._sending = False
        self._answering = False
        self._waiting: dict[int, Callable[[], None]] = {}

    def __call__(self, record: dict[str, Any]) -> None:
        """Send a record; one that can't be sent, or is over the limit of records, is dropped."""
        self._count += 1
        if self._count > MAX_RECORDS:
            return
        try:
            frame = protocol.encode({"kind": "record", "record": record})
        except protocol.ProtocolError:
            return
        self._send(frame)

    def end(self) -> None:
        """Send the sign of the end."""
        self._send(protocol.HEADER.pack(0, 0))

    def after_frames(self, answer: Callable[[], None]) -> Callable[[int, object], None]:
        """A signal handler that answers at once, or after the frame that is being sent."""

        def handle(number: int, _frame: object) -> None:
            if self._sending:
                self._waiting[number] = answer
            else:
                answer()

        return handle

    def _send(self, frame: bytes) -> None:
        self._sending = True
        try:
            self._connection.sendall(frame)
        finally:
            self._sending = False
        if self._answering:  # answers are not nested
            return
        self._answering = True
        try:
            while self._waiting:
                self._waiting.popitem()[1]()
        finally:
            self._answering = False
