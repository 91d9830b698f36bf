"""A network rebuilt from its operators: a list of nodes becomes a function of weights and inputs.

Only the operators listed here are computed, on arguments within bounds; anything else is refused with a GraphError. None of the
student's code is imported or run. A node is `["in", name, weight or None]`, `["constant", name, shape, numbers]`,
`["op", name, target, args, kwargs]` or `["out", args]`; an argument that is another node's value is `{"node": name}`
(`autograder/worker/tracing/exporting.py`).
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.quoting import quoted
from autograder.trace.arguments import nodes_in
from autograder.trace.costs import OF_A_NUMBER, products
from autograder.trace.dropouts import WrittenDropout, written_dropouts
from autograder.trace.forms import MAX_NODES
from autograder.trace.operands import DTYPES, by_name, normed_weight, refuse_to_change, refuse_unsafe

MAX_NUMBERS: Final = 2**28  # of one value inside the network
MAX_PRODUCTS: Final = 2**40  # of one operator: a VGG16 on a thousand small pictures needs 2**35
MAX_PRODUCTS_IN_ALL: Final = 2**41  # of a network: that one needs 2**39
TO_THE_END: Final = 2**63 - 1  # the recorded end of `x[:, 1:]`

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
            "permute transpose t numpy_T mT adjoint swapdims moveaxis "
            "unsqueeze squeeze contiguous clone detach alias to _to_copy type_as expand cat stack "
            "slice select mean sum amax amin max add add_ sub sub_ mul mul_ div div_ neg pow sqrt rsqrt exp log abs clamp clamp_ "
            "clamp_min maximum minimum where ge gt le lt eq ne zeros ones zeros_like ones_like full full_like scalar_tensor "
            "lift_fresh_copy subtract multiply divide true_divide rsqrt_ square_ pad constant_pad_nd sym_size argmax one_hot "
            "chunk split unflatten movedim "
            "swapaxes square rsub reciprocal expm1 log1p sign rand rand_like bernoulli bernoulli_ uniform_ randint randint_like "
            "empty empty_like new_empty new_zeros new_ones new_full greater greater_equal less less_equal masked_fill "
            "masked_fill_ index_put_ floor floor_ ceil round logical_not bitwise_not fill_ expand_as broadcast_to "
            "broadcast_tensors detach_ copy_ _weight_norm"
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
COMPOSED: Final[Mapping[str, Callable[..., Any]]] = {
    "_weight_norm": normed_weight
}  # of operators whose results include their arguments
INSTEAD: Final = {  # uninitialised memory may contain anything, and weights must not be changed
    "empty.memory_format": "zeros.default",
    "empty_like.default": "zeros_like.default",
    "new_empty.default": "new_zeros.default",
    "detach_.default": "detach.default",
}
UNWRITTEN: Final = ("empty", "empty_like", "new_empty")
NOTHING: Final = ("sym_constrain_range", "_assert")  # prefixes of the names of operators that only check sizes
COMPARED: Final = ("python.ge", "python.le", "python.gt", "python.lt")
MODES: Final = {
    "dropout": 2,
    "dropout_": 2,
    "feature_dropout": 2,
    "alpha_dropout": 2,
    "batch_norm": 5,
    "instance_norm": 5,
}
NAMES_OF_MODES: Final = ("train", "training", "use_input_stats")


class GraphError(ValueError):
    """A graph that is refused: an operator that is not allowed, an argument out of bounds, a wrong shape."""


def tensors(arrays: Mapping[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Copies of recorded weights, as `compute` takes them."""
    return {name: torch.from_numpy(np.array(value)) for name, value in arrays.items()}


