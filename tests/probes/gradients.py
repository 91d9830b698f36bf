"""Probes of Problem 2, part B: deep networks and the gradients of their layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch

from autograder.worker.probing import loaders, networks, training
from autograder.worker.probing.errors import Unsuitable, describe
from autograder.worker.probing.tracing import trace

Batches = Sequence[tuple[np.ndarray, np.ndarray]]


def deep_structure(code: Any, *, activation: str, sizes: Mapping[str, int], rows: int) -> dict[str, Any]:
    """The operations of `build_deep_mlp(activation, **sizes)` as `steps`, its `output_shape` for so many `rows`, and how many
    `matrices` of weights it has.

    Empty `sizes` leave the defaults.
    """
    model = networks.require_model(code.build_deep_mlp(activation, **sizes), "build_deep_mlp")
    example = networks.inputs(np.zeros((rows, 784), np.float32))
    return {
        "steps": trace(model, example),
        "output_shape": list(networks.output(model, example).shape),
        "matrices": sum(parameter.ndim > 1 for parameter in networks.parameters_in_use(model, example)),
    }


def deep_sizes(code: Any) -> list[str]:
    """Which of its sizes `build_deep_mlp` can be asked for: a student's class may have fixed ones."""
    return [name for name in ("hidden_layers", "width") if code.takes("build_deep_mlp", name)]


def deep_gradients(code: Any, *, activation: str, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The mean absolute gradient of each weight matrix of a new `build_deep_mlp(activation)`, input layer first.

    They are measured by the grader, with cross-entropy on one batch: (layers,).
    """
    model = networks.require_model(code.build_deep_mlp(activation), "build_deep_mlp")
    inputs = networks.inputs(x)
    training.gradients(model, inputs, y)
    weights = [parameter for parameter in networks.parameters_in_use(model, inputs[:2]) if parameter.ndim > 1]
    return np.array([weight.grad.abs().mean().item() if weight.grad is not None else 0.0 for weight in weights])


def magnitudes(
    code: Any, *, network: Sequence[Sequence[Any]], weights: networks.Weights, batch: tuple[np.ndarray, np.ndarray]
) -> dict[str, Any]:
    """What `gradient_magnitudes` returns on the grader's own network when it is called twice in a row.

    Returns `first` and `second`, and whether the weights stayed `unchanged`.
    """
    x, y = networks.inputs(batch[0]), networks.labels(batch[1])
    model = networks.build(network)
    networks.set_weights(model, weights, x[:2])
    loss = training.loss("cross-entropy")
    first = _numbers(code.gradient_magnitudes(model, x, y, loss), "gradient_magnitudes")
    second = _numbers(code.gradient_magnitudes(model, x, y, loss), "gradient_magnitudes")
    after = networks.get_weights(model, weights, x[:2])
    unchanged = all(np.array_equal(one, other) for one, other in zip(weights, after, strict=True))
    return {"first": first, "second": second, "unchanged": unchanged}


def tracked(
    code: Any,
    *,
    network: Sequence[Sequence[Any]],
    weights: networks.Weights,
    batches: Batches,
    optimizer: Mapping[str, Any],
    steps: int,
) -> dict[str, Any]:
    """What `track_gradients` returns on the grader's own network as `gradients`, and the `weights` afterwards."""
    loader = loaders.fixed(batches)
    example = networks.inputs(batches[0][0])[:2]
    model = networks.build(network)
    networks.set_weights(model, weights, example)
    chosen = training.optimizer(optimizer, networks.parameters(model))
    returned = code.track_gradients(model, loader, chosen, training.loss("cross-entropy"), steps)
    return {
        "gradients": _numbers(returned, "track_gradients"),
        "weights": networks.get_weights(model, weights, example),
    }


def _numbers(value: Any, function: str) -> np.ndarray:
    """A returned array, tensor, or (nested) list or dictionary of numbers as one array."""
    try:
        return np.asarray(_plain(value), dtype=np.float64)
    except (TypeError, ValueError):
        raise Unsuitable(
            f"`{function}` returned {describe(value)}; numbers were expected, one for each layer."
        ) from None


def _plain(value: Any) -> Any:
    match value:
        case torch.Tensor():
            return value.detach().cpu().tolist()
        case Mapping():
            return [_plain(entry) for entry in value.values()]
        case list() | tuple():
            return [_plain(entry) for entry in value]
    return value
