"""XOR: which training is on it, and what its network answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch

from autograder.trace.graphs import GraphError, compute, tensors
from autograder.trace.observed import Experiment, Observed
from autograder.trace.redrawing import redrawn
from traced.roles import linear_layers

# Names of losses of how far the output is from the label.
DIFFERENCES: Final = re.compile(r"mse|squared|l1|absolute|mae|huber", re.IGNORECASE)
CASES: Final = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
RIGHT: Final = [False, True, True, False]
DRAWS: Final = 64  # of weights
MOST_BY_CHANCE: Final = 0.1  # of these draws; of the networks of 44 right submissions one in 250 answers XOR by chance
SURE: Final = 0.9  # of an answer: those of new networks are near a half
MOSTLY: Final = 0.85  # of points around the four cases, on their side of the middle


def xors(observed: Observed) -> list[Experiment]:
    """Trainings of networks with two inputs and one or two outputs, in the order in which they were run."""
    found = []
    for each in observed.experiments:
        linear = linear_layers(each)
        if linear and linear[0].size_in == 2 and linear[-1].size_out <= 2 and _may_be_on_xor(each):
            found.append(each)
    return [each for each in found if any(loss is not None for loss in each.run.losses)] or found


def other_labels(experiment: Experiment) -> str:
    """A sentence where the network is trained on other labels than XOR's; '' where it isn't, or that was not told."""
    told = _first_cases(experiment)
    if told is None:
        return ""
    wrong = np.flatnonzero(told.due != told.labels)
    if not len(wrong):
        return ""
    one, other = (int(each) for each in told.ones[wrong[0]])
    label = int(told.labels[wrong[0]])
    return f"The network is trained on other labels than XOR's: the case {one} and {other} has the label {label}."


@dataclass(frozen=True, eq=False)
class Cases:
    """The samples of a first step: which inputs are high (N, 2), the labels (N,) that XOR gives them, and those that they have;
    and how many different samples there are."""

    ones: np.ndarray
    due: np.ndarray
    labels: np.ndarray
    different: int


def _first_cases(experiment: Experiment) -> Cases | None:
    """None where the samples were not told, or are of another form."""
    part = experiment.run.first_part
    inputs = experiment.source.material.get(part.inputs or "") if part is not None else None
    labels = experiment.replayed.labels
    if inputs is None or labels is None or inputs.ndim != 2 or inputs.shape[1] != 2 or labels.size != len(inputs):
        return None
    ones = inputs > (inputs.max() + inputs.min()) / 2
    told = labels.reshape(-1) > (labels.max() + labels.min()) / 2
    return Cases(ones, ones[:, 0] ^ ones[:, 1], told, len(np.unique(inputs, axis=0)))


def _may_be_on_xor(experiment: Experiment) -> bool:
    """Whether the samples are XOR's four cases, or many around them; not where they are other points of the plane, such as two
    circles."""
    told = _first_cases(experiment)
    return told is None or told.different <= len(CASES) or float((told.due == told.labels).mean()) >= MOSTLY


def outputs_at(
    experiment: Experiment, points: np.ndarray, weights: Mapping[str, torch.Tensor] | None = None
) -> np.ndarray | None:
    """What the trained network, or the one with these weights, gives, computed by the grader, at `points` (N, 2): (N, outputs).
    None where it is not known."""
    told, network = experiment.source.weights(experiment.run, "last"), experiment.network
    if told is None or network is None or network.graph is None:
        return None
    inputs = torch.from_numpy(points.astype(np.float32))
    try:
        with torch.no_grad():
            output = compute(network.graph, tensors(told) if weights is None else weights, inputs, False)
    except GraphError:
        return None
    return output.numpy().reshape(len(points), -1).astype(float)


def probabilities(experiment: Experiment, outputs: np.ndarray) -> np.ndarray:
    """Outputs (N, 1), or (N, 2) with one for each class, as probabilities of the class 1: through a sigmoid or softmax, where the
    network does not end in one, and is not trained to give the labels themselves."""
    raw = outputs[:, -1]
    part = experiment.run.first_part
    loss = part.loss.name if part is not None and part.loss is not None else ""
    if experiment.layers[-1].name in ("sigmoid", "softmax") or DIFFERENCES.search(loss) is not None:
        return raw
    scores = raw - outputs[:, 0] if outputs.shape[1] == 2 else raw
    return np.asarray((1 + np.tanh(scores / 2)) / 2)  # a sigmoid that can't overflow


def learns_nothing(experiment: Experiment, secret: int) -> str:
    """A sentence where a network answers XOR right with nearly all weights, and not only with those that it has learned. It is
    for trainings whose steps are proved: of others it is not known which weights they learn."""
    told, network = experiment.source.weights(experiment.run, "last"), experiment.network
    if told is None or network is None:
        return ""
    found = [
        answers_at(experiment, np.array(CASES), weights)
        for weights in redrawn(experiment.run, network, told, DRAWS, secret)
    ]
    right = sum(each is not None and ((each > 0.5) == np.array(RIGHT)).all() for each in found)
    if right < MOST_BY_CHANCE * DRAWS:
        return ""
    return (
        f"With its weights drawn at random {DRAWS} times, the network answers XOR right {right} times: the answer is written "
        "into its code and was not learned."
    )


def knew_before(experiment: Experiment) -> str:
    """A sentence where the network answered all four cases right, and surely, before its first step; '' elsewhere."""
    source, run = experiment.source, experiment.run
    while (before := next((each for each in source.runs if each.id == run.continues), None)) is not None:
        run = before
    told = source.weights(run, "before")
    outputs = outputs_at(experiment, np.array(CASES), tensors(told)) if told is not None else None
    if outputs is None:
        return ""
    found, right = probabilities(experiment, outputs), np.array(RIGHT)
    if not ((found > SURE) == right).all() or not ((found < 1 - SURE) != right).all():
        return ""
    return (
        "Before the first step of its training the network answers all four cases right already. What is trained elsewhere, or "
        "set by hand, is not learned here, so a person looks into where its weights come from."
    )


def answers_at(
    experiment: Experiment, points: np.ndarray, weights: Mapping[str, torch.Tensor] | None = None
) -> np.ndarray | None:
    """The network's answers (N,), or those with other weights: probabilities, or of two outputs the class. None where they can't
    be computed."""
    outputs = outputs_at(experiment, points, weights)
    if outputs is None:
        return None
    return outputs.argmax(1).astype(float) if outputs.shape[1] > 1 else probabilities(experiment, outputs)


def right_cases(experiment: Experiment) -> int:
    """How many of the four cases the trained network answers right; -1 where its answers can't be computed."""
    answers = answers_at(experiment, np.array(CASES))
    return -1 if answers is None else int(((answers > 0.5) == np.array(RIGHT)).sum())
