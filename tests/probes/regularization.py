"""Probe of Problem 2, part C: the network with dropout, in training and in evaluation mode."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from autograder.worker.probing import frameworks, networks
from autograder.worker.probing.tracing import trace


def both_modes(
    code: Any, *, layer_sizes: Sequence[int], dropout: float | None, weights: networks.Weights, x: np.ndarray
) -> dict[str, Any]:
    """What `build_regularized_mlp`'s network with these weights gives for `x`; `dropout` None leaves the default.

    Returns its `steps`, the outputs (B, outputs) of one pass in `training` mode, and of two in `evaluation` mode.
    """
    sizes = list(layer_sizes)
    model = code.build_regularized_mlp(sizes) if dropout is None else code.build_regularized_mlp(sizes, dropout)
    model = networks.require_model(model, "build_regularized_mlp")
    inputs = networks.inputs(x)
    networks.set_weights(model, weights, inputs[:2])
    evaluation = [networks.output(model, inputs) for _ in range(2)]
    steps = trace(model, inputs[:2])
    with torch.no_grad():
        training = frameworks.of(model).forward(model, inputs, training=True).cpu().numpy()
    return {"steps": steps, "training": training, "evaluation": evaluation}
