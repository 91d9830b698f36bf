"""What a training run says of itself."""

from __future__ import annotations

import math

import pytest

from autograder.trace.observed import Experiment
from autograder.trace.places import Place
from autograder.trace.records import Run, SourceTrace


def experiment(*losses: float | None) -> Experiment:
    run = Run(id=0, network=None, optimizer="SGD", place=Place(source="hw1.py"), losses=losses, steps=len(losses))
    return Experiment(SourceTrace(source="hw1.py", end="finished", seconds=1, runs=(run,)), run)


@pytest.mark.parametrize("no_number", [math.nan, math.inf, -math.inf])
def test_a_training_diverges_from_the_step_on_after_which_no_loss_is_a_number(no_number):
    assert experiment(2.3, 9.1, no_number, math.nan).diverged == 3


def test_one_infinite_loss_that_is_got_over_is_no_divergence():
    assert experiment(2.3, math.inf, 2.2).diverged is None


def test_a_loss_that_was_not_seen_is_no_divergence():
    assert experiment(2.3, None, None).diverged is None
    assert experiment().diverged is None
