"""Explains syntax errors to the author of the code: a parser names the line where it gave up, often not the one to fix."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

# (match of the message, its line) -> the line to look at, and what is wrong
Words = Callable[[re.Match[str], int], tuple[int, str]]


def _never_closed(found: re.Match[str], line: int) -> tuple[int, str]:
    return line, f"the bracket `{found[1]}` that is opened in line {line} is never closed"


def _other_bracket(found: re.Match[str], line: int) -> tuple[int, str]:
    closing, opening, opened = found[1], found[2], int(found[3] or line)
    if opened == line:
        return line, f"in line {line}, the bracket `{opening}` is closed by `{closing}`"
    return opened, f"the bracket `{opening}` that is opened in line {opened} is never closed"


def _no_block(found: re.Match[str], line: int) -> tuple[int, str]:
    what = found[1].replace("'", "`").removesuffix(" statement")
    return int(found[2]), f"the {what} in line {found[2]} has no indented line below it"


KNOWN: Final[tuple[tuple[re.Pattern[str], Words], ...]] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"'(.)' was never closed", _never_closed),
        (r"closing parenthesis '(.)' does not match opening parenthesis '(.)'(?: on line (\d+))?", _other_bracket),
        (r"unmatched '(.)'", lambda found, line: (line, f"line {line} closes a bracket `{found[1]}` that was not opened")),
        (
            r"unterminated (?:f-string|triple-quoted|string)",
            lambda found, line: (line, f"the text in quotes that begins in line {line} has no closing quotation mark"),
        ),
        (r"expected an indented block after (.+?) on line (\d+)", _no_block),
        (r"expected ':'", lambda found, line: (line, f"line {line} lacks a colon")),
        (r"unexpected indent", lambda found, line: (line, f"line {line} is indented further than the line above it")),
        (
            r"unindent does not match",
            lambda found, line: (line, f"line {line} is indented as far as no line above it"),
        ),
        (
            r"inconsistent use of tabs",
            lambda found, line: (line, f"line {line} is indented with tabs, and others with spaces"),
        ),
        (
            r"invalid syntax\. Perhaps you forgot a comma",
            lambda found, line: (line, f"a comma or an operator is missing in line {line}"),
        ),
        (r"invalid syntax$", lambda found, line: (line, f"Python does not understand line {line}")),
    )
)  # fmt: skip
ASSIGNED: Final = re.compile(r"^[ \t]*([\w, \t]+?)(?:[ \t]*:[^=\n]+)?[ \t]*=(?!=)", re.MULTILINE)
DEFINED: Final = re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)", re.MULTILINE)
IMPORTED: Final = re.compile(r"^[ \t]*(?:from[ \t]+[\w.]+[ \t]+)?import[ \t]+(.+)$", re.MULTILINE)
COMMENT: Final = re.compile(r"(^|\s)#.*$", re.MULTILINE)
LONGEST: Final = 200_000  # characters that are searched for names


def in_words(error: SyntaxError) -> tuple[int, str]:
    """The line to look at (0 if unknown), and what is wrong there, such as "the bracket `(` that is opened in line 2 is never
    closed"."""
    line, message = error.lineno or 0, error.msg or ""
    for pattern, words in KNOWN if line else ():
        if found := pattern.match(message):
            return words(found, line)
    return line, f"line {line}: {message}" if line else message


def without_comments(text: str) -> str:
    """Code that can't be parsed, without what looks like a comment."""
    return COMMENT.sub("", text[:LONGEST])


def names_in(text: str) -> frozenset[str]:
    """The names that unparsable code would bind, as far as its lines show."""
    text = without_comments(text)
    names = set(DEFINED.findall(text))
    for found in ASSIGNED.finditer(text):
        names |= set(re.findall(r"\w+", found[1]))
    for found in IMPORTED.finditer(text):
        names |= {words[-1] for each in found[1].split(",") if (words := re.findall(r"\w+", each))}
    return frozenset(names)