def compute(
    graph: Sequence[Any], weights: Mapping[str, torch.Tensor], inputs: torch.Tensor, training: bool | None = None
) -> torch.Tensor:
    """The network's output for `inputs` (B, ...), differentiable with respect to `weights`.

    `training` overrides the mode in which dropout and batch normalisation were recorded. If all weights are doubles, the inputs
    are converted to doubles. Raises GraphError.
    """
    values: dict[str, Any] = {}
    kinds = {each.dtype for each in weights.values() if each.is_floating_point()}
    inputs = inputs.double() if kinds == {torch.float64} and inputs.is_floating_point() else inputs
    nodes = _checked(graph)
    off = dropouts_in(nodes) if training is False else []
    ends, inside = {each.node: each for each in off}, {name for each in off for name in each.nodes}
    left = MAX_PRODUCTS_IN_ALL
    needed = _needed_until(nodes, off)
    learned = frozenset(each.untyped_storage().data_ptr() for each in weights.values() if each.requires_grad)
    for place, node in enumerate(nodes):
        for name in needed.get(place - 1, ()):  # values that are not needed any more are dropped
            values.pop(name, None)
        match node:
            case ["op", str(name), *_] if name in inside:
                if name in ends:
                    values[name] = _value({"node": ends[name].before}, values) * ends[name].scale
            case ["in", str(name), None]:
                values[name] = inputs
            case ["in", str(name), str(weight)]:
                if weight not in weights:
                    raise GraphError(f"the weight {quoted(weight)} was not recorded")
                values[name] = weights[weight]
            case ["constant", str(name), list() | tuple() as shape, list() | tuple() as numbers]:
                values[name] = _array(shape, numbers)
            case ["op", str(name), str(target), list() | tuple() as arguments, dict() as keywords]:
                with torch.set_grad_enabled(torch.is_grad_enabled() and not _keeps(nodes, target, arguments)):
                    values[name], taken = _called(target, arguments, keywords, values, training, learned)
                left -= taken
                if left < 0:
                    raise GraphError("the network takes too long")
            case ["out", [first, *_]]:
                result = _value(first, values)
                if not isinstance(result, torch.Tensor):
                    raise GraphError("the network gives no tensor")
                return result
            case _:
                raise GraphError("a node of an unknown form")
    raise GraphError("the graph has no output")


def _keeps(nodes: Sequence[Any], target: str, arguments: Sequence[Any]) -> bool:
    """Whether an operator writes into the network's state besides its weights, such as the means of Keras's normalisation: no
    gradient flows that way."""
    if operator_name(target) != "copy_" or not arguments or not isinstance(arguments[0], dict):
        return False
    return any(node[:2] == ["in", arguments[0].get("node")] and node[2] is not None for node in nodes)


def _needed_until(nodes: Sequence[Any], dropouts: Sequence[WrittenDropout]) -> dict[int, list[str]]:
    """By a node's index: the values that no later node uses."""
    last = {name: place for place, node in enumerate(nodes) for name in nodes_in(node) if isinstance(name, str)}
    ends = {node[1]: place for place, node in enumerate(nodes) if node[:1] == ["op"] and isinstance(node[1], str)}
    for each in dropouts:
        last[each.before] = max(last.get(each.before, 0), ends.get(each.node, 0))
    found: dict[int, list[str]] = {}
    for name, place in last.items():
        found.setdefault(place, []).append(name)
    return found


def dropouts_in(graph: Sequence[Any]) -> list[WrittenDropout]:
    """The dropouts that a graph, in training mode, has written out."""
    return written_dropouts(graph, operator_name, lambda part, known, points: compute(part, known, points))


def _checked(graph: Sequence[Any]) -> Sequence[Any]:
    if not isinstance(graph, list | tuple) or len(graph) > MAX_NODES:
        raise GraphError("it is not a graph, or too large")
    return [list(node) if isinstance(node, tuple) else node for node in graph]


def operator_name(target: str) -> str:
    """'conv2d' of 'aten.conv2d.default'."""
    parts = target.split(".")
    return parts[1] if len(parts) == 3 and parts[0] == "aten" else target


