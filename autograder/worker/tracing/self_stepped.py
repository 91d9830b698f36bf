"""Training loops that step their weights themselves, `w -= rate * w.grad`, so that no optimizer reports a step.

A network without a module is identified by its tensors that require gradients, which the graph of the loss leads to. If gradients
of the same tensors are computed repeatedly, and no optimizer steps in between, the code in between does. A network that is a
module or a function is seen with its first loss; if no optimizer has its weights and they change afterwards, that was a step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final
from weakref import WeakSet

import torch

from autograder.worker.tracing.functions import Functional
from autograder.worker.tracing.loose import Called
from autograder.worker.tracing.modules import is_keras
from autograder.worker.tracing.runs import KEPT_STEPS, owned_by
from autograder.worker.tracing.seen import Forward, Network

MOST_NODES: Final = 500  # in the graph of a loss
MOST_IN_VAIN: Final = 8  # losses of a network whose gradients are only looked at
SEEN_BEFORE: Final = 2  # losses of the same weights before the operators of the next one are recorded
TRIES: Final = 3  # to read them as a network


class ByHand(torch.optim.Optimizer):
    """A stand-in optimizer that never steps: the loop's code does. Its class name is that of the optimizer in the record."""

    def __init__(self, weights: Sequence[torch.Tensor], kept: int) -> None:
        super().__init__(list(weights), {})
        self.kept = kept


class SelfStepped:
    """A loop that may step its weights itself. `losses` counts the losses that gradients were computed from, `in_vain` those
    without a step after them. `is_known`: its network is a module or a function, and is seen when it is called."""

    def __init__(self, weights: Sequence[torch.Tensor], is_known: bool = False) -> None:
        self.weights = list(weights)
        self.is_known = is_known
        self.optimizer = ByHand(weights, KEPT_STEPS if is_known else 1)
        self.losses = 0
        self.in_vain = 0
        self._as_before: list[torch.Tensor] = []
        self.is_stepping = False  # in a step, which ends with the next loss or other event

    def begins(self) -> None:
        """The loop's code may step now."""
        self.is_stepping = True
        self._as_before = [each.detach().clone() for each in self.weights] if self.is_known else []

    @property
    def has_moved(self) -> bool:
        """Whether the weights have changed since the step began; true if that is unknown."""
        pairs = zip(self.weights, self._as_before, strict=False)
        return not self._as_before or any(not torch.equal(one.detach(), other) for one, other in pairs)

    def is_of(self, weights: Sequence[torch.Tensor]) -> bool:
        return len(weights) == len(self.weights) and {id(each) for each in weights} == {
            id(each) for each in self.weights
        }


def learning_in(loss: torch.Tensor) -> list[torch.Tensor]:
    """The tensors requiring gradients in a loss's graph; [] for a large graph."""
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
    """The operators without those of a step: those that changed weights, or other values without gradients, in place."""
    own = {id(each) for each in weights}
    return [
        each
        for each in called
        if not (_is_in_place(each) and (id(each.arguments[0]) in own or not each.result.requires_grad))
    ]


def _is_in_place(called: Called) -> bool:
    """Whether an operator works in place, by its name, `aten.sub_.Tensor`."""
    return called.name.split(".")[1].endswith("_") and bool(called.arguments)


def kept_steps(optimizer: Any) -> int:
    """How many of a training's first steps are recorded in full; for one by hand whose operators had to be recorded only one,
    whose learning rate is then known."""
    return optimizer.kept if isinstance(optimizer, ByHand) else KEPT_STEPS


class Held:
    """The optimizers that student code has made, as long as they exist."""

    def __init__(self) -> None:
        self._optimizers: WeakSet[torch.optim.Optimizer] = WeakSet()

    def add(self, optimizer: torch.optim.Optimizer) -> None:
        if not isinstance(optimizer, ByHand):
            self._optimizers.add(optimizer)

    def any_of(self, weights: Sequence[torch.Tensor]) -> bool:
        """Whether an optimizer has one of these."""
        own = {id(each) for each in weights}
        return any(own & owned_by(each) for each in self._optimizers)


class SelfSteppedLoops:
    """The loops that were seen so far whose code may step the weights. `has_an_optimizer` says it of a network."""

    def __init__(self, held: Held, has_an_optimizer: Callable[[Network], bool]) -> None:
        self._held, self._has_an_optimizer = held, has_an_optimizer
        self.current: SelfStepped | None = None  # the one whose code may step now or next
        self._of_networks: list[SelfStepped] = []  # those whose networks were called

    def follow(self, loss: torch.Tensor, forwards: Sequence[Forward]) -> None:
        """Find the loop whose weights get gradients from this loss without being in an optimizer: a known one, or a new one.

        `forwards` are the passes with gradients since the last step. This counts as one of the loop's losses.
        """
        weights = self._without_an_optimizer(loss, forwards) if loss.numel() == 1 else []
        if not weights:
            self.current = None
        elif forwards:
            known = next((each for each in self._of_networks if each.is_of(weights)), None)
            self.current = known or SelfStepped(weights, is_known=True)
            self._of_networks += [self.current] if known is None else []
        elif self.current is None or not self.current.is_of(weights):
            self.current = SelfStepped(weights)
        if self.current is not None:
            self.current.losses += 1

    def an_optimizer_steps(self) -> None:
        """The losses so far were an optimizer's."""
        self.current = None

    def _without_an_optimizer(self, loss: torch.Tensor, forwards: Sequence[Forward]) -> list[torch.Tensor]:
        """The weights that get gradients from a loss, of a module or function if one was called, unless an optimizer has them."""
        if not forwards:
            return learning_in(loss)
        last = forwards[-1]
        if all(isinstance(each.module, Functional) for each in forwards):
            weights = learning_in(loss)
        elif isinstance(last.module, Functional) or is_keras(last.module) or self._has_an_optimizer(last.network):
            return []
        else:
            weights = [each for each in last.module.parameters() if each.requires_grad]
        return [] if self._held.any_of(weights) else weights
