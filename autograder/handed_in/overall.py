"""What a document says about the whole and not one part: its title, and one discussion of all parts after their results."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from autograder.handed_in.headings import CONCLUDES, SAYS_RESULTS, has_a_subject
from autograder.handed_in.part_names import LONGEST_HEADING, Names
from autograder.handed_in.passages import Passage
from autograder.handed_in.sentences import sentences

ANSWERS: Final = re.compile(
    r"\W*(?:\d+\.?\s+)?(?:(?:written|my|short)\s+)?answers?(?: to the questions)?\W*", re.IGNORECASE
)
FEWEST_PARTS: Final = 3  # parts that a discussion of all must cover, besides the one before it
LONGEST_READ: Final = 3_000  # characters of a paragraph in which words are looked for


def title_of_all(passages: Sequence[Passage], names: Names) -> Passage | None:
    """The first heading, if it names no number and has words of several problems: 'MLPs, optimizers and CNNs'."""
    first = next((each for each in passages if each.kind == "heading"), None)
    return first if first and names.speaks_for_several_problems(first.text) else None


def discussion_of_all(passages: Sequence[Passage], names: Names) -> Passage | None:
    """The heading of a document's only discussion, if it is no lower than those of the parts, comes after those of all parts that
    it covers, and is clearly about at least three besides the one before it."""
    headings = [index for index, each in enumerate(passages) if each.kind == "heading"]
    called_so = [index for index in headings if _discusses(passages[index].text)]
    if len(called_so) != 1:
        return None
    at = called_so[0]
    named = [(index, part) for index in headings if (part := _part_named(passages[index].text, names))]
    if named and passages[at].level > max(passages[index].level for index, _ in named):
        return None
    end = next((index for index in headings if index > at), len(passages))
    about = _clearly_about([each.text for each in passages[at + 1 : end] if each.kind == "text"], names)
    before = [part for index, part in named if index < at]
    behind = {part for index, part in named if index > at}
    return passages[at] if len(about.difference(before[-1:])) >= FEWEST_PARTS and not about & behind else None


def _part_named(heading: str, names: Names) -> str:
    return names.explicit(heading[:LONGEST_HEADING], "")[1] or names.cues.heading(heading[:LONGEST_HEADING])


def _clearly_about(texts: Sequence[str], names: Names) -> set[str]:
    """The parts that paragraphs are clearly about, or sentences if there is one paragraph."""
    pieces = sentences(texts[0]) if len(texts) == 1 else texts
    return set(filter(None, (names.cues.clear(names.cues.scores(each[:LONGEST_READ])) for each in pieces)))


def _discusses(heading: str) -> bool:
    if CONCLUDES.match(heading):
        return False
    return bool(ANSWERS.fullmatch(heading)) or (bool(SAYS_RESULTS.search(heading)) and not has_a_subject(heading))
