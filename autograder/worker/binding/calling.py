"""How a student's function is called whose parameters are not those of the standard function.

`train(net, train_loader, criterion, opt, device)` can stand in for `train_epoch(model, loader, optimizer, loss_fn)` once it
is known which of the standard arguments each of its parameters takes. That is told by the parameters' names, from the
rubric's `accepts`: an expression over the standard arguments, and the names that students give to what it stands for.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

CONTEXT: Final = frozenset({"device", "torch"})  # what an expression may name beside the standard arguments
NOTHING: Final[Mapping[str, Sequence[str]]] = MappingProxyType({})


@dataclass(frozen=True)
class Function:
    """A standard function of the assignment: its name, how it is called, and what else students call it.

    An alias may also name a class: calling it then makes the object that the function should return. `accepts` gives
    for an expression over the parameters the names that students' parameters for it have; `may_lack` the parameters that
    a student's function can do without; `returned` a probe that reads what a function of another name returns.
    """

    name: str
    signature: str
    aliases: Sequence[str] = ()
    accepts: Mapping[str, Sequence[str]] = field(default_factory=lambda: NOTHING)
    may_lack: Sequence[str] = ()
    returned: str = ""

    @property
    def parameters(self) -> inspect.Signature:
        node = ast.parse(f"def {self.signature}: pass").body[0]
        assert isinstance(node, ast.FunctionDef)
        kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
        required = len(node.args.args) - len(node.args.defaults)
        defaults = [inspect.Parameter.empty] * required + [ast.literal_eval(value) for value in node.args.defaults]
        return inspect.Signature(
            [
                inspect.Parameter(argument.arg, kind, default=default)
                for argument, default in zip(node.args.args, defaults, strict=True)
            ]
        )


@dataclass(frozen=True)
class Parameter:
    """A parameter of a student's function."""

    name: str
    required: bool


@dataclass(frozen=True)
class Argument:
    """What one of the student's parameters is given: an expression over the standard arguments."""

    name: str
    expression: str
    required: bool = True

    @property
    def needs(self) -> frozenset[str]:
        """The standard arguments in the expression."""
        return _names_in(self.expression) - CONTEXT


@dataclass(frozen=True)
class Plan:
    """How a student's function is called, parameter by parameter. Those that are not in it keep their defaults."""

    arguments: tuple[Argument, ...]

    def __str__(self) -> str:
        return ", ".join(f"{each.name}={each.expression}" for each in self.arguments) or "no argument"

    def takes(self, parameter: str) -> bool:
        return any(parameter in each.needs for each in self.arguments)


class Unfit(Exception):
    """The student's function can't be called for the standard one. The message says why, without a full stop."""


def parameters_of(node: ast.AST) -> tuple[Parameter, ...] | None:
    """The parameters of a function, a lambda or a class's `__init__`; None where they can't be told from its text."""
    match node:
        case ast.FunctionDef(args=arguments) | ast.AsyncFunctionDef(args=arguments):
            own = arguments.args
        case ast.Assign(value=ast.Lambda(args=arguments)):
            own = arguments.args
        case ast.ClassDef(body=body):
            makers = [each for each in body if isinstance(each, ast.FunctionDef) and each.name == "__init__"]
            if not makers:
                return None
            arguments = makers[-1].args
            own = arguments.args[1:]
        case _:
            return None
    if arguments.vararg or arguments.kwarg or arguments.posonlyargs:
        return None
    required = len(own) - len(arguments.defaults)
    found = [Parameter(argument.arg, index < required) for index, argument in enumerate(own)]
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        found.append(Parameter(argument.arg, default is None))
    return tuple(found)


def plan(function: Function, parameters: Sequence[Parameter]) -> Plan:
    """How a function with these parameters is called. Raises Unfit.

    By position where no name speaks against it; otherwise each required parameter must be known by its name.
    """
    standard = list(function.parameters.parameters.values())
    required = [each.name for each in standard if each.default is inspect.Parameter.empty]
    known = [(own, _role(function, own.name)) for own in parameters]
    straight = len(known) >= len(required) and all(
        role in (None, standard[index].name) if index < len(standard) else not own.required
        for index, (own, role) in enumerate(known)
    )
    if straight:
        pairs = zip(known, standard, strict=False)
        return Plan(
            tuple(
                Argument(own.name, other.name, own.required)
                for (own, role), other in pairs
                if own.required or role or other.name in required
            )
        )
    unknown = [own.name for own, role in known if own.required and role is None]
    if unknown:
        raise Unfit(f"nothing is known to give for {_listed(unknown)}")
    found = Plan(tuple(Argument(own.name, role, own.required) for own, role in known if role is not None))
    unused = [name for name in required if not found.takes(name) and name not in function.may_lack]
    if unused:
        raise Unfit(f"it takes no {_listed(unused)}")
    return found


def known_by_name(function: Function, parameters: Sequence[Parameter]) -> bool:
    """Whether all required parameters, on both sides, are known by their names."""
    roles = {_role(function, each.name) for each in parameters if each.required}
    required = {name for name, each in function.parameters.parameters.items() if each.default is each.empty}
    return None not in roles and required <= {role for role in roles if role} | set(function.may_lack)


def as_it_is(function: Function, found: Plan) -> bool:
    """Whether a plan is to call the student's function just as the standard one."""
    return (
        [each.name for each in found.arguments]
        == [each.expression for each in found.arguments]
        == [*function.parameters.parameters]
    )


def adapted(
    value: Callable[..., Any], found: Plan, function: Function, context: Mapping[str, Any]
) -> Callable[..., Any]:
    """The student's `value`, to be called like the standard function. `context` gives values to CONTEXT's names.

    A standard argument that the plan has no place for is a TypeError, as it would be without a plan.
    """
    standard = function.parameters

    def call(*positional: Any, **named: Any) -> Any:
        bound = standard.bind(*positional, **named)
        given = frozenset(bound.arguments)
        ignored = [name for name in given if not found.takes(name) and name not in function.may_lack]
        if ignored:
            raise TypeError(f"`{getattr(value, '__name__', function.name)}` takes no {_listed(ignored)}")
        bound.apply_defaults()
        names = {**context, **bound.arguments}
        return value(
            **{
                each.name: eval(each.expression, {}, names)  # noqa: S307 - the rubric's own text
                for each in found.arguments
                if each.required or each.needs <= given
            }
        )

    return call


def _role(function: Function, name: str) -> str | None:
    """The expression that a student's parameter of this name stands for; None where the name is not known."""
    standard = function.parameters.parameters
    if name in standard:
        return name
    for expression, names in function.accepts.items():
        if name.lower().strip("_") in names and _names_in(expression) <= standard.keys() | CONTEXT:
            return expression
    return None


def _names_in(expression: str) -> frozenset[str]:
    return frozenset(_names(ast.parse(expression, mode="eval")))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
