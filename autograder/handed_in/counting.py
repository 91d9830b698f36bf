"""Answers numbered from 1 through the whole document: as many as the assignment has questions, in its order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from autograder.handed_in.part_names import COUNTED_HEADING, Names
from autograder.handed_in.passages import Passage

FEWEST_AGREEING: Final = 2  # answers whose words must speak for the part that the count gives


def parts_by_count(passages: Sequence[Passage], names: Names, questions: Sequence[str]) -> Mapping[str, str]:
    """The part for each number of 'Q1', 'Q2', …, if they match the `questions`, the parts that ask for a text.

    The last may be missing, as a bonus often is. Empty if the words of an answer speak for another part than its number.
    """
    by_number: dict[str, str] = {}
    words: dict[str, str] = {}
    for passage in passages:
        number = number_of(passage)
        if number and number in by_number:
            return {}
        if number:
            by_number[number] = questions[int(number) - 1] if int(number) <= len(questions) else ""
            words[number] = names.cues.clear(names.cues.scores(passage.text))
    in_order = list(by_number) == [str(number) for number in range(1, len(by_number) + 1)]
    whole = len(questions) - 1 <= len(by_number) <= len(questions)
    told = [(by_number[number], part) for number, part in words.items() if part]
    agree = all(part == likely for part, likely in told) and len(told) >= FEWEST_AGREEING
    return by_number if in_order and whole and agree else {}


def number_of(passage: Passage) -> str:
    """The number at the start of a passage, after a word for a question; empty for none."""
    counted = COUNTED_HEADING.match(passage.text) if passage.kind in ("heading", "text", "comment") else None
    return counted[1] if counted and int(counted[1]) else ""
