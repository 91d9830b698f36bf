"""The one way that results are written and read."""

from __future__ import annotations

import os
from pathlib import Path

from autograder.results.result import Result


def write_atomically(path: Path, text: str) -> None:
    """Write `text` to `path` so that a reader, or a crash, sees the old file or the new one and nothing between.

    Raises OSError, with the path in it, when the disk is full or the folder can't be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:  # the error of a write does not name the file
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        temporary.unlink(missing_ok=True)


def write_result(path: Path, result: Result) -> None:
    """Write `result` as JSON. Raises OSError when the disk is full or the folder cannot be written."""
    write_atomically(path, result.model_dump_json(indent=1, by_alias=True) + "\n")


def read_result(path: Path) -> Result:
    """Read a result back. Raises OSError, or pydantic's ValidationError for another schema or a damaged file."""
    return Result.model_validate_json(path.read_text(encoding="utf-8"))
