"""Which parts of a data set in one piece are for training, and which for testing."""

from __future__ import annotations

import pytest

from autograder.trace.joint_sets import with_splits
from autograder.trace.places import Place
from autograder.trace.records import Data, Pass, SourceTrace

PLACE = Place(source="hw1.py")


def split_of(*passes: Pass, split: str = "joint") -> str:
    """What the data are that these passes go through."""
    source = SourceTrace(
        source="hw1.py", end="finished", seconds=1, data=(Data(id=0, split=split, samples=50),), passes=passes
    )
    return with_splits(source).data[0].split


def over(*, steps: int = 0, met: int | None = None) -> Pass:
    return Pass(id=steps, network=0, steps=steps, data=0, samples=50, place=PLACE, met=met)


def test_what_a_network_takes_steps_on_is_for_training_also_when_it_is_asked_about_it_later():
    assert split_of(over(steps=4, met=0), over(met=50)) == "train"


@pytest.mark.parametrize(("met", "split"), [(0, "test"), (9, "test"), (45, "train"), (None, "test")])
def test_other_data_are_for_testing_unless_most_of_them_were_met_in_training(met, split):
    assert split_of(over(met=met)) == split


def test_data_of_other_sets_stay_what_they_are():
    assert split_of(over(steps=4), split="test") == "test"
