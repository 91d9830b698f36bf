"""Heads read into relations: one function for each kind of head, from a clause's frame to what it claims.

A head is left alone as soon as its subject or its quantity hangs on a word that is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from autograder.handed_in.claims.clauses import Piece, kind
from autograder.handed_in.claims.frame import Frame
from autograder.handed_in.claims.quantities import has_unknown, narrowed, of_number, quantity_left, quantity_right, what
from autograder.handed_in.claims.relations import (
    Amount,
    Apart,
    Between,
    Claim,
    Extreme,
    First,
    Number,
    Of,
    Order,
    Party,
    Same,
    Stated,
)
from autograder.handed_in.claims.tokens import DISTANCES, Token
from autograder.handed_in.numbers import Quantity

NO_GAP: Final = Amount(Number(1.0, 0.5, "percent"), -1)


def compare(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'higher', 'faster than X', 'higher than 97 %'"""
    of = what(frame, head)
    changed = frame.before.changed
    if changed is not None and frame.text(head) in ("more", "less") and not quantity_right(frame, head):
        of = replace(changed, sign=changed.sign * frame.meaning(head).sign)  # 'both reduced the gap, A more than B'
    subject = frame.who(head)
    if of is None or subject is None or any(kind(frame.pieces[other]) == "between" for other in frame.heads):
        return
    if frame.hedges(head) or frame.varies_a_setting(head):
        return
    than = [index for index, piece in enumerate(frame.pieces) if kind(piece) == "than"]
    others = [each for each in frame.parties if each.lead == "than" and each.party != subject]
    if than and not others:
        number = frame.number_after(than[0])
        if number is not None and (value := of_number(number, of.quantities, frame.known)):
            yield Stated(subject, value, Amount(number, of.sign), negated)
        return
    other = others[0].party if others else None
    if not than and len(left := frame.named_before(head)) > 1:  # 'momentum makes SGD faster'
        subject, other = left[0].party, left[-1].party
    other = other or frame.compared.get(subject.names) or _the_rest(frame, subject) or frame.rival(subject)
    yield Order(subject, of, other, negated, frame.is_clear(head), frame.difference(head))


def _the_rest(frame: Frame, subject: Party) -> Party | None:
    """'of A and B, A is the better one': than B."""
    scope = next((each.party.names for each in frame.parties if each.lead in ("scope", "of")), ())
    left = tuple(name for name in scope if name not in subject.names)
    return Party(left) if len(scope) == 2 and len(left) == 1 else None


