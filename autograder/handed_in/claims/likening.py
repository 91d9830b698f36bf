"""Heads that liken or set apart, read into relations: 'as fast as', 'differ by', 'lies between'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.amounts import above_one
from autograder.handed_in.claims.comparing import NO_GAP
from autograder.handed_in.claims.degrees import is_clear
from autograder.handed_in.claims.frame import Frame
from autograder.handed_in.claims.mentions import WITHOUT
from autograder.handed_in.claims.pieces import Piece, kind
from autograder.handed_in.claims.quantities import quantity_left, quantity_right, what
from autograder.handed_in.claims.relations import Amount, Apart, Between, Claim, Number, Of, Order, Party, Same, Stated
from autograder.handed_in.claims.tokens import DISTANCES, Token
from autograder.handed_in.numbers import Quantity

SMALL: Final = Amount(Number(5.0, 1.0, "points"), -1)  # what may be called no big gap


def same(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'as fast as X', 'A and B are tied', 'twice as long as X'"""
    meaning = frame.meaning(head)
    of = what(frame, head)
    if of is None:
        return
    others = [each for each in frame.parties if each.at > head and each.lead in ("than", "to", "with", "of", "")]
    ends = [each.party for each in frame.parties if each.lead == "between"]
    if frame.has("pair", head) and meaning.note == "differ" and (amount := frame.difference(head)) is not None:
        if (whose := ends[0] if ends else frame.who(head)) is not None:
            yield Stated(whose, Of(("gap",), +1), replace(amount, about=True), negated)
        return
    if meaning.note == "no difference" and negated and any(_is_a_pair(piece) for piece in frame.pieces):
        if (whose := ends[0] if ends else frame.who(head)) is not None:
            yield Stated(whose, Of(("gap",), +1), SMALL)  # 'no big difference between training and test accuracy'
        return
    if any(kind(piece) == "everywhere" for piece in (*frame.circumstances, *frame.pieces)):
        yield from _over_layers(frame, head, negated)
        return
    if meaning.note == "moved":
        yield from _moved(frame, head, of)
        return
    if meaning.note in ("difference", "no difference", "differ"):
        yield from _differ(frame, head, of, ends, negated)
        return
    subject = ends[0] if ends else frame.who(head)
    if subject is None and meaning.note == "unchanged" and len(frame.compared) == 1:
        subject = Party(next(iter(frame.compared)))  # 'hardly changes from A to B'
    plural = not frame.parties and any(_is_plural(piece) for piece in frame.pieces[:head])
    if plural and subject in (None, Party(group="all", size=1)):
        subject = Party(group="all")  # 'the accuracies are about equal'
    if subject is None:
        return
    if frame.has("pair", head):  # training and test accuracy are the same: no gap
        loosely = meaning.size > 1 and not set(frame.text(head).split()) & {"same", "equal", "identical"}
        yield Stated(subject, Of(("gap",), +1), SMALL if loosely else NO_GAP, negated)
        return
    other = next((each.party for each in others if each.party != subject), None)
    if meaning.note == "as" and subject.nobody and other is not None and other.names:
        yield Order(other, of, Party(group="others", without=subject.without))  # 'none is as fast as X'
        return
    if meaning.note == "unchanged" and (stepped := frame.compared.get(subject.names)) is not None:
        yield Same(subject, of, stepped, True, negated)  # 'hardly changes from the last to the first layer'
        return
    if meaning.note == "unchanged" and len(both := [each.party for each in frame.parties if each.party.names]) == 2:
        yield Same(both[0], of, both[1], True, negated)  # 'with X, the accuracy of Y hardly changed'
        return
    if meaning.note == "unchanged":
        named = quantity_right(frame, head)
        if subject.names and not subject.nobody and (named or "gap" not in frame.known):
            for name in subject.names:
                yield Same(Party((name,)), of, Party((f"{WITHOUT}{name}",)), True, negated)
        return
    if other is None and len(subject.names) == 1 and not frame.named_before(head):
        other = frame.rival(subject)  # '..., and the training took about the same time'
    within = next((at for at in range(2, len(frame.pieces)) if frame.number_at(at) and frame.is_within(at)), None)
    if within is not None and other is not None and not negated and (amount := frame.amount_at(within)) is not None:
        yield Apart(
            Party((*subject.names, *other.names)), of, replace(amount, bound=-1)
        )  # 'level with X to within a point'
        return
    ratio = frame.difference(head)
    if ratio is not None and ratio.number.unit == "times" and meaning.note == "as":
        sign = of.sign if ratio.number.value > 1 else -of.sign
        yield Order(subject, replace(of, sign=sign), other or frame.rival(subject), negated, amount=above_one(ratio))
    elif meaning.note == "as" and negated:
        yield Order(subject, replace(of, sign=-of.sign), other, False)
    elif len(subject.names) > 1 or subject.group or other is not None:
        yield Same(subject, of, other, meaning.size > 1 or frame.has("bound", head, 2), negated)


