"""What lies between two others, and how far these are apart: 'lies between A and B', 'the difference between A and B is 2 s'."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.heads.likening import GAP, amount_behind, is_a_distance
from autograder.handed_in.claims.heads.quantities import quantity_left, quantity_right, what
from autograder.handed_in.claims.relations import Amount, Apart, Between, Claim, Of, Party, Stated
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.numbers import Quantity

UNITS_OF_A_DIFFERENCE: Final = ("points", "percent", "seconds", "")


def between(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'lies between A and B', 'the difference between A and B is 2 points'"""
    ends = _ends(frame, head)
    numbers = [at for at, piece in enumerate(frame.pieces) if isinstance(piece, Token) and piece.number]
    amount = frame.amount_at(numbers[0]) if len(numbers) == 1 else None
    if ends is None:
        yield from _gap(frame, head, negated)
    elif _is_a_difference(frame, head, ends, any_number=bool(numbers)):
        yield from _difference(frame, head, ends, amount)
    elif amount is not None and any(kind(frame.pieces[other]) == "change" for other in frame.heads):
        named = quantity_right(frame, head) or quantity_left(frame, head) or ("accuracy",)
        yield Apart(ends, Of(named, +1), amount)  # 'falls by 2 points between A and B'
    elif (subject := frame.who(head)) is not None and (of := what(frame, head)) is not None:
        yield Between(subject, of, ends, negated)


def _ends(frame: Frame, head: int) -> Party | None:
    """The two that are named, or all of 'between the best and the worst'."""
    extremes = [piece for piece in frame.pieces[head:] if isinstance(piece, Token) and piece.kind == "extreme"]
    if len(extremes) == 2 and {each.meaning.sign for each in extremes} == {1, -1}:
        return Party(group="all")
    named = (each.party for each in frame.parties if each.lead == "between")
    return next((each for each in named if len(each.names) == 2 or each.group == "others" or each.every), None)


def _gap(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'the difference between training and test accuracy is 5 points'"""
    subject, amount = frame.who(head), amount_behind(frame, head)
    if frame.has("pair", len(frame.pieces)) and subject is not None and amount is not None:
        yield Stated(subject, GAP, replace(amount, about=True), negated)


def _is_a_difference(frame: Frame, head: int, ends: Party, any_number: bool) -> bool:
    """'[two points] lie between A and B', 'the gap between A and B', 'between the best and the worst'"""
    there = any(piece.text.casefold() in ("there", "lie", "lies") for piece in frame.tokens()) and any_number
    near = (*frame.pieces[max(0, head - 3) : head], *frame.pieces[head:])
    return there or any(map(is_a_distance, near)) or ends.group == "all"


def _difference(frame: Frame, head: int, ends: Party, amount: Amount | None) -> Iterator[Claim]:
    if amount is None:
        return
    named = quantity_right(frame, head) or ()
    quantities: tuple[Quantity, ...] = named if named and named != ("gap",) else ("accuracy",)
    if amount.number.unit in ("times", "orders") and frame.layer is not None:
        yield Apart(ends, Of(("gradient",), +1), amount)
    elif amount.number.unit in UNITS_OF_A_DIFFERENCE:
        yield Apart(ends, Of(("seconds",) if amount.number.unit == "seconds" else quantities, +1), amount)
