"""Networks without a module: raw tensors, or loose layers that a function combines.

No hook sees their forward pass. So once an optimizer has stepped on weights that don't belong to a single module, all operators
of the next passes are recorded, up to the loss, and those of them that compute the output are the network.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.worker.tracing.exporting import Graph, for_any_batch

MOST_OPERATORS: Final = 400  # of one pass
LARGEST: Final = 2_000_000  # numbers in all weights: larger networks are made of modules


class Loose(nn.Module):
    """Represents a network without a module: its weights are those of its optimizer."""

    def __init__(self, weights: Mapping[str, torch.Tensor]) -> None:
        super().__init__()
        self.weights = dict(weights)
        self.graph: Graph = []

    def named_parameters(self, *_: Any, **__: Any) -> Iterator[tuple[str, Any]]:
        return iter(self.weights.items())

    def parameters(self, *_: Any, **__: Any) -> Iterator[Any]:
        return iter(self.weights.values())

    def state_dict(self, *_: Any, **__: Any) -> Any:
        return {name: value.detach() for name, value in self.weights.items()}


@dataclass(frozen=True, eq=False)
class Called:
    """An operator that was called, with its result."""

    name: str
    arguments: tuple[Any, ...]
    keywords: Mapping[str, Any]
    result: torch.Tensor

    @property
    def tensors(self) -> list[torch.Tensor]:
        return list(_tensors([self.arguments, list(self.keywords.values())]))


@dataclass(frozen=True, eq=False)
class Pass:
    """A forward pass: what went in, what came out, and the operators between them as a graph."""

    inputs: torch.Tensor
    output: torch.Tensor
    graph: Graph


class Operators(TorchDispatchMode):
    """Records all operators between `begin` and `end`."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.called: list[Called] = []
        self._at_work = False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if len(self.called) <= MOST_OPERATORS:
            self.called += [Called(str(func), args, kwargs or {}, each) for each in _tensors(result)]
        return result

    def begin(self) -> None:
        """Start recording; what was recorded before is dropped."""
        self.called.clear()
        if not self._at_work:
            self._at_work = True
            self.__enter__()  # type: ignore[no-untyped-call]

    def forget(self) -> None:
        self.called.clear()

    def end(self) -> None:
        if self._at_work:
            self._at_work = False
            self.__exit__(None, None, None)  # type: ignore[no-untyped-call]


def is_loose(optimizer: torch.optim.Optimizer, modules: Sequence[nn.Module]) -> bool:
    """Whether an optimizer's weights are few, and belong to several of the called modules, or no module was called."""
    weights = weights_of(optimizer)
    if not weights or sum(each.numel() for each in weights.values()) > LARGEST:
        return False
    own = {id(each) for each in weights.values()}
    owners = {id(module) for module in modules if own & {id(each) for each in module.parameters()}}
    return len(owners) > 1 or not modules


def weights_of(optimizer: torch.optim.Optimizer) -> dict[str, torch.Tensor]:
    """All weights of an optimizer, by made-up names."""
    every = [each for group in optimizer.param_groups for each in group["params"]]
    return {f"weight{number}": each for number, each in enumerate(every)}


def pass_of(called: Sequence[Called], weights: Mapping[str, torch.Tensor], loss: torch.Tensor) -> Pass | None:
    """The network's pass in the operators up to a loss: it ends with the last value through which all weights affect the loss,
    and which is computed from them and one other tensor, the input. Weights may also affect the loss without that value if the
    input doesn't, as in a penalty. None if there is no such value."""
    names = {id(value): name for name, value in weights.items()}
    every = {id(each.result): number for number, each in enumerate(called)}
    if len(every) < len(called) or id(loss) not in every or len(called) > MOST_OPERATORS:
        return None  # something was changed in place, or it isn't a single pass
    given = _given(called, every, names.keys())
    made = {key: number for key, number in every.items() if number not in given}
    for number in sorted(_needed(called, made, id(loss)), reverse=True):
        output = called[number].result
        before = _needed(called, made, id(output))
        leaves = _leaves(called, made, before)
        inputs = [each for key, each in leaves.items() if key not in names and each.dim() > 0]
        beside = _leaves(called, made, _needed(called, made, id(loss), without=number))
        alone = not names.keys() & beside.keys() or (len(inputs) == 1 and id(inputs[0]) not in beside)
        if len(inputs) == 1 and names.keys() <= leaves.keys() and alone:
            return Pass(
                inputs[0], output, _graph([called[step] for step in sorted(before)], inputs[0], output, weights)
            )
    return None


def _given(called: Sequence[Called], made: Mapping[int, int], weights: Collection[int]) -> set[int]:
    """The calls that compute something from tensors other than weights, such as slicing a batch out of all pictures: their
    results are the network's input. Random numbers are computed from nothing, and belong to the network."""
    of_weights, given = set[int](), set[int]()
    for number, each in enumerate(called):
        tensors = [id(value) for value in each.tensors]
        sources = [made[key] for key in tensors if made.get(key, number) < number]
        if any(key in weights for key in tensors) or of_weights.intersection(sources):
            of_weights.add(number)
        elif given.intersection(sources) or any(key not in made for key in tensors):
            given.add(number)
    return given


def _needed(called: Sequence[Called], made: Mapping[int, int], value: int, without: int | None = None) -> set[int]:
    """The calls on which a value depends, by their numbers; not through the call `without`."""
    needed: set[int] = set()
    left = [value]
    while left:
        number = made.get(left.pop())
        if number is not None and number != without and number not in needed:
            needed.add(number)
            left += [id(each) for each in called[number].tensors]
    return needed


def _leaves(called: Sequence[Called], made: Mapping[int, int], calls: set[int]) -> dict[int, torch.Tensor]:
    return {id(each): each for number in calls for each in called[number].tensors if id(each) not in made}


def _tensors(value: Any) -> Iterator[torch.Tensor]:
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _tensors(each)


def _graph(
    called: Sequence[Called], inputs: torch.Tensor, output: torch.Tensor, weights: Mapping[str, torch.Tensor]
) -> Graph:
    nodes: dict[int, str] = {id(inputs): "input"}
    graph: Graph = [["in", "input", None]]
    for name, weight in weights.items():
        nodes[id(weight)] = name
        graph.append(["in", name, name])

    def plain(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            return {"node": nodes[id(value)]} if id(value) in nodes else float(value)
        if isinstance(value, list | tuple):
            return [plain(each) for each in value]
        return value if value is None or isinstance(value, bool | int | float | str) else {"other": str(value)}

    for number, each in enumerate(called):
        arguments = [plain(value) for value in each.arguments]
        graph.append(["op", f"value{number}", each.name, arguments, {k: plain(v) for k, v in each.keywords.items()}])
        nodes[id(each.result)] = f"value{number}"
    graph.append(["out", [{"node": nodes[id(output)]}]])
    return for_any_batch(graph, len(inputs))
