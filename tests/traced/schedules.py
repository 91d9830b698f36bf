"""Learning rates that change in the course of a training."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from autograder.trace.observed import Experiment

NEXT_STEP = 0.5  # of the last rate, at least: what a schedule makes of it after the last epoch
SINGLE = 1e-3  # for rounding


def goes_on(experiments: Sequence[Experiment]) -> str:
    """A sentence where a training begins with the learning rate to which the schedule of the one before it has led; '' where each
    begins as the first does."""
    for before, after in pairwise(sorted(experiments, key=lambda each: each.run.began)):
        rates = [rate for _, rate in before.run.rates if rate]
        first = next((rate for _, rate in after.run.rates if rate), None)
        if first is None or len(rates) < 2 or rates[-1] >= rates[0]:
            continue
        if NEXT_STEP * rates[-1] <= first <= rates[-1] * (1 + SINGLE):
            return (
                f"The learning rate goes on from one training to the next: it begins at {rates[0]:.2g} and then at {first:.2g}, "
                "where the schedule of the training before had ended. Set it anew for each of them, to compare them alike."
            )
    return ""
