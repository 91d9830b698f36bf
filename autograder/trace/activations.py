"""Activation functions that code writes out, such as `1 / (1 + torch.exp(-z))` or `z.clamp(min=0)`: recognised by their values.

In a graph they are a few element-wise operators between one value and the next. They are computed at some points, and are the
activation that has the same values there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch.nn import functional

from autograder.trace.arguments import nodes_in

ELEMENTWISE: Final = frozenset(
    "add sub rsub mul div neg exp expm1 log log1p pow sqrt rsqrt square abs sign reciprocal clamp clamp_min maximum minimum "
    "where ge gt le lt zeros_like ones_like to _to_copy alias detach clone tanh sigmoid relu".split()
)
CONSTANT: Final = frozenset("scalar_tensor full zeros ones lift_fresh_copy".split())
KNOWN: Final[Mapping[str, Callable[[torch.Tensor], torch.Tensor]]] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "leaky_relu": functional.leaky_relu,
    "elu": functional.elu,
    "silu": functional.silu,
    "softplus": functional.softplus,
}
POINTS: Final = torch.linspace(-4, 4, 33)
TOLERANCE: Final = 1e-4
LONGEST: Final = 40  # operators that an activation may be written out in; a GELU takes ten

Compute = Callable[[Sequence[Any], torch.Tensor], torch.Tensor]
# the output of a graph without weights, for an input (N,); raises ValueError


@dataclass(frozen=True)
class WrittenOut:
    """An activation made of several operators: the node with its value, its name, and all of its nodes."""

    node: str
    name: str
    nodes: frozenset[str]


def written_out(graph: Sequence[Any], name_of: Callable[[str], str], compute: Compute) -> list[WrittenOut]:
    """The activations in a graph that are not single operators. `name_of` returns an operator's short name.

    What depends on several values, as when a bias is added, is not one.
    """
    chains = _chains(graph, name_of)
    elsewhere = _go_elsewhere(chains, graph)
    found = []
    for last, (root, nodes) in chains.items():
        if not root or last not in elsewhere:
            continue
        name = _named([["in", root, None], *nodes, ["out", [{"node": last}]]], compute)
        if name and not (len(nodes) == 1 and name_of(nodes[0][2]) == name):
            found.append(WrittenOut(last, name, frozenset(node[1] for node in nodes)))
    return found


def _chains(graph: Sequence[Any], name_of: Callable[[str], str]) -> dict[str, tuple[str, list[Any]]]:
    """For each value that a few operators compute element by element from a single other value: that value, and their nodes.
    Constants depend on no value, written ''."""
    chains: dict[str, tuple[str, list[Any]]] = {}
    for node in graph:
        if node[0] != "op" or name_of(node[2]) not in ELEMENTWISE | CONSTANT:
            continue
        roots: set[str] = set()
        nodes: dict[str, Any] = {}
        for source in dict.fromkeys(nodes_in([node[3], list(node[4].values())])):
            root, own = chains.get(source, (source, []))
            roots |= {root} - {""}
            nodes |= {each[1]: each for each in own}
            if len(roots) > 1 or len(nodes) >= LONGEST:
                break
        else:
            chains[node[1]] = (next(iter(roots), ""), [*nodes.values(), list(node)])
    return chains


def _go_elsewhere(chains: Mapping[str, Any], graph: Sequence[Any]) -> set[str]:
    """The values that are used outside the chain that starts with them, too."""
    found: set[str] = set()
    for node in graph:
        if not (node[0] == "op" and node[1] in chains):
            arguments = [node[3], list(node[4].values())] if node[0] == "op" else node[1] if node[0] == "out" else []
            found.update(nodes_in(arguments))
    return found


def _named(graph: Sequence[Any], compute: Compute) -> str:
    try:
        values = compute(graph, POINTS)
    except (ValueError, RuntimeError, TypeError):
        return ""
    if values.shape != POINTS.shape:
        return ""
    for name, function in KNOWN.items():
        if torch.allclose(values.to(torch.float32), function(POINTS), atol=TOLERANCE, rtol=0):
            return name
    return ""
