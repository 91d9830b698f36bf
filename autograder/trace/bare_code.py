"""Code without its comments and docstrings."""

from __future__ import annotations

import io
import re
import tokenize
from typing import Final

BEGINS_A_STATEMENT: Final = frozenset(
    {tokenize.NEWLINE, tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}
)
COMMENT_LINE: Final = re.compile(r"^\s*#.*$", re.MULTILINE)


def bare_code(text: str) -> str:
    """The code of a script or cell with its comments and docstrings blanked out, line by line. If it can't be parsed as Python,
    such as a cell with a shell command, only lines that are comments are blanked out."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, tokenize.TokenError, ValueError, RecursionError, MemoryError):
        return COMMENT_LINE.sub("", text)
    lines = [list(line) for line in text.splitlines()]
    before = tokenize.NEWLINE
    for place, token in enumerate(tokens):
        ends = tokens[place + 1].type in (tokenize.NEWLINE, tokenize.ENDMARKER) if place + 1 < len(tokens) else True
        if token.type == tokenize.COMMENT or (token.type == tokenize.STRING and before in BEGINS_A_STATEMENT and ends):
            _blank(lines, token.start, token.end)
        before = before if token.type == tokenize.COMMENT else token.type
    return "\n".join("".join(line) for line in lines)


def _blank(lines: list[list[str]], start: tuple[int, int], end: tuple[int, int]) -> None:
    for number in range(start[0], end[0] + 1):
        line = lines[number - 1]
        first = start[1] if number == start[0] else 0
        last = end[1] if number == end[0] else len(line)
        line[first:last] = " " * (last - first)
