"""Code into passages: what it computes, and the comments and bare strings in which students write between it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from autograder.handed_in.passages import Passage

COMMENT: Final = re.compile(r"^\s*#(?!!|\s*-\*-)")
DECORATION: Final = "#=-*~%_/ \t"
QUOTED: Final = re.compile(r"^[rR]?(\"\"\"|''')")
LONGEST: Final = 200_000  # characters that are read of one source


def read_code(text: str, file: str, where: str = "") -> Iterator[Passage]:
    """Comments, top-level strings and the code between them, in order. Without `where`, the place is the line.

    A comment here is a block of full lines; one at the end of a line of code belongs to that.
    """
    code: list[str] = []
    comment: list[str] = []
    start, quote = 1, ""
    for number, line in enumerate(text[:LONGEST].splitlines(), start=1):
        opened = QUOTED.match(line) if not quote else None
        if quote or opened or COMMENT.match(line):
            if not comment:
                yield from _code(code, file, where or f"line {start}")
                start = number
            words = line
            if quote or opened:
                words = line[opened.end() :] if opened else line
                quote = quote or (opened[1] if opened else "")
                inside, closing, _ = words.partition(quote)
                words, quote = inside, "" if closing else quote
            comment.append(words.strip().strip(DECORATION))
        else:
            if comment:
                yield from _comment(comment, file, where or f"line {start}")
                start = number
            code.append(line)
    yield from _comment(comment, file, where or f"line {start}")
    yield from _code(code, file, where or f"line {start}")


def _code(lines: list[str], file: str, where: str) -> Iterator[Passage]:
    text = "\n".join(lines).strip("\n")
    lines.clear()
    if text.strip():
        yield Passage("code", file, where, text)


def _comment(lines: list[str], file: str, where: str) -> Iterator[Passage]:
    """A passage for each paragraph: blank comment lines part them."""
    for paragraph in "\n".join(lines).split("\n\n"):
        text = " ".join(paragraph.split())
        if re.search(r"\w", text):
            yield Passage("comment", file, where, text)
    lines.clear()
