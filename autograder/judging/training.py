"""Trains a network of a trace again, with the grader's loop and data, and the student's network, initial weights, loss and
settings.

What the student's process reported about its training does not count here: the network is a graph of allowed operators, and
accuracies are measured on labels that only the grader has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from autograder.quoting import said_by
from autograder.trace.graphs import GraphError, compute, tensors
from autograder.trace.losses import stepped_on
from autograder.trace.observed import Experiment
from autograder.trace.records import Loss, Network, Run
from autograder.trace.redrawing import redrawn
from autograder.trace.stepping import NEVER_CLEARED, UP_THE_SLOPE, clip_gradients, learned_weights, optimizer_of

EVALUATED: Final = 1_000  # samples at a time
WHOLE: Final = 8_192  # samples that a batch may have at most

Weights = dict[str, torch.Tensor]


class NotTrainable(Exception):
    """The training can't be repeated by the grader; the message says why."""


@dataclass(frozen=True)
class Preparation:
    """How a submission turns a picture's bytes into its network's input: the shape of one sample, the axis of its channels
    (None: one channel or flat), and for each channel what the bytes 0 and 255 become."""

    shape: tuple[int, ...]
    channel_axis: int | None
    low: tuple[float, ...]
    high: tuple[float, ...]

    def __call__(self, images: np.ndarray) -> torch.Tensor:
        """uint8 (B, H, W) or (B, C, H, W) to float32 (B, *shape)."""
        values = torch.from_numpy(np.array(images)).to(torch.float32) / 255
        values = values.unsqueeze(1) if values.dim() == 3 else values
        low, high = (torch.tensor(each).reshape(-1, 1, 1) for each in (self.low, self.high))
        values = low + values * (high - low)
        if self.channel_axis == len(self.shape) - 1 > 0:
            values = values.permute(0, 2, 3, 1)
        return values.reshape(len(values), *self.shape)


def preparation(inputs: np.ndarray) -> Preparation:
    """Inferred from a recorded batch (B, ...), whose least and greatest values are the pictures' darkest and brightest bytes.

    Raises NotTrainable for a shape that pictures of one or three channels don't have.
    """
    shape = inputs.shape[1:]
    if int(np.prod(shape)) not in (784, 3_072) or not np.isfinite(inputs).all():
        raise NotTrainable(f"inputs of the shape {shape} are not pictures that the grader has")
    if int(np.prod(shape)) == 784:
        return Preparation(shape, None, (float(inputs.min()),), (float(inputs.max()),))
    axis = 0 if len(shape) == 1 or shape[0] == 3 else len(shape) - 1
    by_channel = (
        inputs.reshape(len(inputs), 3, -1) if axis == 0 else np.moveaxis(inputs, -1, 1).reshape(len(inputs), 3, -1)
    )
    low, high = by_channel.min((0, 2)), by_channel.max((0, 2))
    return Preparation(shape, axis, tuple(map(float, low)), tuple(map(float, high)))


def trained(
    experiment: Experiment, images: np.ndarray, labels: np.ndarray, epochs: int, batch: int, seed: int
) -> Iterator[Callable[[np.ndarray], np.ndarray]]:
    """After each epoch, a function from pictures (B, [C,] H, W) to the classes (B,) that the network then predicts.

    Starts at the initial weights of the student's run, with its optimizer, settings and loss, and its step as it is, even if it
    is a known wrong one. Raises NotTrainable when the step could not be repeated or its parts are not known.
    """
    network, run, before = experiment.network, experiment.run, experiment.source.weights(experiment.run, "before")
    if network is None or network.graph is None or before is None or not experiment.replayed.step:
        raise NotTrainable(experiment.replayed.why or "its steps could not be repeated")
    part = run.first_part
    inputs = experiment.source.material.get((part.inputs if part is not None else None) or "")
    recorded, loss = experiment.replayed.labels, experiment.replayed.loss
    if part is None or inputs is None or recorded is None or loss is None:
        raise NotTrainable("its batches were not recorded")
    prepared = preparation(inputs)
    weights = tensors(before)
    learned = learned_weights(run, network, weights)
    for name in learned:
        weights[name].requires_grad_(True)
    optimizer = optimizer_of(experiment.rule, {name: weights[name] for name in learned})
    generator = torch.Generator().manual_seed(seed)
    x, y = prepared(images), torch.from_numpy(np.array(labels, dtype=np.int64))
    rates = _rates(experiment)
    state, known_threads = torch.get_rng_state(), torch.get_num_threads()
    torch.manual_seed(seed)
    torch.set_num_threads(1)  # several threads wait for each other if other submissions are graded at the same time
    try:
        for epoch in range(epochs):
            for group in optimizer.param_groups:
                if rates:
                    group["lr"] = abs(rates[min(epoch, len(rates) - 1)]) * group.get("ratio", 1.0)
            for chosen in torch.randperm(len(x), generator=generator).split(min(batch, WHOLE)):
                answers = like(recorded, y[chosen])
                step = experiment.replayed.step
                _step(network, run, loss, step, part.training_mode, weights, optimizer, x[chosen], answers)
            yield lambda pictures: _predicted(network, weights, prepared, pictures)
    except (RuntimeError, ValueError, TypeError, IndexError, GraphError) as error:
        raise NotTrainable(said_by(error)) from error
    finally:
        torch.set_rng_state(state)
        torch.set_num_threads(known_threads)


