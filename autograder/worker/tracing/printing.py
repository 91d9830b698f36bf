"""Keeps what student code prints: each line with the training whose network was called last, and how many had started."""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from autograder.worker.tracing.seen import Emit, Record

# Characters of a cell's printed text that are kept: this many from its beginning, and as many from its end.
MAX_TEXT: Final = 20_000
MAX_PARTS: Final = 500

Moment = tuple[int | None, int]  # the training whose network was called last, and how many have started
Part = tuple[Moment, str]


def before_all() -> Moment:
    return None, 0


class Printed:
    """Replaces standard output: keeps the beginning and the end of what is written, in parts of whole lines."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, now: Callable[[], Moment] = before_all) -> None:
        self._now = now
        self._head: list[Part] = []
        self._tail: list[Part] = []
        self._length = 0

    def write(self, text: str) -> int:
        text = str(text)
        parts = self._head if self._length < MAX_TEXT else self._tail
        self._length += len(text)
        _append(parts, self._now(), text[-MAX_TEXT:])
        if parts is self._tail:
            _drop_from_the_beginning(parts, MAX_TEXT)
        return len(text)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        raise OSError("this output has no file")

    def writable(self) -> bool:
        return True

    def taken(self) -> list[Part]:
        """Take what was written since the last call: pairs of a moment and its lines."""
        parts = [*self._head, *self._tail]
        self._head, self._tail, self._length = [], [], 0
        return parts

    def emit(self, emit: Emit, place: Record) -> None:
        """Record what was written since the last call."""
        for (run, begun), text in self.taken():
            emit({"what": "printed", "place": place, "text": text, "run": run, "begun": begun})


def _append(parts: list[Part], now: Moment, text: str) -> None:
    """Add text. A line that is written piece by piece belongs to the moment of its last piece, which has the results. If there
    are too many parts, all further text joins the last one with its latest moment: text of an earlier moment can't be about a
    training that started since."""
    if parts and (parts[-1][0] == now or len(parts) >= MAX_PARTS):
        parts[-1] = now, parts[-1][1] + text
        return
    lines, line = parts.pop() if parts else (now, "")
    before, end, begun = line.rpartition("\n")
    if end:
        parts.append((lines, before + end))
    parts.append((now, begun + text))


def _drop_from_the_beginning(parts: list[Part], most: int) -> None:
    surplus = sum(len(text) for _, text in parts) - most
    while surplus > 0 and parts:
        moment, text = parts.pop(0)
        if len(text) > surplus:
            parts.insert(0, (moment, text[surplus:]))
        surplus -= len(text)


@contextlib.contextmanager
def printing_into(printed: Printed) -> Iterator[None]:
    """Redirect everything that is printed or logged to the screen into it; without warnings and progress bars."""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(Printed()), _logs_printed():
        yield


@contextlib.contextmanager
def _logs_printed() -> Iterator[None]:
    """Let log handlers that would write to standard error write to standard output, which is read for numbers."""
    original = logging.StreamHandler.__init__

    @functools.wraps(original)
    def initialise(self: Any, stream: Any = None) -> None:
        original(self, sys.stdout if stream is None or stream is sys.stderr else stream)

    logging.StreamHandler.__init__ = initialise  # type: ignore[method-assign]
    try:
        yield
    finally:
        logging.StreamHandler.__init__ = original  # type: ignore[method-assign]
