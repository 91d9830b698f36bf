"""Heads read into relations: one function for each kind of head, from a clause's frame to what it claims.

A head is left alone as soon as its subject or its quantity depends on a word that is not known here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from autograder.handed_in.claims.clause.frame import AUXILIARIES, Frame
from autograder.handed_in.claims.clause.pieces import kind
from autograder.handed_in.claims.heads.degrees import hedges, is_clear, is_slight, varies_a_setting
from autograder.handed_in.claims.heads.quantities import narrowed, of_number, quantity_left, quantity_right, what
from autograder.handed_in.claims.relations import Amount, Claim, Extreme, Number, Of, Order, Party, Stated, above_one
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.numbers import Quantity

CLOSING: Final = ("clos", "remov", "eliminat")
GIVES: Final = frozenset("gave gives give brought brings bring".split())
NO_GAP: Final = Amount(Number(1.0, 0.5, "percent"), -1)


def contrast(frame: Frame, head: int, negated: bool) -> Claim | None:
    """'the training accuracy is 11 points above the test accuracy': the gap is that large, or at least above zero."""
    ahead, behind = quantity_left(frame, head), quantity_right(frame, head)
    subject = frame.who(head)
    if {ahead, behind} != {("train accuracy",), ("accuracy",)} or subject is None or negated:
        return None
    sign = frame.meaning(head).sign * (1 if behind == ("accuracy",) else -1)
    amount = frame.difference(head) if sign > 0 else None
    return Stated(subject, Of(("gap",), +1), amount or Amount(Number(0.0, 0.1, "points"), sign))


def compare(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'higher', 'faster than X', 'higher than 97 %'"""
    if frame.meaning(head).note == "so":
        yield from _more_so(frame, head)
        return
    of = what(frame, head)
    changed = frame.before.changed
    if changed is not None and frame.text(head) in ("more", "less") and not quantity_right(frame, head):
        of = replace(changed, sign=changed.sign * frame.meaning(head).sign)  # 'both reduced the gap, A more than B'
    subject = frame.who(head)
    if of is None or subject is None or any(kind(frame.pieces[other]) == "between" for other in frame.heads):
        return
    if hedges(frame, head) or varies_a_setting(frame, head):
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
    other = other or frame.compared.get(subject.names) or _the_rest(frame, head, subject) or frame.rival(subject)
    yield Order(subject, of, other, negated, is_clear(frame, head), frame.difference(head), is_slight(frame, head))


def _more_so(frame: Frame, head: int) -> Iterator[Claim]:
    """'[A lowers the accuracy, ] B even more so', 'B more so than A'"""
    last = frame.before.claims[-1] if frame.before.claims else None
    named = [each.party for each in frame.parties if each.party.names]
    if isinstance(last, Order) and not last.negated and named:
        other = named[1] if len(named) > 1 else last.subject
        yield Order(named[0], replace(last.of, sign=last.of.sign * frame.meaning(head).sign), other)


def _the_rest(frame: Frame, head: int, subject: Party) -> Party | None:
    """'of A and B, A is the better one': than B."""
    before = frame.before.subject
    if before is not None and before.every and frame.named_before(head) and frame.text(head - 1) == "the":
        return replace(before, every=False)  # 'both networks ..., A being the better one'
    scope = next((each.party.names for each in frame.parties if each.lead in ("scope", "of")), ())
    left = tuple(name for name in scope if name not in subject.names)
    return Party(left) if len(scope) == 2 and len(left) == 1 else None


