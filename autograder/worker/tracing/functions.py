"""Networks that are functions of their weights: `mlp(params, x)`, where `params` is a dict, a list or an object with tensors, not
a module; or `mlp(x)`, whose weights are in its closure or globals.

No hook sees such a call. So each call of a marked function (`marking.py`) is inspected: it is a forward pass if it gets tensors
that require gradients, or has them in its closure or globals, and one other tensor, and returns numbers for each row of that. Of
nested calls, the outermost counts. Calls of such a function with copies of its weights that don't require gradients, as from a
checkpoint, are forward passes too.
"""

from __future__ import annotations

import builtins
import functools
import inspect
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import CellType, FunctionType
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.marking import NAME
from autograder.worker.tracing.modules import Convolution, main_output

LIBRARIES: Final = sys.stdlib_module_names | set(
    "torch torchvision keras numpy pandas matplotlib sklearn tqdm IPython".split()
)
MOST_WEIGHTS: Final = 200
MOST_FUNCTIONS: Final = 20  # whose closures and globals are searched
MOST_NETWORKS: Final = 60  # of one function
DEEPEST: Final = 3  # nested containers
Call = Callable[..., Any]


class Functional(nn.Module):
    """Represents a network that is a function: its weights are the tensors that the function is given. `name` is the function's,
    or that of the class whose method it is."""

    def __init__(self, weights: Mapping[str, torch.Tensor], name: str = "") -> None:
        super().__init__()
        self.name = name
        self.weights = dict(weights)
        self.call: Callable[[torch.Tensor], Any] = lambda inputs: inputs  # as it was called last

    def named_parameters(self, *_: Any, **__: Any) -> Iterator[tuple[str, Any]]:
        return iter(self.weights.items())

    def parameters(self, *_: Any, **__: Any) -> Iterator[Any]:
        return iter(self.weights.values())

    def state_dict(self, *_: Any, **__: Any) -> Any:
        return {name: value.detach() for name, value in self.weights.items()}

    def convolution(self, graph: Sequence[Sequence[Any]]) -> Convolution | None:
        """The first convolution in the network's graph; None if it has none."""
        weights = {node[1]: self.weights.get(node[2]) for node in graph if node[0] == "in"}
        for node in graph:
            if node[0] == "op" and node[2].startswith("aten.conv2d."):
                given = [*node[3], *[None] * 5][:5]
                weight, bias = (weights.get(each["node"]) if isinstance(each, dict) else None for each in given[1:3])
                stride, padding = given[3] or [1, 1], given[4] or [0, 0]
                return None if weight is None else Convolution(weight, bias, list(stride), str(padding))
        return None


class Called(nn.Module):
    """A function's last call as a module without weights, to be exported."""

    def __init__(self, functional: Functional) -> None:
        super().__init__()
        self.call = functional.call

    def forward(self, inputs: torch.Tensor) -> Any:
        return main_output(self.call(inputs), len(inputs))


@dataclass(frozen=True, eq=False)
class Seen:
    """A forward pass of a function. `state` is the generator's before it; `random`: it drew random numbers, as dropout does."""

    network: Functional
    inputs: torch.Tensor
    output: torch.Tensor
    state: torch.Tensor
    random: bool


