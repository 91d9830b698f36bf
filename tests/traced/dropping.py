"""Dropout that code has written out itself: what its network computes in evaluation."""

from __future__ import annotations

import numpy as np
import torch

from autograder.trace.graphs import GraphError, compute, dropouts_in, tensors
from autograder.trace.observed import Experiment

ALIKE = 1e-3  # of the outputs' deviation


def not_scaled(experiment: Experiment) -> str:
    """A sentence where a network in evaluation computes something else than in training without what is dropped there; ''
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
        return "In evaluation the network computes something else than in training without what is dropped there."
    kept = 1 - dropped[0].rate
    return (
        f"The dropout is not scaled: training leaves {kept:.0%} of the values as they are, and evaluation all of them, so that "
        f"the next layer gets {1 / kept:.2g} times as much there. Divide by 1 - p in training."
    )