def extreme(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'highest', 'the fastest of the three', 'came second'"""
    meaning = frame.meaning(head)
    following = frame.pieces[head + 1] if head + 1 < len(frame.pieces) else None
    behind = following.kind if isinstance(following, Token) else ""
    described = behind == "plain" and not quantity_right(frame, head) and frame.text(head + 1).isalpha()
    if frame.text(head) in ("most", "least") and (behind == "thing" or described):
        return  # 'most interesting'
    if frame.has("change", head, 1) and not any(kind(piece) == "quantity" for piece in frame.pieces):
        return  # 'gains most': of the change, whatever that was
    of = what(frame, head)
    changes = [at for at in frame.heads if at < head and kind(frame.pieces[at]) == "change"]
    if changes and frame.text(head) in ("most", "least"):  # 'reduced the gap (the) most'
        changed = what(frame, changes[-1])
        of = replace(changed, sign=changed.sign * meaning.sign) if changed is not None else None
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


def apposed(frame: Frame) -> Iterator[Claim]:
    """'[A is behind B,] by 0.3 points', '[A is ahead of B,] two points': the amount of what the clause before said."""
    last = frame.before.claims[-1] if frame.before.claims else None
    numbers = [at for at in range(len(frame.pieces)) if frame.number_at(at) is not None]
    light = all(kind(piece) in ("plain", "degree", "bound", "number", "by") for piece in frame.pieces)
    if not isinstance(last, Order) or last.amount is not None or last.negated or not light or len(numbers) != 1:
        return
    amount = frame.amount_at(numbers[0])
    if amount is not None and (amount.number.unit == "points" or frame.is_difference(numbers[0])):
        yield replace(last, amount=amount)


def beat(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'outperformed X', 'was beaten by X', 'lies below 95 %'"""
    of = what(frame, head)
    if of is None or any(kind(frame.pieces[other]) == "ratio" for other in frame.heads):
        return  # 'with half the epochs, X beats Y': in what?
    right = [each for each in frame.parties if each.at > head]
    clear, amount = is_clear(frame, head), frame.difference(head)
    if hedges(frame, head):
        return
    if _is_passive(frame, head):
        agents = [each.party for each in right if each.lead == "by"]
        loser = frame.who(head, passive=True)
        if agents and loser is not None:
            only = "only" in (frame.text(head - 1), frame.text(head + 1)) and len(agents) == 1 and not negated
            agent = replace(agents[0], alone=only or agents[0].alone)  # 'only beaten by X': by nobody else
            yield Order(agent, of, loser, negated or loser.nobody, clear, amount)
        return
    subject = frame.who(head)
    if frame.text(head) in ("<", ">"):
        subject = next((each.party for each in reversed(frame.parties) if each.at < head), None)
    objects = [each for each in right if each.lead not in ("by", "with", "scope")]
    if subject is None:
        return
    if objects:
        yield Order(subject, of, objects[0].party, negated, clear, amount, is_slight(frame, head))
        return
    number = frame.number_after(head)
    value = of_number(number, of.quantities, frame.known) if number is not None and not of.good else None
    if number is not None and value is not None:
        yield Stated(subject, value, Amount(number, of.sign), negated)


def change(frame: Frame, head: int, negated: bool) -> Iterator[Claim]:
    """'improved the accuracy over X', 'the accuracy dropped with X'"""
    meaning = frame.meaning(head)
    of = what(frame, head)
    helps = meaning.note == "help"
    if helps and not (quantity_right(frame, head) or quantity_left(frame, head)) and "gap" in frame.known:
        return  # against overfitting, or for the accuracy?
    if helps and negated and frame.text(head).startswith("worth"):
        return  # it may be better, and yet too slow
    negated = negated or (helps and "nothing" in frame.text(head).split())
    if of is None:
        return
    amount = Amount(Number(meaning.size, 0.1, "times")) if meaning.size else frame.difference(head)
    if amount is not None and amount.number.unit == "times":
        amount = above_one(_what_is_left(frame, head, amount))  # 'to less than a third'
    left = frame.named_before(head)
    right = [each for each in frame.parties if each.at > head]
    loses = frame.text(head).startswith(("los", "lost"))  # 'loses two points to X'
    others = [each for each in frame.parties if each.lead == "than" or (loses and each.lead == "to" and each.at > head)]
    doers = [each for each in right if each.lead in ("with", "by")]
    if not (quantity_right(frame, head) or others or doers or amount or meaning.quantities or frame.compared or helps):
        return  # 'its accuracy rose': from epoch to epoch
    ends = next((at for at in range(head, len(frame.pieces)) if kind(frame.pieces[at]) == "and"), len(frame.pieces))
    whose = [each for each in right if each.lead in ("", "of") and each.at < ends]
    given = any(frame.text(at) in GIVES for at in range(left[0].at, head)) if len(left) == 2 else False
    if given:  # 'X gave Y a boost'
        subject: Party | None = left[0].party
        whose = [*left[1:], *whose]
    elif not left and len(doers) == 2 and any(kind(piece) == "from" for piece in frame.pieces[head : doers[0].at]):
        others, subject = doers[:1], doers[1].party  # 'falls from 0.3 with X to 0.1 with Y'
    elif not left and doers:
        subject = doers[0].party
    else:
        subject = frame.who(head)
    if subject is None or (_is_passive(frame, head) and not doers):
        return
    if of.quantities == ("gap",) and not negated and frame.text(head).startswith(CLOSING) and _is_complete(frame):
        yield Stated(subject, of, NO_GAP)
    other = others[0].party if others else whose[0].party if whose and whose[0].party != subject else None
    clear = is_clear(frame, head) or (helps and negated)  # 'did not help' is said of a little more, too
    other = other or frame.compared.get(subject.names)
    if other is None and amount is not None:
        other = frame.rival(subject)
        if other is not None and meaning.size:
            return  # 'A is worse than B, as it only halved the gap': compared with B, or with all others?
    yield Order(subject, of, other, negated, clear, amount, is_slight(frame, head))


def _what_is_left(frame: Frame, head: int, amount: Amount) -> Amount:
    """'loses two thirds', 'falls by two thirds': a third is left."""
    number = amount.number
    at = next((at for at in range(head, len(frame.pieces)) if frame.number_at(at) == number), 0)
    lost = at > head and (frame.text(head).startswith(("los", "lost")) or kind(frame.pieces[at - 1]) == "by")
    if not lost or not 0 < number.value < 1 or frame.text(at)[:1].isdigit() or "factor" in frame.text(at):
        return amount
    return replace(amount, number=Number(1 - number.value, number.step, "times"), bound=-amount.bound)


def _is_complete(frame: Frame) -> bool:
    return any(piece.text.casefold() in ("completely", "entirely", "fully", "totally") for piece in frame.tokens())


def changed_more(frame: Frame, change: int, more: int, negated: bool) -> Iterator[Claim]:
    """'loses less accuracy than X', 'reduces the gap more than X': both are changes of the same, so the results compare."""
    changed = what(frame, change)
    others = [each.party for each in frame.parties if each.lead == "than"]
    subject = frame.who(change)
    given = frame.text(change).startswith(("give", "gave", "gain"))
    amount = (frame.difference(more) or frame.difference(change)) if given else None
    if changed is not None and subject is not None and others:
        yield Order(
            subject, replace(changed, sign=changed.sign * frame.meaning(more).sign), others[0], negated, amount=amount
        )


def ratio(frame: Frame, head: int) -> Iterator[Claim]:
    """'half the time of X', 'three times the parameters'"""
    layered: tuple[Quantity, ...] = ("gradient",) if frame.layer is not None or frame.within is not None else ()
    named = quantity_right(frame, head) or quantity_left(frame, head) or layered or frame.before.quantities
    before = [each.party for each in frame.parties if each.at < head]
    if len(before) == 2 and len(frame.heads) > 1:  # 'A matches B with half the parameters'
        subject: Party | None = before[0]
    else:
        subject = frame.who(head)
    amount = frame.amount_at(head)
    if subject is None or not named or amount is None:
        return
    ahead = [at for at in range(head) if kind(frame.pieces[at]) in ("change", "unknown")]
    if amount.number.value < 1 and ahead and "to" not in {kind(piece) for piece in frame.pieces[ahead[-1] : head]}:
        return  # 'takes away a third of the gap': a third is gone, not left
    times = amount.number.value
    others = [each.party for each in frame.parties if each.at > head and each.party != subject] or before[1:2]
    other = others[0] if others else frame.rival(subject)
    if other is None and not frame.parties:
        return  # '[of the 0.004,] a quarter is left'
    yield Order(subject, Of(named, 1 if times > 1 else -1), other, amount=above_one(amount))


def _is_passive(frame: Frame, head: int) -> bool:
    before = [piece for piece in frame.pieces[:head] if kind(piece) not in ("degree", "negation")]
    last = before[-1] if before else None
    was = isinstance(last, Token) and last.text.casefold() in AUXILIARIES
    by = any(each.lead == "by" for each in frame.parties if each.at > head)
    return by and (was or frame.text(head).endswith("ed")) and " " not in frame.text(head)
