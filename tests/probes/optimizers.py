"""Probes of Problem 2, part A: what one optimizer does to known parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from torch import nn

from autograder.worker.probing import frameworks, networks
from autograder.worker.probing.errors import Unsuitable, describe


def changes(
    code: Any, *, name: str, start: Sequence[np.ndarray], gradients: Sequence[Sequence[np.ndarray]]
) -> list[list[np.ndarray]]:
    """How much each step of `build_optimizer(name, ...)` changes each parameter, in thousandths: [step][parameter].

    The parameters begin at the arrays `start`; `gradients` holds those of each step, in the same shapes.
    """

    def make(parameters: Any) -> Any:
        optimizer = code.build_optimizer(name, parameters)
        if not frameworks.current().is_optimizer(optimizer):
            raise Unsuitable(
                f"`build_optimizer({name!r}, parameters)` returned {describe(optimizer)}; an optimizer was expected."
            )
        return optimizer

    return updates(frameworks.current(), make, start, gradients)


def updates(
    framework: frameworks.Framework,
    make: Callable[[Any], Any],
    start: Sequence[np.ndarray],
    gradients: Sequence[Sequence[np.ndarray]],
) -> list[list[np.ndarray]]:
    """As `changes`, of the framework's optimizer `make(parameters)`."""
    parameters = [nn.Parameter(networks.tensor(array)) for array in start]
    take_step = framework.stepping(make, parameters)
    found = []
    for step in gradients:
        before = [parameter.detach().clone() for parameter in parameters]
        for parameter, gradient in zip(parameters, step, strict=True):
            parameter.grad = networks.tensor(gradient)
        take_step()
        pairs = zip(parameters, before, strict=True)
        found.append([1000 * (parameter.detach() - old).cpu().numpy() for parameter, old in pairs])
    return found
