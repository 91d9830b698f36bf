"""Code into passages: the code itself, and the comments and texts that students write in between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from autograder.handed_in.numerals import at_labels
from autograder.handed_in.passages import Passage
from autograder.handed_in.texts_in_code import ANNOUNCES, texts

COMMENT: Final = re.compile(r"^\s*#(?!!|\s*-\*-)")
DECORATION: Final = "#=-*~%_/ \t"
DECORATED: Final = re.compile(r"^\s*#*\s*[=\-*~#_/]{3,}|^\s*#\s*%%")  # '# ---- Problem 2A ----', '# %% Problem 2A'
QUOTED: Final = re.compile(r"^[rR]?(\"\"\"|''')")
LONGEST: Final = 200_000  # characters that are read of one source


def read_code(text: str, file: str, where: str = "", printed: str = "") -> Iterator[Passage]:
    """Comments, top-level texts and the code between them, in order. Without `where`, the place is the line.

    A comment here is a block of full lines; one at the end of a line of code belongs to that line. A text that is printed, or
    kept in a variable, whose name then precedes it, counts as a comment. Values in f-strings are looked up in what was `printed`.
    """
    code: list[str] = []
    comment: list[str] = []
    start, quote = 1, ""
    source = text[:LONGEST]
    kept = texts(source, printed)
    skipped, last_printed = 0, 0  # the last line of the statement that contains a text; and of the last that prints one
    for number, line in enumerate(source.splitlines(), start=1):
        if number <= skipped:
            continue
        words, quote_after = _words(line, quote)
        if not quote and number in kept:
            words, quote_after = [], ""
            for each in kept[number]:
                alone = bool(each.name or ANNOUNCES.fullmatch(each.text.strip()))
                goes_on = not alone and last_printed == number - 1
                words += [*([] if goes_on else [""]), *_lines(each.name, each.text), *([""] if alone else [])]
                skipped = each.last
                last_printed = -1 if alone else each.last
        if words is None:
            if comment:
                yield from _comment(comment, file, where or f"line {start}")
                start = number
            code.append(line)
            continue
        if not comment:
            yield from _code(code, file, where or f"line {start}")
            start = number
        comment += words
        quote = quote_after
    yield from _comment(comment, file, where or f"line {start}")
    yield from _code(code, file, where or f"line {start}")


def _lines(name: str, text: str) -> list[str]:
    first, *rest = (line.strip().strip(DECORATION) for line in text.strip().splitlines() or [""])
    return [f"{name}: {first}" if name else first, *rest]


def _words(line: str, quote: str) -> tuple[list[str] | None, str]:
    """The lines of text in a line of code, None if it is code; and the quotes that are open after it."""
    if quote:
        inside, closing, _ = line.partition(quote)
        return [inside.strip().strip(DECORATION)], "" if closing else quote
    if COMMENT.match(line):
        said = line.strip().strip(DECORATION)
        return ["", said, ""] if DECORATED.match(line) else [said], ""
    if opened := QUOTED.match(line):
        return _opened(line[opened.end() :], opened[1])
    return None, ""


def _opened(rest: str, quote: str) -> tuple[list[str], str]:
    inside, closing, _ = rest.partition(quote)
    return [inside.strip().strip(DECORATION)], "" if closing else quote


def _code(lines: list[str], file: str, where: str) -> Iterator[Passage]:
    text = "\n".join(lines).strip("\n")
    lines.clear()
    if text.strip():
        yield Passage("code", file, where, text)


def _comment(lines: list[str], file: str, where: str) -> Iterator[Passage]:
    """A passage for each paragraph; blank comment lines separate them."""
    for paragraph in "\n".join(lines).split("\n\n"):
        for text in at_labels(paragraph.splitlines()):
            if re.search(r"\w", text):
                yield Passage("comment", file, where, text)
    lines.clear()
