"""What a sentence claims: relations between named configurations, as plain records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from autograder.handed_in.claims.words.layers import Layer
from autograder.handed_in.numbers import Quantity


@dataclass(frozen=True)
class Number:
    """A number as it is written. `step` is one unit of its last decimal; `unit` is 'percent', 'points', 'seconds', 'times',
    'epochs', 'orders' (of magnitude), 'magnitude' (a power of ten) or ''."""

    value: float
    step: float
    unit: str


@dataclass(frozen=True)
class Amount:
    """A number as a sentence means it: exactly this, at least this (`bound` +1), at most (-1), or about this."""

    number: Number
    bound: int = 0
    about: bool = False


@dataclass(frozen=True)
class Party:
    """Who a relation is about: configurations by name, or a group that the numbers determine ('all', 'others').

    `size` is the count in words ('all three': 3; 0: uncounted). `without`: 'all but SGD'. `nobody`: 'neither A nor B', 'none of
    them'. `either`: one of the names is meant, and the words don't say which. `every`: all that a name may mean, as in 'in both
    settings'. `alone`: only they. `some`: that many of the group, 'two of the three'.
    """

    names: tuple[str, ...] = ()
    group: Literal["", "all", "others"] = ""
    size: int = 0
    without: tuple[str, ...] = ()
    nobody: bool = False
    either: bool = False
    every: bool = False
    alone: bool = False
    some: int = 0


@dataclass(frozen=True)
class Of:
    """What is compared: the quantities that may be meant, and the direction. `sign` +1: more; `good`: better, whichever direction
    that is for the quantity.

    `at`: in this layer. `everywhere`: in all layers. `error`: amounts are error rates. `goal`: until this value is reached.
    `within`: the parties are layers in the networks of these configurations.
    """

    quantities: tuple[Quantity, ...]
    sign: int
    good: bool = False
    at: Layer | None = None
    everywhere: bool = False
    error: bool = False
    goal: float | None = None
    within: Party | None = None


@dataclass(frozen=True)
class Order:
    """The subject has more (or less) than the other. Without `other`, than the baseline or whoever is left.

    `clear`: by far. `slight`: by little. `amount`: by this much, or this many times.
    """

    subject: Party
    of: Of
    other: Party | None = None
    negated: bool = False
    clear: bool = False
    amount: Amount | None = None
    slight: bool = False


@dataclass(frozen=True)
class Extreme:
    """The subject has the most (or least), or the rank-th most, among `scope` or all."""

    subject: Party
    of: Of
    rank: int = 1
    scope: Party | None = None
    negated: bool = False


@dataclass(frozen=True)
class Same:
    """The subjects, and the other if there is one, have practically the same. `loose`: only similar."""

    subject: Party
    of: Of
    other: Party | None = None
    loose: bool = False
    negated: bool = False


@dataclass(frozen=True)
class Between:
    """The subject lies between two others."""

    subject: Party
    of: Of
    ends: Party
    negated: bool = False


@dataclass(frozen=True)
class Stated:
    """The subject has this value."""

    subject: Party
    of: Of
    amount: Amount
    negated: bool = False


@dataclass(frozen=True)
class Apart:
    """Two configurations differ by this much."""

    names: Party
    of: Of
    amount: Amount


@dataclass(frozen=True)
class First:
    """The subject reaches a value after fewer epochs than all others."""

    subject: Party
    of: Of
    number: Number
    negated: bool = False


@dataclass(frozen=True)
class Vanishing:
    """The subject, a layer, has almost nothing compared with the other."""

    subject: Party
    of: Of
    other: Party
    negated: bool = False


@dataclass(frozen=True)
class Trend:
    """Over all configurations, more parameters come with more of something, or with less, by its sign."""

    of: Of
    negated: bool = False


@dataclass(frozen=True)
class Peak:
    """The subject has its best value in the last epoch."""

    subject: Party
    of: Of
    negated: bool = False


Claim = Order | Extreme | Same | Between | Stated | Apart | First | Vanishing


def above_one(amount: Amount) -> Amount:
    """A ratio above one: 'half' as 'twice' the other way round, with its bound reversed."""
    number = amount.number
    if number.value >= 1:
        return amount
    return replace(amount, number=Number(1 / number.value, 0.1, "times"), bound=-amount.bound)
