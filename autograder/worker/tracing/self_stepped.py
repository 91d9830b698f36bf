"""Training loops that step their weights themselves, `w -= rate * w.grad`: no optimizer tells that there was a step.

What has no module is known by the tensors that learn in it, which the graph of the loss leads to. Where gradients are computed
of the same ones again and again, and no optimizer steps between, the code between does. A network that is a module or a function
is seen with its first loss; where no optimizer holds its weights, and they are others afterwards, that was a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakSet

import torch

from autograder.worker.tracing.loose import Called
from autograder.worker.tracing.runs import KEPT_STEPS, owned_by

MOST_NODES: Final = 500  # of the graph of a loss
MOST_IN_VAIN: Final = 8  # losses of a network whose gradients are looked at alone
SEEN_BEFORE: Final = 2  # losses of the same weights, before the operators of the next one are recorded
TRIES: Final = 3  # to read them as a network


class ByHand(torch.optim.Optimizer):
    """Stands for an optimizer, and never steps: the loop's code does. Its name is that of the optimizer in the record."""

    def __init__(self, weights: Sequence[torch.Tensor], kept: int) -> None:
        super().__init__(list(weights), {})
        self.kept = kept


class SelfStepped:
    """A loop that may step its weights itself. `losses` counts those that gradients were computed of, `in_vain` those that no
    step came after. `is_known`: its network is a module or a function, and is seen when it is called."""

    def __init__(self, weights: Sequence[torch.Tensor], is_known: bool = False) -> None:
        self.weights = list(weights)
        self.is_known = is_known
        self.optimizer = ByHand(weights, KEPT_STEPS if is_known else 1)
        self.losses = 0
        self.in_vain = 0
        self._as_before: list[torch.Tensor] = []
        self.is_stepping = False  # a step is begun, which the next loss ends, or whatever else comes

    def begins(self) -> None:
        """Its code is going to step, or to do something else."""
        self.is_stepping = True
        self._as_before = [each.detach().clone() for each in self.weights] if self.is_known else []

    @property
    def has_moved(self) -> bool:
        """Whether weights are others than when it began; where that is not known, they may be."""
        pairs = zip(self.weights, self._as_before, strict=False)
        return not self._as_before or any(not torch.equal(one.detach(), other) for one, other in pairs)

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
    """How many of the first steps of a training are recorded in full: of one by hand, where operators had to be recorded,
    one, whose rate is then known."""
    return optimizer.kept if isinstance(optimizer, ByHand) else KEPT_STEPS


class Held:
    """The optimizers that student code makes, as long as they are there."""

    def __init__(self) -> None:
        self._optimizers: WeakSet[torch.optim.Optimizer] = WeakSet()

    def add(self, optimizer: torch.optim.Optimizer) -> None:
        if not isinstance(optimizer, ByHand):
            self._optimizers.add(optimizer)

    def any_of(self, weights: Sequence[torch.Tensor]) -> bool:
        """Whether an optimizer holds one of these."""
        own = {id(each) for each in weights}
        return any(own & owned_by(each) for each in self._optimizers)
