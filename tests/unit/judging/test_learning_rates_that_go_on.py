"""Trainings that are compared begin with the same learning rate, unless one goes on where the schedule of another had ended."""

from __future__ import annotations

from autograder.trace.observed import Experiment
from autograder.trace.places import Place
from autograder.trace.records import Run, SourceTrace
from traced.schedules import goes_on

HERE = Place(source="hw1.py")
EMPTY = SourceTrace(source="hw1.py", end="finished", seconds=1)


def trained(*rates: tuple[float, ...]) -> list[Experiment]:
    """One training after the other, with these rates from epoch to epoch."""
    runs = [
        Run(id=number, network=number, optimizer="Adam", place=HERE, began=number, rates=tuple(enumerate(each)))
        for number, each in enumerate(rates)
    ]
    return [Experiment(EMPTY, run) for run in runs]


def test_a_rate_that_decays_on_in_the_next_training_is_told_with_both():
    told = goes_on(trained((1e-3, 9e-4, 8.1e-4), (7.29e-4, 6.6e-4)))
    assert "it begins at 0.001 and then at 0.00073" in told


def test_the_same_schedule_for_each_is_right():
    assert goes_on(trained((1e-3, 9e-4, 8.1e-4), (1e-3, 9e-4, 8.1e-4))) == ""


def test_rates_that_are_chosen_for_each_network_are_right():
    assert goes_on(trained((1e-3,), (5e-4,), (1e-4,))) == ""
    assert goes_on(trained((1e-3, 1e-4), (1e-2, 1e-3))) == ""
