"""Runs a submission as it is, in a sandbox of its own: starts it, times it by the grader's clock, and ends it.

The result is a list of raw records; `autograder.trace.reading` checks each against its format.
"""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from autograder.isolation import Kind
from autograder.sandbox import launch as launching
from autograder.sandbox.records import Launch
from autograder.worker import protocol
from autograder.worker.clock import PATIENCE

PROGRAM: Final = "autograder.worker.tracing"
START_SECONDS: Final = 120.0  # imports on a busy machine
GRACE_SECONDS: Final = 10.0  # for reporting the end, after the budget
MAX_BYTES: Final = 1024 * 2**20  # of all records
MAX_RECORDS: Final = 200_000


@dataclass(frozen=True)
class RawTrace:
    """What was reported: each source's records, and how it ended ('finished', 'budget', 'died', 'not run')."""

    sources: tuple[RawSource, ...]
    seconds: float


@dataclass
class RawSource:
    source: str
    end: str
    seconds: float
    records: list[dict[str, Any]] = field(default_factory=list)


def run_traced(kind: Kind, launch: Launch, sources: Sequence[str], seconds: float, seed: int) -> RawTrace:
    """Run the notebooks and scripts one after the other, all within `seconds`.

    Raises SandboxUnavailable if the sandbox does not start.
    """
    ours, theirs = socket.socketpair()
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as scratch, ours:
        launch = replace(launch, scratch=Path(scratch).resolve())
        worker = launching.start(kind, launch, theirs, PROGRAM)
        try:
            return _listen(ours, list(sources), seconds, seed)
        finally:
            worker.end()


def _listen(connection: socket.socket, sources: list[str], seconds: float, seed: int) -> RawTrace:
    done: list[RawSource] = []
    left, put_off = list(sources), dict[str, RawSource]()  # put off: run again at the end, as they lacked a file
    records: list[dict[str, Any]] = []
    started, deadline = time.monotonic(), time.monotonic() + START_SECONDS
    taken, is_ready = 0, False
    try:
        protocol.send(connection, {"sources": sources, "seconds": seconds, "seed": seed}, protocol.until(deadline))
        while True:
            message = protocol.receive(connection, deadline=protocol.until(deadline))
            match message.get("kind") if isinstance(message, dict) else None:
                case "ready" if not is_ready:  # a later one comes from student code that wants more time
                    is_ready = True
                    started = time.monotonic()
                    deadline = started + PATIENCE * seconds + GRACE_SECONDS
                case "record":
                    record = message.get("record")
                    taken += protocol.size_of(record)
                    if isinstance(record, dict) and taken < MAX_BYTES and len(records) < MAX_RECORDS:
                        records.append(record)
                case "put off" if (source := message.get("source")) in left and source not in put_off:
                    put_off[source], records = _ended(message, records, started), []
                case "source" if (source := message.get("source")) in left:
                    left.remove(source)
                    done.append(_better(put_off.pop(source, None), _ended(message, records, started)))
                    records = []
                    if not left:
                        break
                case _:
                    break
    except (TimeoutError, protocol.ProtocolError):
        pass
    ran = round(time.monotonic() - started, 2)
    for source in left:
        end = "not run" if not records and done else "died" if ran < seconds else "budget"
        done.append(_better(put_off.get(source), RawSource(source, end, 0.0, records)))
        records = []
    return RawTrace(tuple(done), ran)


def _ended(message: dict[str, Any], records: list[dict[str, Any]], started: float) -> RawSource:
    """The source whose end was reported. Its time is at most what has passed since `started` by the grader's clock."""
    took, passed = message.get("seconds"), time.monotonic() - started
    return RawSource(
        str(message.get("source")),
        str(message.get("end"))[:20],
        min(float(took), passed) if isinstance(took, int | float) and took >= 0 else 0.0,  # NaN is not, either
        records,
    )


def _better(first: RawSource | None, again: RawSource) -> RawSource:
    """The second run of a source that was run again, unless it got less far."""
    if first is None or again.end == "finished" or len(again.records) > len(first.records):
        return again
    return first
