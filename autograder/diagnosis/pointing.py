"""The line of the student's file that a named bug is about, if it can be determined.

The reference with the bug in it is aligned with the student's function, line by line, both in their order. The line that the
bug changed is aligned with one of the student's, which is pointed at if no other fits almost as well. If there is no such
line, the function itself is pointed at. A student's text is compared as words and never parsed, so nothing in it can be nested
too deeply, and at most `LINES` lines of a function are read.
"""

from __future__ import annotations

import difflib
import itertools
import keyword
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.diagnosis.bugs import Bug, BugLibrary
from autograder.results import bound_place
from autograder.worker.binding.sources import read_text

LINES: Final = 300  # of a function; the rest of a longer one is not read
LINE_LENGTH: Final = 300
CALLED: Final = 4  # functions and classes of the same file that are read too
HANDS_ON: Final = 6  # a function of at most this many lines may leave its work to those
SHOWN: Final = 90  # characters of a line that a report shows
ALIKE: Final = 0.6  # of 1; from this similarity on, two lines may be the same statement
CLEAR: Final = 0.2  # by which the best alignment must beat every other one for the line
FOLLOWING: Final = 3  # lines after a missing one that are tried; the first that is found counts

DEFINITION: Final = re.compile(r"(?:async def|def|class) (\w+)")
LONG_TEXT: Final = re.compile(r'("""|\'\'\').*?\1', re.DOTALL)
WORD: Final = re.compile(r"(?P<called>(?<=\.)[A-Za-z_]\w*|[A-Za-z_]\w*(?=\())|[A-Za-z_]\w*|[\d.]+(?:e-?\d+)?|[^\s\w]")
KEYWORDS: Final = frozenset(keyword.kwlist)

Words = Counter[tuple[str, float]]


@dataclass(frozen=True)
class Function:
    """A function or class of a submission as text. `place` is how a person finds its source, `line` is its first line there."""

    place: str
    line: int
    lines: tuple[str, ...]


def find_functions(folder: Path, sources: Collection[str], bound_to: str) -> tuple[Function, ...]:
    """The function or class that a binding names, such as 'hw1.py line 12 `train`'; if it is short, also those that it mentions.

    A text ends where its indentation does. Empty if the binding names no line of the submission's `sources` in `folder`; it
    came out of the sandbox, so it may say anything.
    """
    place = bound_place(bound_to)
    if place is None or place.source not in sources:
        return ()
    lines = read_text(folder, place.source, place.cell).split("\n")
    start = place.line - 1
    if not 0 <= start < len(lines):
        return ()
    function = _function(place.document, lines, start)
    if sum(bool(line.strip()) for line in _code(function.lines)) > HANDS_ON:
        return (function,)
    mentioned = {word for line in function.lines for word in re.findall(r"\w+", line)}
    others = (
        _function(place.document, lines, index)
        for index, line in enumerate(lines)
        if index != start and (name := DEFINITION.match(line)) and name[1] in mentioned
    )
    return (function, *itertools.islice(others, CALLED))


def _function(place: str, lines: Sequence[str], start: int) -> Function:
    end = start + 1
    while end < min(len(lines), start + LINES) and (
        not (stripped := lines[end].strip()) or _indent(lines[end]) > _indent(lines[start]) or stripped[0] in ")]}#"
    ):
        end += 1
    return Function(place, start + 1, tuple(line[:LINE_LENGTH] for line in lines[start:end]))


def where(bug: Bug, library: BugLibrary, functions: Sequence[Function]) -> str:
    """'hw1.py line 17: loss.backward()', the line that the bug is about; 'before line 17' if something is missing there.

    `functions` are the one that has the bug and others that it calls. If no line can be determined, it is the first line of the
    first one.
    """
    wrong, targets, missing = _wrong_version(bug, library)
    for target in targets:
        found = [
            (function, index)
            for function in functions
            if (index := _aligned_with(wrong, target, function.lines)) is not None
        ]
        if len(found) == 1:
            ((function, index),) = found
            return _in_words(function, index, "before " if missing else "")
    return _in_words(functions[0], 0)


def _in_words(function: Function, index: int, before: str = "") -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in function.lines[index].strip())
    if len(shown) > SHOWN:
        shown = f"{shown[:SHOWN]}…"
    return f"{function.place} {before}line {function.line + index}: {shown}"


