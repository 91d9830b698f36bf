"""The parts of a file's passages, all at once: what headings and words say of each, and that a text goes on as it began.

A chain of states, one for each passage: a part, or none. Evidence is in natural logarithms of odds. What is told of a passage
is its part's probability, given the whole file (forward and backward).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograder.handed_in.likeness import Likeness
from autograder.handed_in.openings import LABEL, topic
from autograder.handed_in.part_names import Names, problem_of
from autograder.handed_in.passages import Passage
from autograder.handed_in.sections import Section

# What speaks for a part
NAMED: Final = 9.0  # a heading or a label gives it by number and letter
NAMED_IN_CODE: Final = 4.0  # a comment in code did so, and this is text below
BY_WORDS: Final = 3.0  # a heading has its words
IN_DOUBT: Final = 1.5  # a heading that names nothing has come since
IN_PROBLEM: Final = 1.5  # the problem is given, for each of its parts
LIKELY: Final = 1.0  # a heading has words of several, for each of them
LABELLED: Final = 3.0  # a label before the text has its words
TOPIC: Final = 1.5  # the text begins so: 'Next the gradients …'
CUE: Final = 0.7  # for each of the rubric's words that the text has
MOST_CUES: Final = 3.0  # for all of them
CLOSED: Final = 12.0  # for no part, under headings such as 'References'
UNTOLD: Final = 1.0  # for no part, where no words are learned
# What speaks against another part than the passage's before
ELSEWHERE: Final = 2.0
IN_ONE_CELL: Final = 4.0
BEHIND_A_HEADING: Final = 0.7
BACKWARDS: Final = 0.5  # more, where it was asked earlier
LONGEST_READ: Final = 3_000  # characters of a passage in which words are looked for


@dataclass(frozen=True)
class Step:
    """A passage of a file, and what the headings above it say."""

    passage: Passage
    section: Section


@dataclass(frozen=True)
class Guess:
    """The likeliest part of a passage, empty for none, and its probability."""

    part: str
    probability: float


class Aligner:
    """Aligns the passages of one file after the other with the parts of an assignment."""

    def __init__(self, parts: Sequence[str], names: Names, likeness: Likeness) -> None:
        self._states = ("", *parts)
        self._names = names
        self._likeness = likeness

    def aligned(self, steps: Sequence[Step]) -> list[Guess]:
        """For each passage but headings, which are only borders, its part. Headings get none."""
        kept = [index for index, step in enumerate(steps) if step.passage.kind != "heading"]
        guesses = [Guess("", 1.0)] * len(steps)
        if not kept:
            return guesses
        told = np.array([self._evidence(steps[index]) for index in kept])
        costs = [self._costs(steps[one], steps[other], other - one > 1) for one, other in zip(kept, kept[1:], strict=False)]
        for index, odds in zip(kept, _posterior(told, costs), strict=True):
            best = int(odds.argmax())
            guesses[index] = Guess(self._states[best], float(odds[best]))
        return guesses

    def _evidence(self, step: Step) -> NDArray[np.float64]:
        passage, section = step.passage, step.section
        told = dict.fromkeys(self._states, 0.0)
        if section.closed:
            told[""] += CLOSED
            return np.array(list(told.values()))
        _add(told, self._of_headings(passage, section))
        cues = self._names.cues.scores(passage.text[:LONGEST_READ])
        _add(told, {part: min(CUE * score, MOST_CUES) for part, score in cues.items()})
        if passage.kind in ("text", "comment", "asked"):
            _add(told, self._likeness.scores(passage.text) or {"": UNTOLD})
            _add(told, self._of_its_opening(passage.text, section.problem))
        return np.array(list(told.values()))

    def _of_headings(self, passage: Passage, section: Section) -> dict[str, float]:
        if section.part and section.sure and not section.doubtful:
            below_code = section.in_code and passage.kind == "text"
            return {section.part: NAMED_IN_CODE if below_code else NAMED}
        told = dict.fromkeys(self._names.of_problem(section.problem), IN_PROBLEM)
        _add(told, dict.fromkeys(section.likely, LIKELY))
        if section.part:
            _add(told, {section.part: IN_DOUBT if section.doubtful else BY_WORDS})
        return told

    def _of_its_opening(self, text: str, problem: str) -> dict[str, float]:
        told: dict[str, float] = {}
        if label := LABEL.match(text):
            _, part = self._names.explicit(label[1], problem)
            _add(told, {part or self._names.cues.heading(label[1]): LABELLED})
        _add(told, {self._names.cues.heading(topic(text)): TOPIC})
        told.pop("", None)
        return told

    def _costs(self, one: Step, other: Step, heading_between: bool) -> NDArray[np.float64]:
        """What it costs to go from each part (rows) to each other between two passages."""
        new_section = heading_between or one.section.number != other.section.number
        in_one_cell = one.passage.where == other.passage.where and one.passage.where.startswith("cell ")
        change = BEHIND_A_HEADING if new_section else IN_ONE_CELL if in_one_cell else ELSEWHERE
        count = len(self._states)
        costs = np.full((count, count), change)
        costs[1:, 1:] += BACKWARDS * np.tril(np.ones((count - 1, count - 1)), -1)
        np.fill_diagonal(costs, 0.0)
        return costs


def _add(told: dict[str, float], more: Mapping[str, float]) -> None:
    for part, score in more.items():
        told[part] = told.get(part, 0.0) + score


def _posterior(told: NDArray[np.float64], costs: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    """The probability of each state (columns) at each step (rows)."""
    forward, backward = told.copy(), np.zeros_like(told)
    for index, cost in enumerate(costs):
        forward[index + 1] += np.logaddexp.reduce(forward[index][:, None] - cost, axis=0)
        forward[index + 1] -= forward[index + 1].max()
    for index in range(len(costs) - 1, -1, -1):
        backward[index] = np.logaddexp.reduce((told[index + 1] + backward[index + 1])[None, :] - costs[index], axis=1)
        backward[index] -= backward[index].max()
    both = forward + backward
    odds = np.exp(both - both.max(axis=1, keepdims=True))
    return odds / odds.sum(axis=1, keepdims=True)
