"""Which optimizer a loop that steps its weights itself has written out: of a few rules, that which leads to the told weights.

No setting of such a loop is told. The rate follows from how far the weights have gone, and the repeated steps prove both.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

from autograder.trace.records import Run

BY_HAND_STEPS: Final = "ByHand"  # the optimizer of such a loop in the record
FIRST_RATE: Final = 1e-3
ROUND: Final = 0.02  # of a rate: one that is as near to one of two digits is that
RULES: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("Adam", {"betas": [0.9, 0.999], "eps": 1e-8}),
    ("RMSprop", {"alpha": 0.99, "eps": 1e-8}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-8}),
)


def written_out(run: Run) -> list[Run]:
    """The run as one of each rule, of the rate that is tried first."""
    return [
        run.model_copy(update={"optimizer": kind, "settings": {"lr": FIRST_RATE, **settings}})
        for kind, settings in RULES
    ]


def at_another_rate(run: Run, share: float) -> Run | None:
    """The run at the rate that leads as far as was told, where its own leads to a point from which it is this `share` of the way;
    None where that is its own, or none."""
    rate = float(run.settings["lr"])
    other = rate * share
    if not math.isfinite(other) or other <= 0:
        return None
    short = float(f"{other:.1e}")
    other = short if abs(short / other - 1) < ROUND else other
    return run.model_copy(update={"settings": {**run.settings, "lr": other}}) if other != rate else None
