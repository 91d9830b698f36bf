"""The layers of a network, as a person would name them, read off its graph of operators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.trace.activations import written_out
from autograder.trace.arguments import nodes_in
from autograder.trace.graphs import ACTIVATIONS, OPERATORS, compute, dropouts_in, operator_name


@dataclass(frozen=True)
class Layer:
    """An operator that a person would call a layer. `kind` is 'linear', 'conv', 'activation', 'max pool', 'avg pool',
    'dropout', 'norm' or 'softmax'; `name` an activation's name; sizes as far as they are known. `order` is the permutation of a
    weight's axes to (out, in, height, width) for a convolution, if it needs one: Keras has (height, width, in, out). `dim` is the
    axis that a softmax goes over."""

    kind: str
    name: str = ""
    size_in: int = 0
    size_out: int = 0
    kernel: int = 0
    stride: int = 1
    same: bool = False
    rate: float = 0.0
    weight: str = ""
    module: int = 0
    order: tuple[int, ...] = ()
    dim: int | None = None


def layers(graph: Sequence[Any] | None, shapes: Mapping[str, Sequence[int]]) -> list[Layer]:
    """The layers of a graph in the order in which they are computed. Empty if there is no graph."""
    return [layer for _, layer in _layers_at(graph, shapes)]


def output_layers(graph: Sequence[Any] | None, shapes: Mapping[str, Sequence[int]]) -> list[Layer]:
    """The linear layers and convolutions that make the output: the last on each path through the graph that leads to it,
    wherever their weights are in the module. Empty if there is no graph."""
    weighted = {name: layer for name, layer in _layers_at(graph, shapes) if layer.weight}
    arguments = {node[1]: [*node[3], *node[4].values()] for node in graph or () if node[0] == "op"}
    left = next((nodes_in(node[1][:1]) for node in graph or () if node[0] == "out"), [])
    found: list[Layer] = []
    seen: set[str] = set()
    while left:
        name = left.pop()
        if name in seen:
            continue
        seen.add(name)
        if name in weighted:
            found.append(weighted[name])
        else:
            left += nodes_in(arguments.get(name, ()))
    return found


def _layers_at(graph: Sequence[Any] | None, shapes: Mapping[str, Sequence[int]]) -> list[tuple[str, Layer]]:
    """The layers with the names of their nodes, in the order in which they are computed."""
    found: list[tuple[str, Layer]] = []
    weights: dict[str, _Weight] = {}
    by_hand = written_out(list(graph or ()), operator_name, lambda part, points: compute(part, {}, points))
    dropped = dropouts_in(list(graph or ()))
    known = {each.node: Layer("activation", each.name) for each in by_hand}
    known |= {each.node: Layer("dropout", rate=each.rate) for each in dropped}
    inside = {node for one in by_hand for node in one.nodes} | {node for one in dropped for node in one.nodes}
    for node in graph or ():
        match list(node):
            case ["op", str(name), *_] if name in inside:
                found += [(name, known[name])] if name in known else []
            case ["in", str(name), str(weight)]:
                weights[name] = _Weight(weight, tuple(shapes.get(weight, ())))
            case ["op", str(name), str(target), list() | tuple() as arguments, _]:
                operator, arguments = operator_name(target), list(arguments)
                if (layer := _layer(operator, target, arguments, weights)) is not None:
                    found.append((name, layer))
                elif operator in (*PASSING, *TURNING, *SLICING) and arguments and _node(arguments[0]) in weights:
                    weights[name] = _turned(weights[_node(arguments[0])], operator, arguments)
    return found


DROPOUTS: Final = tuple(name for name in OPERATORS if "dropout" in name)
NORMALISATIONS: Final = tuple(name for name in OPERATORS if "norm" in name and name != "_weight_norm")
TURNING: Final = ("t", "numpy_T", "mT", "adjoint", "transpose", "swapdims", "permute")
SLICING: Final = ("slice",)
PASSING: Final = ("to", "alias", "detach", "contiguous", "_weight_norm")  # of the same shape


@dataclass(frozen=True)
class _Weight:
    """A weight inside the network, maybe with its axes permuted: `order` is where they come from."""

    name: str = ""
    shape: tuple[int, ...] = ()
    order: tuple[int, ...] = ()


def _turned(weight: _Weight, operator: str, arguments: list[Any]) -> _Weight:
    order = list(weight.order or range(len(weight.shape)))
    own = dict(zip(order, weight.shape, strict=True))
    if operator == "slice":  # for example of a matrix whose last row is the bias
        return _Weight(weight.name, _sliced(weight.shape, arguments), tuple(order))
    axes = [each for each in (_listed(arguments) if operator == "permute" else arguments[1:3]) if isinstance(each, int)]
    axes = [axis % max(len(order), 1) for axis in axes]
    if operator in ("t", "numpy_T", "mT", "adjoint"):
        order.reverse()
    elif operator in ("transpose", "swapdims") and len(axes) == 2 and order:
        order[axes[0]], order[axes[1]] = order[axes[1]], order[axes[0]]
    elif operator == "permute" and sorted(axes) == list(range(len(order))):
        order = [order[axis] for axis in axes]
    return _Weight(weight.name, tuple(own[axis] for axis in order), tuple(order))


def _sliced(shape: tuple[int, ...], arguments: list[Any]) -> tuple[int, ...]:
    """The shape of a slice of a weight with a step of 1: `aten.slice(weight, axis, start, end)`."""
    axis, start, end = [*arguments[1:4], None, None, None][:3]
    axis = 0 if axis is None else axis
    if not isinstance(axis, int) or not -len(shape) <= axis < len(shape):
        return shape
    left = len(range(shape[axis])[start if isinstance(start, int) else None : end if isinstance(end, int) else None])
    return tuple(left if place == axis % len(shape) else size for place, size in enumerate(shape))


def _listed(arguments: list[Any]) -> Sequence[Any]:
    return arguments[1] if len(arguments) > 1 and isinstance(arguments[1], list | tuple) else ()


def _node(argument: Any) -> str:
    return argument.get("node", "") if isinstance(argument, dict) else ""


def _layer(name: str, target: str, arguments: list[Any], weights: Mapping[str, _Weight]) -> Layer | None:
    def weight_at(position: int) -> _Weight:
        return weights.get(_node(arguments[position]), _Weight()) if len(arguments) > position else _Weight()

    if name in ACTIVATIONS:
        return Layer("activation", name.rstrip("_"))
    if name in ("softmax", "_softmax", "log_softmax", "_log_softmax"):
        dim = next((each for each in arguments[1:2] if isinstance(each, int)), None)
        return Layer("softmax", name.strip("_"), dim=dim)
    if name == "linear":
        found = weight_at(1)
        shape = found.shape
        return Layer("linear", size_in=shape[1], size_out=shape[0], weight=found.name) if len(shape) == 2 else None
    if name in ("matmul", "mm", "mv", "addmm"):
        found = weight_at(2 if name == "addmm" else 1)
        shape = found.shape if len(found.shape) != 1 else (*found.shape, 1)  # a vector makes one number of each row
        return Layer("linear", size_in=shape[0], size_out=shape[1], weight=found.name) if len(shape) == 2 else None
    if name in ("conv2d", "convolution"):
        found = weight_at(1)
        shape = found.shape
        if len(shape) != 4:
            return None
        padding = arguments[4] if len(arguments) > 4 else 0
        sides = padding if isinstance(padding, list | tuple) else [padding]
        same = padding == "same" or all(side == (shape[2] - 1) / 2 for side in sides)
        return Layer(
            "conv",
            size_in=shape[1],
            size_out=shape[0],
            kernel=shape[2],
            stride=_first(arguments, 3),
            same=same,
            weight=found.name,
            order=() if found.order == (0, 1, 2, 3) else found.order,
        )
    if name in ("max_pool2d", "avg_pool2d", "adaptive_avg_pool2d", "adaptive_max_pool2d"):
        kind = "max pool" if "max" in name else "avg pool"
        size = _first(arguments, 1)
        return Layer(
            kind, kernel=size, stride=_first(arguments, 2, size), name="adaptive" if "adaptive" in name else ""
        )
    if name in DROPOUTS:
        rate = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], int | float) else 0.0
        return Layer("dropout", rate=float(rate))
    if name in NORMALISATIONS:
        return Layer("norm", name)
    return None


def _first(arguments: list[Any], position: int, otherwise: int = 1) -> int:
    value = arguments[position] if len(arguments) > position else otherwise
    value = value[0] if isinstance(value, list | tuple) and value else value
    return value if isinstance(value, int) else otherwise
