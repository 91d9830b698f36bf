"""Repairs what makes a source unreadable: encodings, byte order marks, old notebook formats.

Pure functions from the bytes handed in to the bytes that are graded, with a remark on each change.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import tokenize
import warnings
from dataclasses import dataclass
from typing import Any, Final

import nbformat
import nbformat.reader
import nbformat.v4
from charset_normalizer import from_bytes

from autograder.worker import bounded_json

# Tried only if there are byte sequences that no Western text has; see `_guess`.
OTHER_ENCODINGS: Final = ["cp1251", "gb18030", "shift_jis", "euc_kr", "cp1252"]
SLOW_ENCODINGS: Final = ("punycode", "idna")  # their time grows with the square of the file's size
CODING_LINE: Final = re.compile(r"\A((?:[^\n]*\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*)([-\w.]+)")
NOTEBOOK_PARTS: Final[dict[str, Any]] = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}}
CELL_PARTS: Final[dict[str, Any]] = {"metadata": {}, "source": ""}
CODE_CELL_PARTS: Final[dict[str, Any]] = CELL_PARTS | {"outputs": [], "execution_count": None}
MAX_DEPTH: Final = 100  # nbformat recurses; plots stored as JSON reach some twenty levels
MAX_VALUES: Final = (
    2_000_000  # such as the numbers of stored plots; every later reader of the notebook needs 200 MB at most
)
GUESS_BYTES: Final = 1 << 16


class UnreadableNotebook(Exception):
    """The notebook can't be graded. The message completes "... can't be read as a notebook: "."""


@dataclass(frozen=True)
class Repaired:
    """The bytes to grade, and a remark on each repair ("was converted from cp1252 to UTF-8")."""

    data: bytes
    remarks: tuple[str, ...] = ()


def repair_script(data: bytes) -> Repaired:
    """A script as UTF-8 without a byte order mark; line ends stay as they are."""
    text, encoding = _decode(data, declared=_declared_coding(data))
    if encoding != "utf-8":
        text = CODING_LINE.sub(r"\1utf-8", text)  # the declaration would be wrong from now on
    return Repaired(text.encode("utf-8", "replace"), tuple(_encoding_remarks(data, encoding)))


def repair_notebook(data: bytes) -> Repaired:
    """A notebook as UTF-8 in format 4. A valid one stays the same to the byte.

    Raises UnreadableNotebook for what is not JSON, not a notebook, or in a format that nbformat cannot convert.
    """
    text, encoding = _decode(data)
    remarks = _encoding_remarks(data, encoding)
    content = _parsed(text)
    gaps = _fill_gaps(content)
    version = content.get("nbformat")
    try:
        notebook = nbformat.convert(nbformat.reader.reads(json.dumps(content)), 4)  # type: ignore[no-untyped-call]
        if gaps or version != 4:
            text = nbformat.v4.writes(notebook)  # type: ignore[no-untyped-call]
    except Exception as error:  # nbformat raises all sorts of errors on files that only look like notebooks
        raise UnreadableNotebook(_first_line(error)) from error
    if not all(isinstance(cell.get(key), str) for cell in notebook.cells for key in ("cell_type", "source")):
        raise UnreadableNotebook("a cell holds no text")
    if gaps:
        remarks.append(f"lacked {', '.join(gaps)}, which was filled in")
    if version != 4:
        remarks.append(f"was upgraded from notebook format {version} to 4")
    problem = _problem(notebook)
    if problem:
        remarks.append(f"does not keep to the notebook format ({problem}); it was read anyway")
    return Repaired(text.encode("utf-8", "replace"), tuple(remarks))


def _problem(notebook: nbformat.NotebookNode) -> str:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # cells without an id: every older notebook
            nbformat.validate(notebook)
    except Exception as error:  # not only ValidationError: building its message can fail, too
        return _first_line(error)
    return ""


def _encoding_remarks(data: bytes, encoding: str) -> list[str]:
    if encoding != "utf-8":
        return [f"was converted from {encoding} to UTF-8"]
    return ["had a byte order mark, which was taken away"] if data.startswith(codecs.BOM_UTF8) else []


def _parsed(text: str) -> dict[str, Any]:
    if not text.strip():
        raise UnreadableNotebook("the file is empty")
    try:
        content = bounded_json.loads(text.encode("utf-8", "replace"), values=MAX_VALUES, depth=MAX_DEPTH)
    except json.JSONDecodeError as error:
        raise UnreadableNotebook(f"line {error.lineno} is not valid JSON ({error.msg})") from error
    except bounded_json.TooMuch as error:
        raise UnreadableNotebook(
            f"its JSON cannot be taken, since {error}; clear the stored outputs and hand it in again"
        ) from error
    except ValueError as error:
        raise UnreadableNotebook("its JSON holds a number without end") from error
    if not isinstance(content, dict) or not isinstance(content.get("cells", content.get("worksheets")), list):
        raise UnreadableNotebook("it has no cells")
    return content


def _fill_gaps(content: dict[str, Any]) -> list[str]:
    """Fill in what hand-made notebooks leave out, and name it."""
    if "cells" not in content:  # an older format: nbformat's to judge
        return []
    gaps = {key for key in NOTEBOOK_PARTS if key not in content}
    content |= {key: value for key, value in NOTEBOOK_PARTS.items() if key in gaps}
    for cell in content["cells"]:
        parts = CODE_CELL_PARTS if isinstance(cell, dict) and cell.get("cell_type") == "code" else CELL_PARTS
        if isinstance(cell, dict) and content["nbformat"] == 4 and parts.keys() - cell.keys():
            gaps |= {f"{key} of cells" for key in parts.keys() - cell.keys()}
            cell.update(parts | cell)
    return sorted(gaps)


def _declared_coding(data: bytes) -> str | None:
    try:
        declared = codecs.lookup(tokenize.detect_encoding(io.BytesIO(data).readline)[0]).name
    except (SyntaxError, LookupError):  # an encoding that does not exist, or bytes that are not UTF-8
        return None
    return None if declared in SLOW_ENCODINGS else declared


def _decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text and its encoding: by its byte order mark, its declaration, or the best guess."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace"), "utf-16"
    candidates = ["utf-8-sig"] if declared in (None, "utf-8", "utf-8-sig") else [declared, "utf-8"]
    for encoding in candidates:
        try:
            return data.decode(encoding), encoding.removesuffix("-sig")
        except (ValueError, LookupError):  # LookupError: a codec that does not produce text, such as rot13
            continue
    encoding = _guess(data)
    return data.decode(encoding, "replace"), encoding


def _guess(data: bytes) -> str:
    """cp1252 unless four bytes in a row are not ASCII: Western texts have accents one at a time.

    Guessers do badly on short comments: "ü" alone is read as half a Chinese character.
    """
    if not re.search(rb"[\x80-\xff]{4}", data):
        return "cp1252"
    lines = b"\n".join(line for line in data.splitlines() if not line.isascii())
    best = from_bytes(lines[:GUESS_BYTES], cp_isolation=OTHER_ENCODINGS).best()
    return best.encoding if best else "cp1252"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
