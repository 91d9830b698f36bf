"""Which part of the assignment a passage belongs to: by the headings above it, else by the words around it.

Parts are told by what any assignment has: an id such as '2A', a number and a letter that headings give ('Problem 2',
'Teil A', '2.1'), the title, and the rubric's keywords. No word of one language is needed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from autograder.handed_in.passages import Passage
from autograder.rubric import Part

LONGEST_HEADING: Final = 120  # characters of a line that may be one
OPENING: Final = 28  # characters in which a line without marks has to give number and letter
NUMBERED_LETTER: Final = re.compile(
    r"(?<![\w.])(\d)\s?[.\-–]?\s?(?:\(([a-zA-Z])\)|([A-Z])(?!\w)|(?<=\d|\.|-)([a-z])(?!\w))"
)
LETTER: Final = re.compile(
    r"([^\W\d]{3,})\s+(?:\(([a-zA-Z])\)|([A-Z])\b|([a-z])\))"
)  # 'Part B', 'Teil b)', 'Partie (b)'
LEADING_LETTER: Final = re.compile(r"^\W*(?:\(([a-zA-Z])\)|([a-zA-Z])\))")  # '(b) ...', 'b) ...'
NUMBER: Final = re.compile(r"([^\W\d]{3,})\s*#?\s*(\d)\b(?!\s?[.,]\s?\d)")  # 'Problem 2', 'Aufgabe 2:'
LEADING_NUMBER: Final = re.compile(r"^\W*(\d)[.):]?\s+[^\W\d]")  # '2 Optimization'
DECIMAL: Final = re.compile(r"^\W*(\d)\.(\d)\b")  # '1.2 ...'
# Things that have a letter or a number of their own.
OTHER_THINGS: Final = frozenset(
    "figure fig table tab cell epoch layer step model cnn net network architecture variant version option class plot experiment "
    "appendix conv dense run seed case abbildung abb tabelle modell netz anhang schritt homework assignment exercise_sheet "
    "hausaufgabe übungsblatt blatt week chapter lecture deep filter image sample".split()
)


@dataclass(frozen=True)
class Placed:
    """A passage with the id of the part that it belongs to; empty where that can't be told."""

    part: str
    passage: Passage


@dataclass
class _Section:
    """What the headings read so far say."""

    problem: str = ""
    part: str = ""
    sure: bool = False  # the part was named by number and letter, not by words
    level: int = 0


def place(passages: Iterable[Passage], parts: Sequence[Part]) -> list[Placed]:
    """Tell each passage's part, file by file. A heading reaches to the next one that names a part or a problem.

    Short lines count as headings in texts without marks for them, and so does the first line of a comment, where they give
    a number and a letter. What stands under no heading goes where the words of its cell or paragraph point, else to
    where the passage before it went by its words.
    """
    names = Names(parts)
    found: list[Placed] = []
    section, file = _Section(), ""
    for passage in passages:
        if passage.file != file:
            file = passage.file
            stem = re.sub(r"[\W_]+", " ", PurePosixPath(file).stem)
            section = _Section(*names.read(re.sub(r"(?<=[^\W\d])(?=\d)", " ", stem), ""))
        if passage.kind == "heading":
            _enter(section, passage, names)
        elif line := _possible_heading(passage):
            problem, part = names.explicit(line, section.problem)
            if part or (problem and problem != section.problem):
                section = _Section(problem, part, sure=True)
        found.append(Placed(section.part, passage))
    return _by_words(found, names)


def _enter(section: _Section, heading: Passage, names: Names) -> None:
    """Note what a heading says. Words alone don't lead out of a part that was named by number and letter, unless the
    heading is as high as that: 'ReLU activations' may be a section of any part."""
    problem, part, sure = names.read(heading.text, section.problem)
    higher = 0 < heading.level < section.level
    if part and not sure and section.sure and section.part and not 0 < heading.level <= section.level:
        return
    if part or (problem and (problem != section.problem or higher)):
        section.problem, section.part, section.sure, section.level = problem, part, sure, heading.level
    elif higher:  # a chapter that names nothing, such as 'Conclusion'
        section.part, section.sure, section.level = "", False, heading.level


def _possible_heading(passage: Passage) -> str:
    short = len(passage.text) <= LONGEST_HEADING and not passage.text.endswith((".", ",", ";"))
    return passage.text[:OPENING] if passage.kind in ("text", "comment") and short else ""


