"""Claims about one configuration without a comparison: 'does not overfit', 'its gradients vanish'."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.heads.likening import SMALL
from autograder.handed_in.claims.relations import Amount, Claim, Number, Of, Party, Stated, Vanishing
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.words.layers import NAME as LAYER

SMALL_GAP: Final = Amount(Number(1.5, 0.1, "points"), -1)  # what may still be called no overfitting
HARDLY: Final = frozenset("hardly barely scarcely almost nearly practically virtually little".split())
IN_PART: Final = frozenset("completely entirely fully totally strictly necessarily really exactly quite".split())


def _has_none(frame: Frame) -> bool:
    """'no gap'"""
    return any(
        frame.text(at - 1) == "no" and piece.text.casefold().startswith("gap")
        for at, piece in enumerate(frame.pieces)
        if at and isinstance(piece, Token)
    )


def said_alone(frame: Frame, negated: bool) -> Iterator[Claim]:
    """Claims of a clause that compares nobody: no overfitting, and gradients that vanish or don't.

    Nothing for 'does not overfit much', and nothing if a word is unknown.
    """
    kinds = [kind(piece) for piece in frame.pieces]
    partly = any(piece.kind == "degree" or (negated and piece.text.casefold() in IN_PART) for piece in frame.tokens())
    if frame.heads or partly or {"unknown", "number", "setting", "narrow"} & set(kinds):
        return
    subject = frame.parties[0].party if len(frame.parties) == 1 else None
    if subject is None and not frame.parties and not any(each in kinds for each in ("thing", "group")):
        subject = frame.before.subject
    if "vanish" in kinds and subject is not None and subject.group == "all" and not subject.without:
        within = Of(("gradient",), -1, within=Party(group="all"))
        every = negated or subject.nobody
        yield Vanishing(Party((f"{LAYER}1",)), within, Party((f"{LAYER}last",)), every)
        return
    if subject is None and not frame.parties:
        subject = Party(group="all", size=1)
    only_one = subject is not None and subject.group == "all" and subject.size == 1 and not subject.without
    if subject is None or not (subject.names or only_one) or subject.nobody or subject.either:
        return
    if subject.names and subject.names[0].startswith(LAYER):
        return
    gap = any(piece.meaning.quantities == ("gap",) and "overfit" in piece.text.casefold() for piece in frame.tokens())
    if "vanish" in kinds and frame.layer in (None, 1) and frame.within is None:
        within = Of(("gradient",), -1, within=subject)
        yield Vanishing(Party((f"{LAYER}1",)), within, Party((f"{LAYER}last",)), negated)
    elif _has_none(frame) or (
        gap and negated and not any(piece.text.casefold().startswith("gap") for piece in frame.tokens())
    ):
        hardly = any(piece.text.casefold() in HARDLY for piece in frame.tokens())
        yield Stated(subject, Of(("gap",), +1), SMALL if hardly else SMALL_GAP)
