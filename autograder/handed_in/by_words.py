"""Which part a passage belongs to where no heading says it: by its words, and by what stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from autograder.handed_in.openings import LABEL, topic
from autograder.handed_in.part_names import Names
from autograder.handed_in.passages import Passage
from autograder.handed_in.sections import Placed, Section

LONGEST_READ: Final = 3_000  # characters of a passage in which words are looked for
SAME_PROBLEM: Final = 1.0  # what a heading that gives the problem alone adds for its parts
AS_BEFORE: Final = 1.0  # what the part of the section before, or of the code before, adds
LABELLED: Final = 3.0  # what a label before the text adds
TOPIC: Final = 1.0  # what a beginning such as 'Next the gradients …' adds


class ByWords:
    """Places the passages of a file where headings don't, one after the other."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._section = -1  # the number of the section that the rest is about
        self._text = ""  # the part of the text before
        self._code = ""  # the part of the code, table or output before
        self._cell = ""  # where that stands
        self._doubtful = False  # at the last heading
        self._scores: dict[str, float] = {}  # of all code and output there

    def placed(self, passage: Passage, section: Section) -> Placed:
        if passage.kind == "heading":
            if section.number != self._section:
                self._section, self._text = section.number, ""
                if not (
                    section.doubtful and self._doubtful
                ):  # what its code is about tells more than the last part named
                    self._code = section.part
                self._doubtful = section.doubtful
            return Placed("" if section.closed else section.part, passage, section.sure)
        if passage.kind in ("text", "comment", "asked"):
            return self._prose(passage, section)
        if section.part and not section.doubtful:
            self._code = section.part
            return Placed(section.part, passage, section.sure)
        return Placed(self._by_cell(passage, section), passage)

    def _prose(self, passage: Passage, section: Section) -> Placed:
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
        before = section.part or self._code
        if not part and not about and own.get(before, 0.0) >= max(own.values(), default=0.0) > 0:
            part = before  # what it says is as much about that as about others
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

    def _by_cell(self, passage: Passage, section: Section) -> str:
        """The part of code, or of what it printed, by all that stands in its cell."""
        self._add_to_cell(passage, self._names.cues.scores(passage.text[:LONGEST_READ]))
        scores = dict(self._scores)
        for part in (*self._names.of_problem(section.problem), *filter(None, [section.part])):
            scores[part] = scores.get(part, 0.0) + SAME_PROBLEM
        self._text = ""
        self._code = self._names.cues.clear(scores) or section.part or self._code
        return self._code
