"""Reads notebooks, scripts, texts and pictures into passages, in a process of its own."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from autograder.handed_in import latex, markdown
from autograder.handed_in.html import read_html
from autograder.handed_in.notebooks import read_notebook
from autograder.handed_in.office import read_docx, read_odt
from autograder.handed_in.passages import Passage
from autograder.handed_in.scripts import read_code

LARGEST_TEXT: Final = 2_000_000  # bytes
LARGEST_PAGE: Final = 40_000_000  # of HTML, with its pictures
LONGEST_LINE: Final = 20_000  # characters: longer lines were not written for a reader
LARGEST_PICTURE: Final = 10_000_000
MOST_PASSAGES: Final = 20_000  # of one document

Reader = Callable[[Path, str], tuple[Iterable[Passage], str]]  # the passages, and why some are missing


def read(given: dict[str, Any]) -> Iterator[Any]:
    """For each of the `documents` (kind and name) in `folder`: its passages as lists, then a text that says why some are missing.

    An error in reading a document costs only that document.
    """
    for kind, name in given["documents"]:
        yield from _read(READERS[kind], Path(given["folder"], name), name)


def _read(reader: Reader, path: Path, name: str) -> Iterator[Any]:
    problem = ""
    try:
        passages, problem = reader(path, name)
        for number, passage in enumerate(passages, start=1):
            yield as_record(passage)
            if number >= MOST_PASSAGES:
                problem = f"only its first {MOST_PASSAGES} passages were read"
                break
    except (MemoryError, RecursionError):
        raise
    except (OSError, ValueError) as error:
        problem = f"it could not be read: {error}"
    except Exception as error:  # whatever a stranger's file makes a reader do costs only that file
        problem = f"it could not be read: {type(error).__name__}: {error}"
    yield problem


def as_record(passage: Passage) -> list[Any]:
    """A passage as JSON, without its file, which the caller knows."""
    picture = base64.b64encode(passage.picture).decode()
    return [passage.kind, passage.where, passage.text, passage.level, passage.rows, picture]


def as_passage(record: list[Any], name: str) -> Passage:
    """The passage of the file `name` from a record of `as_record`."""
    kind, where, text, level, rows, picture = record
    return Passage(kind, name, where, text, level, tuple(map(tuple, rows)), base64.b64decode(picture))


def _read_text(path: Path, name: str) -> tuple[Iterable[Passage], str]:
    text, problem = _bounded(_text_of(path), markdown.LONGEST)
    plain = PurePosixPath(name).suffix.casefold() == ".txt"
    return markdown.read_markdown(text, name, plain=plain), problem


def _read_document(path: Path, name: str) -> tuple[Iterable[Passage], str]:
    match PurePosixPath(name).suffix.casefold():
        case ".docx":
            return read_docx(path, name), ""
        case ".odt":
            return read_odt(path, name), ""
        case ".tex":
            text, problem = _bounded(_text_of(path), latex.LONGEST)
            return latex.read_latex(text, name), problem
        case _:
            more = path.stat().st_size > LARGEST_PAGE
            problem = f"only its first {LARGEST_PAGE // 1_000_000} MB were read" if more else ""
            return read_html(_text_of(path, LARGEST_PAGE), name), problem


def _bounded(text: str, most: int) -> tuple[str, str]:
    """As much of a text as is read, and what was left out of it."""
    lines = text.splitlines(keepends=True)
    kept = "".join(line for line in lines if len(line) <= LONGEST_LINE)
    told = []
    if long := sum(len(line) > LONGEST_LINE for line in lines):
        told.append(f"{long} line{'s' * (long > 1)} of more than {LONGEST_LINE:,} characters left out")
    if len(kept) > most:
        told.append(f"only its first {most:,} characters were read")
    return kept[:most], "; ".join(told)


def _text_of(path: Path, most: int = LARGEST_TEXT) -> str:
    with path.open("rb") as file:
        data = file.read(most)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _read_picture(path: Path, name: str) -> tuple[Iterable[Passage], str]:
    if path.stat().st_size > LARGEST_PICTURE:
        return (), f"it is larger than {LARGEST_PICTURE // 1_000_000} MB"
    words = re.sub(r"[_\-/.]+", " ", PurePosixPath(name).stem)
    return (Passage("picture", name, "", words, picture=path.read_bytes()),), ""


READERS: Final[Mapping[str, Reader]] = MappingProxyType(
    {
        "notebook": lambda path, name: (read_notebook(path, name), ""),
        "text": _read_text,
        "document": _read_document,
        "script": lambda path, name: (read_code(_text_of(path), name), ""),
        "picture": _read_picture,
    }
)
