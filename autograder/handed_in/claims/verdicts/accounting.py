"""Whether a claim that the numbers contradict was really made, judged by the figures in its sentence.

Whoever quotes a figure has looked at the table. If a figure that was read as one thing is, to the digit, another value of those
named, or if a figure is neither in the table nor part of what was read, the sentence says something other than what was
understood, and nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from autograder.handed_in.claims.heads.certainty import LONG_TRAINING
from autograder.handed_in.claims.relations import Amount, Apart, Claim, First, Number, Order, Peak, Stated, Trend
from autograder.handed_in.claims.sentence.tokens import Token
from autograder.handed_in.claims.verdicts.amounts import differ_by, in_units, is_value
from autograder.handed_in.claims.words.lexicon import BETTER
from autograder.handed_in.claims.words.mentions import Configurations
from autograder.handed_in.claims.words.quantity_words import SHARES
from autograder.handed_in.numbers import Quantity, Standing

COMPARED: Final = frozenset(("times", "orders"))  # units of comparisons, never of values
FAR: Final = 0.3  # of a share: nobody misremembers an accuracy by this much
LEAST_OF_A_TIME: Final = 0.2  # share of the shortest time in a table that a time must have to be somebody's
UNITS: Final[dict[str, tuple[Quantity, ...]]] = {
    "percent": SHARES,
    "points": ("gap",),
    "seconds": ("seconds",),
    "epochs": ("epochs",),
}


@dataclass(frozen=True)
class Figures:
    """A student's numbers, and the figures of one sentence of theirs.

    `quoted`: each number in digits, and the last names before it. `names`: all names in the sentence. `spoken`: the quantities
    it mentions. `used`: the numbers that the relations read from it use. `parts`: it gives parts of a gap, '40 % of the gap'.
    """

    standings: Sequence[Standing]
    configurations: Configurations
    quoted: Mapping[Number, tuple[str, ...]]
    names: tuple[str, ...]
    spoken: frozenset[Quantity]
    used: frozenset[Number]
    parts: bool = False

    def values(self, names: Iterable[str]) -> Iterator[tuple[Standing, float]]:
        """The values that names may have."""
        return ((standing, standing.values[label]) for standing, label in self._labels(names))

    def pairs(self, names: Iterable[str]) -> Iterator[tuple[Standing, float, float]]:
        """All pairs of values that names may have."""
        for standing, label in self._labels(names):
            yield from (
                (standing, standing.values[label], value) for other, value in standing.values.items() if other != label
            )

    def _labels(self, names: Iterable[str]) -> Iterator[tuple[Standing, str]]:
        for name in dict.fromkeys(names):
            for standing in self.standings:
                for label in self.configurations.among(name, standing.values):
                    yield standing, label


def figures(
    tokens: Sequence[Token],
    read: Iterable[Claim | Trend | Peak],
    standings: Sequence[Standing],
    configurations: Configurations,
) -> Figures:
    """The figures of a sentence, without settings ('lr=0.01'), durations of training ('20 epochs') and powers of ten."""
    quoted: dict[Number, tuple[str, ...]] = {}
    names: list[str] = []
    last: tuple[str, ...] = ()
    for at, token in enumerate(tokens):
        last = token.names or last
        names += token.names
        setting = at > 0 and tokens[at - 1].text == "="
        if token.number is not None and token.text[0].isdigit() and not setting and not _says_nothing(token.number):
            quoted[token.number] = last
    spoken = frozenset(each for token in tokens if token.kind == "quantity" for each in token.meaning.quantities)
    parts = any(_is_a_part(tokens[at : at + 5]) for at in range(len(tokens)))
    return Figures(standings, configurations, quoted, tuple(names), spoken, frozenset(_used(read)), parts)


def _is_a_part(tokens: Sequence[Token]) -> bool:
    """'40 % of the gap'"""
    number, *behind = tokens
    if number.number is None or number.number.unit != "percent" or not behind or behind[0].kind not in ("of", "scope"):
        return False
    named = next((token for token in behind if token.kind not in ("of", "scope", "plain")), None)
    return named is not None and named.kind == "quantity" and named.meaning.quantities == ("gap",)


def misread(claim: Claim, beside: Figures) -> bool:
    """Whether the figures of its sentence say that a claim was not made."""
    if isinstance(claim, Order | Stated | Apart) and claim.amount is not None:
        number = claim.amount.number
        if beside.parts and number.unit == "percent":
            return True
        if isinstance(claim, Stated) and (_is_nobodys(claim, beside) or _is_far_off(claim, beside)):
            return True
        if number in beside.quoted and not _is_the_goal(number, claim):
            if isinstance(claim, Stated) and _is_no_value(claim, beside):
                return True
            if not isinstance(claim, Stated) and _is_no_difference(claim, number, beside):
                return True
    left = {number for number in beside.quoted if number not in beside.used and not _is_the_goal(number, claim)}
    return any(not _is_accounted_for(number, beside.standings) for number in left)


def _says_nothing(number: Number) -> bool:
    return number.unit == "magnitude" or (number.unit == "epochs" and number.value >= LONG_TRAINING)


def _used(read: Iterable[Claim | Trend | Peak]) -> Iterator[Number]:
    for claim in read:
        if isinstance(claim, Order | Stated | Apart) and claim.amount is not None:
            yield claim.amount.number
        if isinstance(claim, First):
            yield claim.number


def _is_nobodys(claim: Stated, beside: Figures) -> bool:
    """'less than 3 seconds', if all take a minute: a difference, as nobody misremembers a time that badly."""
    if not set(claim.of.quantities) <= {"seconds", "epochs"}:
        return False
    values = [value for standing in beside.standings if _is_of(claim, standing) for value in standing.values.values()]
    minutes = claim.amount.number.unit == "" and "seconds" in claim.of.quantities
    stated = claim.amount.number.value * (60 if minutes else 1)
    return bool(values) and stated < LEAST_OF_A_TIME * min(values)


def _is_the_goal(number: Number, claim: Claim) -> bool:
    return claim.of.goal is not None and number.value in (claim.of.goal, 100 * claim.of.goal)


def _is_no_value(claim: Stated, beside: Figures) -> bool:
    """Whether a number that was read as somebody's value is something else."""
    number = claim.amount.number
    another = (
        _is(number, value, standing) for standing, value in beside.values(beside.names) if not _is_of(claim, standing)
    )
    return (
        any(another)
        or _is_of_the_nearest(claim, beside)
        or _is_between_two(claim, beside)
        or _is_quoted_otherwise(claim, beside)
        or _is_far_off(claim, beside)
    )


