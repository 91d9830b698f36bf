"""A notebook into passages: its prose, its code, and the outputs that were stored with it."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from autograder.handed_in import html
from autograder.handed_in.markdown import read_markdown
from autograder.handed_in.passages import Passage, in_lines
from autograder.handed_in.scripts import read_code

LONGEST_TEXT: Final = 40_000  # characters of one output that are kept: its start and its end
LONGEST_HTML: Final = 400_000
PICTURES: Final = ("image/png", "image/jpeg")
UNSHOWN: Final = {
    "image/svg+xml": "a drawing (SVG)",
    "application/vnd.plotly.v1+json": "an interactive plot (Plotly)",
    "application/pdf": "a drawing (PDF)",
}
TERMINAL: Final = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")


def read_notebook(path: Path, name: str) -> Iterator[Passage]:
    """The passages of a notebook in format 4, as the collector leaves it. Raises ValueError or OSError if it can't be read.

    Cells are counted as everywhere in a report: code cells that are not empty, from 1.
    """
    notebook = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise ValueError("it has no cells")
    number = 0
    for cell in cells:
        if not isinstance(cell, dict):
            continue
        source = _joined(cell.get("source"))
        match cell.get("cell_type"):
            case "markdown":
                where = f"after cell {number}" if number else "before cell 1"
                yield from read_markdown(source, name, where)
                for attachment in _mapping(cell.get("attachments")).values():
                    yield from _picture(_mapping(attachment), name, where)
            case "raw" if source.strip():
                yield from read_markdown(
                    source, name, f"after cell {number}" if number else "before cell 1", plain=True
                )
            case "code" if source.strip():
                number += 1
                outputs = list(_outputs(cell.get("outputs"), name, f"cell {number}"))
                printed = "\n".join(each.text for each in outputs if each.kind == "printed")
                yield from read_code(source, name, f"cell {number}", printed)
                yield from outputs


def _outputs(outputs: Any, name: str, where: str) -> Iterator[Passage]:
    """The passages of a cell's outputs; text that was printed piece by piece becomes one passage."""
    printed: list[str] = []
    for output in outputs if isinstance(outputs, list) else []:
        match _mapping(output).get("output_type"):
            case "stream":
                if output.get("name") != "stderr":  # warnings and progress bars
                    printed.append(_joined(output.get("text")))
                continue
            case "error":
                error = f"{output.get('ename', 'Error')}: {output.get('evalue', '')}"
                yield Passage("error", name, where, TERMINAL.sub("", error)[:500])
                continue
            case "display_data" | "execute_result":
                yield from _printed(printed, name, where)
                yield from _displayed(_mapping(output.get("data")), name, where)
    yield from _printed(printed, name, where)


def _displayed(data: Mapping[str, Any], name: str, where: str) -> Iterator[Passage]:
    if any(kind in data for kind in PICTURES):
        yield from _picture(data, name, where)
    elif unshown := next((what for kind, what in UNSHOWN.items() if kind in data), ""):
        yield Passage("picture", name, where, f"{unshown}, which can't be shown here")
    elif tables := html.tables(_joined(data.get("text/html", ""))[:LONGEST_HTML]):
        for rows in tables:
            yield Passage("table", name, where, in_lines(rows), rows=rows)
    elif "text/markdown" in data:
        yield from read_markdown(_joined(data["text/markdown"]), name, where)
    else:
        yield from _printed([_joined(data.get("text/plain"))], name, where)


def _printed(pieces: list[str], name: str, where: str) -> Iterator[Passage]:
    text = "".join(pieces)
    pieces.clear()
    if len(text) > LONGEST_TEXT:
        text = f"{text[: LONGEST_TEXT // 2]}\n[…]\n{text[-LONGEST_TEXT // 2 :]}"
    # If a progress bar rewrote a line, its last state counts.
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in TERMINAL.sub("", text).split("\n"))
    if text := "\n".join(lines).strip("\n"):
        yield Passage("printed", name, where, text)


def _picture(data: Mapping[str, Any], name: str, where: str) -> Iterator[Passage]:
    encoded = next((_joined(data[kind]) for kind in PICTURES if kind in data), "")
    try:
        picture = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        picture = b""
    if picture:
        yield Passage("picture", name, where, "", picture=picture)


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(line for line in text if isinstance(line, str))
    return text if isinstance(text, str) else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
