"""What a PDF holds, as records. Runs in a process of its own: such files are complicated, and these come from strangers."""

from __future__ import annotations

import base64
import io
import logging
import re
from collections.abc import Iterator
from typing import Any, Final

import pypdf

PAGES: Final = 100
PICTURES: Final = 60
WIDEST: Final = 1000  # pixels of a picture that is handed on
MOST_PIXELS: Final = 20_000_000
SMALLEST: Final = 80  # pixels; smaller pictures are bullets and logos
WIDE_GAP: Final = 1.2  # of the letters' size: between columns, not between words
LETTER_WIDTH: Final = 0.5  # of the letters' size, on average
TICKS: Final = 3  # lines of nothing but numbers: those at the axes of a plot
NUMBERS: Final = re.compile(r"[-+−.,\d\s%×^e]*")


Piece = tuple[str, float, float, float]  # text, x, y, size


def records(path: str) -> Iterator[dict[str, Any]]:
    """The number of pages; then of each page lines of text with their size and position, and pictures; or its problem.

    Raises ValueError for a file that can't be read.
    """
    logging.disable(logging.CRITICAL)  # pypdf has much to say about files that are not by the book
    try:
        reader = pypdf.PdfReader(path)
        locked = reader.is_encrypted and not reader.decrypt("")
        pages = 0 if locked else len(reader.pages)
    except Exception as error:
        raise ValueError(f"it is damaged ({type(error).__name__}: {error})") from error
    if locked:
        raise ValueError("it is protected by a password")
    yield {"pages": pages}
    pictures = PICTURES
    for number in range(min(pages, PAGES)):
        try:
            for record in _read_page(reader.pages[number]):
                if "picture" in record:
                    pictures -= 1
                if pictures >= 0 or "picture" not in record:
                    yield {"page": number + 1, **record}
        except Exception as error:  # a damaged page costs itself
            yield {"page": number + 1, "problem": f"{type(error).__name__}: {error}"[:200]}


def _read_page(page: Any) -> Iterator[dict[str, Any]]:
    """Lines of text and pictures in the order of the file. Numbers at a plot's axes are left out, and the plot is told."""
    pieces: list[Piece | str] = []  # a piece of text, or a picture's name

    def on_text(text: str, outer: list[float], inner: list[float], font: Any, size: float) -> None:
        if text.strip():
            x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
            y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
            scale = abs(inner[3] * outer[3]) or abs(inner[1] * outer[2]) or 1.0
            pieces.append((text, x, y, size * scale))

    def on_operator(operator: bytes, operands: Any, outer: Any, inner: Any) -> None:
        if operator == b"Do" and operands:
            pieces.append(str(operands[0]))

    page.extract_text(visitor_text=on_text, visitor_operand_before=on_operator)
    pictures = dict(_pictures(page))
    records = list(_in_lines(pieces))
    ticks = sum(1 for record in records if isinstance(record, dict) and NUMBERS.fullmatch(record["text"]))
    for record in records:
        if isinstance(record, str):
            if record in pictures:
                yield {"picture": pictures.pop(record)}
        elif not NUMBERS.fullmatch(record["text"]):
            yield record
    for picture in pictures.values():
        yield {"picture": picture}
    if ticks >= TICKS:
        yield {"drawing": True}


def _in_lines(pieces: list[Piece | str]) -> Iterator[dict[str, Any] | str]:
    """Pieces at about the same height as lines, and the pictures' names between them."""
    line: list[Piece] = []
    for piece in pieces:
        new = (
            isinstance(piece, str) or abs(piece[2] - line[0][2]) > 0.5 * max(piece[3], line[0][3], 1.0)
            if line
            else False
        )
        if new:
            yield _line(line)
            line = []
        if isinstance(piece, str):
            yield piece
        else:
            line.append(piece)
    if line:
        yield _line(line)


def _line(pieces: list[Piece]) -> dict[str, Any]:
    """A line's text, with its cells: what a wide gap, or an operator of its own after a blank, sets apart."""
    cells: list[str] = []
    end = 0.0
    for text, x, _, size in pieces:
        apart = text[0].isspace() or x - end > WIDE_GAP * size
        if cells and not apart:
            cells[-1] += text
        else:
            cells.append(text)
        end = x + LETTER_WIDTH * size * len(text.strip())
    cells = [" ".join(cell.split()) for cell in cells]
    return {"text": " ".join(cells), "cells": cells, "y": pieces[0][2], "size": max(piece[3] for piece in pieces)}


def _pictures(page: Any) -> Iterator[tuple[str, str]]:
    """The names of the pictures on a page, each with a PNG in base64. A damaged one costs itself."""
    for name in page.images.keys():  # noqa: SIM118 (it is a list that has keys)
        try:
            picture = page.images[name].image
            if picture is None or min(picture.size) < SMALLEST or picture.width * picture.height > MOST_PIXELS:
                continue
            picture = picture.convert("RGB")
            picture.thumbnail((WIDEST, WIDEST))
            buffer = io.BytesIO()
            picture.save(buffer, "PNG")
            yield name if isinstance(name, str) else "/".join(name), base64.b64encode(buffer.getvalue()).decode()
        except Exception:  # noqa: S112 (whatever a damaged picture makes a decoder do)
            continue
