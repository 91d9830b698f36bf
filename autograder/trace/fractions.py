"""Shares that are stated as counts: '9779/10000', '9779 of 10000', '9779 out of 10000'; and which of these only count up.

'Epoch 37/50', '[1200/60000]' and '120/938 [=====>' report progress. They are recognised by what is around them, and others by
their order: an accuracy does not grow by the same step from line to line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

Fraction = tuple[int, int]  # hits, and of how many

FEWEST: Final = 50  # smaller totals say too little: '4/4', 'Epoch 3/20'
NUMBER: Final = r"\d{1,3}(?:[,_ \u202f]\d{3})+|\d+"
OVER: Final = re.compile(rf"\)?\s*(?:/|(?:out\s+)?of\b|von\b|sur\b)\s*({NUMBER})(?:\.0*)?(?![\w/]|\.\d)", re.I)
# For a search anywhere in a line: without the digit before it, a match would be tried at each of many blanks.
COUNTED: Final = re.compile(rf"[\d,_]{OVER.pattern}", re.I)
PROGRESS_WORD: Final = (
    r"(?:\b(?:mini-?)?(?:epochs?|époque|epoche|época|epoca|ep|batch(?:es)?|lote|steps?|schritt|étape|paso|iter(?:ation)?s?"
    r"|itération|it|trial|run|fold|seed|progress)|эпоха|에폭|에포크|배치|轮次?|批次?)"
)
PROGRESS_BEFORE: Final = re.compile(rf"(?:{PROGRESS_WORD}[\s:#=.([]*|\[\s*)$", re.I)
# A closing bracket, a bar, a clock; what Keras prints behind the last batch.
PROGRESS_AFTER: Final = re.compile(r"\s*(?:\]|\[(?=[=>.\s]|\d+:)|[\u2500-\u259f]|-\s+\d+m?s)")
# Spaces in a mark of progress, which would otherwise split it into the cells of a row.
SPACED: Final = re.compile(rf"(?:{PROGRESS_WORD}[:#=.([]*|\[)\s+(?=\d+\s*/)", re.I)

FEWEST_IN_STEP: Final = 4
IN_STEP: Final = 0.8  # of the increases, the part that is the same


def total_behind(text: str, start: int, end: int) -> int:
    """The total that is stated for the count at `start` to `end` of a text; 0 if there is none, or if it reports progress."""
    found = OVER.match(text, end)
    if not found or PROGRESS_AFTER.match(text, found.end()) or PROGRESS_BEFORE.search(text[max(start - 40, 0) : start]):
        return 0
    if text[:start].endswith("/"):  # a date, a path
        return 0
    total = int(re.sub(r"\D", "", found[1])[:18])
    return total if total >= FEWEST else 0


def counting(fractions: Iterable[Fraction]) -> frozenset[Fraction]:
    """Those, in the order in which they were printed, that count up in equal steps, or are half of all that there can be."""
    by_total: dict[int, list[int]] = {}
    for hits, total in fractions:
        by_total.setdefault(total, []).append(hits)
    found = set[Fraction]()
    for total, counts in by_total.items():
        if len(set(counts)) > total / 2:
            found |= {(hits, total) for hits in counts}
        elif step := _step(counts):
            beside = {hits for pair in pairwise(counts) if pair[1] - pair[0] == step for hits in pair}
            found |= {(hits, total) for hits in beside}
    return frozenset(found)


def _step(counts: list[int]) -> int:
    """The step by which numbers grow from zero or one on; 0 if they don't. Each epoch may start again."""
    growth = [later - earlier for earlier, later in pairwise(counts) if later > earlier]
    if len(set(counts)) < FEWEST_IN_STEP or not growth:
        return 0
    step, times = Counter(growth).most_common(1)[0]
    is_even = times >= max(IN_STEP * len(growth), FEWEST_IN_STEP - 1)
    return step if is_even and min(counts) <= step else 0
