"""Which definition of a submission answers for which standard function."""

from __future__ import annotations

import ast
import contextlib
import copy
import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from autograder.worker.binding.calling import Function, Plan, Unfit, as_it_is, known_by_name, parameters_of, plan
from autograder.worker.binding.effects import DEFINITIONS, statements_in
from autograder.worker.binding.sources import LoadError, Place, Statement

NEAREST: Final = 3
TELLING: Final = 3  # so many required parameters of known names tell what a function of an unknown name is


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
    """How one standard function was found. `bound_to` is empty, and `how` says why, when it was not.

    `others` could have been taken too.
    """

    function: str
    bound_to: str
    how: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A definition that answers for a standard function, and how it is called where that is not the standard way."""

    definition: Definition
    how: str
    plan: Plan | None = None
    others: tuple[Definition, ...] = ()
    expression: str = ""  # what the function gives, of a variable that stands in for it

    def as_binding(self, function: str) -> Binding:
        called = f", called with {self.plan}" if self.plan else ""
        return Binding(function, str(self.definition), self.how + called, tuple(map(str, self.others)))


@dataclass(frozen=True)
class Missing:
    reason: str  # one or more sentences
    stubs: tuple[Definition, ...] = ()  # what is there under the name and still to be written

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
    variables: tuple[Definition, ...]  # what else is assigned
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


def assigned_in(statement: Statement, position: int) -> Iterator[Definition]:
    """The names that a top-level statement assigns by `name = value`."""
    match statement.node:
        case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
            place = Place(statement.place.source, statement.place.cell, statement.node.lineno)
            yield Definition(name, place, position, statement.guarded, statement.node)


def hidden_in(statement: Statement, position: int) -> Iterator[tuple[Definition, str]]:
    """The functions and classes inside other functions and classes, each with what it is inside of."""
    outer = [node for node in statements_in(statement.node) if isinstance(node, DEFINITIONS)]
    for parent in outer:
        for node in statements_in(parent, inside_definitions=True):
            if isinstance(node, DEFINITIONS) and node is not parent:
                place = Place(statement.place.source, statement.place.cell, node.lineno)
                yield Definition(node.name, place, position, statement.guarded, node), f"`{parent.name}`"


def is_stub(node: ast.AST) -> bool:
    """Whether a function is still to be written: beside its docstring it only raises NotImplementedError."""
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return False
    body = [each for each in node.body if not isinstance(each, ast.Pass)]
    if ast.get_docstring(node) is not None:
        body = body[1:]
    match body:
        case [ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError")))]:
            return True
    return False


def bind(functions: Mapping[str, Function], names: Names, mapping: Mapping[str, str]) -> dict[str, Found | Missing]:
    """Find each function: by the `mapping` ('models.py:Net' or 'Net'), by its name, by its aliases, by variables that can
    stand in for it, by its parameters.

    Of several definitions the last in reading order counts, as it does when a notebook is run from the top.
    What is inside a main guard counts where nothing else does. An alias counts only where its parameters fit. A stub that is
    still to be written never counts: a starter kit has a function twice, in its notebook and in a script.
    """
    everything = names
    stubs = [each for each in names.definitions if is_stub(each.node)]
    names = replace(names, definitions=tuple(each for each in names.definitions if each not in stubs))
    found: dict[str, Found | Missing] = {}
    unfit: dict[str, list[str]] = {}
    for name, function in functions.items():
        unfit[name] = []
        if name in mapping:
            named: Found | Missing | None = _mapped(function, mapping[name], everything)
        else:
            named = _by_name(function, names, unfit[name])
        if result := named or _by_variable(function, names):
            found[name] = result
    taken = {each.definition.name for each in found.values() if isinstance(each, Found)}
    known = {alias for function in functions.values() for alias in (function.name, *function.aliases)}
    free = [each for each in names.definitions if each.name not in taken | known]
    for name, function in functions.items():
        if name not in found and (fitting := _by_parameters(function, free)):
            found[name] = fitting
    taken = {each.definition.name for each in found.values() if isinstance(each, Found)}
    for name, function in functions.items():
        if unwritten := tuple(each for each in stubs if each.name == name):
            found.setdefault(name, Missing(_still_to_be_written(unwritten), unwritten))
        found.setdefault(name, Missing(_why_missing(function, names, taken, unfit[name])))
    return {name: found[name] for name in functions}


def _by_name(function: Function, names: Names, unfit: list[str]) -> Found | None:
    """The definition of this name or, where its parameters fit, of an alias. Why others don't goes into `unfit`."""
    for guarded in (False, True):
        for name in (function.name, *function.aliases):
            candidates = [each for each in names.definitions if each.name == name and each.guarded == guarded]
            if not candidates:
                continue
            definition, earlier = candidates[-1], tuple(candidates[:-1])
            how = "standard name" if name == function.name else "alias"
            how += ", inside the main guard" if guarded else ""
            how += f"; the last of {len(candidates)}" if earlier else ""
            try:
                return Found(definition, how, _plan(function, definition), earlier)
            except Unfit as reason:
                if name == function.name:
                    return Found(definition, how, None, earlier)
                unfit.append(f"`{definition.signature}` in {definition.place} can't be called for it: {reason}.")
    return None


