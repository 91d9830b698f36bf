"""Which definition of a submission answers for which standard function."""

from __future__ import annotations

import ast
import copy
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from autograder.worker.binding.effects import DEFINITIONS, statements_in
from autograder.worker.binding.sources import LoadError, Place, Statement

NEAREST: Final = 3


@dataclass(frozen=True)
class Function:
    """A standard function of the assignment: its name, how it is called, and what else students call it.

    An alias may also name a class: calling it then makes the object that the function should return.
    """

    name: str
    signature: str
    aliases: Sequence[str] = ()


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

    def __str__(self) -> str:
        return f"{self.place} `{self.name}`"


@dataclass(frozen=True)
class Binding:
    """How one standard function was found. `bound_to` is empty, and `how` says why, when it was not."""

    function: str
    bound_to: str
    how: str


@dataclass(frozen=True)
class Found:
    definition: Definition
    how: str

    def as_binding(self, function: str) -> Binding:
        return Binding(function, str(self.definition), self.how)


@dataclass(frozen=True)
class Missing:
    reason: str  # one or more sentences

    def as_binding(self, function: str) -> Binding:
        return Binding(function, "", self.reason)


class MissingFunction(Exception):
    """The submission has no function of this `name`. The message says what is near, and what is expected."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True)
class Names:
    """All that the sources define, in reading order."""

    definitions: tuple[Definition, ...]
    hidden: tuple[tuple[Definition, str], ...]  # what can't be reached from outside, and what it is inside of
    errors: tuple[LoadError, ...]


def defined_in(statement: Statement, position: int, known: frozenset[str]) -> Iterator[Definition]:
    """The functions and classes that a top-level statement defines, in a block too.

    `build_mlp = MLP` counts where `known`, the names of all functions and classes, has the right side.
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


def hidden_in(statement: Statement, position: int) -> Iterator[tuple[Definition, str]]:
    """The functions and classes inside other functions and classes, each with what it is inside of."""
    outer = [node for node in statements_in(statement.node) if isinstance(node, DEFINITIONS)]
    for parent in outer:
        for node in statements_in(parent, inside_definitions=True):
            if isinstance(node, DEFINITIONS) and node is not parent:
                place = Place(statement.place.source, statement.place.cell, node.lineno)
                yield Definition(node.name, place, position, statement.guarded, node), f"`{parent.name}`"


def bind(functions: Mapping[str, Function], names: Names, mapping: Mapping[str, str]) -> dict[str, Found | Missing]:
    """Find each function: by the `mapping` ('models.py:Net' or 'Net'), then by its name, then by its aliases.

    Of several definitions the last in reading order counts, as it does when a notebook is run from the top.
    What is inside a main guard counts where nothing else does.
    """
    found: dict[str, Found | Missing] = {}
    for name, function in functions.items():
        result = _mapped(mapping[name], names) if name in mapping else _by_name(function, names)
        if result:
            found[name] = result
    taken = {each.definition.name for each in found.values() if isinstance(each, Found)}
    for name, function in functions.items():
        found.setdefault(name, Missing(_why_missing(function, names, taken)))
    return {name: found[name] for name in functions}


def _by_name(function: Function, names: Names) -> Found | None:
    for guarded in (False, True):
        for name in (function.name, *function.aliases):
            candidates = [each for each in names.definitions if each.name == name and each.guarded == guarded]
            if candidates:
                how = "standard name" if name == function.name else "alias"
                how += ", inside the main guard" if guarded else ""
                return Found(candidates[-1], how + _earlier(candidates[:-1]))
    return None


def _earlier(candidates: Sequence[Definition]) -> str:
    if not candidates:
        return ""
    places = ", ".join(str(each.place) for each in candidates)
    return f"; the last of {len(candidates) + 1}, the others at {places}"


def _mapped(target: str, names: Names) -> Found | Missing:
    file, _, name = target.rpartition(":")
    candidates = [
        each
        for each in names.definitions
        if each.name == name and (not file or f"/{each.place.source}".endswith(f"/{file}"))
    ]
    if candidates:
        return Found(candidates[-1], "mapping" + _earlier(candidates[:-1]))
    unread = _in_unread_code([name], names.errors)
    return Missing(f"The mapping names `{target}`, which is not there.{unread}")


def _why_missing(function: Function, names: Names, taken: set[str]) -> str:
    wanted = [function.name, *function.aliases]
    reason = f"`{function.name}` was not found." + _in_unread_code(wanted, names.errors)
    for name in wanted:
        for definition, where in names.hidden:
            if definition.name == name:
                inside = f"`{name}` in {definition.place} is inside {where}, where it can't be reached"
                return f"{reason} {inside}: move it to the top level."
    nearest = _nearest(wanted, [each for each in names.definitions if each.name not in taken])
    if nearest:
        reason += " Nearest: " + ", ".join(f"`{each.signature}` in {each.place}" for each in nearest) + "."
    return reason


def _in_unread_code(wanted: Sequence[str], errors: Sequence[LoadError]) -> str:
    alternatives = "|".join(map(re.escape, wanted))
    pattern = re.compile(rf"^\s*(?:async\s+)?(?:def|class)\s+({alternatives})\b", re.MULTILINE)
    for error in errors:
        if match := pattern.search(error.lost):
            return f" `{match[1]}` is in code that can't be read: {error}."
    return ""


def _nearest(wanted: Sequence[str], definitions: Sequence[Definition]) -> list[Definition]:
    last = {each.name: each for each in definitions}
    near = [name for word in wanted for name in difflib.get_close_matches(word, last, NEAREST)]
    return [last[name] for name in dict.fromkeys(near)][:NEAREST]


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