def extreme(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'highest', 'the fastest of the three', 'came second'"""
    meaning = frame.meaning(head)
    following = frame.pieces[head + 1] if head + 1 < len(frame.pieces) else None
    if (
        meaning.size == 1
        and isinstance(following, Token)
        and following.kind == "thing"
        and frame.text(head) in ("most", "least")
    ):
        return
    if frame.has("change", head, 1) and not any(kind(piece) == "quantity" for piece in frame.pieces):
        return  # 'gains most': of the change, whatever that was
    of = what(frame, head)
    subject = frame.who(head)
    if of is None or subject is None:
        return
    scopes = [each.party for each in frame.parties if each.at > head and each.lead in ("of", "scope")]
    scopes += [each.party for each in frame.parties if each.at < head and each.lead == "scope"]
    scope = next((each for each in scopes if each != subject), None)
    if scope is not None and len(scope.names) == 1:
        return
    if narrowed(frame, head):
        return
    rank = int(meaning.size)
    if head and kind(frame.pieces[head - 1]) == "rank":
        rank = int(frame.meaning(head - 1).size)
    yield Extreme(subject, of, rank, scope, negated)


def beat(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'outperformed X', 'was beaten by X', 'lies below 95 %'"""
    of = what(frame, head)
    if of is None or any(kind(frame.pieces[other]) == "ratio" for other in frame.heads):
        return  # 'with half the epochs, X beats Y': in what?
    right = [each for each in frame.parties if each.at > head]
    clear, amount = frame.is_clear(head), frame.difference(head)
    if frame.hedges(head):
        return
    if frame.is_passive(head):
        agents = [each.party for each in right if each.lead == "by"]
        loser = frame.who(head, passive=True)
        if agents and loser is not None:
            yield Order(agents[0], of, loser, negated or loser.nobody, clear, amount)
        return
    subject = frame.who(head)
    if frame.text(head) in ("<", ">"):
        subject = next((each.party for each in reversed(frame.parties) if each.at < head), None)
    objects = [each for each in right if each.lead not in ("by", "with", "scope")]
    if subject is None:
        return
    if objects:
        yield Order(subject, of, objects[0].party, negated, clear, amount)
        return
    number = frame.number_after(head)
    value = of_number(number, of.quantities, frame.known) if number is not None and not of.good else None
    if number is not None and value is not None:
        yield Stated(subject, value, Amount(number, of.sign), negated)


def change(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'improved the accuracy over X', 'the accuracy dropped with X'"""
    meaning = frame.meaning(head)
    of = what(frame, head)
    if of is None:
        return
    amount = Amount(Number(meaning.size, 0.1, "times")) if meaning.size else frame.difference(head)
    left = frame.named_before(head)
    right = [each for each in frame.parties if each.at > head]
    others = [each for each in frame.parties if each.lead == "than"]
    doers = [each for each in right if each.lead in ("with", "by")]
    if not (quantity_right(frame, head) or others or doers or amount or meaning.quantities or frame.compared):
        return  # 'its accuracy rose': from epoch to epoch
    whose = [each for each in right if each.lead in ("", "of")]
    if not left and doers:
        subject: Party | None = doers[0].party
    else:
        subject = frame.who(head)
    if subject is None or (frame.is_passive(head) and not doers):
        return
    other = others[0].party if others else whose[0].party if whose and whose[0].party != subject else None
    yield Order(subject, of, other or frame.compared.get(subject.names), negated, frame.is_clear(head), amount)


def changed_more(frame: Frame, change: int, more: int, negated: bool) -> Iterator[Claim]:
    """'loses less accuracy than X', 'reduces the gap more than X': both against the same, so that one is compared."""
    changed = what(frame, change)
    others = [each.party for each in frame.parties if each.lead == "than"]
    subject = frame.who(change)
    if changed is not None and subject is not None and others:
        yield Order(subject, replace(changed, sign=changed.sign * frame.meaning(more).sign), others[0], negated)


def same(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'as fast as X', 'A and B are tied', 'twice as long as X'"""
    meaning = frame.meaning(head)
    of = what(frame, head)
    if of is None:
        return
    others = [each for each in frame.parties if each.at > head and each.lead in ("than", "to", "with", "of", "")]
    ends = [each.party for each in frame.parties if each.lead == "between"]
    if meaning.note in ("difference", "no difference", "differ"):
        yield from _differ(frame, head, of, ends, negated)
        return
    subject = ends[0] if ends else frame.who(head)
    if subject is None:
        return
    if frame.has("pair", head):  # training and test accuracy are the same: no gap
        yield Stated(subject, Of(("gap",), +1), NO_GAP, negated)
        return
    other = next((each.party for each in others if each.party != subject), None)
    ratio = frame.difference(head)
    if ratio is not None and ratio.number.unit == "times" and meaning.note == "as":
        sign = of.sign if ratio.number.value > 1 else -of.sign
        yield Order(subject, replace(of, sign=sign), other, negated, amount=_above_one(ratio))
    elif meaning.note == "as" and negated:
        yield Order(subject, replace(of, sign=-of.sign), other, False)
    elif len(subject.names) > 1 or subject.group or other is not None:
        yield Same(subject, of, other, meaning.size > 1 or frame.has("bound", head, 2), negated)


def _differ(frame: Frame, head: int, of: Of, ends: Sequence[Party], negated: bool) -> Iterator[Claim]:
    """'A and B differ by 0.6 points', 'hardly differ', 'the difference between A and B is negligible'"""
    note, clear = frame.meaning(head).note, frame.is_clear(head)
    subject = ends[0] if ends else frame.who(head) if note == "differ" else None
    number = frame.number_after(head) if note == "differ" else None
    if of.quantities == ("gap",):
        of = replace(of, quantities=("accuracy",))
    amount = frame.difference(head) or (Amount(number) if number is not None else None)
    if subject is None:
        return
    if note == "differ" and amount is not None:
        yield Apart(subject, of, replace(amount, about=True))
    elif note == "differ" or any(map(_is_a_distance, frame.pieces)):
        large = note == "no difference" or (note == "differ" and clear)
        yield Same(subject, of, None, True, negated != large)


def _is_a_distance(piece: Piece) -> bool:
    return isinstance(piece, Token) and (piece.meaning.quantities == ("gap",) or piece.text.casefold() in DISTANCES)


def _above_one(amount: Amount) -> Amount:
    """'half' of less as 'twice' of more, and its bound turned round."""
    number = amount.number
    if number.value >= 1:
        return amount
    return replace(amount, number=Number(1 / number.value, 0.1, "times"), bound=-amount.bound)


def between(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'lies between A and B', 'the difference between A and B is 2 points'"""
    ends = [
        each.party
        for each in frame.parties
        if each.lead == "between" and (len(each.party.names) == 2 or each.party.group == "others")
    ]
    extremes = [piece for piece in frame.pieces[head:] if isinstance(piece, Token) and piece.kind == "extreme"]
    if len(extremes) == 2 and {each.meaning.sign for each in extremes} == {1, -1}:
        ends = [Party(group="all")]  # 'between the best and the worst'
    if not ends:
        return
    numbers = [piece for piece in frame.pieces if isinstance(piece, Token) and piece.number]
    before = frame.pieces[:head]
    if any(map(_is_a_distance, (*before[-3:], *frame.pieces[head:]))) or ends[0].group == "all":
        named = quantity_right(frame, head) or ()
        named = named if named and named != ("gap",) else ("accuracy",)
        amount = frame.amount_at(frame.pieces.index(numbers[0])) if len(numbers) == 1 else None
        if amount is not None and amount.number.unit in ("points", "percent", "seconds", ""):
            quantities: tuple[Quantity, ...] = ("seconds",) if amount.number.unit == "seconds" else named
            yield Apart(ends[0], Of(quantities, +1), amount)
        return
    subject = frame.who(head)
    of = what(frame, head)
    if subject is not None and of is not None:
        yield Between(subject, of, ends[0], negated)


def again(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'A improved the accuracy, B did not': of B what was said of A, or not."""
    right = [each.party for each in frame.parties if each.at > head]
    inverted = head > 0 and frame.text(head - 1) in ("neither", "nor")
    subject = right[0] if right else frame.who(head)
    if subject is None or not subject.names:
        return
    for claim in frame.before.claims[-1:]:
        if isinstance(claim, Order | Extreme | Stated) and not claim.subject.nobody:
            same = not inverted and frame.text(head - 1) == "so"
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
    plain = meaning.good and named != ("accuracy",)  # 'in time, the order is': which end first?
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
    if subject is not None and of is not None and not has_unknown(frame, head):
        yield Extreme(subject, of, int(frame.meaning(head).size), negated=negated)


def ratio(frame: Frame, head: int) -> Iterator[Claim]:
    """'half the time of X', 'three times the parameters'"""
    named = quantity_right(frame, head) or quantity_left(frame, head) or frame.before.quantities
    before = [each.party for each in frame.parties if each.at < head]
    if len(before) == 2 and len(frame.heads) > 1:  # 'A matches B with half the parameters'
        subject: Party | None = before[0]
    else:
        subject = frame.who(head)
    amount = frame.amount_at(head)
    if subject is None or not named or amount is None:
        return
    times = amount.number.value
    others = [each.party for each in frame.parties if each.at > head and each.party != subject] or before[1:2]
    other = others[0] if others else frame.rival(subject)
    yield Order(subject, Of(named, 1 if times > 1 else -1), other, amount=_above_one(amount))


def followed(frame: Frame, head: int) -> Iterator[Claim]:
    """'best was A, followed by B and C': what the clause before said goes on."""
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
