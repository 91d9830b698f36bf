"""Heads that continue what was said, or rank several: 'B did not', 'followed by', 'the ranking is'."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.heads.quantities import has_unknown, of_number, quantity_left, quantity_right
from autograder.handed_in.claims.relations import Claim, Extreme, First, Of, Order, Party, Stated
from autograder.handed_in.claims.sentence.tokens import Token


def again(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'A improved the accuracy, B did not': what was said of A, for B or denied for B."""
    right = [each.party for each in frame.parties if each.at > head]
    inverted = head > 0 and frame.text(head - 1) in ("neither", "nor")
    subject = right[0] if right else frame.who(head)
    if subject is None or not subject.names:
        return
    for claim in frame.before.claims[-1:]:
        if isinstance(claim, Order | Extreme | Stated) and not claim.subject.nobody:
            same = not inverted and (head == 0 or frame.text(head - 1) == "so")
            now = claim.negated if same else negated or inverted
            if not (
                isinstance(claim, Order) and claim.other is not None and set(claim.other.names) & set(subject.names)
            ):
                yield replace(claim, subject=subject, negated=now)


def ranking(frame: Frame, head: int) -> Iterator[Claim]:
    """'the order is A, B and C', 'from fastest to slowest: A, B, C'"""
    meaning = frame.meaning(head)
    names = [name for each in frame.parties for name in each.party.names]
    named = meaning.quantities or quantity_right(frame, head) or quantity_left(frame, head) or ("accuracy",)
    plain = meaning.good and named != ("accuracy",)  # 'in time, the order is': which end comes first?
    if len(names) < 3 or plain:
        return
    for one, other in pairwise(names):
        yield Order(Party((one,)), Of(named, meaning.sign, meaning.good), Party((other,)))


def rank(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'tanh first, sigmoid second'"""
    subject = frame.who(head)
    last = frame.before.claims[-1] if frame.before.claims else None
    named = quantity_right(frame, head)
    of = Of(named, +1, good=True) if named else last.of if isinstance(last, Extreme) else None
    if not named and isinstance(last, Extreme) and last.subject == subject:
        of = Of(("accuracy",), +1, good=True)  # 'has the most parameters but comes second': in what counts
    if subject is not None and of is not None and not has_unknown(frame, head):
        yield Extreme(subject, of, int(frame.meaning(head).size), negated=negated)


def followed(frame: Frame, head: int) -> Iterator[Claim]:
    """'best was A, followed by B and C': continues the clause before."""
    chain = [each.party.names for each in frame.parties if each.at > head]
    last = frame.before.claims[-1] if frame.before.claims else None
    if not isinstance(last, Extreme) or last.negated or last.rank > 1:
        return
    names = [*last.subject.names[-1:], *(name for names in chain for name in names)]
    for one, other in pairwise(names):
        yield Order(Party((one,)), last.of, Party((other,)))


def first(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'reached 95 % first', 'converged first'"""
    numbers = [piece.number for piece in frame.pieces if isinstance(piece, Token) and piece.number]
    subject = frame.who(head)
    if subject is None:
        return
    if numbers:
        if of := of_number(numbers[0], quantity_right(frame, 0) or (), frame.known):
            yield First(subject, of, numbers[0], negated)
            goal = numbers[0].value / (100 if numbers[0].unit == "percent" else 1)
            yield Extreme(subject, Of(("epochs",), -1, goal=goal), negated=negated)
    elif any(isinstance(piece, Token) and piece.meaning.quantities == ("epochs",) for piece in frame.pieces):
        yield Extreme(subject, Of(("epochs",), -1), negated=negated)
