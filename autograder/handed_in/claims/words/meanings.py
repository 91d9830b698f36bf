"""What a word or phrase can mean to a comparison: the kinds of words that the grammar knows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from autograder.handed_in.numbers import Quantity

Kind = Literal[
    "name",  # of what is compared
    "group",  # 'both', 'the others', 'none'
    "pronoun",  # 'it', 'the former'
    "thing",  # 'network', 'optimizer': refers to what is compared if nothing else does
    "quantity",
    "split",  # 'on the training set'
    "compare",  # 'higher', 'faster'
    "extreme",  # 'highest', 'fastest', 'won'
    "beat",  # 'outperformed', 'lost to', 'ahead of'
    "change",  # 'improved', 'lowered'
    "same",  # 'as fast', 'tied', 'identical'
    "between",
    "followed",  # 'followed by'
    "first",  # 'first', of whoever reaches a mark
    "rank",  # 'second', 'third'
    "than",  # 'than', 'compared to'
    "by",  # the doer of a passive, or an amount
    "with",  # other prepositions that lead to a name: 'with', 'for', 'using'
    "of",
    "from",
    "to",
    "and",
    "or",
    "number",
    "bound",  # 'at least', 'below', 'about'
    "degree",  # 'slightly', 'far'
    "negation",
    "boundary",  # what parts clauses
    "aside",  # 'unlike', 'instead of': the next name is not what the clause is about
    "except",
    "adding",  # 'adding X to Y'
    "replacing",  # 'replacing X with Y'
    "switching",  # 'going from X to Y'
    "each",  # 'respectively'
    "conjecture",
    "narrow",  # 'in the first epochs': not what was measured at the end
    "ratio",  # 'half the time', 'three times the parameters'
    "vanish",  # of gradients
    "again",  # 'A improved it, B did not'
    "ranking",  # 'the order is A, B, C'
    "goal",  # 'to reach' a number
    "pair",  # 'training and test accuracy': the gap is meant
    "everywhere",  # 'in all layers'
    "toward",  # 'towards the input'
    "setting",  # 'a rate of' a number
    "plain",  # words that carry no meaning here
    "scope",  # 'among'
    "unknown",
]


@dataclass(frozen=True)
class Meaning:
    """What a phrase means. Which fields count depends on its kind.

    `sign`: +1 for more of a quantity, -1 for less. `good`: the sign is about goodness, so that a *better* loss is a lower one.
    `quantities`: those that may be meant. `size`: of a bound, degree, rank, ratio or group.
    """

    kind: Kind
    sign: int = 0
    good: bool = False
    quantities: tuple[Quantity, ...] = ()
    size: float = 0
    note: str = ""
