"""Does the grader's own work in a fork of this process: a crash, such as in a compiled library, ends only the fork.

It is meant for work on strangers' data. Unlike a separate process (`limited.py`), it has all that this one has loaded.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import select
import signal
import time
from collections.abc import Callable
from typing import Final, NoReturn, TypeVar

from autograder.processes import sendable
from autograder.worker import forkable

Answer = TypeVar("Answer")

PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>
CHUNK: Final = 2**20


class ForkEnded(Exception):
    """The fork gave no answer. The message says how it ended, and continues the word 'it'."""


def in_a_fork(work: Callable[[], Answer], seconds: float) -> Answer:
    """The result of `work`, which must be picklable. Raises what it raises, or ForkEnded if it crashed or took more than
    `seconds`."""
    forkable.check()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        _answer(work, writer)
    os.close(writer)
    said, status = b"", 0
    try:
        said = _read(reader, time.monotonic() + seconds)
    finally:
        os.close(reader)
        if not said:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
    if not said:
        raise ForkEnded(_how(os.waitstatus_to_exitcode(status), seconds))
    answer: Answer | BaseException = pickle.loads(said)  # noqa: S301 - our own fork's
    if isinstance(answer, _Raised):
        raise answer.error
    return answer  # type: ignore[return-value]


class _Raised:
    def __init__(self, error: Exception) -> None:
        self.error = error


def _answer(work: Callable[[], object], writer: int) -> NoReturn:
    """Do the work, send its result, and exit without running any exit handlers."""
    code = 1
    try:
        with contextlib.suppress(OSError, AttributeError):  # on Linux, the fork ends when its parent does
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        try:
            said = pickle.dumps(work())
        except Exception as error:
            said = pickle.dumps(_Raised(sendable(error)))
        with open(writer, "wb") as pipe:
            pipe.write(said)
        code = 0
    finally:
        os._exit(code)


def _read(reader: int, end: float) -> bytes:
    """All that is written until the other end is closed; nothing if that takes too long."""
    parts: list[bytes] = []
    while (left := end - time.monotonic()) > 0:
        if not select.select([reader], [], [], left)[0]:
            break
        part = os.read(reader, CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return b""


def _how(code: int, seconds: float) -> str:
    match -code:
        case signal.SIGKILL:
            return f"it took more than {seconds:.0f} s, or the system stopped it"
        case number if number > 0:
            return f"it crashed ({signal.Signals(number).name})"
    return "it crashed"
