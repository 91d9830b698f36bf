"""Which part of the assignment a passage belongs to: by what is copied above it, by the headings, else by the words in it.

Parts are told by what any assignment has: an id such as '2A', a number and a letter that headings give ('Problem 2',
'Teil A', '2.1'), the title, and the rubric's keywords and words. No word of one language is needed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from autograder.handed_in.headings import CONCLUDES, OF_ANY_PART, is_for_no_part
from autograder.handed_in.part_names import LONGEST_HEADING, NUMBERED_LETTER, Names, problem_of
from autograder.handed_in.passages import Passage
from autograder.rubric import Part

LONGEST_LABEL: Final = 40  # characters before the colon of 'Optimizers: Adam was …'
OPENING: Final = 28  # characters in which a line without marks has to give number and letter
LONGEST_READ: Final = 3_000  # characters of a passage in which words are looked for
SAME_PROBLEM: Final = 1.0  # what a heading that gives the problem alone adds for its parts
AS_BEFORE: Final = 1.0  # what the part of the section before, or of the code before, adds
LABELLED: Final = 3.0  # what a label before the text adds
LABEL: Final = re.compile(rf"^\W*([^:.!?\n]{{2,{LONGEST_LABEL}}}?)(?::|\.|\)| [–—-])\s+(?=\S)")


@dataclass(frozen=True)
class Placed:
    """A passage with the id of the part that it belongs to; empty where that can't be told.

    `sure`: a heading above it says so, and not only its words.
    """

    part: str
    passage: Passage
    sure: bool = False


@dataclass
class _Section:
    """What the headings read so far say."""

    number: int = 0  # among the file's sections
    problem: str = ""
    part: str = ""
    sure: bool = False  # the part was named by number and letter, not by words
    level: int = 0
    doubtful: bool = False  # a heading that names nothing has come since
    closed: int = 0  # the level of a heading under which no part is, as 'References'; 0: there is none


def place(
    passages: Iterable[Passage], parts: Sequence[Part], asked_for: Callable[[str], str] = lambda text: ""
) -> list[Placed]:
    """Tell each passage's part, file by file. A heading reaches to the next one that names a part or a problem.

    Short lines count as headings in texts without marks for them, and so does the first line of a comment, where they give
    a number and a letter; and so does what is copied from the assignment, of which `asked_for` tells the part. What stands
    under no heading goes where its own words point, else to where the passage before it went.
    """
    names = Names(parts)
    found: list[Placed] = []
    by_file: dict[str, list[Passage]] = {}
    for passage in passages:
        by_file.setdefault(passage.file, []).append(passage)
    for file, own in by_file.items():
        found += _with_headings(list(_in_file(file, own, names, asked_for)))
    return found


def _with_headings(placed: list[Placed]) -> list[Placed]:
    """A heading that names no part goes with the text below it: 'Findings' may announce an answer."""
    following = ""
    for index in range(len(placed) - 1, -1, -1):
        each = placed[index]
        if each.passage.kind in ("text", "asked"):
            following = each.part
        elif each.passage.kind == "heading":
            if following and not each.part and OF_ANY_PART.search(each.passage.text):
                placed[index] = replace(each, part=following)
            following = ""
    return placed


def _in_file(file: str, passages: Sequence[Passage], names: Names, asked_for: Callable[[str], str]) -> Iterator[Placed]:
    stem = re.sub(r"[\W_]+", " ", PurePosixPath(file).stem)
    problem, part, sure = names.read(re.sub(r"(?<=[^\W\d])(?=\d)", " ", stem), "", own_numbers=False)
    section = _Section(problem=problem, part=part, sure=sure)
    own_numbers = names.has_own_numbers(passages)
    one_for_all = sum(each.kind == "heading" and bool(CONCLUDES.match(each.text)) for each in passages) == 1
    words = _ByWords(names)
    for passage in passages:
        if passage.kind == "asked":
            if (part := asked_for(passage.text)) and part != section.part:
                section = _Section(section.number + 1, problem_of(part), part, sure=True, level=section.level)
        elif passage.kind == "heading":
            if one_for_all and CONCLUDES.match(passage.text) and 0 < passage.level <= section.level:
                section.closed = passage.level  # of the whole document
            else:
                _enter(section, passage, names, own_numbers)
            if (part := asked_for(passage.text)) and not section.closed:
                section.part, section.problem, section.sure, section.doubtful = part, problem_of(part), True, False
        elif part := _numbered(passage, names):
            section = _Section(section.number + 1, problem_of(part), part, sure=True, level=section.level)
        elif line := _possible_heading(passage):
            problem, part = names.explicit(line, section.problem)
            if part or (problem and problem != section.problem):
                section = _Section(section.number + 1, problem, part, sure=True, level=section.level)
        yield words.placed(passage, section)


def _enter(section: _Section, heading: Passage, names: Names, own_numbers: bool) -> None:
    """Note what a heading says. Words alone don't lead out of a part that was named by number and letter, unless the
    heading is as high as that: 'ReLU activations' may be a section of any part."""
    section.number += 1
    level = heading.level
    problem, part, sure = names.read(heading.text, section.problem, own_numbers=own_numbers)
    higher = 0 < level < section.level
    if section.closed and (part or 0 < level <= section.closed):
        section.closed = 0
    if not part and is_for_no_part(heading.text):
        section.closed = level or 6
        return
    if part and not sure and section.sure and section.part and not section.doubtful and not 0 < level <= section.level:
        return
    if part or (problem and (problem != section.problem or higher)):
        section.problem, section.part, section.sure, section.level = problem, part, sure, level
        section.doubtful = False
    elif higher:  # a chapter that names nothing, such as 'Conclusion'
        section.part, section.sure, section.level, section.doubtful = "", False, level, False
    elif section.part and 0 < level == section.level and not OF_ANY_PART.search(heading.text):
        speaks_for = names.cues.scores(heading.text)
        if speaks_for and section.part not in speaks_for:  # of several parts, but not of that one
            section.part, section.problem, section.sure = "", "", False
        else:
            section.doubtful = True


def _numbered(passage: Passage, names: Names) -> str:
    """The part that a label with number and letter gives the text after it: '2C: Dropout …', 'ad 2c) …'."""
    label = LABEL.match(passage.text) if passage.kind in ("text", "comment") else None
    numbered = NUMBERED_LETTER.search(label[1]) if label else None
    if not label or not numbered or len(label[1][: numbered.start()].split()) > 1:
        return ""
    return names.explicit(label[1], "")[1]


def _possible_heading(passage: Passage) -> str:
    short = len(passage.text) <= LONGEST_HEADING and not passage.text.endswith((".", ",", ";"))
    return passage.text[:OPENING] if passage.kind in ("text", "comment") and short else ""


class _ByWords:
    """Places the passages of a file where headings don't, one after the other."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._section = -1  # the number of the section that the rest is about
        self._text = ""  # the part of the text before
        self._code = ""  # the part of the code, table or output before
        self._cell = ""  # where that stands
        self._scores: dict[str, float] = {}  # of all code and output there

    def placed(self, passage: Passage, section: _Section) -> Placed:
        if passage.kind == "heading":
            if section.number != self._section:
                self._section, self._text = section.number, ""
                self._code = section.part
            return Placed("" if section.closed else section.part, passage, section.sure)
        if passage.kind in ("text", "comment", "asked"):
            return self._prose(passage, section)
        if section.part and not section.doubtful:
            self._code = section.part
            return Placed(section.part, passage, section.sure)
        return Placed(self._by_cell(passage, section), passage)

    def _prose(self, passage: Passage, section: _Section) -> Placed:
        if section.closed:
            return Placed("", passage)
        if section.part and not section.doubtful:
            return Placed(section.part, passage, section.sure or passage.kind == "text")
        scores = self._names.cues.scores(passage.text[:LONGEST_READ])
        if passage.kind == "comment" and passage.where.startswith("cell "):
            self._add_to_cell(passage, scores)
        own = dict(scores)
        for part in self._names.of_problem(section.problem):
            scores[part] = scores.get(part, 0.0) + SAME_PROBLEM
        for part in {section.part, self._code} - {""}:
            scores[part] = scores.get(part, 0.0) + AS_BEFORE
        for part in self._labelled(passage.text, section.problem):
            scores[part] = scores.get(part, 0.0) + LABELLED
        part = self._names.cues.clear(scores)
        if not part and not own and self._text:
            part = self._text  # it goes on about the same
        if not part and not any(own.values()):
            part = section.part or (self._code if passage.kind == "comment" else "")
        self._text = part
        return Placed(part, passage)

    def _labelled(self, text: str, problem: str) -> list[str]:
        label = LABEL.match(text)
        if not label:
            return []
        _, part = self._names.explicit(label[1], problem)
        likely = part or self._names.cues.heading(label[1])
        return [likely] if likely else []

    def _add_to_cell(self, passage: Passage, scores: Mapping[str, float]) -> None:
        if passage.where != self._cell or not passage.where.startswith("cell "):
            self._cell, self._scores = passage.where, {}
        for part, score in scores.items():
            self._scores[part] = max(self._scores.get(part, 0.0), score)

    def _by_cell(self, passage: Passage, section: _Section) -> str:
        """The part of code, or of what it printed, by all that stands in its cell."""
        self._add_to_cell(passage, self._names.cues.scores(passage.text[:LONGEST_READ]))
        scores = dict(self._scores)
        for part in (*self._names.of_problem(section.problem), *filter(None, [section.part])):
            scores[part] = scores.get(part, 0.0) + SAME_PROBLEM
        self._text = ""
        self._code = self._names.cues.clear(scores) or section.part or self._code
        return self._code
