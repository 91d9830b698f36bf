"""Training loops that step their weights themselves, `w -= rate * w.grad`: no optimizer tells that there was a step.

What has no module is known by the tensors that learn in it, which the graph of the loss leads to. Where gradients are computed
of the same ones again and again, and no optimizer steps between, the code between does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch

from autograder.worker.tracing.loose import Called
from autograder.worker.tracing.runs import KEPT_STEPS

MOST_NODES: Final = 500  # of the graph of a loss
SEEN_BEFORE: Final = 2  # losses of the same weights, before the operators of the next one are recorded
TRIES: Final = 3  # to read them as a network


class ByHand(torch.optim.Optimizer):
    """Stands for an optimizer, and never steps: the loop's code does. Its name is that of the optimizer in the record."""

    def __init__(self, weights: Sequence[torch.Tensor]) -> None:
        super().__init__(list(weights), {})


class SelfStepped:
    """A loop that may step its weights itself. `losses` counts those that gradients were computed of."""

    def __init__(self, weights: Sequence[torch.Tensor]) -> None:
        self.weights = list(weights)
        self.optimizer = ByHand(weights)
        self.losses = 0
        self.is_stepping = False  # a step is begun, which the next loss ends, or whatever else comes

    def is_of(self, weights: Sequence[torch.Tensor]) -> bool:
        return len(weights) == len(self.weights) and {id(each) for each in weights} == {
            id(each) for each in self.weights
        }


def learning_in(loss: torch.Tensor) -> list[torch.Tensor]:
    """The tensors that learn, which a loss was computed of, as its graph leads to them; [] for a large graph."""
    found: dict[int, torch.Tensor] = {}
    left, seen = [loss.grad_fn], set[Any]()
    while left:
        node = left.pop()
        if node is None or node in seen:
            continue
        if len(seen) >= MOST_NODES:
            return []
        seen.add(node)
        if isinstance(weight := getattr(node, "variable", None), torch.Tensor):
            found[id(weight)] = weight
        left += [following for following, _ in node.next_functions]
    return list(found.values())


def without_steps(called: Sequence[Called], weights: Sequence[torch.Tensor]) -> list[Called]:
    """The operators but those that have changed weights, or what else no gradient goes through, in place: those of a step."""
    own = {id(each) for each in weights}
    return [
        each
        for each in called
        if not (_is_in_place(each) and (id(each.arguments[0]) in own or not each.result.requires_grad))
    ]


def _is_in_place(called: Called) -> bool:
    """By the operator's name, `aten.sub_.Tensor`."""
    return called.name.split(".")[1].endswith("_") and bool(called.arguments)


def kept_steps(optimizer: Any) -> int:
    """How many of the first steps of a training are recorded in full: of one by hand one, whose rate is then known."""
    return 1 if isinstance(optimizer, ByHand) else KEPT_STEPS
