"""Which optimizer a loop that updates its weights by hand has written out: of a few rules, the one that leads to the recorded
weights.

No setting of such a loop is recorded. The rate follows from how far the weights have moved, and the repeated steps prove both.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from typing import Any, Final

from autograder.trace.records import Run

BY_HAND_STEPS: Final = "ByHand"  # the recorded name of such a loop's optimizer
FIRST_RATE: Final = 1e-3
DECAYS: Final = (1e-3, 1e-4, 5e-4, 1e-2)  # usual ones
DECAYING: Final = 3  # the first rules, which are also tried with weight decay
ROUND: Final = 0.02  # relative: a rate this close to one of two digits is rounded to it
RULES: Final[tuple[tuple[str, Mapping[str, Any]], ...]] = (
    ("SGD", {}),
    ("SGD", {"momentum": 0.9}),
    ("Adam", {"betas": [0.9, 0.999], "eps": 1e-8}),
    ("RMSprop", {"alpha": 0.99, "eps": 1e-8}),
    ("RMSprop", {"alpha": 0.9, "eps": 1e-8}),
)


def written_out(run: Run, vectors: Collection[str], *, decays: bool) -> list[Run]:
    """The run with each rule as its optimizer, at the rate that is tried first; with `decays` also with weight decay, of all
    weights or of all but the `vectors`."""
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
    """The run at the rate that leads as far as recorded, if the recorded weights are this `share` of the way to where its own
    rate leads. None if that is the same rate, or not a valid one."""
    rate = float(run.settings["lr"])
    other = rate * share
    if not math.isfinite(other) or other <= 0:
        return None
    short = float(f"{other:.1e}")
    other = short if abs(short / other - 1) < ROUND else other
    return run.model_copy(update={"settings": {**run.settings, "lr": other}}) if other != rate else None
