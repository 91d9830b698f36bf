"""Trainings on random numbers, and on the test data, say nothing; pictures in another form are no random numbers."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.trace.observed import Experiment
from autograder.trace.places import Place
from autograder.trace.records import Data, Part, Pass, Run, SourceTrace, Step
from traced.wrong_data import learns_from_noise, on_random_numbers, on_test_data

PLACE = Place(source="hw1.py", line=1)
GENERATOR = np.random.default_rng(0)


def strokes(count: int) -> np.ndarray:
    """Pictures as digits are: few pixels that are bright, and lie together."""
    pictures = np.zeros((count, 28, 28), np.float32)
    for picture, (row, column) in zip(pictures, GENERATOR.integers(4, 20, (count, 2)), strict=True):
        picture[row : row + 4, column - 3 : column + 5] = 1.0
    return pictures.reshape(count, 784)


def experiment(samples: np.ndarray, split: str = "train") -> Experiment:
    kept = (Step(parts=(Part(inputs="x"),)),)
    run = Run(id=0, network=0, optimizer="SGD", place=PLACE, kept=kept, steps=1)
    source = SourceTrace(
        source="hw1.py",
        end="finished",
        seconds=1,
        runs=(run,),
        data=(Data(id=0, set="MNIST", split=split),),
        passes=(Pass(id=0, network=0, run=0, steps=1, data=0, place=PLACE),),
        material={"x": samples},
    )
    return Experiment(source, run)


@pytest.mark.parametrize(
    ("samples", "noise"),
    [
        (GENERATOR.normal(size=(64, 784)).astype(np.float32), True),
        (GENERATOR.random((64, 1, 28, 28), np.float32), True),
        (GENERATOR.integers(0, 256, (64, 3, 32, 32)), True),
        (strokes(64), False),
        (strokes(64)[:, GENERATOR.permutation(784)], False),
        (np.zeros((64, 784), np.float32), False),
        (GENERATOR.normal(size=(4, 2)).astype(np.float32), False),
    ],
    ids=["normal", "even", "whole numbers", "strokes", "strokes out of order", "zeros", "points of a plane"],
)
def test_random_numbers_are_told_from_pictures_out_of_order(samples, noise):
    assert learns_from_noise(experiment(samples)) is noise


def test_comparisons_tell_which_networks_were_trained_on_what():
    pictures, numbers = strokes(64), GENERATOR.random((64, 784), np.float32)
    trained = {"Adam": experiment(pictures, "test"), "SGD": experiment(pictures), "RMSprop": experiment(numbers)}
    ((cost, told),) = on_test_data(trained, 0.5)
    assert cost == 0.5
    assert "of Adam are trained on the test data" in told
    ((cost, told),) = on_random_numbers(trained, 0.25)
    assert cost == 0.25
    assert "of RMSprop are trained on random numbers" in told


def test_right_trainings_are_told_nothing():
    right = {"Adam": experiment(strokes(64))}
    assert on_test_data(right, 0.5) == on_random_numbers(right, 0.5) == []
