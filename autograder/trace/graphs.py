"""A network rebuilt from its operators: a list of nodes becomes a function of weights and inputs.

Only the operators listed here are computed, on arguments within bounds; anything else is refused with a GraphError. No code
of the student's is imported or run. A node is `["in", name, weight or None]`, `["constant", name, shape, numbers]`,
`["op", name, target, args, kwargs]` or `["out", args]`; an argument that is another node's value is `{"node": name}`
(`autograder/worker/tracing/exporting.py`).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.trace.activations import written_out
from autograder.trace.dropouts import WrittenDropout, written_dropouts
from autograder.trace.operands import DTYPES, refuse_unsafe

MAX_NODES: Final = 4000
MAX_NUMBERS: Final = 2**28  # of one value inside the network
MAX_PRODUCTS: Final = 2**40  # of one operator: a VGG16 on a thousand small pictures needs 2**35

ACTIVATIONS: Final = (
    "relu relu_ sigmoid sigmoid_ tanh tanh_ leaky_relu leaky_relu_ elu elu_ gelu silu silu_ selu selu_ softplus hardtanh "
    "hardtanh_ relu6 mish hardswish hardswish_ hardsigmoid softsign log_sigmoid prelu celu"
).split()
OPERATORS: Final = frozenset(
    [
        *ACTIVATIONS,
        *(
            "linear addmm matmul mm mv bmm conv1d conv2d convolution "
            "max_pool2d avg_pool2d adaptive_avg_pool2d adaptive_max_pool2d "
            "dropout dropout_ feature_dropout alpha_dropout batch_norm _native_batch_norm_legit native_batch_norm layer_norm "
            "group_norm instance_norm softmax _softmax log_softmax _log_softmax logsumexp view _unsafe_view reshape flatten "
            "permute transpose t numpy_T unsqueeze squeeze contiguous clone detach alias to _to_copy type_as expand cat stack "
            "slice select mean sum amax amin max add add_ sub sub_ mul mul_ div div_ neg pow sqrt rsqrt exp log abs clamp clamp_ "
            "clamp_min maximum minimum where ge gt le lt eq ne zeros ones zeros_like ones_like full full_like scalar_tensor "
            "lift_fresh_copy subtract multiply divide true_divide rsqrt_ square_ pad constant_pad_nd sym_size argmax one_hot "
            "chunk split unflatten movedim "
            "swapaxes square rsub reciprocal expm1 log1p sign rand rand_like bernoulli bernoulli_ uniform_ randint randint_like "
            "empty empty_like new_empty new_zeros new_ones new_full greater greater_equal less less_equal masked_fill "
            "masked_fill_ index_put_ floor floor_ ceil round logical_not bitwise_not fill_ expand_as broadcast_to "
            "broadcast_tensors detach_"
        ).split(),
    ]
)
PYTHON: Final[Mapping[str, Callable[..., Any]]] = {
    "python.mul": operator.mul,
    "python.add": operator.add,
    "python.sub": operator.sub,
    "python.floordiv": operator.floordiv,
    "python.getitem": operator.getitem,
    "python.neg": operator.neg,
    "python.eq": operator.eq,
}
INSTEAD: Final = {  # memory that nothing was written into holds whatever was there, and weights are not to be changed
    "empty": "zeros",
    "empty_like": "zeros_like",
    "new_empty": "new_zeros",
    "detach_": "detach",
}
NOTHING: Final = ("sym_constrain_range", "_assert")  # how the names begin of what only holds sizes against bounds
NOT_IN_PLACE: Final = {"aten.detach_.default": "aten.detach.default"}  # a weight that is told stays one that learns
COMPARED: Final = ("python.ge", "python.le", "python.gt", "python.lt")
MODES: Final = {
    "dropout": 2,
    "dropout_": 2,
    "feature_dropout": 2,
    "alpha_dropout": 2,
    "batch_norm": 5,
    "instance_norm": 5,
}


class GraphError(ValueError):
    """A graph that is not computed: an operator that is not allowed, an argument out of bounds, a wrong shape."""


@dataclass(frozen=True)
class Layer:
    """An operator that a person would call a layer. `kind` is 'linear', 'conv', 'activation', 'max pool', 'avg pool',
    'dropout', 'norm' or 'softmax'; `name` an activation's name; sizes as far as they are known. `order` is that of the weight's
    axes which makes it (out, in, height, width) for a convolution, where it is another: Keras keeps (height, width, in, out)."""

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


def tensors(arrays: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Copies of recorded weights, as `compute` takes them."""
    return {name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}


