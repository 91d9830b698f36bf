"""Where in the student's code something happens."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any, Final

from autograder.worker.tracing.loops import Loop, loop_of

MAX_FRAMES: Final = 60


class Places:
    """Finds the student's frames on the stack. `source` is the notebook or script that is being run."""

    def __init__(self, folder: Path, source: str) -> None:
        self._folder, self._source = str(folder.resolve()), source
        self.files: dict[str, int] = {}  # a cell's file name for tracebacks -> its number

    def callers(self) -> tuple[tuple[str, int], ...]:
        """File and line of each student's frame outside the innermost one, from the inside out."""
        return tuple((frame.f_code.co_filename, frame.f_lineno) for frame in self._own_frames())[1:]

    def loop(self) -> Loop | None:
        """The innermost running loop of the student's code."""
        return next(filter(None, map(loop_of, self._own_frames())), None)

    def _own_frames(self) -> Iterator[FrameType]:
        """The student's frames, from the inside out."""
        frame: FrameType | None = sys._getframe(1)
        for _ in range(MAX_FRAMES):
            if frame is None:
                break
            name = frame.f_code.co_filename
            if name in self.files or name.startswith(self._folder):
                yield frame
            frame = frame.f_back

    def here(self) -> dict[str, Any]:
        """The student's innermost line, as `source`, `cell` (0: none) and `line`; and the cell at the bottom of the stack, or
        else the last one, with its notebook, as `run_in` and `run`."""
        frame = sys._getframe(1)
        inner: dict[str, Any] | None = None
        cell = 0
        for _ in range(MAX_FRAMES):
            name = frame.f_code.co_filename
            if name in self.files:
                cell = self.files[name]
                inner = inner or {"source": self._source, "cell": cell, "line": frame.f_lineno}
            elif inner is None and name.startswith(self._folder):
                inner = {"source": name[len(self._folder) + 1 :], "cell": 0, "line": frame.f_lineno}
            if frame.f_back is None:
                break
            frame = frame.f_back
        cell = cell or next(reversed(self.files.values()), 0)  # if a cell has ended, and its figures are being shown
        inner = inner or {"source": self._source, "cell": cell, "line": 0}
        return {**inner, "run": self._source, "run_in": cell}
