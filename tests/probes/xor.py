"""Probes of Problem 1, part C: the XOR network and its decision boundary."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from autograder.worker.probing import networks
from autograder.worker.probing.errors import Unsuitable, describe
from autograder.worker.probing.tracing import trace

CORNERS: Final = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)


def xor_structure(code: Any, *, hidden: int | None, points: np.ndarray) -> dict[str, Any]:
    """The operations, parameter shapes and untrained outputs at `points` (N, 2) of `build_xor_model`; `hidden` None leaves
    the default.

    Empty where the student's has a fixed width.
    """
    if hidden is not None and not code.takes("build_xor_model", "hidden"):
        return {}
    model = code.build_xor_model() if hidden is None else code.build_xor_model(hidden)
    model = networks.require_model(model, "build_xor_model")
    example = networks.inputs(CORNERS)
    outputs = networks.output(model, networks.inputs(points))
    shapes = [list(parameter.shape) for parameter in networks.parameters_in_use(model, example)]
    return {"steps": trace(model, example), "shapes": shapes, "outputs": outputs}


def xor_trained(code: Any, *, points: np.ndarray) -> np.ndarray:
    """What the trained network gives at `points` (N, 2): (N,)."""
    model = networks.require_model(code.train_xor(), "train_xor")
    return networks.output(model, networks.inputs(points)).reshape(-1)


def xor_boundary(code: Any, *, resolution: int, weights: networks.Weights | None) -> dict[str, Any]:
    """`decision_boundary` of a network with known weights, or of a trained one; and that network's own values there.

    Returns `xx`, `yy`, `probabilities` as the function gave them, `own`, the network's values on that grid, and `corners`.
    """
    if weights is None:
        model = networks.require_model(code.train_xor(), "train_xor")
    else:
        model = networks.build([["linear", 2, 4], ["tanh"], ["linear", 4, 1], ["sigmoid"]])
        networks.set_weights(model, weights, networks.inputs(CORNERS))
    returned = code.decision_boundary(model, resolution=resolution)
    if not isinstance(returned, tuple | list) or len(returned) != 3:
        raise Unsuitable(
            f"`decision_boundary` returned {describe(returned)}; three arrays `(xx, yy, probabilities)` were expected."
        )
    xx, yy, probabilities = (np.asarray(_array(entry), np.float64) for entry in returned)
    grid = np.stack([xx.ravel(), yy.ravel()], axis=1).astype(np.float32)
    own = networks.output(model, networks.inputs(grid)).reshape(xx.shape)
    corners = networks.output(model, networks.inputs(CORNERS)).reshape(-1)
    return {"xx": xx, "yy": yy, "probabilities": probabilities, "own": own, "corners": corners}


def _array(value: Any) -> Any:
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    if isinstance(value, np.ndarray | list | tuple | float | int):
        return value
    raise Unsuitable(f"`decision_boundary` returned {describe(value)} where an array was expected.")
