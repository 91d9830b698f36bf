"""How code chooses an epoch: by the largest of a list of numbers, and by weights that it has kept.

Two mistakes leave no other sign in a short run, in which the last epoch is mostly the best one: `max(accuracies)` for a final
accuracy, and `best = model.state_dict()`, which holds the weights themselves, and so goes on being trained.
"""

from __future__ import annotations

import ast
import builtins
import functools
import re
from collections.abc import Callable
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.places import Places
from autograder.worker.tracing.seen import Emit

NAME: Final = "__largest_of__"
SAID: Final = re.compile(r"best|max|peak|high|top|mejor|meilleur|лучш|最", re.IGNORECASE)
COMPOUND: Final = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.Match,
)
FEWEST, MOST = 2, 200  # numbers of a list that may be of epochs
MOST_RECORDS: Final = 200
VERSIONS: Final = "_autograder_versions"


class Maxima(ast.NodeTransformer):
    """Marks `max(values)` in statements that don't call it the best."""

    def __init__(self) -> None:
        self._marks = False

    def visit(self, node: ast.AST) -> Any:
        if not isinstance(node, ast.stmt):
            return super().visit(node)
        outer, self._marks = self._marks, not isinstance(node, COMPOUND) and not _says_so(node)
        changed = super().visit(node)
        self._marks = outer
        return changed

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        match node:
            case ast.Call(func=ast.Name(id="max"), args=[value], keywords=[]) if self._marks and not isinstance(
                value, ast.Starred
            ):
                node.args.insert(0, node.func)  # whatever function the code itself calls `max`
                node.func = ast.copy_location(ast.Name(NAME, ast.Load()), node.func)
        return node


def _says_so(statement: ast.stmt) -> bool:
    """Whether a statement calls something the best or the largest, beside the call of `max` itself."""
    return SAID.search(re.sub(r"\bmax\(", "(", ast.unparse(statement))) is not None


def make_known(emit: Emit, places: Places) -> None:
    """Make the function that `Maxima` calls available, in this process; until then, code that is marked can't run."""
    left = MOST_RECORDS

    def largest_of(max: Callable[[Any], Any], values: Any) -> Any:
        nonlocal left
        largest = max(values)
        if left and isinstance(values, list | tuple) and FEWEST <= len(values) <= MOST:
            numbers = [float(each) for each in values if isinstance(each, int | float)]
            if len(numbers) == len(values):
                left -= 1
                emit({"what": "largest", "values": numbers, "place": places.here()})
        return largest

    setattr(builtins, NAME, largest_of)


def watch_kept_weights(came_back: Callable[[nn.Module], None]) -> None:
    """Call `came_back(module)` when a module is given weights that are its own, and were trained since its code has kept them."""
    original_state, original_load = nn.Module.state_dict, nn.Module.load_state_dict

    @functools.wraps(original_state)
    def state_dict(self: nn.Module, *arguments: Any, **keywords: Any) -> Any:
        state = original_state(self, *arguments, **keywords)
        if (
            not arguments and not keywords and hasattr(state, "_metadata")
        ):  # the whole network's, and not a layer's for it
            setattr(state, VERSIONS, {name: each._version for name, each in _tensors(state).items()})
        return state

    @functools.wraps(original_load)
    def load_state_dict(self: nn.Module, state_dict: Any, *arguments: Any, **keywords: Any) -> Any:
        if _are_its_own(self, state_dict):
            came_back(self)
        return original_load(self, state_dict, *arguments, **keywords)

    nn.Module.state_dict = state_dict  # type: ignore[method-assign]
    nn.Module.load_state_dict = load_state_dict  # type: ignore[method-assign]


def _are_its_own(module: nn.Module, state: Any) -> bool:
    """Whether all weights in a state are the module's own, at other values than when the state was taken; a copy of the
    dictionary, as `state.copy()`, has lost when that was, and is taken for an older one."""
    weights = {name: each for name, each in module.named_parameters() if each.requires_grad}
    if not isinstance(state, dict) or not weights or not weights.keys() <= state.keys():
        return False
    kept = _tensors(state)
    if not all(name in kept and kept[name].data_ptr() == each.data_ptr() != 0 for name, each in weights.items()):
        return False
    taken = getattr(state, VERSIONS, {})
    return any(taken.get(name) != each._version for name, each in weights.items())


def _tensors(state: dict[str, Any]) -> dict[str, torch.Tensor]:
    return {name: each for name, each in state.items() if isinstance(each, torch.Tensor)}
