"""Whether a sentence reports results and reasons, or only what was done, is known, or comes next.

A naive Bayes classifier with two classes, learned from the same examples as `likeness`, but sentence by sentence and from all
parts together: 'we compared', 'as the table shows', 'seven layers were trained' are similar whatever they are about.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from autograder.handed_in.claims import foreign_language
from autograder.handed_in.prose import OWN_FIGURES, REASONS, VERDICT, says_results
from autograder.handed_in.sentences import sentences

STEM: Final = 7  # letters of a word that count: endings distinguish 'trained' from 'trains' in short words only
SMOOTHING: Final = 3.0  # pseudo-count: weight, in sentences, of a word's overall frequency
FEWEST_WORDS: Final = 3  # of what can be judged
LEAST: Final = 0.0  # natural logarithm of the odds below which a sentence finds nothing


class Findings:
    """Learned once from examples by part and from those that answer nothing. Without examples, every sentence may be a
    finding."""

    def __init__(self, examples: Mapping[str, Sequence[str]], answered: Iterable[str]) -> None:
        finding = [_marks(said) for part in answered for text in examples.get(part, ()) for said in sentences(text)]
        other = [_marks(said) for text in examples.get("", ()) for said in sentences(text)]
        self._learned = bool(finding and other)
        if self._learned:
            self._odds = dict(_odds(finding, other))

    def speaks(self, sentence: str) -> bool:
        """Whether a sentence may report a result. One that is not in English, the language of the examples, always may,
        and so may a word or two: 'Dropout.'"""
        if not self._learned or len(sentence.split()) < FEWEST_WORDS or self.score(sentence) >= LEAST:
            return True
        return bool(foreign_language([sentence]))

    def score(self, sentence: str) -> float:
        """The logarithm of the odds that a sentence is a finding; above 0: it is."""
        return sum(self._odds.get(mark, 0.0) for mark in _marks(sentence))


def _odds(finding: Sequence[set[str]], other: Sequence[set[str]]) -> Iterator[tuple[str, float]]:
    found, others = (Counter(itertools.chain.from_iterable(each)) for each in (finding, other))
    for mark in found.keys() | others.keys():
        share = (found[mark] + others[mark]) / (len(finding) + len(other))
        in_finding = (found[mark] + SMOOTHING * share) / (len(finding) + SMOOTHING)
        in_other = (others[mark] + SMOOTHING * share) / (len(other) + SMOOTHING)
        yield mark, math.log(in_finding / in_other)


def _marks(sentence: str) -> set[str]:
    """Words, pairs of them, and whether it has figures, a verdict, a reason, or asks something."""
    words = [word.casefold()[:STEM] for word in re.findall(r"[^\W\d_]+", sentence)]
    told = {
        "figures": OWN_FIGURES.search(sentence),
        "verdict": VERDICT.search(sentence),
        "reason": REASONS.search(sentence),
        "results": says_results(sentence),
        "question": sentence.rstrip().endswith("?"),
    }
    return {
        *words,
        *(f"{one} {other}" for one, other in itertools.pairwise(words)),
        *(f"<{name}>" if has else f"<no {name}>" for name, has in told.items()),
    }
