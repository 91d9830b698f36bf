"""Dropout that code writes out, such as `h * (torch.rand_like(h) > p) / (1 - p)`: recognised by its values.

In a graph it consists of random numbers, and of operators that combine them with one other value element by element. Computed
for a value of 1 and random numbers from 0 to 1, the result is 0 for a share p of them, and for the others either 1 / (1 - p)
(inverted dropout) or 1: then evaluation has to multiply by 1 - p.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import torch

from autograder.trace.arguments import nodes_in

DRAWING: Final = frozenset("rand rand_like uniform_ bernoulli bernoulli_ randint randint_like".split())
ELEMENTWISE: Final = frozenset(
    "gt ge lt le greater greater_equal less less_equal to _to_copy type_as contiguous clone alias detach detach_ lift_fresh_copy "
    "mul mul_ multiply div div_ divide true_divide add add_ sub sub_ rsub neg reciprocal where masked_fill masked_fill_ "
    "index_put_ floor floor_ ceil round logical_not bitwise_not fill_".split()
)
# Operators that fill a tensor with one number, and the position of the number among their arguments, or the number itself.
FILLED: Final[Mapping[str, int]] = {"full": 1, "full_like": 1, "new_full": 2, "scalar_tensor": 0}
EQUAL: Final[Mapping[str, float]] = {
    **dict.fromkeys(("ones", "ones_like", "new_ones"), 1.0),
    **dict.fromkeys(("zeros", "zeros_like", "new_zeros", "empty", "empty_like", "new_empty"), 0.0),
}
SHAPING: Final = frozenset(
    "expand expand_as view reshape unsqueeze broadcast_to broadcast_tensors python.getitem".split()
)
SCALING: Final = frozenset("mul mul_ multiply div div_ divide true_divide".split())
POINTS: Final = (torch.arange(10_000) + 0.5) / 10_000
TOLERANCE: Final = 2e-3
BOUNDS: Final = (("from", 0.0), ("to", 1.0))  # of uniform numbers
MOST_BEFORE: Final = 2  # operators that scale the value before some of it is dropped
LONGEST: Final = 40  # operators that a dropout may be written out in, and that may make its numbers
MOST: Final = 400  # random numbers of a network that are tried

Compute = Callable[[Sequence[Any], Mapping[str, torch.Tensor], torch.Tensor], torch.Tensor]
# the output of a graph for weights by name and an input (N,); raises ValueError
Nodes = list[list[Any]]
Equal = Mapping[str, list[Any]]  # nodes whose numbers are all equal, by name, in their order


@dataclass(frozen=True)
class WrittenDropout:
    """Dropout made of several operators: its input, the node with its output, and all of its nodes.

    `scale` is the factor of the value in evaluation: 1 if training divides by the share that is kept.
    """

    before: str
    node: str
    rate: float
    nodes: frozenset[str]
    scale: float = 1.0


def written_dropouts(graph: Sequence[Any], name_of: Callable[[str], str], compute: Compute) -> list[WrittenDropout]:
    """The dropouts in a graph that are not single operators. `name_of` returns an operator's short name."""
    every = [node for node in graph if node[0] == "op"]
    random = [place for place, node in enumerate(every) if name_of(node[2]) in DRAWING]
    if not random:
        return []
    sources = [set(nodes_in([node[3], list(node[4].values())])) for node in every]
    equal = {node[1]: node for node in _equal_numbers(graph, name_of)}
    found = [_from(place, every, sources, equal, name_of, compute) for place in random[:MOST]]
    return [each for each in found if each is not None]


def _equal_numbers(graph: Sequence[Any], name_of: Callable[[str], str]) -> Nodes:
    """The nodes that do not depend on the input and whose numbers are all equal, each reduced to that number."""
    found: dict[str, list[Any]] = {}

    def add(name: str, target: str, argument: Any) -> None:
        found[name] = ["op", name, f"aten.{target}", [argument], {}]

    for node in graph:
        match list(node):
            case ["constant", str(name), _, [float() | int() as first, *rest]] if all(each == first for each in rest):
                add(name, "scalar_tensor.default", first)
            case ["op", str(name), str(target), list() | tuple() as arguments, dict() as keywords]:
                kind = name_of(target)
                sources = set(nodes_in([arguments, list(keywords.values())]))
                number = (
                    arguments[FILLED[kind]] if kind in FILLED and len(arguments) > FILLED[kind] else EQUAL.get(kind)
                )
                if isinstance(number, float | int):
                    add(name, "scalar_tensor.default", float(number))
                elif kind in SHAPING and (given := nodes_in(arguments[:1])) and set(given) <= set(found):
                    add(name, "alias.default", {"node": given[0]})
                elif kind in ELEMENTWISE and sources and sources <= set(found):
                    found[name] = list(node)
    return list(found.values())