def not_trained(experiment: Experiment, draws: int, seed: int) -> Iterator[Callable[[np.ndarray], np.ndarray]]:
    """`draws` functions from pictures (B, [C,] H, W) to predicted classes (B,), each by the network with newly drawn weights in
    place of those that it learns. What they know is in the network itself and not in its weights.

    Raises NotTrainable when its parts are not known.
    """
    network, before = experiment.network, experiment.source.weights(experiment.run, "before")
    part = experiment.run.first_part
    inputs = experiment.source.material.get((part.inputs if part is not None else None) or "")
    if network is None or network.graph is None or before is None or inputs is None:
        raise NotTrainable("its batches were not recorded")
    prepared = preparation(inputs)
    try:
        for weights in redrawn(experiment.run, network, before, draws, seed):
            yield lambda pictures, weights=weights: _predicted(network, weights, prepared, pictures)  # type: ignore[misc]
    except (RuntimeError, ValueError, TypeError, IndexError, GraphError) as error:
        raise NotTrainable(said_by(error)) from error


def are_numbers_of_classes(recorded: np.ndarray) -> bool:
    """Whether labels of several columns (B, C) have the class's number in every column, instead of a 1 in one."""
    return bool(
        recorded.ndim == 2
        and recorded.shape[1] > 1
        and (recorded == recorded[:, :1]).all()
        and len(np.unique(recorded)) > 1
    )


def like(recorded: np.ndarray, labels: torch.Tensor) -> torch.Tensor:
    """Classes (B,) in the form in which the student's loss took its labels: as they are, as a column, one-hot, or the class's
    number in every column."""
    if are_numbers_of_classes(recorded):
        return labels.reshape(-1, 1).expand(-1, recorded.shape[1]).to(torch.float32)
    if recorded.ndim == 2 and recorded.shape[1] > 1:
        return torch.nn.functional.one_hot(labels, recorded.shape[1]).to(torch.float32)
    found = labels.reshape(-1, 1) if recorded.ndim == 2 else labels
    return found.to(torch.float32) if recorded.dtype.kind == "f" else found


def _rates(experiment: Experiment) -> list[float]:
    """The learning rate of each epoch, if a scheduler changed it from epoch to epoch; else empty."""
    steps = max(experiment.run.steps // max(experiment.epochs, 1), 1)
    changes = [(step, rate) for step, rate in experiment.run.rates if rate is not None]
    if len(changes) < 2:
        return []
    found = []
    for epoch in range(max(experiment.epochs, 1)):
        begun = [rate for step, rate in changes if step <= epoch * steps]
        found.append(begun[-1] if begun else changes[0][1])
    return found


def _step(
    network: Network,
    run: Run,
    loss: Loss,
    kind: str,
    training: bool,
    weights: Weights,
    optimizer: torch.optim.Optimizer,
    x: torch.Tensor,
    y: torch.Tensor,
) -> None:
    if kind != NEVER_CLEARED:
        optimizer.zero_grad()
    value = stepped_on(loss, compute(network.graph or (), weights, x, training), y, weights)
    (-value if kind == UP_THE_SLOPE else value).backward()
    clip_gradients(optimizer, run.kept[0])
    optimizer.step()


def _predicted(
    network: Network, weights: Mapping[str, torch.Tensor], prepared: Preparation, pictures: np.ndarray
) -> np.ndarray:
    found = []
    with torch.no_grad():
        for start in range(0, len(pictures), EVALUATED):
            output = compute(network.graph or (), weights, prepared(pictures[start : start + EVALUATED]), False)
            found.append(output.reshape(len(output), -1).argmax(1).numpy())
    return np.concatenate(found)
