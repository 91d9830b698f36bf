"""Lines of gradients are recognised by value, layers along x or steps along x, by whichever norm."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest

from autograder.trace.gradients import gradients_shown_by
from autograder.trace.places import Place
from autograder.trace.records import Gradients, SourceTrace

LAYERS, STEPS = 7, 6
VALUES = np.random.default_rng(0).random((STEPS, LAYERS)) + 0.1
SIGNS = (1, -1, -1, 1, -1, 1, 1)


def source(steps: int = STEPS, of: Literal["weights", "outputs", "inputs"] = "weights") -> SourceTrace:
    readings = [
        Gradients(
            of=of,
            network=4,
            steps=step,
            place=Place(source="hw1.py"),
            rows=tuple(
                (f"{layer}.weight", 2, value, value * 3, value * 9, value * 2, SIGNS[layer] * value / 7)
                for layer, value in enumerate(VALUES[step])
            ),
        )
        for step in range(steps)
    ]
    return SourceTrace(source="hw1.py", end="finished", seconds=1.0, gradients=tuple(readings))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            VALUES.mean(0),
            "mean |gradient| over the layers, from 6 backward passes in 6 steps of training, of network 5",
        ),
        (VALUES[0] * 3, "norm over the layers, from one backward pass before any training, of network 5"),
        (
            VALUES[:, 2],
            "mean |gradient| of a layer over the steps, from 6 backward passes in 6 steps of training, of network 5",
        ),
        (
            VALUES.reshape(3, 2, LAYERS).mean(1)[:, 6] * 2,
            "root mean square of a layer over the steps, from 6 backward passes in 6 steps of training, of network 5",
        ),
        (
            np.sqrt((VALUES * 2) ** 2 - (VALUES / 7) ** 2)[1],
            "standard deviation over the layers, from one backward pass in 2 steps of training, of network 5",
        ),
        (
            VALUES.mean(0) / 7,
            "|mean gradient| over the layers, from 6 backward passes in 6 steps of training, of network 5",
        ),
        (
            (VALUES * SIGNS)[-1] / 7,
            "mean gradient over the layers, from one backward pass in 6 steps of training, of network 5",
        ),
    ],
)
def test_a_line_of_gradients_is_told_with_its_measure_and_when_they_were_taken(line: np.ndarray, told: str) -> None:
    assert [str(shown) for shown in gradients_shown_by(source(), tuple(line))] == [told]


def test_gradients_of_what_the_layers_give_are_told_as_such() -> None:
    (shown,) = gradients_shown_by(source(of="outputs"), tuple(VALUES.mean(0)))
    assert str(shown).startswith("mean |gradient| of the layers' outputs over the layers, from 6 backward passes")


def test_other_values_are_no_gradients() -> None:
    assert gradients_shown_by(source(), tuple(VALUES[0] + 0.01)) == []
    assert gradients_shown_by(source(), (0.0,) * LAYERS) == []


def test_layers_in_another_order_are_told_as_mixed() -> None:
    mean = VALUES.mean(0)
    (shown,) = gradients_shown_by(source(), tuple(mean[[0, 3, 1, 6, 2, 5, 4]]))
    assert (shown.mixed, shown.backwards, shown.moments) == (True, False, STEPS)
    (reversed_,) = gradients_shown_by(source(), tuple(mean[::-1]))
    assert (reversed_.mixed, reversed_.backwards) == (False, True)
    assert gradients_shown_by(source(), tuple(mean[[0, 3, 1, 6]])) == []


RNG = np.random.default_rng(1)
WEIGHTS = [[RNG.standard_normal((4, 3)) for _ in range(LAYERS)] for _ in range(STEPS)]
BIASES = [[RNG.standard_normal(4) for _ in range(LAYERS)] for _ in range(STEPS)]


def row(name: str, gradient: np.ndarray) -> tuple[str, int, float, float, float, float, float]:
    size = np.abs(gradient)
    norm = float(np.linalg.norm(gradient))
    root = norm / gradient.size**0.5
    return name, gradient.ndim, float(size.mean()), norm, float(size.max()), root, float(gradient.mean())


def read(step: int, line: int) -> Gradients:
    rows = [
        made
        for layer in range(LAYERS)
        for made in (row(f"{layer}.weight", WEIGHTS[step][layer]), row(f"{layer}.bias", BIASES[step][layer]))
    ]
    return Gradients(network=0, steps=step, place=Place(source="hw1.py", line=line), rows=tuple(rows))


def whole(step: int, layer: int) -> np.ndarray:
    return np.concatenate([WEIGHTS[step][layer].ravel(), BIASES[step][layer]])


@pytest.mark.parametrize("measure", [np.linalg.norm, lambda x: np.abs(x).mean(), lambda x: np.abs(x).max()])
def test_a_layers_weights_and_biases_may_be_taken_as_one_vector(measure):
    traced = SourceTrace(
        source="hw1.py", end="finished", seconds=1.0, gradients=tuple(read(step, 3) for step in range(STEPS))
    )
    assert gradients_shown_by(traced, [float(measure(whole(2, layer))) for layer in range(LAYERS)])
    assert gradients_shown_by(traced, [float(measure(whole(step, 5))) for step in range(STEPS)])


def test_gradients_that_are_looked_at_elsewhere_do_not_belong_to_those_of_the_loop():
    readings = (read(5, 9), *(read(step, 3) for step in range(STEPS)), read(0, 12))
    traced = SourceTrace(source="hw1.py", end="finished", seconds=1.0, gradients=readings)
    (shown,) = gradients_shown_by(traced, [float(np.linalg.norm(WEIGHTS[step][2])) for step in range(STEPS)])
    assert shown.moments == STEPS


@pytest.mark.parametrize("order", [range(LAYERS), (0, 3, 1, 6, 2, 5, 4)])
def test_readings_of_a_callback_are_known_beside_as_many_of_the_loop(order):
    later = [(step + 1) % STEPS for step in range(STEPS)]
    readings = [each for step in range(STEPS - 1) for each in (read(step, 3), read(later[step], 9))]
    traced = SourceTrace(source="hw1.py", end="finished", seconds=1.0, gradients=tuple(readings))
    own = [np.mean([np.linalg.norm(WEIGHTS[later[step]][layer]) for step in range(STEPS - 1)]) for layer in order]
    (shown,) = gradients_shown_by(traced, own)
    assert (shown.moments, shown.mixed) == (STEPS - 1, list(order) != list(range(LAYERS)))