def compute(
    graph: Sequence[Any], weights: Mapping[str, torch.Tensor], inputs: torch.Tensor, training: bool | None = None
) -> torch.Tensor:
    """The network's output for `inputs` (B, ...), differentiable by `weights`.

    `training` overrides the mode in which dropout and batch normalisation were recorded. Where all weights are doubles, so
    are the inputs. Raises GraphError.
    """
    values: dict[str, Any] = {}
    kinds = {each.dtype for each in weights.values() if each.is_floating_point()}
    inputs = inputs.double() if kinds == {torch.float64} and inputs.is_floating_point() else inputs
    nodes = _checked(graph)
    off = _by_hand(nodes) if training is False else []
    ends, inside = {each.node: each for each in off}, {name for each in off for name in each.nodes}
    for node in nodes:
        match node:
            case ["op", str(name), *_] if name in inside:
                if name in ends:
                    values[name] = _value({"node": ends[name].before}, values) * ends[name].scale
            case ["in", str(name), None]:
                values[name] = inputs
            case ["in", str(name), str(weight)]:
                if weight not in weights:
                    raise GraphError(f"the weight {weight!r} was not told")
                values[name] = weights[weight]
            case ["constant", str(name), list() | tuple() as shape, list() | tuple() as numbers]:
                values[name] = _array(shape, numbers)
            case ["op", str(name), str(target), list() | tuple() as arguments, dict() as keywords]:
                values[name] = _called(target, arguments, keywords, values, training)
            case ["out", [first, *_]]:
                result = _value(first, values)
                if not isinstance(result, torch.Tensor):
                    raise GraphError("the network gives no tensor")
                return result
            case _:
                raise GraphError("a node of an unknown form")
    raise GraphError("the graph has no output")


def _by_hand(graph: Sequence[Any]) -> list[WrittenDropout]:
    """The dropouts that a graph, as it is in training, has written out."""
    return written_dropouts(graph, operator_name, lambda part, known, points: compute(part, known, points))


