"""The parts of a file's passages, all at once, from what headings and words say and because a text tends to stay with its part.

A chain of states, one for each passage: a part, or none. Evidence is in natural logarithms of odds. The result for a passage
is its part's probability, given the whole file (forward and backward).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from autograder.handed_in.likeness import Likeness
from autograder.handed_in.openings import LABEL, topic
from autograder.handed_in.part_names import Names
from autograder.handed_in.passages import Passage
from autograder.handed_in.prose import CAPTION
from autograder.handed_in.sections import Section
from autograder.handed_in.sentences import sentences

# What speaks for a part
NAMED: Final = 9.0  # a heading or a label gives it by number and letter
NAMED_BEFORE: Final = 4.0  # a comment in code, or a label in another text did so, and this is text below
BY_WORDS: Final = 3.0  # a heading has its words
IN_DOUBT: Final = 0.7  # a heading that names nothing has come since
IN_PROBLEM: Final = 1.5  # the problem is given, for each of its parts
LIKELY: Final = 1.0  # a heading has words of several, for each of them
LABELLED: Final = 3.0  # a label before the text has its words
TOPIC: Final = 1.5  # the text starts like this: 'Next the gradients …'
HEADING: Final = 0.4  # of what its words would say in a text
CUE: Final = 0.7  # for each of the rubric's words that the text has
MOST_CUES: Final = 3.0  # for all of them
ALONE: Final = 2.0  # times as much, if no words are learned
AT_FIRST: Final = 3.0  # for no part, of code at the beginning of a file
CLOSED: Final = 12.0  # for no part, under headings such as 'References'
UNTOLD: Final = 1.0  # for no part, if no words are learned
# What speaks against another part than the passage's before
ELSEWHERE: Final = 2.0
IN_ONE_CELL: Final = 4.0
IN_ONE_PARAGRAPH: Final = 5.0
BEHIND_A_HEADING: Final = 0.7
WORDLESS: Final = 1.0  # more, if a passage has no words of any part
BACKWARDS: Final = 0.5  # more, if it was asked earlier
LEAST: Final = 0.6  # probability below which a text has no part
LEAST_AT_END: Final = 0.85  # of a sentence's where the text turns to another part, or from it, and no heading gives one
PERHAPS: Final = 0.2  # of a part that it may belong to instead
AS_WELL: Final = 0.1  # of one that a heading names with it
LONGEST_DIVIDED: Final = 40_000  # characters; longer paragraphs are not split into sentences
LONGEST_READ: Final = 3_000  # characters of a passage in which words are looked for


@dataclass(frozen=True)
class Step:
    """A passage of a file, and what the headings above it say."""

    passage: Passage
    section: Section

    @property
    def named(self) -> bool:
        """Whether a heading or a label gives the part by number and letter."""
        return bool(self.section.part) and self.section.sure and not self.section.doubtful

    @property
    def only_before(self) -> bool:
        """Whether what names it is in code or in another text, not in a heading above it."""
        return self.section.passed or (self.section.in_code and self.passage.kind == "text")


@dataclass(frozen=True)
class Guess:
    """A passage, or sentences of it that belong together, with its likeliest part, empty for none, and that part's probability.

    `also` are the other parts that a heading names with that one, if the words don't distinguish them. `perhaps` are parts
    that it may answer instead. `strength`: how much more its words alone speak for the part than for any other or for none.
    """

    step: Step
    passage: Passage
    part: str
    probability: float
    also: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    strength: float = 0.0


@dataclass(frozen=True)
class _Piece:
    """A sentence, or a passage that is not split; each part's probability, and how much its words speak for it."""

    text: str
    odds: NDArray[np.float64]
    words: NDArray[np.float64]


