"""When two values are tied, apart, or far apart: by rounding and luck, and by how people use these words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from autograder.handed_in.claims.relations import Order
from autograder.handed_in.claims.verdicts.threefold import Answer
from autograder.handed_in.claims.words.quantity_words import SHARES
from autograder.handed_in.numbers import Quantity, Standing

# What counts as a tie: absolute for shares, at most one unit of the fourth decimal; else relative to the larger value.
TIE: Final[Mapping[str, float]] = {
    "accuracy": 0.0001,
    "train accuracy": 0.0001,
    "gap": 0.0001,
    "seconds": 0.01,
    "parameters": 0.001,
}
OTHER_TIE: Final = 0.01
# 'Clearly' ahead is further ahead than this, by the same measures.
CLEAR_OF_SHARES: Final = 0.0015
CLEARLY: Final = 3  # ties of all else
# The differences above which two are not 'the same', and not even 'similar'.
APART: Final[Mapping[str, tuple[float, float]]] = {
    "gradient": (0.3, 0.9),
    "accuracy": (0.004, 0.015),
    "train accuracy": (0.004, 0.015),
    "gap": (0.004, 0.015),
}
OTHER_APART: Final = (0.06, 0.25)
MUCH: Final[Mapping[str, float]] = {"accuracy": 0.04, "train accuracy": 0.04, "gap": 0.04, "gradient": 9.0}
OTHER_MUCH: Final = 0.5


def is_much(one: str, other: str, standing: Standing) -> bool:
    """Whether nobody would call a difference slight."""
    much = MUCH.get(standing.quantity, OTHER_MUCH)
    apart = abs(standing.values[one] - standing.values[other])
    scale = 1.0 if standing.quantity in SHARES else min(abs(standing.values[one]), abs(standing.values[other])) or 1.0
    return apart > much * scale


def considerably(one: float, other: float, quantity: Quantity) -> int:
    """1 if one value exceeds the other by so much that nobody would call them the same, -1 if it is below by as much, else 0."""
    strict, _ = APART.get(quantity, OTHER_APART)
    margin = strict * (1.0 if quantity in SHARES else max(abs(one), abs(other)))
    return 1 if one - other > margin else -1 if other - one > margin else 0


def more(one: str, other: str, sign: int, standing: Standing, claim: Order | None = None) -> Answer:
    """Whether `one` has more than `other` (less if `sign` is -1); None for a tie, except that a tie contradicts 'by far'."""
    first, second = standing.values[one], standing.values[other]
    tie = TIE.get(standing.quantity, OTHER_TIE)
    if standing.quantity not in SHARES:
        tie *= max(abs(first), abs(second))
    if standing.quantity == "epochs":
        tie = 0.5
    far = CLEAR_OF_SHARES if standing.quantity in SHARES else CLEARLY * tie
    difference = sign * (first - second)
    if claim is not None and first == second and _is_a_count(first, standing.quantity):
        return False
    clear = claim is not None and claim.clear and not claim.negated
    if claim is not None and claim.clear and claim.negated:  # 'not clearly more': a little more does not contradict it
        return {1: True, 0: False if difference <= 0 else None, -1: False}[
            sign * considerably(first, second, standing.quantity)
        ]
    if abs(difference) <= (far if clear else tie) + 1e-12:
        return False if clear else None
    return difference > 0


def _is_a_count(value: float, quantity: Quantity) -> bool:
    """Whether a number is exact, so that two equal ones are not tied just by rounding: '545098', but not '0.55M'. In the same
    epoch, one may still have been there earlier."""
    counted = (
        quantity in ("accuracy", "train accuracy") and 0.01 < (1000 * value) % 1 < 0.99
    )  # 97.77 % of 10,000 pictures
    return counted or (quantity == "parameters" and value % 1000 != 0)
