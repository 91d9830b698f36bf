"""The words that speak for a part: the rubric's keywords, which belong to one part, and words that several may have."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from autograder.handed_in.sentences import WIDE
from autograder.rubric import Part

KEYWORD: Final = 2.0
WORD: Final = 1.0  # shared by the parts that have it
CLEAR: Final = 2.0  # least score for the part that a text is about
AHEAD: Final = 0.7  # of all others
IN_HEADING: Final = 1.0  # enough for a heading, which has few words


class Cues:
    """How much a text speaks for each part."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._cues: dict[str, dict[str, float]] = {}
        shared: dict[str, list[str]] = {}
        for part in parts:
            for word in part.words:
                shared.setdefault(_bare(word), []).append(part.id)
        for word, owners in shared.items():
            self._cues[word] = {owner: WORD / len(owners) for owner in owners}
        for part in parts:
            for keyword in (part.title, *part.keywords):
                self._cues[_bare(keyword)] = {part.id: KEYWORD}
        words = {word for part in parts for word in (part.title, *part.keywords, *part.words)}
        pieces = sorted((_pattern(word) for word in words), key=len, reverse=True)
        # Words of scripts without blanks may start anywhere.
        begins = rf"(?:(?<![^\W_])|(?<={WIDE.pattern})|(?={WIDE.pattern}))"
        self._pattern = re.compile(rf"{begins}(?:{'|'.join(pieces)})" if pieces else r"(?!)", re.IGNORECASE)

    def scores(self, text: str) -> dict[str, float]:
        """For each part of which the text has a word: how much it speaks for it. A word counts once."""
        found = {_bare(match[0]) for match in self._pattern.finditer(text)}
        scores: dict[str, float] = {}
        for word in found:
            for part, weight in self._cues.get(word, {}).items():
                scores[part] = scores.get(part, 0.0) + weight
        return scores

    def clear(self, scores: Mapping[str, float]) -> str:
        """The part that the scores clearly speak for; empty if there is none."""
        return _first(scores, CLEAR, AHEAD)

    def heading(self, text: str, among: Collection[str] = ()) -> str:
        """The part that a heading names by its words; empty for none or a tie."""
        scores = self.scores(text)
        if among:
            scores = {part: score for part, score in scores.items() if part in among}
        return _first(scores, IN_HEADING, 0.1)


def _first(scores: Mapping[str, float], least: float, ahead: float) -> str:
    ranked = sorted(scores.items(), key=lambda each: -each[1])
    if not ranked or ranked[0][1] < least:
        return ""
    second = ranked[1][1] if len(ranked) > 1 else 0.0
    return ranked[0][0] if ranked[0][1] - second >= ahead else ""


def _pattern(word: str) -> str:
    """A word, whatever its case and the blanks in it; it may be a prefix ('regulariz' finds 'regularization')."""
    return r"[\s_-]?".join(re.escape(piece) for piece in re.split(r"[\s_-]+", word.strip()) if piece)


def _bare(word: str) -> str:
    return re.sub(r"[\s_-]+", "", word).casefold()
