"""The last forward passes, and which of them a value comes from: several networks may be called before the first loss."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Any, Final

import torch

from autograder.worker.tracing.seen import Forward

KEPT: Final = 8  # networks
MOST_NODES: Final = 500  # of a loss's graph that are searched; a network's output is near its end


class RecentForwards:
    """The last forward pass of each network since the last step; only a few, as passes keep their inputs in memory."""

    def __init__(self) -> None:
        self._of: dict[int, Forward] = {}

    def add(self, forward: Forward) -> None:
        self._of.pop(forward.network.id, None)
        self._of[forward.network.id] = forward
        if len(self._of) > KEPT:
            del self._of[next(iter(self._of))]

    def keep(self, forwards: Sequence[Forward]) -> None:
        """Drop all passes but these, as a step was taken."""
        self._of = {number: each for number, each in self._of.items() if any(each is one for one in forwards)}

    def that_gave(self, value: torch.Tensor) -> Forward | None:
        """The pass whose output a value is, or was computed from; None if unknown, or if only one network was called."""
        if len(self._of) < 2:
            return None
        own = next((each for each in self._of.values() if each.output is value), None)
        return own or _from_which(value.grad_fn, [(each.output.grad_fn, each) for each in self._of.values()])


def _from_which(begin: Any, known: Sequence[tuple[Any, Forward]]) -> Forward | None:
    """The pass at the end of the shortest path back through the operators that computed a value."""
    ends = {id(operator): each for operator, each in known}  # `known` keeps the operators alive, and so their ids
    waiting, seen = deque([begin]), {id(begin)}
    while waiting and len(seen) < MOST_NODES:
        node = waiting.popleft()
        if node is None:
            continue
        if id(node) in ends:
            return ends[id(node)]
        for before, _ in node.next_functions:
            if id(before) not in seen:
                seen.add(id(before))
                waiting.append(before)
    return None
