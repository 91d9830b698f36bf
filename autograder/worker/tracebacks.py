"""The student's part of a traceback: their frames and the error, without the grader's or the libraries' frames."""

from __future__ import annotations

import os
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from autograder.worker.hosted_paths import as_written
from autograder.worker.unreadable import in_words

MAX_FRAMES: Final = 8
MAX_MESSAGE: Final = 2000


def student_traceback(error: BaseException, folder: Path) -> dict[str, Any]:
    """Describe an exception for the student.

    Returns the error's `type`, its `message`, the `traceback` as text (only frames of the submission in `folder`, with paths
    relative to it; empty if no frame is the student's), `where` ('hw1.py:12', the innermost of these frames) and `function`
    ('hw1.py: train_epoch', the innermost of these in a function; empty if there is none).
    """
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if is_student_file(frame.filename, folder)]
    if isinstance(error, SyntaxError) and error.filename and is_student_file(error.filename, folder):
        frames.append(traceback.FrameSummary(error.filename, error.lineno or 0, "", line=(error.text or "").strip()))
    prefix = str(folder) + os.sep
    shown = frames if len(frames) <= MAX_FRAMES else frames[: MAX_FRAMES // 2] + frames[-MAX_FRAMES // 2 :]
    lines = [line for frame in shown for line in _frame_lines(frame, prefix)]
    name = type(error).__name__
    message = as_written(_message(error)).replace(prefix, "")[:MAX_MESSAGE]
    return {
        "type": name,
        "message": message,
        "traceback": "\n".join([*lines, f"{name}: {message}" if message else name]) if lines else "",
        "where": f"{_shown_name(frames[-1], prefix)}:{frames[-1].lineno}" if frames else "",
        "function": _innermost_function(frames, prefix),
    }


def _innermost_function(frames: Sequence[traceback.FrameSummary], prefix: str) -> str:
    """The function that the error was raised in; '<module>', '<lambda>' and comprehensions don't count."""
    named = [frame for frame in frames if frame.name and not frame.name.startswith("<")]
    return f"{_shown_name(named[-1], prefix)}: {named[-1].name}" if named else ""


def is_student_file(filename: str, folder: Path) -> bool:
    """Whether a frame's file is the student's: inside `folder`, or a notebook cell, whose name is relative to it."""
    if filename.startswith("<"):
        return False
    return Path(os.path.normpath(folder / filename)).is_relative_to(folder)


def _message(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the code called sys.exit({error.code!r}); a function that is graded must return instead"
    if isinstance(error, MemoryError):
        return "the code asked for more memory than the grader allows"
    if isinstance(error, SyntaxError):  # its own text ends in our name for the cell
        return in_words(error)[1]
    try:
        return str(error)
    except Exception:  # a student's exception class may do anything
        return "(the error's own message cannot be shown)"


def _shown_name(frame: traceback.FrameSummary, prefix: str) -> str:
    return frame.filename.removeprefix(prefix)


def _frame_lines(frame: traceback.FrameSummary, prefix: str) -> list[str]:
    where = f'File "{_shown_name(frame, prefix)}", line {frame.lineno}'
    head = f"{where}, in {frame.name}" if frame.name else where
    return [head, f"    {frame.line}"] if frame.line else [head]
