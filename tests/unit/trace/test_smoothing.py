"""A line that is averaged from a training's step losses is found by its values, however it was averaged."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
import torch
from torch import nn

from autograder.trace.histories import History, averaged_from
from autograder.trace.smoothing import WITH_ZEROS, made_of

EPOCH = 12


@cache
def trained(seed: int, rate: float = 0.1, epochs: int = 6) -> list[float]:
    """Losses of all steps of a small real training."""
    torch.manual_seed(seed)
    inputs = torch.randn(EPOCH * 16, 8)
    labels = (inputs[:, 0] * inputs[:, 1] > 0).long()
    network = nn.Sequential(nn.Linear(8, 16), nn.Tanh(), nn.Linear(16, 2))
    optimizer = torch.optim.SGD(network.parameters(), lr=rate)
    losses = []
    for _ in range(epochs):
        for batch in torch.randperm(len(inputs)).split(16):
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(network(inputs[batch]), labels[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


def moving(losses: list[float], beta: float, corrected: bool = False, start: float | None = 0.0) -> list[float]:
    mean = losses[0] if start is None else start
    line = []
    for number, each in enumerate(losses, 1):
        mean = beta * mean + (1 - beta) * each
        line.append(mean / (1 - beta**number) if corrected else mean)
    return line


def over_window(losses: list[float], width: int) -> list[float]:
    return [float(np.mean(losses[max(0, end - width) : end])) for end in range(1, len(losses) + 1)]


def centred(losses: list[float], width: int) -> list[float]:
    left, right = width // 2, width - width // 2
    return [float(np.mean(losses[max(0, at - left) : at + right])) for at in range(len(losses))]


def of_each_epoch(losses: list[float], some: Callable[[list[float]], list[float]]) -> list[float]:
    return [each for start in range(0, len(losses), EPOCH) for each in some(losses[start : start + EPOCH])]


def so_far(losses: list[float]) -> list[float]:
    return [float(np.mean(losses[:end])) for end in range(1, len(losses) + 1)]


def in_blocks(losses: list[float], width: int) -> list[float]:
    return [float(np.mean(losses[start : start + width])) for start in range(0, len(losses), width)]


WAYS: dict[str, Callable[[list[float]], list[float]]] = {
    "moving average, corrected, .98": lambda x: moving(x, 0.98, corrected=True),
    "moving average, corrected, .5": lambda x: moving(x, 0.5, corrected=True),
    "moving average from 0": lambda x: moving(x, 0.9),
    "moving average from the first loss": lambda x: moving(x, 0.95, start=None),
    "moving average in single precision": lambda x: np.float32(moving(x, 0.98, corrected=True)).tolist(),
    "convolve, valid": lambda x: np.convolve(x, np.ones(7) / 7, "valid").tolist(),
    "convolve, same": lambda x: np.convolve(x, np.ones(10) / 10, "same").tolist(),
    "convolve, same, a window longer than the run": lambda x: np.convolve(x, np.ones(300) / 300, "same").tolist(),
    "convolve, full": lambda x: np.convolve(x, np.ones(5) / 5).tolist(),
    "rolling": lambda x: [float("nan")] * 4 + over_window(x, 5)[4:],
    "rolling with fewer at the start": lambda x: over_window(x, 9),
    "rolling, centred": lambda x: centred(x, 6),
    "mean so far": so_far,
    "mean so far of each epoch": lambda x: of_each_epoch(x, so_far),
    "every fifth step": lambda x: x[::5],
    "every fifth step, at its end": lambda x: x[4::5],
    "every fifth step of each epoch": lambda x: of_each_epoch(x, lambda own: own[::5]),
    "without the first steps": lambda x: x[20:],
    "mean of four steps": lambda x: in_blocks(x, 4),
    "mean of five steps of each epoch": lambda x: of_each_epoch(x, lambda own: in_blocks(own, 5)),
    "logarithm": lambda x: np.log(x).tolist(),
    "logarithm to base 10 of a moving average": lambda x: np.log10(moving(x, 0.9, corrected=True)).tolist(),
}


@pytest.fixture(scope="module")
def losses() -> list[float]:
    return trained(0)


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
def test_a_line_is_known_however_it_is_made_of_the_losses_and_is_of_no_other_training(way, losses):
    assert made_of(way(losses), losses, EPOCH)
    for other in (trained(1), trained(2), trained(0, rate=0.11)):
        assert not made_of(way(losses), other, EPOCH)


def test_walks_that_were_drawn_fit_nothing(losses):
    draw = np.random.default_rng(0)
    for length in (6, 12, 24, len(losses) // 2, len(losses) - 6, len(losses), len(losses) + 6):
        for _ in range(40):
            walk = losses[0] + np.cumsum(draw.normal(0, 0.02, length))
            assert not made_of(walk.tolist(), losses, EPOCH)
            assert not made_of((0.7 - 0.1 * np.arange(length) / length + draw.normal(0, 1e-3, length)).tolist(), losses)


def test_the_last_epoch_alone_does_not_show_a_training(losses):
    assert not made_of(losses[-EPOCH:], losses, EPOCH)
    assert not made_of(losses[:EPOCH], losses, EPOCH)
    assert not made_of(moving(losses[-EPOCH:], 0.9), losses, EPOCH)


def test_a_line_that_is_a_little_off_or_flat_or_short_is_not_known(losses):
    line = np.array(moving(losses, 0.9, corrected=True))
    line[20] *= 1.001
    assert not made_of(line.tolist(), losses)
    assert not made_of([0.7] * len(losses), [0.7] * len(losses))
    assert not made_of(losses[:5], losses)
    assert not made_of([float("nan")] * 40, losses)


def test_a_training_that_stays_on_a_plateau_is_told_apart_by_what_comes_after():
    plateau = [0.6931] * 3000 + trained(0)
    line = np.convolve(plateau, np.ones(51) / 51, "same").tolist()
    assert made_of(line, plateau)
    assert not made_of(line, [0.6931] * 3000 + trained(1))


def test_the_history_says_how_the_line_is_made_of_it(losses):
    known = [History(3, "loss", "training", tuple(each), epochs=False) for each in (trained(1), losses)]
    ((found, told),) = averaged_from(moving(losses, 0.98, corrected=True), known)
    assert found is known[1]
    assert str(told) == "moving average of the loss in training 4"


@pytest.mark.parametrize(("mode", "zeros"), [("valid", False), ("same", True), ("full", True)])
def test_a_mean_over_zeros_beyond_the_ends_is_told_as_that(mode, zeros, losses):
    assert (made_of(np.convolve(losses, np.ones(9) / 9, mode).tolist(), losses) == WITH_ZEROS) == zeros