def _called(
    target: str,
    arguments: Sequence[Any],
    keywords: Mapping[str, Any],
    values: Mapping[str, Any],
    training: bool | None,
    learned: frozenset[int] = frozenset(),
) -> tuple[Any, int]:
    """An operator's result, and about how many products it took. It may not write into memory at the addresses `learned`."""
    name = operator_name(target)
    if name.startswith(NOTHING) or name in COMPARED:
        return None, 0
    given = [_value(each, values) for each in arguments]
    named = {key: _value(each, values) for key, each in keywords.items()}
    if name not in OPERATORS and target not in PYTHON:
        raise GraphError(f"the operator {quoted(target)} is not among those that the grader computes")
    for each in (*given, *named.values()):
        _within_bounds(each)
    if training is not None and name in MODES:
        if len(given) > MODES[name]:
            given[MODES[name]] = training
        named |= dict.fromkeys(set(named).intersection(NAMES_OF_MODES), training)
    taken = 0
    try:
        function = _function(target, given)
        if isinstance(function, torch._ops.OpOverload):
            taken = products(name, by_name(function, given, named))
            if taken > MAX_PRODUCTS:
                raise GraphError(f"`{name}` takes too long")
            refuse_unsafe(function, given, named)
            refuse_to_change(learned, function, given, named)
        result = function(*given, **named)
    except GraphError:
        raise
    except FAILURES as error:
        said = str(error).splitlines() or [type(error).__name__]
        raise GraphError(f"`{name}` can't be computed: {quoted(said[0])}") from error
    _within_bounds(result)
    return result, taken + OF_A_NUMBER * _numbers_in(result)


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
    """Python's function, on numbers and tensors only, or torch's operator: nothing else of that name."""
    if target in PYTHON:
        texts_and_lists = [each for each in given if isinstance(each, str | list | tuple)]
        if texts_and_lists and target != "python.getitem":
            raise GraphError(f"{quoted(target)} is computed of numbers only")
        return PYTHON[target]
    if operator_name(target) in COMPOSED:
        return COMPOSED[operator_name(target)]
    named = target.removeprefix("aten.")
    name, _, overload = INSTEAD.get(named, named).partition(".")
    if name in UNWRITTEN:
        raise GraphError(f"{quoted(target)} gives memory that nothing was written into")
    found = getattr(getattr(torch.ops.aten, name), overload)
    if not isinstance(found, torch._ops.OpOverload):
        raise GraphError(f"{quoted(target)} is no operator")
    return found


def _numbers_in(value: Any) -> int:
    """How many numbers an operator's result contains."""
    if isinstance(value, torch.Tensor):
        return value.numel()
    return sum(map(_numbers_in, value)) if isinstance(value, list | tuple) else 0


def _value(argument: Any, values: Mapping[str, Any]) -> Any:
    match argument:
        case {"node": str(name)}:
            if name not in values:
                raise GraphError(f"the value {quoted(name)} is not there")
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
    raise GraphError(f"an argument is of an unknown kind: {quoted(text)}")


def _array(shape: Sequence[Any], numbers: Sequence[Any]) -> torch.Tensor:
    try:
        return torch.tensor(numbers, dtype=torch.float32).reshape(list(shape))
    except FAILURES as error:
        raise GraphError(f"a constant is no array: {quoted(str(error))}") from error


def _within_bounds(value: Any) -> None:
    match value:
        case torch.Tensor() if value.numel() > MAX_NUMBERS:
            raise GraphError("a value inside the network is too large")
        case bool():
            pass
        case int() if value != TO_THE_END and (abs(value) > 2**62 or MAX_NUMBERS < value < 2**62):
            raise GraphError("an argument is too large")
        case list() | tuple():
            numbers = [each for each in value if isinstance(each, int) and not isinstance(each, bool)]
            if math.prod(max(abs(each), 1) for each in numbers) > MAX_NUMBERS:
                raise GraphError("an argument is too large")