def _is_of_the_nearest(claim: Stated, beside: Figures) -> bool:
    """'B is below C, which took 4.1 minutes': the number belongs to the last name before it."""
    number = claim.amount.number
    near = beside.values(beside.quoted[number])
    return not claim.amount.bound and any(
        _is(number, value, standing) for standing, value in near if _is_of(claim, standing)
    )


def _is_between_two(claim: Stated, beside: Figures) -> bool:
    """'1.3 seconds on 58.4': the difference of somebody named from another."""
    number = claim.amount.number
    return any(
        _is_apart(number, value, other, standing)
        for standing, value, other in beside.pairs((*claim.subject.names, *beside.names))
    )


def _is_quoted_otherwise(claim: Stated, beside: Figures) -> bool:
    """Whether the sentence also has the subject's right value, and it was not read as anybody's."""
    left = [number for number in beside.quoted if number not in beside.used]
    return not claim.subject.either and any(
        _is(number, value, standing)
        for standing, value in beside.values(claim.subject.names)
        for number in left
        if _is_of(claim, standing)
    )


def _is_far_off(claim: Stated, beside: Figures) -> bool:
    """'3 s more, i.e. 7 %', if no accuracy was mentioned: nobody has that value."""
    alone = len(beside.quoted) < 2
    if alone or set(claim.of.quantities) & beside.spoken or claim.of.quantities[0] not in SHARES:
        return False
    far = [
        abs(in_units(claim.amount.number, standing.quantity)[0] - value) > FAR
        for standing, value in beside.values(claim.subject.names)
        if _is_of(claim, standing)
    ]
    return bool(far) and all(far)


def _is_no_difference(claim: Order | Apart, number: Number, beside: Figures) -> bool:
    """Whether a number that was read as how much somebody has more is something else."""
    if number.unit == "times":  # of a quantity that the claim is not about
        return any(
            differ_by(Amount(number), value, other, standing.quantity)
            for standing, value, other in beside.pairs(beside.names)
            if not _is_of(claim, standing)
        )
    if isinstance(claim, Order) and claim.other is None and _is_from_somebody(claim, beside):
        return True
    apart = (
        _is_apart(number, value, other, standing)
        for standing, value, other in beside.pairs(beside.names)
        if not _is_of(claim, standing)
    )
    return any(_is(number, value, standing) for standing, value in beside.values(beside.names)) or any(apart)


def _is_from_somebody(claim: Order, beside: Figures) -> bool:
    """'[L2 is at 1.05,] dropout is better by 0.5': it does not say than whom, and it is that far ahead of somebody."""
    return any(
        claim.amount is not None
        and differ_by(claim.amount, value, other, standing.quantity)
        and (value - other) * claim.of.sign * (BETTER[standing.quantity] if claim.of.good else 1) > 0
        for standing, value, other in beside.pairs(claim.subject.names)
        if _is_of(claim, standing)
    )


def _is_apart(number: Number, one: float, other: float, standing: Standing) -> bool:
    """Whether two values differ by a number to its last decimal. A number of one digit fits too many."""
    if number.unit in ("", "points") and standing.quantity in SHARES:
        number = replace(number, unit="percent")
    return number.value >= 10 * number.step and _is(number, abs(one - other), standing)


def _is_of(claim: Claim, standing: Standing) -> bool:
    return standing.quantity in claim.of.quantities


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
