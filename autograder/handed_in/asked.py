"""The assignment's own words in what students hand in: many copy what is asked, with small changes, above what they answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz, process

from autograder.handed_in.markdown import read_markdown
from autograder.handed_in.passages import Passage
from autograder.handed_in.placing import place
from autograder.handed_in.prose import CAPTION
from autograder.handed_in.sentences import sentences
from autograder.rubric import Part

ALIKE: Final = 82.0  # of 100: how like one of the assignment's sentences a copy of it is, letter by letter
COVERED: Final = 0.75  # share of a sentence's words that are in the assignment three in a row
FEWEST: Final = 4  # words of a sentence that may differ a little; a shorter one is a copy only if it is identical
LONGEST: Final = 600  # characters of a sentence that is looked at
# Where a question ends and its answer begins, in one paragraph
ANSWER: Final = re.compile(
    r"\s*\b(?:my\s+)?(?:answer|ans|antwort|réponse|respuesta|ответ|solution)\s*[:.]\s*|(?<=sentences\))[:.]?\s+",
    re.IGNORECASE,
)


class Asked:
    """What the assignment says, in its text and in whatever else students were `given`."""

    def __init__(self, text: str, parts: Sequence[Part], given: Sequence[str] = ()) -> None:
        said: dict[str, set[str]] = {}
        for words in (each for text in given for each in (text, *sentences(text))):
            said.setdefault(_bare(words), set()).add("")
        for placed in place(read_markdown(text, ""), parts):
            for sentence in (placed.passage.text, *sentences(placed.passage.text)):
                said.setdefault(_bare(sentence), set()).add(placed.part)
        self._parts = {each: parts.copy().pop() for each, parts in said.items() if len(parts) == 1}
        self._said = [each for each in said if each]
        self._exact = frozenset(self._said)
        self._threes = frozenset(three for each in self._said for three in _threes(each.split()))

    def says(self, sentence: str) -> bool:
        """Whether the assignment says this, word for word or nearly so."""
        bare = _bare(sentence[:LONGEST])
        words = bare.split()
        if not words or bare in self._exact:
            return bool(words)
        if len(words) < FEWEST:
            return False
        in_threes = {
            index + step for index, three in enumerate(_threes(words)) if three in self._threes for step in range(3)
        }
        if len(in_threes) >= COVERED * len(words):
            return True
        return process.extractOne(bare, self._said, scorer=fuzz.ratio, score_cutoff=ALIKE) is not None

    def part_of(self, text: str) -> str:
        """The part under which the assignment has a copied text; empty if under several or none."""
        found = {self._of_one(sentence) for sentence in (text, *sentences(text))} - {""}
        return found.pop() if len(found) == 1 else ""

    def _of_one(self, sentence: str) -> str:
        bare = _bare(sentence[:LONGEST])
        if bare in self._exact:
            return self._parts.get(bare, "")
        if len(bare.split()) < FEWEST:
            return ""
        like = process.extractOne(bare, self._said, scorer=fuzz.ratio, score_cutoff=ALIKE)
        return self._parts.get(like[0], "") if like else ""

    def apart(self, passages: Iterable[Passage]) -> Iterator[Passage]:
        """The passages, with the assignment's words in them as separate passages of the kind 'asked'."""
        if not self._said:
            yield from passages
            return
        for passage in passages:
            if passage.kind in ("text", "comment"):
                yield from self._parted(passage)
            else:
                yield passage

    def _parted(self, passage: Passage) -> Iterator[Passage]:
        if CAPTION.match(passage.text):  # 'Table 1. Final test accuracy.' is named for what was asked
            yield passage
            return
        if self.says(passage.text):
            yield replace(passage, kind="asked")
            return
        own: list[str] = []
        asked: list[str] = []
        for piece in filter(None, ANSWER.split(passage.text)):
            said = sentences(piece)
            copied = [sentence for sentence in said if self.says(sentence)]
            if copied:
                asked += copied
                kept = [sentence for sentence in said if sentence not in copied]
                own += kept if any(len(re.findall(r"[^\W\d]", each)) > 3 for each in kept) else []
            else:
                own.append(piece)
        if asked:
            yield replace(passage, kind="asked", text=" ".join(asked))
        if own:
            unchanged = len(own) == 1 and own[0] in passage.text
            yield (
                passage if unchanged and len(own[0]) > len(passage.text) - 20 else replace(passage, text=" ".join(own))
            )


def _bare(text: str) -> str:
    """Words and numbers alone, so that marks, bullets and line breaks don't matter."""
    text = re.sub(r"^\s*(?:[(\[]?(?:\d{1,2}|[a-zA-Z])[)\].:]\s+)+", "", text)
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _threes(words: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(words[index : index + 3]) for index in range(len(words) - 2)]