def _from(
    place: int,
    every: Sequence[Any],
    sources: Sequence[set[str]],
    equal: Equal,
    name_of: Callable[[str], str],
    compute: Compute,
) -> WrittenDropout | None:
    """The dropout made from the random numbers at an index: the longest chain of operators that has the values of one. `sources`
    are the inputs of each operator."""
    random = every[place]
    own, before = {random[1]}, ""
    chain: Nodes = []
    best: WrittenDropout | None = None
    drawn = _drawn(random, equal, name_of, compute)
    if drawn is None:
        return None
    for node, taken in zip(every[place + 1 :], sources[place + 1 :], strict=True):
        if not taken & own:
            continue
        others = taken - own - equal.keys()
        if name_of(node[2]) not in ELEMENTWISE or len(others | ({before} - {""})) > 1 or len(chain) >= LONGEST:
            break
        before = next(iter(others), before)
        own.add(node[1])
        chain.append(list(node))
        if best is not None and best.scale != 1:
            best = None  # the following operators may scale the output by another number
        if before:
            for scaled in _scaled_before(before, every, equal, name_of):
                source = _source(scaled, equal) if scaled else before
                graph = [
                    ["in", random[1], "random"],
                    ["in", source, None],
                    *(each for each in _made_of(equal, [*scaled, *chain]) if each[1] != random[1]),
                    *scaled,
                    *chain,
                    ["out", [{"node": node[1]}]],
                ]
                found = _dropped(graph, drawn, compute)
                if found is not None:
                    best = replace(found, before=source, node=node[1], nodes=frozenset(own))
                    if found.scale == 1:
                        break
    return best


def _made_of(equal: Equal, nodes: Sequence[Any]) -> Nodes:
    """The nodes of equal numbers that these nodes use, and what those are made of, in their order; none if they are too many."""
    needed: set[str] = set()
    left = [name for node in nodes for name in nodes_in(node[3:])]
    while left and len(needed) <= LONGEST:
        name = left.pop()
        if name in equal and name not in needed:
            needed.add(name)
            left += nodes_in(equal[name][3:])
    return [node for name, node in equal.items() if name in needed] if len(needed) <= LONGEST else []


def _scaled_before(before: str, every: Sequence[Any], known: Equal, name_of: Callable[[str], str]) -> list[Nodes]:
    """The operators that may belong to a dropout though they come before anything is dropped, as in `h / (1 - p) * mask`:
    none, the last one, the last two."""
    found: list[Nodes] = [[]]
    for _ in range(MOST_BEFORE):
        node = next((each for each in every if each[1] == before), None)
        if node is None or name_of(node[2]) not in SCALING or not (source := _source([node], known)):
            break
        found.append([list(node), *found[-1]])
        before = source
    return found


def _source(nodes: Sequence[Any], known: Equal) -> str:
    """The one value that the first of these nodes is made of; '' if it is made of several, or of numbers alone."""
    sources = set(nodes_in([nodes[0][3], list(nodes[0][4].values())])) - known.keys()
    return next(iter(sources)) if len(sources) == 1 else ""


def _drawn(random: Any, equal: Equal, name_of: Callable[[str], str], compute: Compute) -> torch.Tensor | None:
    """What may be drawn: numbers from 0 to 1 or other bounds, or 1 for a share of them; None if these are not constant."""
    kind, arguments, keywords = name_of(random[2]), list(random[3]), random[4]
    if kind == "uniform_":
        low, high = [*arguments[1:3], *(keywords.get(name, bound) for name, bound in BOUNDS[len(arguments) - 1 :])]
        return low + (high - low) * POINTS if isinstance(low, float | int) and isinstance(high, float | int) else None
    if kind in ("randint", "randint_like"):
        bounds = [each for each in arguments if isinstance(each, int)]
        return (POINTS > 0.5).to(torch.float32) if bounds in ([2], [0, 2]) else None
    if kind not in ("bernoulli", "bernoulli_"):
        return POINTS.clone()
    share = keywords.get("p", arguments[1] if len(arguments) > 1 else 0.5 if kind == "bernoulli_" else arguments[0])
    if isinstance(share, dict):
        share = _number(share, equal, compute)
    return (share > POINTS).to(torch.float32) if isinstance(share, float | int) else None


def _number(argument: Any, equal: Equal, compute: Compute) -> float | None:
    """The number that all numbers of a value equal; None if they differ."""
    try:
        made_by = _made_of(equal, [["out", "", "", [argument], {}]])
        value = compute([["in", "", None], *made_by, ["out", [argument]]], {}, POINTS)
    except (ValueError, RuntimeError, TypeError):
        return None
    return float(value) if value.numel() == 1 else None


def _dropped(graph: Sequence[Any], drawn: torch.Tensor, compute: Compute) -> WrittenDropout | None:
    """The dropout, as its rate and scale only, that a graph computes from random numbers and a value of 1; None if it is none."""
    try:
        values = compute(graph, {"random": drawn.clone()}, torch.ones_like(POINTS))
        if values.shape != POINTS.shape or not bool((values != 0).any()):
            return None
    except (ValueError, RuntimeError, TypeError):
        return None
    values = values.to(torch.float32)
    left = float((values != 0).float().mean())
    for scale in (1.0, left):
        kept = torch.where(values != 0, torch.full_like(POINTS, scale / left), torch.zeros_like(POINTS))
        if left < 1 - TOLERANCE and torch.allclose(values, kept, rtol=TOLERANCE, atol=0):
            return WrittenDropout("", "", round(1 - left, 4), frozenset(), round(scale, 4))
    return None
