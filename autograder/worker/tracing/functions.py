"""Networks that are functions of their weights: `mlp(params, x)`, with `params` a dict, a list or an object that holds
tensors, and no module.

No hook sees such a call. So each call of a function that is marked (`marking.py`) is looked at: one that is given tensors that
learn and one other tensor, and that returns numbers for each row of that, is a forward pass. Of calls within one another the
outermost one is.
"""

from __future__ import annotations

import builtins
import functools
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.marking import NAME
from autograder.worker.tracing.modules import Convolution, main_output

LIBRARIES: Final = sys.stdlib_module_names | set(
    "torch torchvision keras numpy pandas matplotlib sklearn tqdm IPython".split()
)
MOST_WEIGHTS: Final = 200
DEEPEST: Final = 3  # containers within one another
Call = Callable[..., Any]


class Functional(nn.Module):
    """Stands for a network that is a function: its weights are the tensors that the function is given."""

    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        self.weights = dict(weights)
        self.call: Callable[[torch.Tensor], Any] = lambda inputs: inputs  # as it was called last

    def named_parameters(self, *_: Any, **__: Any) -> Iterator[tuple[str, Any]]:
        return iter(self.weights.items())

    def parameters(self, *_: Any, **__: Any) -> Iterator[Any]:
        return iter(self.weights.values())

    def state_dict(self, *_: Any, **__: Any) -> Any:
        return {name: value.detach() for name, value in self.weights.items()}

    def convolution(self, graph: Sequence[Sequence[Any]]) -> Convolution | None:
        """The first convolution in the network's graph; None where it has none."""
        weights = {node[1]: self.weights.get(node[2]) for node in graph if node[0] == "in"}
        for node in graph:
            if node[0] == "op" and node[2].startswith("aten.conv2d."):
                given = [*node[3], *[None] * 5][:5]
                weight, bias = (weights.get(each["node"]) if isinstance(each, dict) else None for each in given[1:3])
                stride, padding = given[3] or [1, 1], given[4] or [0, 0]
                return None if weight is None else Convolution(weight, bias, list(stride), str(padding))
        return None


class Called(nn.Module):
    """A function's last call as a module without weights of its own, to be exported."""

    def __init__(self, functional: Functional) -> None:
        super().__init__()
        self.call = functional.call

    def forward(self, inputs: torch.Tensor) -> Any:
        return main_output(self.call(inputs), len(inputs))


@dataclass(frozen=True, eq=False)
class Seen:
    """A forward pass of a function. `state` is the generator's before it; `random`: it has drawn numbers, as dropout does."""

    network: Functional
    inputs: torch.Tensor
    output: torch.Tensor
    state: torch.Tensor
    random: bool


class Functions:
    """Looks at the calls of marked functions, and tells those that are forward passes."""

    def __init__(self, tell: Callable[[Seen], None], is_paused: Callable[[], bool]) -> None:
        self._tell, self._is_paused = tell, is_paused
        self._known: dict[tuple[int, ...], Functional] = {}
        self._open: list[list[Seen]] = []  # of each call that is under way: the forward passes in it

    def make_known(self) -> None:
        """Let marked code find `marked`, in this process."""
        setattr(builtins, NAME, self.marked)

    def marked(self, function: Call) -> Call:
        """The function, whose calls are looked at."""

        @functools.wraps(function)
        def call(*arguments: Any, **keywords: Any) -> Any:
            given = None if self._is_paused() else self._looked_at(arguments, keywords)
            if given is None:
                return function(*arguments, **keywords)
            weights, inputs = given
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
                network = self._network(weights)
                network.call = functools.partial(_again, function, arguments, keywords, inputs)
                seen = [Seen(network, inputs, output, state, not torch.equal(state, torch.get_rng_state()))]
            if self._open:
                self._open[-1] += seen
            else:
                for each in seen:
                    self._tell(each)
            return result

        return call

    def _looked_at(
        self, arguments: Sequence[Any], keywords: Mapping[str, Any]
    ) -> tuple[dict[str, torch.Tensor], torch.Tensor] | None:
        try:
            return _given(arguments, keywords)
        except Exception:  # containers of a student's may be odd, and their call must not fail by our looking
            return None

    def _network(self, weights: Mapping[str, torch.Tensor]) -> Functional:
        key = tuple(sorted(map(id, weights.values())))
        return self._known.setdefault(key, Functional(weights))  # which keeps them, so that no other has their identity


def _again(function: Call, arguments: Sequence[Any], keywords: Mapping[str, Any], own: torch.Tensor, other: Any) -> Any:
    """The same call with another input in the place of its `own`."""
    return function(
        *[other if each is own else each for each in arguments],
        **{name: other if each is own else each for name, each in keywords.items()},
    )


def _given(
    arguments: Sequence[Any], keywords: Mapping[str, Any]
) -> tuple[dict[str, torch.Tensor], torch.Tensor] | None:
    """The weights by name and the one input among a call's arguments; None where it has others."""
    every = [*arguments, *keywords.values()]
    inputs = [each for each in every if isinstance(each, torch.Tensor) and not _learns(each) and each.dim() > 0]
    if len(inputs) != 1 or inputs[0].is_meta or not inputs[0].is_floating_point():
        return None
    weights: dict[str, torch.Tensor] = {}
    for number, each in enumerate(every):
        for name, weight in _weights_in(each, "" if not isinstance(each, torch.Tensor) else f"weight{number}"):
            if len(weights) >= MOST_WEIGHTS:
                return None
            weights[name if name not in weights else f"{number}.{name}"] = weight
    return (weights, inputs[0]) if len(weights) >= 2 else None


def _weights_in(value: Any, name: str, depth: int = 0) -> Iterator[tuple[str, torch.Tensor]]:
    if isinstance(value, torch.Tensor):
        if _learns(value):
            yield name, value
        return
    value = vars(value) if _is_a_students(value) else value
    if isinstance(value, dict | list | tuple) and depth < DEEPEST and len(value) <= MOST_WEIGHTS:
        entries = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in entries:
            yield from _weights_in(each, f"{name}.{key}".lstrip("."), depth + 1)


def _is_a_students(value: Any) -> bool:
    """Whether this is an object of a class in student code, and no module of PyTorch's."""
    kind = type(value)
    return (
        not isinstance(value, nn.Module)
        and hasattr(value, "__dict__")
        and kind.__module__.partition(".")[0] not in LIBRARIES
    )


def _learns(tensor: torch.Tensor) -> bool:
    """Whether a tensor is a weight that no module has: those of modules are seen with their module."""
    return type(tensor) is torch.Tensor and tensor.requires_grad and tensor.is_leaf


def _is_an_output(result: Any, inputs: torch.Tensor) -> bool:
    return (
        isinstance(result, torch.Tensor)
        and result.is_floating_point()
        and not result.is_meta
        and result.dim() > 0
        and len(result) == len(inputs)
    )