class Names:
    """What parts are called: ids, numbers and letters, titles, keywords."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._ids = {part.id.casefold(): part.id for part in parts}
        self._worded = {  # ids without a number: 'Bonus', 'Bonus: ...', 'Part A'
            part.id: re.compile(rf"\W*(?:[^\W\d]{{3,}}\s+)?{re.escape(part.id)}\s*(?:$|[^\w\s])", re.IGNORECASE)
            for part in parts
            if not part.id[0].isdigit()
        }
        self._problems = {id[0] for id in self._ids if id[0].isdigit()}
        self._words = {part.id: [_word(word) for word in (part.title, *part.keywords)] for part in parts}

    def read(self, heading: str, problem: str) -> tuple[str, str, bool]:
        """The problem's number and the part's id that a heading names, each empty where it names none.

        `problem` is the number that earlier headings gave. Last comes whether the heading gives the part by number and letter.
        """
        heading = heading[:LONGEST_HEADING]
        number, part = self.explicit(heading, problem)
        if part:
            return number, part, True
        leading = LEADING_NUMBER.match(heading)
        if not number and leading and leading[1] in self._problems:
            number = leading[1]
        likely = self.likeliest(heading, number or problem) or ("" if number else self.likeliest(heading))
        if likely:
            return _problem_of(likely) or number, likely, False
        decimal = DECIMAL.match(heading)
        if decimal and not number and (part := self._id(decimal[1], chr(ord("a") + int(decimal[2]) - 1))):
            return decimal[1], part, True
        return number, "", bool(number)

    def explicit(self, line: str, problem: str) -> tuple[str, str]:
        """The same, where the line itself gives a number, or a letter within `problem`."""
        for match in NUMBERED_LETTER.finditer(line):
            letter = match[2] or match[3] or match[4]
            before = line[: match.start()].split()
            if before and before[-1].casefold().strip(".:(") in OTHER_THINGS:
                continue
            if part := self._id(match[1], letter):
                return match[1], part
        for id, pattern in self._worded.items():
            if pattern.match(line):
                return "", id
        number = next((n for n in map(self._number, NUMBER.finditer(line)) if n), "")
        decimal = DECIMAL.match(line)
        within = number or (decimal[1] if decimal and decimal[1] in self._problems else "") or problem
        letters = [m[2] or m[3] or m[4] for m in LETTER.finditer(line) if m[1].casefold() not in OTHER_THINGS]
        leading = LEADING_LETTER.match(line)
        for letter in (*letters, *([leading[1] or leading[2]] if leading else [])):
            if within and (part := self._id(within, letter)):
                return within, part
        return number, ""

    def likeliest(self, text: str, problem: str = "") -> str:
        """The part whose keywords the text holds most of; empty for none, or where two are alike."""
        scores = {
            id: sum(bool(word.search(text)) for word in words)
            for id, words in self._words.items()
            if not problem or _problem_of(id) == problem
        }
        best = max(scores.values(), default=0)
        leading = [id for id, score in scores.items() if score == best]
        return leading[0] if best and len(leading) == 1 else ""

    def _number(self, match: re.Match[str]) -> str:
        return match[2] if match[2] in self._problems and match[1].casefold() not in OTHER_THINGS else ""

    def _id(self, number: str, letter: str) -> str:
        return self._ids.get(f"{number}{letter}".casefold(), "")


def _by_words(found: list[Placed], names: Names) -> list[Placed]:
    """Place what stands under no heading by the words of the cell, page or paragraph that it comes from."""
    texts: dict[str, list[str]] = {}
    for each in found:
        if not each.part and each.passage.kind != "printed":
            texts.setdefault(_unit(each.passage), []).append(each.passage.text[:5000])
    guessed = {unit: names.likeliest("\n".join(pieces)) for unit, pieces in texts.items()}
    placed: list[Placed] = []
    file, last = "", ""
    for each in found:
        if each.passage.file != file or each.part:
            file, last = each.passage.file, ""
        if not each.part:
            last = guessed.get(_unit(each.passage), "") or last
            each = replace(each, part=last)
        placed.append(each)
    return placed


def _unit(passage: Passage) -> str:
    """What is placed as one: a cell, or else the passage itself."""
    in_cell = passage.where.startswith("cell ")
    return passage.place if in_cell else f"{passage.place}\n{passage.kind}\n{passage.text[:200]}"


def _word(word: str) -> re.Pattern[str]:
    """A keyword, whatever its case and the blanks in it; it may go on ('regulariz' finds 'regularization')."""
    pieces = [re.escape(piece) for piece in re.split(r"[\s_-]+", word.strip()) if piece]
    return re.compile(r"(?<![^\W_])" + r"[\s_-]?".join(pieces), re.IGNORECASE)


def _problem_of(id: str) -> str:
    return id[0] if id[:1].isdigit() else ""
