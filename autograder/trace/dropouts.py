"""Dropout that code writes out, as `h * (torch.rand_like(h) > p) / (1 - p)`: known by its values.

In a graph it is random numbers, and operators that take each number of them and of one other value by itself. Computed for a
value of 1 and random numbers from 0 to 1, it is 0 for a share of them, and one over the rest of them for the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch

from autograder.trace.arguments import nodes_in

RANDOM: Final = frozenset("rand rand_like bernoulli".split())
ELEMENTWISE: Final = frozenset(
    "gt ge lt le to _to_copy type_as mul mul_ div div_ sub rsub alias detach where zeros_like".split()
)
CONSTANT: Final = ("full", "full_like")
POINTS: Final = torch.linspace(0, 1, 2_001)[1:-1]
TOLERANCE: Final = 2e-3

Compute = Callable[[Sequence[Any], Mapping[str, torch.Tensor], torch.Tensor], torch.Tensor]
# the output of a graph for weights by name and an input (N,); raises ValueError


@dataclass(frozen=True)
class WrittenDropout:
    """Dropout of several operators: the value that goes in, the node that gives what is left of it, and all of its nodes."""

    before: str
    node: str
    rate: float
    nodes: frozenset[str]


def written_dropouts(graph: Sequence[Any], name_of: Callable[[str], str], compute: Compute) -> list[WrittenDropout]:
    """The dropouts in a graph that are no operators of their own. `name_of` is an operator's short name."""
    every = [node for node in graph if node[0] == "op"]
    found = []
    for node in every:
        if name_of(node[2]) in RANDOM and (dropout := _from(node, every, name_of, compute)) is not None:
            found.append(dropout)
    return found


def _from(random: Any, every: Sequence[Any], name_of: Callable[[str], str], compute: Compute) -> WrittenDropout | None:
    """The dropout that is made of these random numbers: the longest chain of operators that has its values."""
    own, chain, before = {random[1]}, [], ""
    best: WrittenDropout | None = None
    drawn = _drawn(random, every, name_of)
    if drawn is None:
        return None
    for node in every[every.index(random) + 1 :]:
        sources = set(nodes_in([node[3], list(node[4].values())]))
        if not sources & own:
            continue
        others = sources - own
        if name_of(node[2]) not in ELEMENTWISE or len(others | ({before} - {""})) > 1:
            break
        before = next(iter(others), before)
        own.add(node[1])
        chain.append(list(node))
        if before:
            rate = _rate(
                [["in", random[1], "random"], ["in", before, None], *chain, ["out", [{"node": node[1]}]]],
                drawn,
                compute,
            )
            best = best if rate is None else WrittenDropout(before, node[1], rate, frozenset(own))
    return best


def _drawn(random: Any, every: Sequence[Any], name_of: Callable[[str], str]) -> torch.Tensor | None:
    """What may be drawn: numbers from 0 to 1, or of `bernoulli` a 1 for its share; None where that is not constant."""
    if name_of(random[2]) != "bernoulli":
        return POINTS
    sources = nodes_in([random[3][:1]])
    made = next((node for node in every if node[1] in sources and name_of(node[2]) in CONSTANT), None)
    share = made[3][1] if made is not None and len(made[3]) > 1 else None
    return (share > POINTS).to(torch.float32) if isinstance(share, float) else None


def _rate(graph: Sequence[Any], drawn: torch.Tensor, compute: Compute) -> float | None:
    try:
        values = compute(graph, {"random": drawn}, torch.ones_like(POINTS))
        if values.shape != POINTS.shape or not bool((values != 0).any()):
            return None
    except (ValueError, RuntimeError, TypeError):
        return None
    left = float((values != 0).float().mean())
    scaled = torch.where(values != 0, torch.full_like(POINTS, 1 / left), torch.zeros_like(POINTS))
    is_one = left < 1 - TOLERANCE and torch.allclose(values.to(torch.float32), scaled, rtol=TOLERANCE, atol=0)
    return round(1 - left, 3) if is_one else None