def _by_variable(function: Function, names: Names) -> Found | None:
    for name, expression in function.variables.items():
        candidates = [each for each in names.variables if each.name == name]
        if candidates:
            *earlier, definition = candidates
            how = "the variable as it is after its training" if function.trained else "a variable"
            return Found(definition, how, others=tuple(earlier), expression=expression)
    return None


def _plan(function: Function, definition: Definition) -> Plan | None:
    parameters = parameters_of(definition.node)
    if parameters is None:
        return None
    found = plan(function, parameters)
    straight_by_name = (
        definition.name == function.name
        and [each.expression for each in found.arguments] == [*function.parameters.parameters][: len(found.arguments)]
    )
    return None if straight_by_name or as_it_is(function, found) else found


def _by_parameters(function: Function, definitions: Sequence[Definition]) -> Found | Missing | None:
    """The only definition whose parameters are this function's, all known by their names."""
    required = [each for each in function.parameters.parameters.values() if each.default is each.empty]
    if len(required) < TELLING:
        return None
    fitting: dict[str, tuple[Definition, Plan]] = {}
    for definition in definitions:
        with contextlib.suppress(Unfit):
            parameters = parameters_of(definition.node)
            if parameters and known_by_name(function, parameters):
                fitting[definition.name] = definition, plan(function, parameters)
    if not fitting:
        return None
    if len(fitting) > 1:
        candidates = ", ".join(f"`{each.signature}` in {each.place}" for each, _ in fitting.values())
        return Missing(
            f"`{function.name}` was not found. Its parameters fit {candidates}, and only you know which it is."
        )
    ((definition, found),) = fitting.values()
    return Found(definition, "its parameters, under a name that is not known", found)


def _mapped(function: Function, target: str, names: Names) -> Found | Missing:
    file, _, name = target.rpartition(":")
    candidates = [
        each
        for each in names.definitions
        if each.name == name and (not file or f"/{each.place.source}".endswith(f"/{file}"))
    ]
    if not candidates:
        unread = _in_unread_code([name], names.errors)
        return Missing(f"The mapping names `{target}`, which is not there.{unread}")
    found = None
    with contextlib.suppress(Unfit):
        found = _plan(function, candidates[-1])
    return Found(candidates[-1], "mapping", found, tuple(candidates[:-1]))


def _still_to_be_written(stubs: Sequence[Definition]) -> str:
    return f"`{stubs[0].name}` is still to be written ({', '.join(str(each.place) for each in stubs)})."


def _why_missing(function: Function, names: Names, taken: set[str], unfit: Sequence[str]) -> str:
    wanted = [function.name, *function.aliases]
    reason = f"`{function.name}` was not found." + _in_unread_code(wanted, names.errors)
    if unfit:
        return " ".join([reason, *unfit])
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
