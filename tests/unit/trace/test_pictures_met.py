"""Whether data that a network is evaluated on are those that it is trained on, picture by picture."""

from __future__ import annotations

import pytest

from autograder.trace.observed import Experiment
from autograder.trace.places import Place
from autograder.trace.records import Data, Pass, Run, SourceTrace

PLACE = Place(source="hw1.py")


def experiment(met: int | None) -> Experiment:
    """One that is trained on 450 pictures of a set's 500, and evaluated on 50 pictures of it, of which it had `met` some."""
    run = Run(id=0, network=0, optimizer="SGD", place=PLACE, steps=8)
    data = tuple(Data(id=each, set="CIFAR10", split="train", samples=500, whole=500, base=500) for each in (0, 1))
    passes = (
        Pass(id=0, network=0, run=0, steps=8, data=0, samples=450, place=PLACE, met=None if met is None else 0),
        Pass(id=1, network=0, run=0, after=8, data=1, samples=50, place=PLACE, met=met),
    )
    source = SourceTrace(source="hw1.py", end="finished", seconds=1, runs=(run,), data=data, passes=passes)
    return Experiment(source, run)


@pytest.mark.parametrize(("met", "apart", "trained_on"), [(0, True, False), (50, False, True), (None, False, True)])
def test_pictures_that_were_trained_on_are_told_from_others_of_the_same_set(met, apart, trained_on):
    assert experiment(met).knows_apart(1) is apart
    assert experiment(met).is_trained_on(1) is trained_on