def _checked(graph: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(graph, list | tuple) or len(graph) > MAX_NODES:
        raise GraphError("it is no graph, or too large")
    return [list(node) if isinstance(node, tuple) else node for node in graph]


def operator_name(target: str) -> str:
    """'conv2d' of 'aten.conv2d.default'."""
    parts = target.split(".")
    return parts[1] if len(parts) == 3 and parts[0] == "aten" else target


def _called(
    target: str, arguments: Sequence[Any], keywords: Mapping[str, Any], values: Mapping[str, Any], training: bool | None
) -> Any:
    target = NOT_IN_PLACE.get(target, target)
    name = operator_name(target)
    if name.startswith(NOTHING) or name in COMPARED:
        return None
    given = [_value(each, values) for each in arguments]
    named = {key: _value(each, values) for key, each in keywords.items()}
    if name not in OPERATORS and target not in PYTHON:
        raise GraphError(f"the operator `{target}` is not among those that the grader computes")
    for each in (*given, *named.values()):
        _within_bounds(each)
    if training is not None and name in MODES and len(given) > MODES[name]:
        given[MODES[name]] = training
    try:
        if _products(name, given) > MAX_PRODUCTS:
            raise GraphError(f"`{name}` takes too long")
        function = _function(target, given)
        if isinstance(function, torch._ops.OpOverload):
            refuse_unsafe(function, given, named)
        result = function(*given, **named)
    except FAILURES as error:
        said = str(error).splitlines() or [type(error).__name__]
        raise GraphError(f"`{name}` can't be computed: {said[0][:200]}") from error
    _within_bounds(result)
    return result


FAILURES: Final = (
    RuntimeError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    MemoryError,
)


def _function(target: str, given: Sequence[Any]) -> Callable[..., Any]:
    """Python's function, on numbers and tensors only, or an operator of torch's: nothing else that has such a name."""
    if target in PYTHON:
        texts_and_lists = [each for each in given if isinstance(each, str | list | tuple)]
        if texts_and_lists and target != "python.getitem":
            raise GraphError(f"`{target}` is computed of numbers only")
        return PYTHON[target]
    name = operator_name(target)
    found = getattr(getattr(torch.ops.aten, INSTEAD.get(name, name)), target.split(".")[2])
    if not isinstance(found, torch._ops.OpOverload):
        raise GraphError(f"`{target}` is no operator")
    return found


def _products(name: str, given: Sequence[Any]) -> int:
    """About how many multiplications an operator takes, at most; 0 for those that take one for each number."""
    if name in ("max_pool2d", "avg_pool2d") and len(given) > 1 and isinstance(given[0], torch.Tensor):
        sides = given[1] if isinstance(given[1], list) else [given[1]] * 2
        return given[0].numel() * math.prod(sides)
    factors = [each for each in given if isinstance(each, torch.Tensor)][-2 if name == "addmm" else 0 :][:2]
    if len(factors) < 2 or factors[1].dim() == 0:
        return 0
    if name in ("matmul", "mm", "mv", "bmm", "addmm"):
        return factors[0].numel() * int(factors[1].shape[-1])
    if name == "linear" or (name in ("conv1d", "conv2d", "convolution") and factors[1].dim() > 1):
        return (
            factors[0].numel() * factors[1].numel() // max(int(factors[1].shape[1]) if factors[1].dim() > 1 else 1, 1)
        )
    return 0


def _value(argument: Any, values: Mapping[str, Any]) -> Any:
    match argument:
        case {"node": str(name)}:
            if name not in values:
                raise GraphError(f"the value {name!r} is not there")
            return values[name]
        case {"other": str(text)}:
            return _constant(text)
        case list() | tuple():
            return [_value(each, values) for each in argument]
        case None | bool() | int() | float() | str():
            return argument
    raise GraphError("an argument of an unknown form")


def _constant(text: str) -> Any:
    found = getattr(torch, text.removeprefix("torch."), None) if text.startswith("torch.") else None
    if found in DTYPES or isinstance(found, torch.memory_format) or found is torch.strided:
        return found
    if text in ("cpu", "cuda", "cuda:0"):
        return torch.device("cpu")
    raise GraphError(f"an argument of an unknown kind: {text[:60]}")


def _array(shape: Sequence[Any], numbers: Sequence[Any]) -> torch.Tensor:
    try:
        return torch.tensor(numbers, dtype=torch.float32).reshape(list(shape))
    except FAILURES as error:
        raise GraphError(f"a constant is no array: {str(error)[:100]}") from error


def _within_bounds(value: Any) -> None:
    match value:
        case torch.Tensor() if value.numel() > MAX_NUMBERS:
            raise GraphError("a value inside the network is too large")
        case bool():
            pass
        case int() if abs(value) > 2**62 or (
            0 <= value < 2**62 and value > MAX_NUMBERS and value != 9223372036854775807
        ):
            raise GraphError("an argument is too large")
        case list() | tuple():
            numbers = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
            if math.prod(max(abs(each), 1) for each in numbers) > MAX_NUMBERS:
                raise GraphError("an argument is too large")


def layers(graph: Sequence[Any] | None, shapes: Mapping[str, Sequence[int]]) -> list[Layer]:
    """The layers of a graph in the order in which they are computed. Empty where there is no graph."""
    return [layer for _, layer in _layers_at(graph, shapes)]


def output_layers(graph: Sequence[Any] | None, shapes: Mapping[str, Sequence[int]]) -> list[Layer]:
    """The linear layers and convolutions that make the output: the last on each way through the graph that leads to it,
    wherever their weights stand in the module. Empty where there is no graph."""
    weighted = {name: layer for name, layer in _layers_at(graph, shapes) if layer.weight}
    arguments = {node[1]: [*node[3], *node[4].values()] for node in graph or () if node[0] == "op"}
    left = next((_nodes_in(node[1][:1]) for node in graph or () if node[0] == "out"), [])
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
            left += _nodes_in(arguments.get(name, ()))
    return found


def _nodes_in(arguments: Sequence[Any]) -> list[str]:
    """The names of the nodes whose values are among arguments, or in lists of them."""
    names = [name for each in arguments if (name := _node(each))]
    return names + [name for each in arguments if isinstance(each, list | tuple) for name in _nodes_in(each)]


def _layers_at(graph: Sequence[Any] | None, shapes: Mapping[str, Sequence[int]]) -> list[tuple[str, Layer]]:
    """The layers with the names of their nodes, in the order in which they are computed."""
    found: list[tuple[str, Layer]] = []
    weights: dict[str, _Weight] = {}
    by_hand = written_out(list(graph or ()), operator_name, lambda part, points: compute(part, {}, points))
    dropped = _by_hand(list(graph or ()))
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


TURNING: Final = ("t", "numpy_T", "transpose", "permute")
SLICING: Final = ("slice",)
PASSING: Final = ("to", "alias", "detach", "contiguous")  # as they are


@dataclass(frozen=True)
class _Weight:
    """A weight inside the network, maybe with its axes turned: `order` is where they come from."""

    name: str = ""
    shape: tuple[int, ...] = ()
    order: tuple[int, ...] = ()


def _turned(weight: _Weight, operator: str, arguments: list[Any]) -> _Weight:
    order = list(weight.order or range(len(weight.shape)))
    own = dict(zip(order, weight.shape, strict=True))
    if operator == "slice":  # as of a matrix whose last row is the bias
        return _Weight(weight.name, _sliced(weight.shape, arguments), tuple(order))
    axes = [each for each in (_listed(arguments) if operator == "permute" else arguments[1:3]) if isinstance(each, int)]
    axes = [axis % max(len(order), 1) for axis in axes]
    if operator in ("t", "numpy_T"):
        order.reverse()
    elif operator == "transpose" and len(axes) == 2 and order:
        order[axes[0]], order[axes[1]] = order[axes[1]], order[axes[0]]
    elif operator == "permute" and sorted(axes) == list(range(len(order))):
        order = [order[axis] for axis in axes]
    return _Weight(weight.name, tuple(own[axis] for axis in order), tuple(order))


def _sliced(shape: tuple[int, ...], arguments: list[Any]) -> tuple[int, ...]:
    """The shape of what is left of a weight by a slice with a step of 1: `aten.slice(weight, axis, start, end)`."""
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
        return Layer("softmax", name.strip("_"))
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
    if "dropout" in name:
        rate = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], int | float) else 0.0
        return Layer("dropout", rate=float(rate))
    if "norm" in name:
        return Layer("norm", name)
    return None


def _first(arguments: list[Any], position: int, otherwise: int = 1) -> int:
    value = arguments[position] if len(arguments) > position else otherwise
    value = value[0] if isinstance(value, list | tuple) and value else value
    return value if isinstance(value, int) else otherwise
