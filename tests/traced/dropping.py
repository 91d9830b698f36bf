"""Dropout that does not act where it should, or that code has written out itself and does not scale."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import torch

from autograder.trace.arguments import nodes_in
from autograder.trace.graphs import GraphError, compute, dropouts_in, operator_name, tensors
from autograder.trace.observed import Experiment

MADE = re.compile(r"\bself\.(\w+) *= *(?:\w+\.)*Dropout\(")
ALIKE = 1e-3  # of the outputs' deviation


def never_called(code: Sequence[str]) -> str:
    """A sentence where a class makes a layer of dropout and does nothing with it; '' where there is none."""
    for text in code:
        for name in MADE.findall(text):
            if len(re.findall(rf"\bself\.{name}\b", text)) == 1:
                return f"`self.{name}` is a layer of dropout, and nothing calls it: apply it in `forward`, after each activation."
    return ""


def drops_whole_samples(experiment: Experiment) -> str:
    """A sentence where a dropout for channels takes the samples of a batch of rows for these; '' where none does."""
    network = experiment.network
    nodes = {node[1]: node for node in (network.graph if network is not None else None) or () if node[0] == "op"}
    for node in nodes.values():
        if operator_name(node[2]) != "feature_dropout":
            continue
        for name in nodes_in(node[3][:1]):
            given = nodes.get(name)
            if given is not None and operator_name(given[2]) == "unsqueeze" and given[3][1:2] == [0]:
                return (
                    "`nn.Dropout1d` drops channels, and takes the samples of a batch of rows for these: all units of a sample "
                    "are dropped together. `nn.Dropout` drops each unit by itself."
                )
    return ""


def left_in_evaluation(experiment: Experiment) -> str:
    """A sentence where most epochs of a training are in evaluation mode, so that dropout drops nothing; '' where they are not."""
    modes = [each.training_mode for each in experiment.training]
    if not modes or 2 * sum(modes) > len(modes):
        return ""
    if not any(modes):
        return "The network is trained in evaluation mode, so dropout never acts: call `model.train()`."
    return (
        f"Dropout acts in {sum(modes)} of {len(modes)} epochs only: `model.eval()` is called where the network is measured, and "
        "nothing calls `model.train()` after that. Call it at the beginning of each epoch."
    )


def not_scaled(experiment: Experiment) -> str:
    """A sentence where a network in evaluation computes something other than in training without what is dropped there; ''
    where it does not, or where that is not known."""
    network, weights = experiment.network, experiment.source.weights(experiment.run, "before")
    part = experiment.run.first_part
    inputs = experiment.source.laid_out(part.inputs) if part is not None else None
    if network is None or network.graph is None or network.evaluated is None or weights is None or inputs is None:
        return ""
    numbers = tensors(weights)
    try:
        dropped = dropouts_in([list(node) for node in network.graph])
        with torch.no_grad():
            x = torch.from_numpy(np.array(inputs))
            due, own = compute(network.graph, numbers, x, False), compute(network.evaluated, numbers, x)
    except GraphError:
        return ""
    if not dropped or due.shape != own.shape or torch.allclose(due, own, rtol=0, atol=ALIKE * float(due.std())):
        return ""
    if all(each.scale == 1 for each in dropped):
        return "In evaluation the network computes something other than in training without what is dropped there."
    kept = 1 - dropped[0].rate
    return (
        f"The dropout is not scaled: training leaves {kept:.0%} of the values as they are, and evaluation all of them, so that "
        f"the next layer gets {1 / kept:.2g} times as much there. Divide by 1 - p in training."
    )
