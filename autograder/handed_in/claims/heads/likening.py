"""Heads that liken or set apart, read into relations: 'as fast as', 'differ by'.

Each way to say so has a reader with an example. A reader answers None where it does not apply; SET_APART and LIKENED give
the order in which they are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from autograder.handed_in.claims.clause.frame import Frame
from autograder.handed_in.claims.clause.pieces import Piece, kind
from autograder.handed_in.claims.heads.comparing import NO_GAP
from autograder.handed_in.claims.heads.degrees import is_clear
from autograder.handed_in.claims.heads.quantities import quantity_right, what
from autograder.handed_in.claims.relations import (
    Amount,
    Apart,
    Claim,
    Number,
    Of,
    Order,
    Party,
    Same,
    Stated,
    above_one,
)
from autograder.handed_in.claims.sentence.tokens import DISTANCES, Token
from autograder.handed_in.claims.words.mentions import WITHOUT

GAP: Final = Of(("gap",), +1)
SMALL: Final = Amount(Number(5.0, 1.0, "points"), -1)  # what may be called no big gap


@dataclass(frozen=True)
class Likeness:
    """A head that likens or sets apart, in its clause. `of`: what is compared."""

    frame: Frame
    head: int
    of: Of
    negated: bool

    @property
    def note(self) -> str:
        return self.frame.meaning(self.head).note

    @cached_property
    def amount(self) -> Amount | None:
        return self.frame.difference(self.head)

    @property
    def is_of_a_pair(self) -> bool:
        """Whether training and test accuracy are compared, so that it is about the gap."""
        return self.frame.has("pair", self.head)

    @cached_property
    def ends(self) -> Party | None:
        """'[between] A and B'"""
        return next((each.party for each in self.frame.parties if each.lead == "between"), None)

    @cached_property
    def whose(self) -> Party | None:
        return self.ends or self.frame.who(self.head)

    @cached_property
    def subject(self) -> Party | None:
        """Who is compared, also where only the course or a plural says so."""
        subject = self.whose
        if subject is None and self.note == "unchanged" and len(self.frame.compared) == 1:
            subject = Party(next(iter(self.frame.compared)))  # 'hardly changes from A to B'
        plural = not self.frame.parties and any(_is_plural(piece) for piece in self.frame.pieces[: self.head])
        if plural and subject in (None, Party(group="all", size=1)):
            subject = Party(group="all")  # 'the accuracies are about equal'
        return subject

    @cached_property
    def named_other(self) -> Party | None:
        """Who is named after the head, to compare the subject with."""
        leads = ("than", "to", "with", "of", "")
        others = (each for each in self.frame.parties if each.at > self.head and each.lead in leads)
        return next((each.party for each in others if each.party != self.subject), None)

    @cached_property
    def other(self) -> Party | None:
        """Whom the subject is compared with: '..., and the training took about the same time' means the one before."""
        if self.named_other is not None or self.subject is None:
            return self.named_other
        bare = len(self.subject.names) == 1 and not self.frame.named_before(self.head)
        return self.frame.rival(self.subject) if bare else None


def same(frame: Frame, head: int, negated: bool) -> Sequence[Claim]:
    """'as fast as X', 'A and B are tied', 'twice as long as X'"""
    if (of := what(frame, head)) is None:
        return ()
    likeness = Likeness(frame, head, of, negated)
    readings = (reader(likeness) for reader in SET_APART)
    if (claims := next((each for each in readings if each is not None), None)) is not None:
        return claims
    if (subject := likeness.subject) is None:
        return ()
    readings = (reader(likeness, subject) for reader in LIKENED)
    return next((each for each in readings if each is not None), ())


# -- set apart, or over layers --------------------------------------------------------------------------------------------


def _gap_by_an_amount(at: Likeness) -> Sequence[Claim] | None:
    """'training and test accuracy of X differ by 2 points'"""
    if not at.is_of_a_pair or at.note != "differ" or at.amount is None:
        return None
    return [Stated(at.whose, GAP, replace(at.amount, about=True), at.negated)] if at.whose is not None else ()


def _small_gap(at: Likeness) -> Sequence[Claim] | None:
    """'no big difference between training and test accuracy'"""
    if at.note != "no difference" or not at.negated or not any(map(_is_a_pair, at.frame.pieces)):
        return None
    return [Stated(at.whose, GAP, SMALL)] if at.whose is not None else ()


def _over_layers(at: Likeness) -> Sequence[Claim] | None:
    """'the gradients of X differ by two orders of magnitude over the layers', 'are of similar size in all layers'"""
    if not any(kind(piece) == "everywhere" for piece in (*at.frame.circumstances, *at.frame.pieces)):
        return None
    named = [each.party for each in at.frame.parties if each.party.names]
    if len(named) != 1:
        return ()
    of = Of(("gradient",), +1, within=named[0])
    amount = amount_behind(at.frame, at.head)
    if amount is not None:
        return [Apart(Party(group="all"), of, amount)] if not at.negated else ()
    numbered = at.frame.number_after(at.head) is not None
    return [Same(Party(group="all"), of, None, True, at.negated)] if not at.note and not numbered else ()


def _moved(at: Likeness) -> Sequence[Claim] | None:
    """'X changed the accuracy by two points': up or down, compared with Y or with what X was added to."""
    if at.note != "moved":
        return None
    frame = at.frame
    names = [name for each in frame.parties for name in each.party.names]
    last = frame.before.claims[-1] if frame.before.claims else None
    if len(names) == 1:
        other = frame.compared.get((names[0],))
        names += other.names if other is not None else (f"{WITHOUT}{names[0]}",)
    elif not names and isinstance(last, Same | Order) and last.other is not None and frame.starts_bare(at.head):
        names = [*last.subject.names, *last.other.names]
    return [Apart(Party(tuple(names)), at.of, at.amount)] if at.amount is not None and len(names) == 2 else ()


def _differ(at: Likeness) -> Sequence[Claim] | None:
    """'A and B differ by 0.6 points', 'hardly differ', 'the difference between A and B is negligible'"""
    if at.note not in ("difference", "no difference", "differ"):
        return None
    subject = at.whose if at.note == "differ" else at.ends
    of = replace(at.of, quantities=("accuracy",)) if at.of.quantities == ("gap",) else at.of
    if subject is None:
        return ()
    amount = (at.amount or amount_behind(at.frame, at.head)) if at.note == "differ" else None
    if amount is not None:
        return [Apart(subject, of, replace(amount, about=True))]
    if at.note != "differ" and not any(map(is_a_distance, at.frame.pieces)):
        return ()
    large = at.note == "no difference" or (at.note == "differ" and is_clear(at.frame, at.head))
    return [Same(subject, of, None, True, at.negated != large)]


# -- likened: the subject to another, or to itself before -----------------------------------------------------------------


def _no_gap(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'training and test accuracy of X are the same'"""
    if not at.is_of_a_pair:
        return None
    words = set(at.frame.text(at.head).split())
    loosely = at.frame.meaning(at.head).size > 1 and not words & {"same", "equal", "identical"}
    return [Stated(subject, GAP, SMALL if loosely else NO_GAP, at.negated)]


