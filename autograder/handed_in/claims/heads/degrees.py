"""By how much a comparison holds: clearly, slightly, or 'not much'."""

from __future__ import annotations

from typing import Final

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.sentence.tokens import Token

LITTLE: Final = frozenset(
    "small|slight|minor|modest|tiny|mere|a mere|slim|meagre|"
    "slightly|marginally|a bit|a little|only slightly|minimally|fractionally|barely|a tad|a touch".split("|")
)


def is_clear(frame: Frame, head: int) -> bool:
    return any(
        isinstance(piece, Token) and piece.kind == "degree" and piece.meaning.size > 0
        for piece in frame.pieces[max(0, head - 2) : head + 3]
    )


def is_slight(frame: Frame, head: int) -> bool:
    near = frame.pieces[max(0, head - 2) : head + 2]
    return any(isinstance(piece, Token) and piece.text.casefold() in LITTLE for piece in near)


def hedges(frame: Frame, head: int) -> bool:
    """'not far behind', 'not much better': denies the degree, not the comparison."""
    denied = [at for at in range(max(0, head - 3), head) if kind(frame.pieces[at]) == "negation"]
    return any(
        isinstance(piece, Token) and piece.kind == "degree" and piece.meaning.size > 0
        for at in denied
        for piece in frame.pieces[at + 1 : head]
    )


def varies_a_setting(frame: Frame, head: int) -> bool:
    """'a larger learning rate made X faster': X is compared with itself."""
    return any(
        kind(piece) == "setting" and frame.number_after(at) is None for at, piece in enumerate(frame.pieces[:head])
    )
