"""Reads files from strangers in a separate process, with limits on its time, its memory and its output.

Parsers are made for honest files: a hundred kilobytes can keep them busy for minutes, or make them fill the memory. Here that
ends only this process, and what was read until then counts.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from autograder import limited_process
from autograder.errors import MachineLacks
from autograder.worker import bounded_json

ROOT: Final = Path(__file__).resolve().parents[1]
START_SECONDS: Final = 20.0  # for imports on a busy machine, in addition to the time for reading
KEPT: Final = 16 * 2**10  # bytes of its standard error
MOST_VALUES: Final = 100_000  # in one record
DEEPEST: Final = 20  # levels of one record
# All that a reader sees of our environment: no secrets and no paths. One thread per core would only take address space.
ENVIRONMENT: Final = {
    "PATH": os.defpath,
    "PYTHONPATH": str(ROOT),
    "PYTHONUTF8": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}

Reader = Callable[[Any], Iterable[Any]]  # from JSON to records of JSON; a function of a module


@dataclass(frozen=True)
class Bounds:
    """The limits of a reader: `seconds` of wall-clock time, bytes of address space (`memory`) and bytes of output."""

    seconds: float = 30.0
    memory: int = 1_000_000_000
    output: int = 60_000_000


@dataclass(frozen=True)
class Heard:
    """What a reader yielded, and in `problem` why it stopped early: without a full stop, empty if it finished.

    `size` is the number of bytes of the records, as they were written.
    """

    records: tuple[Any, ...]
    problem: str = ""
    size: int = 0


def read_apart(reader: Reader, given: Any, bounds: Bounds) -> Heard:
    """Run `reader(given)` in a separate process. Raises OSError or ReaderFailed if it can't start; whatever happens after that is
    part of what is returned."""
    where = f"{reader.__module__}:{reader.__qualname__}"
    limits = [str(bounds.seconds), str(bounds.memory), str(bounds.output)]
    with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaint:
        asked.write(json.dumps(given).encode())
        asked.seek(0)
        process = subprocess.Popen(
            [sys.executable, "-P", limited_process.__file__, where, *limits],
            stdin=asked,
            stdout=said,
            stderr=complaint,
            env=ENVIRONMENT,
            start_new_session=True,
        )
        try:
            ended = process.wait(START_SECONDS + bounds.seconds)
        except subprocess.TimeoutExpired:
            ended = -signal.SIGXCPU
        finally:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        return Heard(_records(said, bounds.output), _why(ended, complaint, bounds), os.fstat(said.fileno()).st_size)


class ReaderFailed(MachineLacks):
    """The grader's own reader could not start, so nothing that was handed in has been touched. The message says why."""


class Patience:
    """The time that is left for reading one submission."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._deadline = time.monotonic() + seconds

    def left(self, most: float) -> float:
        """The seconds that may be used now: `most`, or what is left if that is less; 0 when the time is up."""
        return max(0.0, min(most, self._deadline - time.monotonic()))


def _records(said: IO[bytes], most: int) -> tuple[Any, ...]:
    said.seek(0)
    records = []
    for line in said.read(most).split(b"\n"):
        try:
            records.append(bounded_json.loads(line, values=MOST_VALUES, depth=DEEPEST))
        except ValueError:  # the last line of a process that was stopped
            continue
    return tuple(records)


def _why(ended: int, complaint: IO[bytes], bounds: Bounds) -> str:
    if not ended:
        return ""
    complaint.seek(0, os.SEEK_END)
    complaint.seek(max(0, complaint.tell() - KEPT))
    lines = complaint.read().decode(errors="replace").strip().splitlines()
    last = lines[-1][: limited_process.LONGEST] if lines else ""
    if ended == limited_process.NOT_STARTED:
        raise ReaderFailed(f"the process that reads what was handed in could not begin: {last}")
    if ended in (-signal.SIGXCPU, -signal.SIGKILL):  # the second if a hard limit, or the system, has ended it
        return f"reading it takes more than {bounds.seconds:.3g} seconds"
    return last if ended == 1 and last else "its reader crashed"
