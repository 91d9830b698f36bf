"""Keeps what student code prints, with the training that each line is about: that whose network was asked last."""

from __future__ import annotations

import contextlib
import functools
import logging
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

from autograder.worker.tracing.seen import Record, Tell

MAX_TEXT: Final = (
    20_000  # characters of a cell's printed text that are told, from its beginning and as many from its end
)
MAX_PARTS: Final = 500

About = Callable[[], int | None]


def about_nothing() -> int | None:
    return None


class Printed:
    """Stands for the standard output: keeps the beginning and the end of what is written, in parts of whole lines."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, about: About = about_nothing) -> None:
        self._about = about
        self._head: list[tuple[int | None, str]] = []
        self._tail: list[tuple[int | None, str]] = []
        self._length = 0

    def write(self, text: str) -> int:
        text = str(text)
        parts = self._head if self._length < MAX_TEXT else self._tail
        self._length += len(text)
        _append(parts, self._about(), text[-MAX_TEXT:])
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

    def taken(self) -> list[tuple[int | None, str]]:
        """What was written since the last time: pairs of the training and the lines about it."""
        parts = [*self._head, *self._tail]
        self._head, self._tail, self._length = [], [], 0
        return parts

    def tell(self, tell: Tell, place: Record) -> None:
        """Tell what was written since the last time."""
        for about, text in self.taken():
            tell({"what": "printed", "place": place, "text": text, "run": about})


def _append(parts: list[tuple[int | None, str]], about: int | None, text: str) -> None:
    """A line that is written piece by piece is about what its last piece is about, where the results stand."""
    if parts and (parts[-1][0] == about or len(parts) >= MAX_PARTS):
        parts[-1] = parts[-1][0], parts[-1][1] + text
        return
    lines, line = parts.pop() if parts else (about, "")
    before, end, begun = line.rpartition("\n")
    if end:
        parts.append((lines, before + end))
    parts.append((about, begun + text))


def _drop_from_the_beginning(parts: list[tuple[int | None, str]], most: int) -> None:
    surplus = sum(len(text) for _, text in parts) - most
    while surplus > 0 and parts:
        about, text = parts.pop(0)
        if len(text) > surplus:
            parts.insert(0, (about, text[surplus:]))
        surplus -= len(text)


@contextlib.contextmanager
def printing_into(printed: Printed) -> Iterator[None]:
    """Let it have everything that is printed, and what is logged to the screen; no warnings, no progress bars."""
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(Printed()), _logs_printed():
        yield


@contextlib.contextmanager
def _logs_printed() -> Iterator[None]:
    """Let handlers of logs that would write to the standard error write to the standard output, where numbers are read."""
    original = logging.StreamHandler.__init__

    @functools.wraps(original)
    def initialise(self: Any, stream: Any = None) -> None:
        original(self, sys.stdout if stream is None or stream is sys.stderr else stream)

    logging.StreamHandler.__init__ = initialise  # type: ignore[method-assign]
    try:
        yield
    finally:
        logging.StreamHandler.__init__ = original  # type: ignore[method-assign]
