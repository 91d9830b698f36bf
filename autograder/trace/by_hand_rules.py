"""Which optimizer a loop that steps its weights itself has written out: of a few rules, that which leads to the told weights.

No setting of such a loop is told. The rate follows from how far the weights have gone, and the repeated steps prove both.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from autograder.trace.records import Run

BY_HAND_STEPS: Final = "ByHand"  # the optimizer of such a loop in the record
FIRST_RATE: Final = 1e-3
DECAYS: Final = (1e-3, 1e-4, 5e-4, 1e-2)  # as code has them
DECAYING: Final = 3  # rules, from the first, that are tried with a decay
ROUND: Final = 0.02  # of a rate: one that is as near to one of two digits is that
RULES: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("Adam", {"betas": [0.9, 0.999], "eps": 1e-8}),
    ("RMSprop", {"alpha": 0.99, "eps": 1e-8}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-8}),
)


def written_out(run: Run, vectors: Collection[str], *, decays: bool) -> list[Run]:
    """The run as one of each rule, of the rate that is tried first; with `decays` as one that adds a multiple of the weights to
    their gradients, too: of all of them, or of all but the `vectors`."""
    plain = [({"lr": FIRST_RATE, **settings}, kind, set[str]()) for kind, settings in RULES]
    decayed = [
        ({**settings, "weight_decay": decay}, kind, without)
        for decay in DECAYS
        for settings, kind, _ in plain[:DECAYING]
        for without in (set(vectors), set[str]())
    ]
    return [
        run.model_copy(
            update={
                "optimizer": kind,
                "settings": settings,
                "other_settings": {name: {"weight_decay": 0.0} for name in without},
            }
        )
        for settings, kind, without in plain + (decayed if decays else [])
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