def _ahead_of_all(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'none is as fast as X'"""
    if at.note != "as" or not subject.nobody or at.named_other is None or not at.named_other.names:
        return None
    return [Order(at.named_other, at.of, Party(group="others", without=subject.without))]


def _unchanged_along_steps(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'hardly changes from the last to the first layer'"""
    stepped = at.frame.compared.get(subject.names)
    if at.note != "unchanged" or stepped is None:
        return None
    return [Same(subject, at.of, stepped, True, at.negated)]


def _unchanged_with(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'with X, the accuracy of Y hardly changed'"""
    both = [each.party for each in at.frame.parties if each.party.names]
    if at.note != "unchanged" or len(both) != 2:
        return None
    return [Same(both[0], at.of, both[1], True, at.negated)]


def _unchanged_by(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'X hardly changed the accuracy': compared with what X was added to"""
    if at.note != "unchanged":
        return None
    named = quantity_right(at.frame, at.head)
    if subject.nobody or not (named or "gap" not in at.frame.known):
        return ()
    return [Same(Party((name,)), at.of, Party((f"{WITHOUT}{name}",)), True, at.negated) for name in subject.names]


def _within_an_amount(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'level with X to within a point'"""
    frame = at.frame
    within = next(
        (each for each in range(2, len(frame.pieces)) if frame.number_at(each) and frame.is_within(each)), None
    )
    amount = frame.amount_at(within) if within is not None else None
    if amount is None or at.other is None or at.negated:
        return None
    return [Apart(Party((*subject.names, *at.other.names)), at.of, replace(amount, bound=-1))]


def _so_many_times(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'twice as long as X'"""
    if at.note != "as" or at.amount is None or at.amount.number.unit != "times":
        return None
    of = replace(at.of, sign=at.of.sign if at.amount.number.value > 1 else -at.of.sign)
    other = at.other or at.frame.rival(subject)
    return [Order(subject, of, other, at.negated, amount=above_one(at.amount))]


def _not_as(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'not as fast as X'"""
    if at.note != "as" or not at.negated:
        return None
    return [Order(subject, replace(at.of, sign=-at.of.sign), at.other, False)]


def _alike(at: Likeness, subject: Party) -> Sequence[Claim] | None:
    """'A and B are tied', 'X is as fast as Y'"""
    if len(subject.names) < 2 and not subject.group and at.other is None:
        return None
    loose = at.frame.meaning(at.head).size > 1 or at.frame.has("bound", at.head, 2)
    return [Same(subject, at.of, at.other, loose, at.negated)]


# Of each, the first that applies decides, even if it claims nothing. Those in LIKENED need a subject.
SET_APART: Final[tuple[Callable[[Likeness], Sequence[Claim] | None], ...]] = (
    _gap_by_an_amount,
    _small_gap,
    _over_layers,
    _moved,
    _differ,
)
LIKENED: Final[tuple[Callable[[Likeness, Party], Sequence[Claim] | None], ...]] = (
    _no_gap,
    _ahead_of_all,
    _unchanged_along_steps,
    _unchanged_with,
    _unchanged_by,
    _within_an_amount,
    _so_many_times,
    _not_as,
    _alike,
)


def amount_behind(frame: Frame, head: int) -> Amount | None:
    """The first number from the head on."""
    at = next((at for at in range(head, len(frame.pieces)) if frame.number_at(at) is not None), None)
    return frame.amount_at(at) if at is not None else None


def _is_a_pair(piece: Piece) -> bool:
    """'[between] training and test accuracy', or the gap itself"""
    return isinstance(piece, Token) and (piece.kind == "pair" or piece.meaning.quantities == ("gap",))


def _is_plural(piece: Piece) -> bool:
    return isinstance(piece, Token) and piece.kind == "quantity" and piece.text.endswith("s")


def is_a_distance(piece: Piece) -> bool:
    return isinstance(piece, Token) and (piece.meaning.quantities == ("gap",) or piece.text.casefold() in DISTANCES)
