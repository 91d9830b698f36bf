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
from autograder.handed_in.openings import LABEL, divided, part_of_label, part_referred_to, topic
from autograder.handed_in.part_names import LONGEST_HEADING, Names, problem_of
from autograder.handed_in.passages import Passage
from autograder.rubric import Part

OPENING: Final = 28  # characters in which a line without marks has to give number and letter
LONGEST_READ: Final = 3_000  # characters of a passage in which words are looked for
SAME_PROBLEM: Final = 1.0  # what a heading that gives the problem alone adds for its parts
AS_BEFORE: Final = 1.0  # what the part of the section before, or of the code before, adds
LABELLED: Final = 3.0  # what a label before the text adds
LOWEST: Final = 6  # level of headings
# A line of text that can only be a heading.
TITLE: Final = re.compile(r"\W*[^\W\d_][\w-]*(?: [\w-]+){0,3}:?")
TOPIC: Final = 1.0  # what a beginning such as 'Next the gradients …' adds


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
    referred: bool = False  # no heading gave the part, but the text itself
    likely: tuple[str, ...] = ()  # the parts of which the heading has words, where it names none
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
    for passage in _pieces(passages, names):
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
        elif part := _said_of(passage, names, section):
            referred = not section.sure or section.referred
            section = _Section(section.number + 1, problem_of(part), part, True, section.level, referred=referred)
        elif line := _possible_heading(passage):
            problem, part = names.explicit(line, section.problem)
            if part or (problem and problem != section.problem):
                section = _Section(section.number + 1, problem, part, sure=True, level=section.level)
            elif TITLE.fullmatch(passage.text) and (section.closed or not section.sure):
                section.closed = LOWEST if is_for_no_part(passage.text) else 0
        yield words.placed(passage, section)


def _enter(section: _Section, heading: Passage, names: Names, own_numbers: bool) -> None:
    """Note what a heading says. Words alone don't lead out of a part that was named by number and letter, unless the
    heading is as high as that: 'ReLU activations' may be a section of any part."""
    section.number += 1
    level = heading.level
    problem, part, sure = names.read(heading.text, section.problem, own_numbers=own_numbers)
    higher = 0 < level < section.level
    speaks_for = names.cues.scores(heading.text)
    section.referred = False
    section.likely = () if part else tuple(speaks_for)
    if section.closed and (part or 0 < level <= section.closed):
        section.closed = 0
    if not part and is_for_no_part(heading.text):
        section.closed = level or LOWEST
        return
    if part and not sure and section.sure and section.part and not section.doubtful and not 0 < level <= section.level:
        return
    if part or (problem and (problem != section.problem or higher)):
        section.problem, section.part, section.sure, section.level = problem, part, sure, level
        section.doubtful = False
    elif higher:  # a chapter that names nothing, such as 'Conclusion'
        section.part, section.sure, section.level, section.doubtful = "", False, level, False
    elif section.part and 0 < level == section.level:
        if speaks_for and section.part not in speaks_for:  # of several parts, but not of that one
            section.part, section.problem, section.sure = "", "", False
        elif not OF_ANY_PART.search(heading.text):
            section.doubtful = True


def _said_of(passage: Passage, names: Names, section: _Section) -> str:
    """The part that a passage's first words name. What only refers to a part leads out of none that a heading gave."""
    if passage.kind not in ("text", "comment"):
        return ""
    if part := part_of_label(passage.text, names, section.problem):
        return part
    within = bool(section.part) and section.sure and not section.referred
    return "" if within or section.closed else part_referred_to(passage.text, names)


def _pieces(passages: Iterable[Passage], names: Names) -> Iterator[Passage]:
    """The passages, and those apart in which a paragraph goes through several parts."""
    for passage in passages:
        pieces = list(divided(passage.text, names)) if passage.kind in ("text", "comment") else [passage.text]
        yield from [passage] if len(pieces) == 1 else (replace(passage, text=piece) for piece in pieces)


def _possible_heading(passage: Passage) -> str:
    short = len(passage.text) <= LONGEST_HEADING and not passage.text.endswith((".", ",", ";"))
    aside = re.fullmatch(r"\([^()]*\)", passage.text)  # '(done before Problem 2)'
    return passage.text[:OPENING] if passage.kind in ("text", "comment") and short and not aside else ""


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
        for part in section.likely:
            scores[part] = scores.get(part, 0.0) + SAME_PROBLEM
        for part in self._labelled(passage.text, section.problem):
            scores[part] = scores.get(part, 0.0) + LABELLED
        about = topic(passage.text)
        if likely := self._names.cues.heading(about):
            scores[likely] = scores.get(likely, 0.0) + TOPIC
        part = self._names.cues.clear(scores)
        if not part and not about and self._text and own.get(self._text, 0.0) >= max(own.values(), default=0.0):
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