def _moved(frame: Frame, head: int, of: Of) -> Iterator[Claim]:
    """'X changed the accuracy by two points': up or down, compared with Y or with what X was added to."""
    amount = frame.difference(head)
    names = [name for each in frame.parties for name in each.party.names]
    last = frame.before.claims[-1] if frame.before.claims else None
    if len(names) == 1:
        other = frame.compared.get((names[0],))
        names += other.names if other is not None else (f"{WITHOUT}{names[0]}",)
    elif not names and isinstance(last, Same | Order) and last.other is not None and frame.starts_bare(head):
        names = [*last.subject.names, *last.other.names]
    if amount is not None and len(names) == 2:
        yield Apart(Party(tuple(names)), of, amount)


def _over_layers(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'the gradients of X differ by two orders of magnitude over the layers', 'are of similar size in all layers'"""
    named = [each.party for each in frame.parties if each.party.names]
    if len(named) != 1:
        return
    of = Of(("gradient",), +1, within=named[0])
    amount = _amount_behind(frame, head)
    if amount is not None and not negated:
        yield Apart(Party(group="all"), of, amount)
    elif amount is None and not frame.meaning(head).note and not frame.number_after(head):
        yield Same(Party(group="all"), of, None, True, negated)


def _amount_behind(frame: Frame, head: int) -> Amount | None:
    at = next((at for at in range(head, len(frame.pieces)) if frame.number_at(at) is not None), None)
    return frame.amount_at(at) if at is not None else None


def _differ(frame: Frame, head: int, of: Of, ends: Sequence[Party], negated: bool) -> Iterator[Claim]:
    """'A and B differ by 0.6 points', 'hardly differ', 'the difference between A and B is negligible'"""
    note, clear = frame.meaning(head).note, is_clear(frame, head)
    subject = ends[0] if ends else frame.who(head) if note == "differ" else None
    if of.quantities == ("gap",):
        of = replace(of, quantities=("accuracy",))
    amount = frame.difference(head) or (_amount_behind(frame, head) if note == "differ" else None)
    if subject is None:
        return
    if note == "differ" and amount is not None:
        yield Apart(subject, of, replace(amount, about=True))
    elif note == "differ" or any(map(_is_a_distance, frame.pieces)):
        large = note == "no difference" or (note == "differ" and clear)
        yield Same(subject, of, None, True, negated != large)


def _is_a_pair(piece: Piece) -> bool:
    """'[between] training and test accuracy', or the gap itself"""
    return isinstance(piece, Token) and (piece.kind == "pair" or piece.meaning.quantities == ("gap",))


def _is_plural(piece: Piece) -> bool:
    return isinstance(piece, Token) and piece.kind == "quantity" and piece.text.endswith("s")


def _is_a_distance(piece: Piece) -> bool:
    return isinstance(piece, Token) and (piece.meaning.quantities == ("gap",) or piece.text.casefold() in DISTANCES)


def between(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'lies between A and B', 'the difference between A and B is 2 points'"""
    ends = [
        each.party
        for each in frame.parties
        if each.lead == "between" and (len(each.party.names) == 2 or each.party.group == "others" or each.party.every)
    ]
    extremes = [piece for piece in frame.pieces[head:] if isinstance(piece, Token) and piece.kind == "extreme"]
    if len(extremes) == 2 and {each.meaning.sign for each in extremes} == {1, -1}:
        ends = [Party(group="all")]  # 'between the best and the worst'
    if (
        frame.has("pair", len(frame.pieces)) and not ends
    ):  # 'the difference between training and test accuracy is 5 points'
        at = next((at for at in range(head, len(frame.pieces)) if frame.number_at(at) is not None), None)
        subject, amount = frame.who(head), frame.amount_at(at) if at is not None else None
        if subject is not None and amount is not None:
            yield Stated(subject, Of(("gap",), +1), replace(amount, about=True), negated)
    if not ends:
        return
    numbers = [piece for piece in frame.pieces if isinstance(piece, Token) and piece.number]
    before = frame.pieces[:head]
    there = any(piece.text.casefold() in ("there", "lie", "lies") for piece in frame.tokens()) and bool(numbers)
    if there or any(map(_is_a_distance, (*before[-3:], *frame.pieces[head:]))) or ends[0].group == "all":
        named = quantity_right(frame, head) or ()
        named = named if named and named != ("gap",) else ("accuracy",)
        amount = frame.amount_at(frame.pieces.index(numbers[0])) if len(numbers) == 1 else None
        if amount is not None and amount.number.unit in ("times", "orders") and frame.layer is not None:
            yield Apart(ends[0], Of(("gradient",), +1), amount)
        elif amount is not None and amount.number.unit in ("points", "percent", "seconds", ""):
            quantities: tuple[Quantity, ...] = ("seconds",) if amount.number.unit == "seconds" else named
            yield Apart(ends[0], Of(quantities, +1), amount)
        return
    if len(numbers) == 1 and any(kind(frame.pieces[other]) == "change" for other in frame.heads):
        named = quantity_right(frame, head) or quantity_left(frame, head) or ("accuracy",)
        if (amount := frame.amount_at(frame.pieces.index(numbers[0]))) is not None:
            yield Apart(ends[0], Of(named, +1), amount)  # 'falls by 2 points between A and B'
        return
    subject = frame.who(head)
    of = what(frame, head)
    if subject is not None and of is not None:
        yield Between(subject, of, ends[0], negated)
