"""Whether a quantity follows the number of parameters as a trend claims."""

from __future__ import annotations

import itertools
from typing import Final

from autograder.handed_in.claims.relations import Trend
from autograder.handed_in.claims.verdicts.margins import considerably
from autograder.handed_in.claims.verdicts.threefold import Answer
from autograder.handed_in.numbers import Standing

LEAST_SHARE: Final = 1 / 3  # of the pairs that must go the other way to contradict a trend


def follows(trend: Trend, sizes: Standing, standing: Standing) -> Answer:
    """Whether a quantity follows the size as a trend claims, over all pairs that differ in size; None if undecided."""
    both = [label for label in standing.values if label in sizes.values]
    steps = [
        trend.of.sign * considerably(standing.values[larger], standing.values[smaller], standing.quantity)
        for larger, smaller in itertools.permutations(both, 2)
        if considerably(sizes.values[larger], sizes.values[smaller], "parameters") > 0
    ]
    if not steps:
        return None
    if trend.negated:
        return False if all(step > 0 for step in steps) else True if any(step < 0 for step in steps) else None
    against = steps.count(-1)
    return (
        False if against and against >= LEAST_SHARE * len(steps) else True if all(step > 0 for step in steps) else None
    )
