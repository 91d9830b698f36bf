"""The line of the student's file that a named bug is about, where it can be told.

The reference with the bug in it is laid beside the student's function, line by line, both in their order. The line that the
bug changed falls beside one of the student's, and that one is pointed at when no other would do almost as well. Where it
can't be told, the function itself is pointed at. A student's text is compared as words and never parsed: nothing in it can
be too deep, and no more of a function is read than `LINES`.
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
from autograder.worker.binding.sources import read_text

LINES: Final = 300  # of a function; what is longer is read so far
LINE_LENGTH: Final = 300
CALLED: Final = 4  # functions and classes of the same file that are read too
HANDS_ON: Final = 6  # a function of at most so many lines may leave its work to those
SHOWN: Final = 90  # characters of a line that a report shows
ALIKE: Final = 0.6  # of 1, from where on two lines may be the same statement
CLEAR: Final = 0.2  # by so much the best way to lay the texts together must beat every other for the line
FOLLOWING: Final = 3  # lines after a missing one, of which the first that is told counts

BOUND_TO: Final = re.compile(r"(?P<source>.+?)(?: cell (?P<cell>\d{1,6}))? line (?P<line>\d{1,7}) `.*`", re.DOTALL)
DEFINITION: Final = re.compile(r"(?:async def|def|class) (\w+)")
LONG_TEXT: Final = re.compile(r'("""|\'\'\').*?\1', re.DOTALL)
WORD: Final = re.compile(r"(?P<called>(?<=\.)[A-Za-z_]\w*|[A-Za-z_]\w*(?=\())|[A-Za-z_]\w*|[\d.]+(?:e-?\d+)?|[^\s\w]")
KEYWORDS: Final = frozenset(keyword.kwlist)

Words = Counter[tuple[str, float]]


@dataclass(frozen=True)
class Function:
    """A function or class of a submission as text. `place` is how a person finds its source, `line` where it begins."""

    place: str
    line: int
    lines: tuple[str, ...]


def find_functions(folder: Path, sources: Collection[str], bound_to: str) -> tuple[Function, ...]:
    """The function or class that a binding names, such as 'hw1.py line 12 `train`'; after a short one those that it mentions.

    Texts end where their indentation does. None where the binding names no line of the submission's `sources` in
    `folder`; what it says came out of the sandbox, so it may say anything.
    """
    found = BOUND_TO.fullmatch(bound_to)
    if found is None or found["source"] not in sources:
        return ()
    cell = int(found["cell"]) if found["cell"] else None
    place = f"{found['source']} cell {cell}" if cell else found["source"]
    lines = read_text(folder, found["source"], cell).split("\n")
    start = int(found["line"]) - 1
    if not 0 <= start < len(lines):
        return ()
    function = _function(place, lines, start)
    if sum(bool(line.strip()) for line in _code(function.lines)) > HANDS_ON:
        return (function,)
    mentioned = {word for line in function.lines for word in re.findall(r"\w+", line)}
    others = (
        _function(place, lines, index)
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
    """'hw1.py line 17: loss.backward()', the line that the bug is about; 'before line 17' for what is missing there.

    `functions` are the one that has the bug, and others that it calls. Where no line can be told, it is the first one's
    beginning.
    """
    wrong, targets, missing = _wrong_version(bug, library)
    for target in targets:
        told = [
            (function, index) for function in functions if (index := _beside(wrong, target, function.lines)) is not None
        ]
        if len(told) == 1:
            ((function, index),) = told
            return _told(function, index, "before " if missing else "")
    return _told(functions[0], 0)


def _told(function: Function, index: int, before: str = "") -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in function.lines[index].strip())
    if len(shown) > SHOWN:
        shown = f"{shown[:SHOWN]}…"
    return f"{function.place} {before}line {function.line + index}: {shown}"


def _wrong_version(bug: Bug, library: BugLibrary) -> tuple[list[str], Sequence[int], bool]:
    """The function's lines with the bug in them; which of them to look for, the first best; whether something is missing
    before these."""
    right, wrong = ([line for line in _code(text.split("\n")) if line.strip()] for text in library.function_texts(bug))
    changes = [
        (kind, first, last)
        for kind, _, _, first, last in difflib.SequenceMatcher(None, right, wrong, autojunk=False).get_opcodes()
        if kind != "equal"
    ]
    # What is there and wrong tells more than the place from which something was taken.
    kind, first, _ = next((change for change in changes if change[2] > change[1]), changes[0])
    if kind == "delete":
        return wrong, range(first, min(first + FOLLOWING, len(wrong))), True
    return wrong, [first], False


def _beside(wrong: Sequence[str], target: int, student: Sequence[str]) -> int | None:
    """The student's line beside `wrong[target]`, where one is clearly the best."""
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
    """How well all rows can be laid beside the first 0, 1, … columns, both in their order: the sum of what is alike."""
    sums = [0.0] * (columns + 1)
    for row in alike:
        line = [0.0]
        for column, value in enumerate(row):
            matched = sums[column] + value if value >= ALIKE else 0.0
            line.append(max(line[-1], sums[column + 1], matched))
        sums = line
    return sums


def _words_of(lines: Sequence[str]) -> list[Words]:
    """The words of each line with their weights. A parameter counts by its place, whatever its name; what is called, and
    what is asked of an object, tells most; names of variables tell little."""
    parameters = {name: f"parameter {index}" for index, name in enumerate(_parameters(lines))}
    # A line of brackets alone is no statement to point at.
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
    """The names in the brackets after `def`, without their types and defaults."""
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
    """How much two lines have in common, from 0 to 1: Dice's coefficient of their weighted words."""
    whole = sum(weight * count for words in (one, other) for (_, weight), count in words.items())
    common = sum(weight * count for (_, weight), count in (one & other).items())
    return 2 * common / whole if whole else 0.0


def _code(lines: Sequence[str]) -> list[str]:
    """The lines with docstrings and comments left out, none of them moved."""
    text = LONG_TEXT.sub(lambda found: "\n" * found.group().count("\n"), "\n".join(lines))
    return [line.partition("#")[0] for line in text.split("\n")]


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