class Functions:
    """Inspects the calls of marked functions, and reports those that are forward passes."""

    def __init__(self, emit: Callable[[Seen], None], is_paused: Callable[[], bool]) -> None:
        self._emit, self._is_paused = emit, is_paused
        self._known: dict[tuple[int, ...], Functional] = {}
        self._of: dict[Call, list[Functional]] = {}  # by function: its networks, the last called one last
        self._open: list[list[Seen]] = []  # for each call under way: the forward passes in it

    @property
    def is_at_work(self) -> bool:
        """Whether a call that may be a forward pass is under way."""
        return bool(self._open)

    def make_known(self) -> None:
        """Make `marked` available to marked code, in this process."""
        setattr(builtins, NAME, self.marked)

    def marked(self, function: Call) -> Call:
        """The function, wrapped so that its calls are inspected."""

        @functools.wraps(function)
        def call(*arguments: Any, **keywords: Any) -> Any:
            given = None if self._is_paused() else self._looked_at(function, arguments, keywords)
            if given is None:
                return function(*arguments, **keywords)
            network, inputs = given
            state = torch.get_rng_state()
            within: list[Seen] = []
            self._open.append(within)
            try:
                result = function(*arguments, **keywords)
            finally:
                self._open.pop()
            seen = within
            output = main_output(result, len(inputs))
            if _is_an_output(output, inputs):
                self._came(function, network)
                network.call = functools.partial(_again, function, arguments, keywords, inputs)
                seen = [Seen(network, inputs, output, state, not torch.equal(state, torch.get_rng_state()))]
            if self._open:
                self._open[-1] += seen
            else:
                for each in seen:
                    self._emit(each)
            return result

        return call

    def _looked_at(
        self, function: Call, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[Functional, torch.Tensor] | None:
        """The network that a call may be a forward pass of, and its input."""
        try:
            if (given := _given(arguments, keywords, function)) is not None:
                return self._network(given[0], function), given[1]
            return self._called_with_copies(function, arguments, keywords)
        except Exception:  # a student's containers may be odd, and inspecting must not make their call fail
            return None

    def _called_with_copies(
        self, function: Call, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[Functional, torch.Tensor] | None:
        """The network of this function whose weights have the names and shapes of the given tensors: the one with the same
        numbers, or else the last one called. None if there is none."""
        found: tuple[Functional, torch.Tensor] | None = None
        for network in reversed(self._of.get(function, [])):
            given = _copies_given(network.weights, arguments, keywords)
            if given is not None and all(torch.equal(each, network.weights[name]) for name, each in given[0].items()):
                return network, given[1]
            if given is not None and found is None:
                found = network, given[1]
        return found

    def _came(self, function: Call, network: Functional) -> None:
        own = self._of.setdefault(function, [])
        self._of[function] = [*(each for each in own if each is not network), network][-MOST_NETWORKS:]

    def _network(self, weights: Mapping[str, torch.Tensor], function: Call) -> Functional:
        key = tuple(sorted(map(id, weights.values())))
        # A network keeps its weights alive, so that no other tensor gets their id.
        return self._known.setdefault(key, Functional(weights, _name(function)))


def _name(function: Call) -> str:
    """'MLP' for the method `MLP.forward`, 'net' for the function `net`, wherever it was defined."""
    *around, own = getattr(function, "__qualname__", "").rpartition("<locals>.")[2].split(".")
    return around[-1] if around else own


def _again(function: Call, arguments: Sequence[Any], keywords: Mapping[str, Any], own: torch.Tensor, other: Any) -> Any:
    """The same call with another input in place of its `own`."""
    return function(
        *[other if each is own else each for each in arguments],
        **{name: other if each is own else each for name, each in keywords.items()},
    )


def _given(
    arguments: Sequence[Any], keywords: Mapping[str, Any], function: Call
) -> tuple[dict[str, torch.Tensor], torch.Tensor] | None:
    """The weights by name, from a call's arguments or from around the function, and its one input; None if there are others."""
    every = [*arguments, *keywords.values()]
    inputs = _only_input(each for each in every if isinstance(each, torch.Tensor) and not _learns(each))
    if inputs is None:
        return None
    weights = _weights_given(every)
    if weights is not None and len(weights) < 2:
        weights = _weights_given(around(function)) if not weights else None
    return (weights, inputs) if weights is not None and len(weights) >= 2 else None


def around(function: Call) -> list[Any]:
    """The tensors, containers and objects that a function uses from its closure and globals, in the order of the names in its
    code; also those of the functions that it calls."""
    found: dict[int, Any] = {}
    left, done = [function], set[Any]()
    while left and len(done) < MOST_FUNCTIONS:
        own = inspect.unwrap(left.pop(0))
        if not isinstance(own, FunctionType) or own.__code__ in done:
            continue
        done.add(own.__code__)
        cells = dict(zip(own.__code__.co_freevars, own.__closure__ or (), strict=False))
        for name in (*own.__code__.co_freevars, *own.__code__.co_names):
            value = _in_cell(cells[name]) if name in cells else own.__globals__.get(name)
            if isinstance(value, FunctionType):
                left.append(value)
            elif isinstance(value, torch.Tensor | dict | list | tuple) or _is_a_students(value):
                found[id(value)] = value
    return list(found.values())


def _in_cell(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # still empty
        return None


def _weights_given(every: Sequence[Any]) -> dict[str, torch.Tensor] | None:
    """The weights in these values, by name; None if there are too many."""
    weights: dict[str, torch.Tensor] = {}
    for number, each in enumerate(every):
        for name, weight in _weights_in(each, "" if not isinstance(each, torch.Tensor) else f"weight{number}", _learns):
            if len(weights) >= MOST_WEIGHTS:
                return None
            weights[name if name not in weights else f"{number}.{name}"] = weight
    return weights


def _copies_given(
    weights: Mapping[str, torch.Tensor], arguments: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[dict[str, torch.Tensor], torch.Tensor] | None:
    """The tensors that replace these weights in a call, by name, and the one input; None if they don't fit."""
    every = [*arguments, *keywords.values()]
    copies: dict[str, torch.Tensor] = {}
    for number, each in enumerate(every):
        for name, value in _weights_in(
            each, "" if not isinstance(each, torch.Tensor) else f"weight{number}", _is_plain
        ):
            name = name if name not in copies else f"{number}.{name}"
            if name in weights and value.shape == weights[name].shape:
                copies[name] = value
    known = {id(each) for each in copies.values()}
    inputs = _only_input(each for each in every if isinstance(each, torch.Tensor) and id(each) not in known)
    return (copies, inputs) if inputs is not None and copies.keys() == weights.keys() else None


def _only_input(tensors: Iterable[torch.Tensor]) -> torch.Tensor | None:
    """The only one of these tensors that is not a scalar, if it is of floating-point numbers."""
    found = [each for each in tensors if each.dim() > 0]
    return found[0] if len(found) == 1 and found[0].is_floating_point() and not found[0].is_meta else None


def _weights_in(
    value: Any, name: str, is_one: Callable[[torch.Tensor], bool], depth: int = 0
) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        if is_one(value):
            yield name, value
        return
    value = vars(value) if _is_a_students(value) else value
    if isinstance(value, dict | list | tuple) and depth < DEEPEST and len(value) <= MOST_WEIGHTS:
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in entries:
            yield from _weights_in(each, f"{name}.{key}".lstrip("."), is_one, depth + 1)


def _is_a_students(value: Any) -> bool:
    """Whether this is an object of a student's class, and not a PyTorch module."""
    kind = type(value)
    return (
        not isinstance(value, nn.Module)
        and hasattr(value, "__dict__")
        and kind.__module__.partition(".")[0] not in LIBRARIES
    )


def _learns(tensor: torch.Tensor) -> bool:
    """Whether a tensor is a weight outside any module: those of modules are seen with their module."""
    return type(tensor) is torch.Tensor and tensor.requires_grad and tensor.is_leaf


def _is_plain(tensor: torch.Tensor) -> bool:
    """Whether a tensor is not a module's parameter."""
    return type(tensor) is torch.Tensor


def _is_an_output(result: Any, inputs: torch.Tensor) -> bool:
    return (
        isinstance(result, torch.Tensor)
        and result.is_floating_point()
        and not result.is_meta
        and result.dim() > 0
        and len(result) == len(inputs)
    )
