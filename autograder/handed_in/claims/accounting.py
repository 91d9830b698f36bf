"""Whether a claim that the numbers contradict is the one that was made: the figures in its sentence tell.

Who quotes a figure has looked at the table. Where one that was read as one thing is, to the digit, another of those named, or
where one is neither in the table nor part of what was read, the sentence says something else than was understood, and nothing
is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

from autograder.handed_in.claims.amounts import SHARES, differ_by, in_units, is_value
from autograder.handed_in.claims.certainty import LONG_TRAINING
from autograder.handed_in.claims.mentions import Configurations
from autograder.handed_in.claims.relations import Amount, Apart, Claim, First, Number, Order, Party, Stated, Trend
from autograder.handed_in.claims.tokens import Token
from autograder.handed_in.numbers import Quantity, Standing

COMPARED: Final = frozenset(("times", "orders"))  # units of comparisons, never of values
FAR: Final = 0.3  # of a share: nobody misremembers an accuracy by as much
UNITS: Final[dict[str, tuple[Quantity, ...]]] = {
    "percent": SHARES,
    "points": ("gap",),
    "seconds": ("seconds",),
    "epochs": ("epochs",),
}


@dataclass(frozen=True)
class Figures:
    """What a student's numbers are, and the numbers in digits and the names of one sentence of theirs.

    `spoken`: the quantities that the sentence names. `used`: the numbers that the relations read from it make use of.
    """

    standings: Sequence[Standing]
    configurations: Configurations
    quoted: tuple[Number, ...]
    names: tuple[str, ...]
    spoken: frozenset[Quantity]
    used: frozenset[Number]

    def belong_to(self, party: Party) -> Iterator[tuple[Standing, str, float]]:
        """The values that a party may have."""
        for standing in self.standings:
            for name in party.names:
                for label in self.configurations.among(name, standing.values):
                    yield standing, label, standing.values[label]


def figures(
    tokens: Sequence[Token],
    read: Iterable[Claim | Trend],
    standings: Sequence[Standing],
    configurations: Configurations,
) -> Figures:
    """The figures of a sentence. A setting ('lr=0.01'), how long was trained ('20 epochs') and a power of ten are none."""
    quoted = tuple(
        token.number
        for before, token in pairwise((None, *tokens))
        if token is not None
        and token.number is not None
        and token.text[0].isdigit()
        and not _is_no_figure(before, token.number)
    )
    names = tuple(dict.fromkeys(name for token in tokens for name in token.names))
    spoken = frozenset(each for token in tokens if token.kind == "quantity" for each in token.meaning.quantities)
    return Figures(standings, configurations, quoted, names, spoken, frozenset(_used(read)))


def misread(claim: Claim, beside: Figures) -> bool:
    """Whether the figures of its sentence say that a claim was not made."""
    amount = claim.amount if isinstance(claim, Order | Stated | Apart) else None
    own = amount is not None and amount.number in beside.quoted and not _is_the_goal(amount.number, claim)
    if own and amount is not None and _is_something_else(claim, amount.number, beside):
        return True
    left = {number for number in beside.quoted if number not in beside.used and not _is_the_goal(number, claim)}
    return any(not _is_accounted_for(number, beside.standings) for number in left)


def _is_no_figure(before: Token | None, number: Number) -> bool:
    lasting = number.unit == "epochs" and number.value >= LONG_TRAINING
    return (before is not None and before.text == "=") or lasting or number.unit == "magnitude"


def _used(read: Iterable[Claim | Trend]) -> Iterator[Number]:
    for claim in read:
        if isinstance(claim, Order | Stated | Apart) and claim.amount is not None:
            yield claim.amount.number
        if isinstance(claim, First):
            yield claim.number


def _is_the_goal(number: Number, claim: Claim) -> bool:
    return claim.of.goal is not None and number.value in (claim.of.goal, 100 * claim.of.goal)


def _is_something_else(claim: Claim, number: Number, beside: Figures) -> bool:
    """Whether the number of a claim is another figure of those named than the one that it was read as."""
    named = Party(beside.names)
    if isinstance(claim, Stated):
        return (
            any(
                _is(number, value, standing) and standing.quantity not in claim.of.quantities
                for standing, _, value in beside.belong_to(named)
            )
            or _is_a_difference(claim, number, beside)
            or _is_quoted_otherwise(claim, beside)
            or _is_far_from_all(claim, beside)
        )
    if number.unit == "times":
        return _is_a_ratio_of_others(claim, number, beside)
    if isinstance(claim, Order) and claim.other is None and _is_before_another(claim, claim.subject, beside):
        return True
    return any(_is(number, value, standing) for standing, _, value in beside.belong_to(named))


def _is_before_another(claim: Order, subject: Party, beside: Figures) -> bool:
    """'[L2 is at 1.05,] dropout is better by 0.5': than whom is not said, and so far it is from somebody."""
    return claim.amount is not None and any(
        standing.quantity in claim.of.quantities and differ_by(claim.amount, value, other, standing.quantity)
        for standing, label, value in beside.belong_to(subject)
        for another, other in standing.values.items()
        if another != label
    )


def _is_far_from_all(claim: Stated, beside: Figures) -> bool:
    """'3 s more, i.e. 7 %', where no accuracy was spoken of: nobody has that one."""
    alone = len(beside.quoted) < 2
    if alone or set(claim.of.quantities) & beside.spoken or claim.of.quantities[0] not in SHARES:
        return False
    number = claim.amount.number
    shares = [
        in_units(number, standing.quantity)[0] - value
        for standing, _, value in beside.belong_to(claim.subject)
        if standing.quantity in claim.of.quantities
    ]
    return bool(shares) and min(map(abs, shares)) > FAR


def _is_a_difference(claim: Stated, number: Number, beside: Figures) -> bool:
    """'1.3 seconds on 58.4': so far is somebody named from another. Of one digit, that would be so by chance."""
    return number.value >= 10 * number.step and any(
        _is(number, abs(value - other), standing)
        for standing, label, value in beside.belong_to(Party((*claim.subject.names, *beside.names)))
        for another, other in standing.values.items()
        if another != label
    )


def _is_quoted_otherwise(claim: Stated, beside: Figures) -> bool:
    """Whether the right value of the subject stands in the sentence, too, and was not read as anybody's."""
    left = [number for number in beside.quoted if number not in beside.used]
    return any(
        _is(number, value, standing) and standing.quantity in claim.of.quantities
        for standing, _, value in beside.belong_to(claim.subject)
        for number in left
    )


def _is_a_ratio_of_others(claim: Claim, number: Number, beside: Figures) -> bool:
    """Whether somebody named has so many times as much of something that the claim is not about."""
    return any(
        differ_by(Amount(number), value, other, standing.quantity)
        for standing, label, value in beside.belong_to(Party(beside.names))
        if standing.quantity not in claim.of.quantities
        for another, other in standing.values.items()
        if another != label
    )


def _is_accounted_for(number: Number, standings: Iterable[Standing]) -> bool:
    """Whether a number is a value of somebody, or an error, or the difference of two."""
    return any(
        any(_is(number, each, standing) for each in values)
        or (standing.quantity in SHARES and any(_is(number, 1 - each, standing) for each in values))
        or any(differ_by(Amount(number), one, other, standing.quantity) for one, other in combinations(values, 2))
        for standing in standings
        for values in (tuple(standing.values.values()),)
    )


def _is(number: Number, value: float, standing: Standing) -> bool:
    quantity = standing.quantity
    fits = number.unit not in COMPARED and quantity in UNITS.get(number.unit, (quantity,))
    return fits and is_value(number, value, quantity)
