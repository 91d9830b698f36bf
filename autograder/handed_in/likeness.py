"""How like the examples of each part a text is: a naive Bayes classifier over words and pairs of words."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from autograder.handed_in.sentences import WIDE

STEM: Final = 6  # letters of a word that count: 'regularized' is 'regularization'
WORD: Final = re.compile(rf"[^\W\d_]{{2,}}|{WIDE.pattern}")
BACKGROUND: Final = 3.0  # pseudo-count: weight, in texts, of a word's overall frequency
TEMPERATURE: Final = 0.2  # words of one text are correlated: each counts for less than it would alone
MOST: Final = 6.0  # natural logarithm of the odds that words may give
LONGEST: Final = 3_000  # characters of a text that are read


class Likeness:
    """Learned once from examples by part. Without examples, all parts are equally likely."""

    def __init__(self, examples: Mapping[str, Sequence[str]]) -> None:
        self._texts = {part: len(texts) for part, texts in examples.items()}
        self._counts = {
            part: Counter(word for text in texts for word in _words(text)) for part, texts in examples.items()
        }
        everywhere = sum(self._counts.values(), Counter[str]())
        self._share = {word: count / sum(self._texts.values()) for word, count in everywhere.items()}

    def __bool__(self) -> bool:
        return bool(self._texts)

    def scores(self, text: str) -> dict[str, float]:
        """For each part with examples, how much less a text speaks for it than for the likeliest: from -6 to 0."""
        words = [word for word in _words(text[:LONGEST]) if word in self._share]
        told = {part: TEMPERATURE * sum(self._odds(word, part) for word in words) for part in self._counts}
        best = max(told.values(), default=0.0)
        return {part: max(score - best, -MOST) for part, score in told.items()}

    def beside(self, text: str, part: str, others: Collection[str]) -> float:
        """How much more a text speaks for one of the `others` than for the part: from -6 to 6, above 0 if it does."""
        scores = self.scores(text)
        return max((scores[other] for other in others if other in scores), default=-MOST) - scores.get(part, 0.0)

    def _odds(self, word: str, part: str) -> float:
        """How much more frequent a word is in the part's texts than overall, as a logarithm."""
        share = self._share[word]
        within = (self._counts[part][word] + BACKGROUND * share) / (self._texts[part] + BACKGROUND)
        return math.log(within / share)


def _words(text: str) -> set[str]:
    words = [word.casefold()[:STEM] for word in WORD.findall(text)]
    return {*words, *(f"{one} {other}" for one, other in itertools.pairwise(words))}
