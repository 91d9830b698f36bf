"""The strands of a part's text in one file: where it is discussed, left, and resumed.

What a file says about a part in passing, in its last words or on the way to something else, is not an answer if the part is
discussed at length elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from autograder.handed_in.passages import Passage
from autograder.handed_in.prose import REASONS, VERDICT, could_answer, tells_in_a_caption
from autograder.handed_in.sections import Placed

CLEAR: Final = 4.0  # how much one passage must speak for the part, for its strand to be shown beside another


def strongest(placed: Sequence[Placed], part: str) -> list[Passage]:
    """The part's passages, without strands that only touch on it: no heading gives the part by number and letter, and no
    passage's words speak clearly for it, while those of another strand do."""
    strands = list(_strands(placed, part))
    most: dict[str, float] = {}
    for strand in strands:
        file = strand[0].passage.file
        most[file] = max(most.get(file, 0.0), _strength(strand))
    kept = [strand for strand in strands if _counts(strand, most[strand[0].passage.file])]
    return [each.passage for strand in kept for each in strand]


def _strands(placed: Sequence[Placed], part: str) -> Iterator[list[Placed]]:
    """Runs of the part's passages in one file, separated by text that belongs elsewhere or a heading that names nothing."""
    run: list[Placed] = []
    for each in placed:
        goes_on = not run or run[-1].passage.file == each.passage.file
        if run and (not goes_on or (each.part != part and each.passage.kind in ("text", "comment", "heading"))):
            yield run
            run = []
        if each.part == part:
            run.append(each)
    if run:
        yield run


def _counts(strand: Sequence[Placed], most: float) -> bool:
    if any(each.sure for each in strand) or not any(each.passage.kind in ("text", "comment") for each in strand):
        return True
    strength = _strength(strand)
    said = " ".join(each.passage.text for each in strand if each.passage.kind in ("text", "comment"))
    judges = VERDICT.search(said) or REASONS.search(said)
    return strength >= most or (strength >= CLEAR and bool(judges))


def _could_answer(text: str) -> bool:
    return could_answer(text) or tells_in_a_caption(text)


def _strength(strand: Sequence[Placed]) -> float:
    told = [each for each in strand if each.passage.kind in ("text", "comment") and _could_answer(each.passage.text)]
    return max((each.strength for each in told), default=0.0)