class Aligner:
    """Aligns the passages of one file after the other with the parts of an assignment."""

    def __init__(self, parts: Sequence[str], names: Names, likeness: Likeness) -> None:
        self._states = ("", *parts)
        self._names = names
        self._likeness = likeness
        self._known: dict[float, NDArray[np.float64]] = {}

    def aligned(self, steps: Sequence[Step]) -> list[Guess]:
        """For each passage its part.

        Paragraphs without number and letter are aligned sentence by sentence, and split where they turn to another part.
        """
        pieces = [(index, text) for index, step in enumerate(steps) for text in _pieces(step)]
        if not pieces:
            return []
        counts = Counter(index for index, _ in pieces)
        by_words = np.array([self._of_words(steps[index], text) for index, text in pieces])
        told = by_words + [self._of_sections(steps[index], counts[index]) for index, _ in pieces]
        told[0, 0] += AT_FIRST if steps[0].passage.kind == "code" else 0.0
        changes = [_change(steps, one, other) for (one, _), (other, _) in itertools.pairwise(pieces)]
        # A passage without words of its own stays with the one before.
        wordless = [0.0 if own.any() else WORDLESS for own in told[1:]]
        costs = [self._costs(change + more) for change, more in zip(changes, wordless, strict=True)]
        by_step: dict[int, list[_Piece]] = {}
        for (index, text), odds, words in zip(pieces, _posterior(told, costs), by_words, strict=True):
            by_step.setdefault(index, []).append(_Piece(text, odds, words))
        return [guess for index, step in enumerate(steps) for guess in self._together(step, by_step[index])]

    def _together(self, step: Step, pieces: Sequence[_Piece]) -> Iterator[Guess]:
        """The pieces of a passage, those of one part put together again."""
        for told in _runs(pieces, sure=bool(step.section.part)):
            best = int(told[0].odds.argmax())
            whole = (
                step.passage
                if len(told) == len(pieces)
                else replace(step.passage, text=" ".join(piece.text for piece in told))
            )
            odds = np.mean([piece.odds for piece in told], axis=0)
            strength = sum(float(piece.words[best] - np.delete(piece.words, best).max()) for piece in told)
            together = {step.section.part, *step.section.also} if step.section.also else set()
            also = [part for part, each in zip(self._states, odds, strict=True) if part in together and each >= AS_WELL]
            least = LEAST if len(told) > 1 or len(pieces) == 1 or step.section.part else LEAST_AT_END
            likely = odds[best] >= least or also or step.passage.kind not in ("text", "comment")
            part = also[0] if also else self._states[best] if likely else ""
            others = tuple(also[1:])
            perhaps = [other for other, each in zip(self._states, odds, strict=True) if other and each >= PERHAPS]
            perhaps = [other for other in perhaps if other not in (part, *others)]
            yield Guess(step, whole, part, float(odds[best]), others, tuple(perhaps), strength)

    def _of_sections(self, step: Step, pieces: int) -> NDArray[np.float64]:
        """What the headings say of each of a passage's pieces."""
        told = dict.fromkeys(self._states, 0.0)
        if step.section.closed:
            told[""] += CLOSED
        else:
            _add(told, {part: score / pieces for part, score in self._of_headings(step).items()})
        return np.array(list(told.values()))

    def _of_words(self, step: Step, text: str) -> NDArray[np.float64]:
        """What its own words say of a piece."""
        passage, section = step.passage, step.section
        told = dict.fromkeys(self._states, 0.0)
        if section.closed:
            return np.array(list(told.values()))
        cues = self._names.cues.scores(text[:LONGEST_READ])
        weight = 1.0 if self._likeness else ALONE
        _add(told, {part: weight * min(CUE * score, MOST_CUES) for part, score in cues.items()})
        if passage.kind == "heading":
            _add(told, {part: HEADING * score for part, score in self._likeness.scores(text).items()})
        elif passage.kind in ("text", "comment", "asked") and not CAPTION.match(text):
            _add(told, self._likeness.scores(text) or {"": UNTOLD})
            _add(told, self._of_its_opening(text, section.problem))
        return np.array(list(told.values()))

    def _of_headings(self, step: Step) -> dict[str, float]:
        section = step.section
        if step.named:
            return dict.fromkeys((section.part, *section.also), NAMED_BEFORE if step.only_before else NAMED)
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

    def _costs(self, change: float) -> NDArray[np.float64]:
        """The cost of going from each part (rows) to each other, given the cost of a change."""
        if change not in self._known:
            count = len(self._states)
            costs = np.full((count, count), change)
            costs[1:, 1:] += BACKWARDS * np.tril(np.ones((count - 1, count - 1)), -1)
            np.fill_diagonal(costs, 0.0)
            self._known[change] = costs
        return self._known[change]


def _change(steps: Sequence[Step], one: int, other: int) -> float:
    """What a change of the part costs between two passages, or within one."""
    before, after = steps[one], steps[other]
    if one == other:
        return IN_ONE_PARAGRAPH
    if after.passage.kind == "heading" or before.section.number != after.section.number:
        return BEHIND_A_HEADING
    in_one_cell = before.passage.where == after.passage.where and before.passage.where.startswith("cell ")
    return IN_ONE_CELL if in_one_cell else ELSEWHERE


def _pieces(step: Step) -> list[str]:
    passage = step.passage
    by_words = not step.named or step.section.passed or bool(step.section.also)
    divisible = passage.kind in ("text", "comment") and by_words and not step.section.closed
    said = sentences(passage.text) if divisible and len(passage.text) <= LONGEST_DIVIDED else []
    return said if len(said) > 1 else [passage.text]


def _runs(pieces: Sequence[_Piece], sure: bool) -> Iterator[list[_Piece]]:
    """The pieces of one passage by their likeliest part. If it turns from one part to another, and nothing above it is `sure`,
    the pieces at the turn are separate if they may as well belong elsewhere."""
    runs = [list(run) for _, run in itertools.groupby(pieces, key=lambda piece: int(piece.odds.argmax()))]
    for told in runs:
        least = 0.0 if sure or len(runs) == 1 else LEAST_AT_END
        clear = [index for index, piece in enumerate(told) if piece.odds.max() >= least]
        first, last = (clear[0], clear[-1] + 1) if clear else (0, len(told))
        yield from ([piece] for piece in told[:first])
        yield told[first:last]
        yield from ([piece] for piece in told[last:])


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
    shares: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
    return shares
