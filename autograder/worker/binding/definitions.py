"""The functions, classes and variables that a submission's sources define, and where."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograder.worker.binding.effects import DEFINITIONS, statements_in
from autograder.worker.binding.sources import LoadError, Place, Statement

FUNCTIONS: Final = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True)
class Definition:
    """A function or class at the top level of a source."""

    name: str
    place: Place
    position: int  # of its statement in the source
    guarded: bool  # inside the main guard
    node: ast.AST = field(repr=False, compare=False)

    @property
    def signature(self) -> str:
        """'train_epoch(model, loader)': without annotations, and without `self` for a class."""
        return _signature(self.name, self.node)

    @property
    def target(self) -> str:
        """How a mapping refers to it: 'models.py:Net'."""
        return f"{self.place.source}:{self.name}"

    def __str__(self) -> str:
        return f"{self.place} `{self.name}`"


def returns_several(function: ast.AST) -> bool:
    """Whether all `return` statements of a function return tuple, list or dictionary displays."""
    own = [] if not isinstance(function, FUNCTIONS) else list(_returned(function.body))
    return bool(own) and all(isinstance(each, ast.Tuple | ast.List | ast.Dict) for each in own)


def _returned(body: Sequence[ast.AST]) -> Iterator[ast.expr]:
    for node in body:
        if isinstance(node, ast.Return) and node.value is not None:
            yield node.value
        elif not isinstance(node, (*FUNCTIONS, ast.ClassDef, ast.Lambda)):
            yield from _returned(list(ast.iter_child_nodes(node)))


@dataclass(frozen=True)
class Names:
    """All that the sources define, in reading order."""

    definitions: tuple[Definition, ...]
    hidden: tuple[tuple[Definition, str], ...]  # what can't be reached from outside, and what encloses it
    variables: tuple[Definition, ...]  # other assigned names
    errors: tuple[LoadError, ...]


def defined_in(statement: Statement, position: int, known: frozenset[str]) -> Iterator[Definition]:
    """The functions and classes that a top-level statement defines, also inside a block.

    `build_mlp = MLP` counts if the right side is in `known`, the names of all functions and classes.
    """
    for node in statements_in(statement.node):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                pass
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_callable(name, value, known):
                pass
            case _:
                continue
        place = Place(statement.place.source, statement.place.cell, node.lineno)
        yield Definition(name, place, position, statement.guarded, node)


def assigned_in(statement: Statement, position: int) -> Iterator[Definition]:
    """The names that a top-level statement assigns by `name = value`."""
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            place = Place(statement.place.source, statement.place.cell, statement.node.lineno)
            yield Definition(name, place, position, statement.guarded, statement.node)


def hidden_in(statement: Statement, position: int) -> Iterator[tuple[Definition, str]]:
    """The functions and classes inside other functions and classes, each with what encloses it."""
    outer = [node for node in statements_in(statement.node) if isinstance(node, DEFINITIONS)]
    for parent in outer:
        for node in statements_in(parent, inside_definitions=True):
            if isinstance(node, DEFINITIONS) and node is not parent:
                place = Place(statement.place.source, statement.place.cell, node.lineno)
                yield Definition(node.name, place, position, statement.guarded, node), f"`{parent.name}`"


def is_stub(node: ast.AST) -> bool:
    """Whether a function is a stub: apart from its docstring it only raises NotImplementedError."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = [each for each in node.body if not isinstance(each, ast.Pass)]
    if ast.get_docstring(node) is not None:
        body = body[1:]
    match body:
        case [ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError")))]:
            return True
    return False


def calls_entries(expression: str) -> bool:
    """Whether an expression over `variable` calls what the variable holds under some key: 'variable[name](parameters)'."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Subscript)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "variable"
        for node in ast.walk(ast.parse(expression))
    )


def holds_callables(assignment: ast.AST) -> bool:
    """Whether an assignment's value is a dictionary of functions or classes, as far as can be seen: `{"SGD": torch.optim.SGD}`,
    but not `{"SGD": torch.optim.SGD(...)}`."""
    match getattr(assignment, "value", None):
        case ast.Dict(values=values):
            pass
        case ast.DictComp(value=value):
            values = [value]
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=keywords):
            values = [keyword.value for keyword in keywords]
        case _:
            return False
    return bool(values) and all(_may_be_called(value) for value in values)


def _may_be_called(value: ast.expr) -> bool:
    match value:
        case ast.Lambda() | ast.Name() | ast.Attribute():
            return True
        case ast.Call(func=ast.Name(id="partial") | ast.Attribute(attr="partial")):
            return True
    return False


def _is_callable(bound: str, value: ast.expr, known: frozenset[str]) -> bool:
    match value:
        case ast.Lambda():
            return True
        case ast.Name(id=name):
            return name in known
        case ast.Call(func=ast.Name(id="partial") | ast.Attribute(attr="partial")):
            return True
        case ast.Call(args=[ast.Name(id=name)]):  # `train_epoch = torch.compile(train_epoch)`
            return name == bound and name in known
    return False


def _signature(name: str, node: ast.AST) -> str:
    match node:
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            skip = 0
        case ast.Assign(value=ast.Lambda(args=arguments)):
            skip = 0
        case ast.ClassDef(body=body):
            makers = [each for each in body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
            if not makers:
                return f"{name}()"
            arguments, skip = makers[-1].args, 1
        case _:
            return f"{name}(...)"
    shown = copy.deepcopy(arguments)
    positional = [*shown.posonlyargs, *shown.args]
    for argument in [*positional, *shown.kwonlyargs, shown.vararg, shown.kwarg]:
        if argument:
            argument.annotation = None
    if skip and positional:
        (shown.posonlyargs or shown.args).pop(0)
    return f"{name}({ast.unparse(shown)})"