def _wrong_version(bug: Bug, library: BugLibrary) -> tuple[list[str], Sequence[int], bool]:
    """The function's lines with the bug in them; the indices of those to look for, best first; whether something is missing
    before these."""
    right, wrong = ([line for line in _code(text.split("\n")) if line.strip()] for text in library.function_texts(bug))
    changes = [
        (kind, first, last)
        for kind, _, _, first, last in difflib.SequenceMatcher(None, right, wrong, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    # A line that is there and wrong says more than the place where one is missing.
    kind, first, _ = next((change for change in changes if change[2] > change[1]), changes[0])
    if kind == "delete":
        return wrong, range(first, min(first + FOLLOWING, len(wrong))), True
    return wrong, [first], False


def _aligned_with(wrong: Sequence[str], target: int, student: Sequence[str]) -> int | None:
    """The index of the student's line that is aligned with `wrong[target]`, if one is clearly the best."""
    ones, others = _words_of(wrong), _words_of(_code(student))
    alike = [[_alike(one, other) for other in others] for one in ones]
    above = _best_sums(alike[:target], len(others))
    below = _best_sums([row[::-1] for row in alike[:target:-1]], len(others))[::-1]
    with_line = sorted(
        (
            (above[index] + alike[target][index] + below[index + 1], index)
            for index in range(len(others))
            if alike[target][index] >= ALIKE
        ),
        reverse=True,
    )
    if not with_line:
        return None
    without = max(map(sum, zip(above, below, strict=True)))
    rival = max([without, *(total for total, _ in with_line[1:2])])
    total, index = with_line[0]
    return index if total - rival >= CLEAR else None


def _best_sums(alike: Sequence[Sequence[float]], columns: int) -> list[float]:
    """How well all rows can be aligned with the first 0, 1, … columns, both in their order: the largest sum of similarities."""
    sums = [0.0] * (columns + 1)
    for row in alike:
        line = [0.0]
        for column, value in enumerate(row):
            matched = sums[column] + value if value >= ALIKE else 0.0
            line.append(max(line[-1], sums[column + 1], matched))
        sums = line
    return sums


def _words_of(lines: Sequence[str]) -> list[Words]:
    """The words of each line with their weights. A parameter counts by its position, whatever its name; names that are called,
    and attributes, count most; names of variables count little."""
    parameters = {name: f"parameter {index}" for index, name in enumerate(_parameters(lines))}
    # A line of brackets alone is not a statement to point at.
    return [Counter(_weighted(line, parameters)) if re.search(r"\w", line) else Counter() for line in lines]


def _weighted(line: str, parameters: Mapping[str, str]) -> Iterator[tuple[str, float]]:
    for found in WORD.finditer(line):
        word = found.group()
        if word in parameters:
            yield parameters[word], 1.0
        elif found["called"] and word not in KEYWORDS:
            yield word, 3.0
        elif word in KEYWORDS or word[0].isdigit():
            yield word, 1.0
        elif word.isidentifier():
            yield word, 0.4
        else:
            yield word, 0.1 if word in "()[]{},.:;='\"" else 0.6


def _parameters(lines: Sequence[str]) -> Iterator[str]:
    """The names of the parameters after `def`, without their types and defaults."""
    head = " ".join(lines[:12])
    if not DEFINITION.match(head.strip()):
        return
    depth, expected = 0, False
    for found in WORD.finditer(head):
        word = found.group()
        depth += (word in "([{") - (word in ")]}")
        if depth == 0 and word in ")]}":
            return
        if expected and word.isidentifier():
            yield word
        expected = (depth == 1 and word in "(,") or (expected and word == "*")


def _alike(one: Words, other: Words) -> float:
    """The similarity of two lines, from 0 to 1: Dice's coefficient of their weighted words."""
    whole = sum(weight * count for words in (one, other) for (_, weight), count in words.items())
    common = sum(weight * count for (_, weight), count in (one & other).items())
    return 2 * common / whole if whole else 0.0


def _code(lines: Sequence[str]) -> list[str]:
    """The lines with docstrings and comments left out, each still at its index."""
    text = LONG_TEXT.sub(lambda found: "\n" * found.group().count("\n"), "\n".join(lines))
    return [line.partition("#")[0] for line in text.split("\n")]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
