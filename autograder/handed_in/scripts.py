"""Code into passages: what it computes, and the comments and texts in which students write between it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from autograder.handed_in.passages import Passage

COMMENT: Final = re.compile(r"^\s*#(?!!|\s*-\*-)")
DECORATION: Final = "#=-*~%_/ \t"
DECORATED: Final = re.compile(r"^\s*#*\s*[=\-*~#_/]{3,}|^\s*#\s*%%")  # '# ---- Problem 2A ----', '# %% Problem 2A'
QUOTED: Final = re.compile(r"^[rR]?(\"\"\"|''')")
# A text that is kept in a variable at the top level, or printed: 'analysis = """…', 'print("ReLU was best.")'.
KEPT: Final = re.compile(r"^(?P<name>[^\W\d]\w*)\s*=\s*\(?\s*[rRuU]?(?P<quote>\"\"\"|''')")
PRINTED: Final = re.compile(
    r"^(?:print|display|Markdown|display\(Markdown)\(\s*[rRuU]?(?P<quote>\"\"\"|'''|\"|')(?P<said>.*?)(?P<end>(?P=quote)\s*\)*\s*;?\s*)?$"
)
FEWEST_WORDS: Final = 4  # of a line that is printed for a reader
ANNOUNCES: Final = re.compile(r"[^\W\d]{4,}[\w ()]{0,30}:?")
LONGEST: Final = 200_000  # characters that are read of one source


def read_code(text: str, file: str, where: str = "") -> Iterator[Passage]:
    """Comments, top-level texts and the code between them, in order. Without `where`, the place is the line.

    A comment here is a block of full lines; one at the end of a line of code belongs to that. So is a text that is printed,
    or kept in a variable, whose name then begins it.
    """
    code: list[str] = []
    comment: list[str] = []
    start, quote = 1, ""
    for number, line in enumerate(text[:LONGEST].splitlines(), start=1):
        words, quote_after = _words(line, quote)
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


def _words(line: str, quote: str) -> tuple[list[str] | None, str]:
    """The lines of text that a line of code holds, None where it is code; and the quotes that are open after it."""
    if quote:
        inside, closing, _ = line.partition(quote)
        return [inside.strip().strip(DECORATION)], "" if closing else quote
    if COMMENT.match(line):
        said = line.strip().strip(DECORATION)
        return ["", said, ""] if DECORATED.match(line) else [said], ""
    if opened := QUOTED.match(line):
        return _opened(line[opened.end() :], opened[1])
    if kept := KEPT.match(line):
        (first,), quote = _opened(line[kept.end() :], kept["quote"])
        return ["", f"{kept['name'].replace('_', ' ')}: {first}"], quote
    if printed := PRINTED.match(line):
        said = printed["said"].replace("\\n", " ").strip()
        if not printed["end"] and len(printed["quote"]) == 3:
            return ["", said], printed["quote"]
        if printed["end"] and _is_said(said):
            return ["", said, ""], ""
    return None, ""


def _opened(rest: str, quote: str) -> tuple[list[str], str]:
    inside, closing, _ = rest.partition(quote)
    return [inside.strip().strip(DECORATION)], "" if closing else quote


def _is_said(text: str) -> bool:
    """Whether what is printed is a sentence, or announces some, and not the label of a figure."""
    words = re.findall(r"[^\W\d_]{2,}", text)
    ends = text[-1:] in ".!?…。"
    return (
        "{" not in text
        and "%d" not in text
        and (bool(ANNOUNCES.fullmatch(text)) or (ends and len(words) >= FEWEST_WORDS))
    )


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
