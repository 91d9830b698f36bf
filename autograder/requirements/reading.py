"""The submission's sources for this side of the sandbox, where memory is not limited: none that is too long to parse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from autograder.worker.binding.sources import Source, read

MOST_CODE: Final = 1_000_000  # characters; parsed code takes a thousand times the memory of its text


def read_source(folder: Path, path: str) -> Source:
    """The statements of a script or notebook; none if it has too much code."""
    return Source(path) if sum(map(len, code_of(folder / path))) > MOST_CODE else read(folder, path)


def code_of(path: Path) -> list[str]:
    """A script's text, or a notebook's code cells."""
    return [text for kind, text in cells_of(path) if kind == "code"]


def cells_of(path: Path) -> list[tuple[str, str]]:
    """Kind and text of each cell of a notebook; a script is one cell of code."""
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    if path.suffix.casefold() != ".ipynb":
        return [("code", text)]
    return [(str(cell.get("cell_type", "")), _text(cell)) for cell in json.loads(text)["cells"]]


def _text(cell: Any) -> str:
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(map(str, source))
