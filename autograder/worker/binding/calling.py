"""How to call a student's function whose parameters differ from the standard function's.

`train(net, train_loader, criterion, opt, device)` can replace `train_epoch(model, loader, optimizer, loss_fn)` once it is known
which standard argument each of its parameters takes. The parameters' names say that, by the rubric's `accepts`: an expression
over the standard arguments, and the names that students give to its value.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, Literal

# What an expression may name besides the standard arguments
CONTEXT: Final = frozenset({"device", "torch", "training", "deepcopy"})
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Function:
    """A standard function of the assignment: its name, its signature, and what else students call it.

    An alias may also name a class: calling it then makes the object that the function should return. In an alias, `*` matches
    anything, ignoring case. `accepts` maps an expression over the parameters to the names that students give to such a parameter;
    `act()` means one that their code calls without arguments, `act(x)` one that it calls with some. `may_lack` are the parameters
    that a student's function can do without. `adapter` ('module:function') wraps a function of another name, to convert its
    arguments or its result; if the standard function returns a `single` number, it also wraps one of the standard name that
    returns several. Top-level `variables` can replace the function, which then returns the value of `gives`, an expression over
    `variable` and the parameters; with `trained`, the blocks that train such a variable are run first. The student's function for
    another standard function also serves for this one if it takes the parameter that `shared_with` gives for that function.
    `part` is the part of the assignment that asks for it first.
    """

    name: str
    signature: str
    aliases: Sequence[str] = ()
    accepts: Mapping[str, Sequence[str]] = field(default_factory=lambda: NOTHING)
    may_lack: Sequence[str] = ()
    adapter: str = ""
    variables: Sequence[str] = ()
    gives: str = ""
    trained: bool = False
    single: bool = False
    shared_with: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    part: str = ""

    @cached_property  # it is needed for every definition of a submission
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
    used: Literal["", "()", "(x)"] = ""  # the student's code calls it, without or with arguments


@dataclass(frozen=True)
class Argument:
    """The value of one of the student's parameters: an expression over the standard arguments."""

    name: str
    expression: str
    required: bool = True

    @property
    def needs(self) -> frozenset[str]:
        """The standard arguments in the expression."""
        return _names_in(self.expression) - CONTEXT


@dataclass(frozen=True)
class Plan:
    """How to call a student's function, parameter by parameter. Parameters that are not in it keep their defaults."""

    arguments: tuple[Argument, ...]

    def __str__(self) -> str:
        return ", ".join(f"{each.name}={each.expression}" for each in self.arguments) or "no argument"

    def uses(self, parameter: str) -> bool:
        return any(parameter in each.needs for each in self.arguments)

    def takes(self, parameter: str) -> bool:
        """Whether one of the student's parameters takes this standard argument unchanged."""
        return any(parameter == each.expression for each in self.arguments)


class Unfit(Exception):
    """The student's function can't replace the standard one. The message says why, without a full stop."""


def parameters_of(node: ast.AST) -> tuple[Parameter, ...] | None:
    """The parameters of a function, a lambda or a class's `__init__`; None if its text doesn't show them."""
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
    defaults: list[ast.expr | None] = [*[None] * (len(own) - len(arguments.defaults)), *arguments.defaults]
    pairs = [*zip(own, defaults, strict=True), *zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)]
    return tuple(
        Parameter(argument.arg, default is None, _use(node, argument.arg, default)) for argument, default in pairs
    )


def _use(node: ast.AST, name: str, default: ast.expr | None) -> Literal["", "()", "(x)"]:
    """Whether a parameter is something to call, by its default, or else by what the code does with it."""
    match default:
        case ast.Constant(value=str()):
            return ""
        case ast.Name(id=last) | ast.Attribute(attr=last):
            return "()" if last[:1].isupper() else "(x)"
        case ast.Call():
            return "(x)"
    same = {name}
    for inner in ast.walk(node):
        match inner:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=kept)], value=ast.Name(id=given)):
                if given == name:
                    same.add(f"self.{kept}")
            case ast.Compare(left=ast.Name(id=given)) | ast.Subscript(slice=ast.Name(id=given)):
                if given == name:
                    return ""
    calls = [inner for inner in ast.walk(node) if isinstance(inner, ast.Call) and ast.unparse(inner.func) in same]
    if not calls:
        return ""
    return "(x)" if any(call.args or call.keywords for call in calls) else "()"


def plan(function: Function, parameters: Sequence[Parameter], *, confirmed: bool = False) -> Plan:
    """How to call a function with these parameters. Raises Unfit.

    By position if no name contradicts that; otherwise each required parameter must be known by its name, or be the only one left
    on both sides and in the same position. If it is `confirmed`, by the function's name or by hand, that this is the function,
    optional parameters with unknown names get their arguments by position too.
    """
    standard = list(function.parameters.parameters.values())
    required = [each.name for each in standard if each.default is inspect.Parameter.empty]
    known = [(own, _role(function, own)) for own in parameters]
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
                if confirmed or own.required or role or other.name in required
            )
        )
    unknown = [own.name for own, role in known if own.required and role is None]
    used = {name for _, role in known if role for name in _names_in(role)}
    unused = [name for name in required if name not in used and name not in function.may_lack]
    left: dict[str, str] = {}  # the only one left on both sides, in the same position
    if len(unknown) == len(unused) == 1 and [own.name for own in parameters].index(unknown[0]) == required.index(
        unused[0]
    ):
        left = {unknown[0]: unused[0]}
    if unknown and not left:
        raise Unfit(f"nothing is known to give for {_listed(unknown)}")
    if unused and not left:
        raise Unfit(f"it takes no {_listed(unused)}")
    roles = [(own, role or left.get(own.name)) for own, role in known]
    return Plan(tuple(Argument(own.name, role, own.required) for own, role in roles if role))


def known_by_name(function: Function, parameters: Sequence[Parameter]) -> bool:
    """Whether all required parameters on both sides are known by their names."""
    roles = {_role(function, each) for each in parameters if each.required}
    required = {name for name, each in function.parameters.parameters.items() if each.default is each.empty}
    return None not in roles and required <= {role for role in roles if role} | set(function.may_lack)


def as_it_is(function: Function, found: Plan) -> bool:
    """Whether a plan calls the student's function exactly like the standard one."""
    return (
        [each.name for each in found.arguments]
        == [each.expression for each in found.arguments]
        == [*function.parameters.parameters]
    )


def adapted(
    value: Callable[..., Any], found: Plan, function: Function, context: Mapping[str, Any]
) -> Callable[..., Any]:
    """The student's `value`, callable like the standard function. `context` gives values to CONTEXT's names.

    A standard argument that the plan has no place for is a TypeError, as it would be without a plan.
    """
    standard = function.parameters

    def call(*positional: Any, **named: Any) -> Any:
        bound = standard.bind(*positional, **named)
        given = frozenset(bound.arguments)
        ignored = [name for name in given if not found.uses(name) and name not in function.may_lack]
        if ignored:
            raise TypeError(f"`{getattr(value, '__name__', function.name)}` takes no {_listed(ignored)}")
        bound.apply_defaults()
        names = {**context, **bound.arguments}
        return value(
            **{
                each.name: eval(each.expression, dict(names))  # noqa: S307 - the rubric's own text
                for each in found.arguments
                if each.required or each.needs <= given
            }
        )

    call.__wrapped__ = value  # type: ignore[attr-defined]  # through which an adapter finds the student's own source
    return call


def standing_in(variable: Any, function: Function, context: Mapping[str, Any]) -> Any:
    """A standard function that evaluates the rubric's expression `gives` on a student's variable and the arguments."""

    def call(*positional: Any, **named: Any) -> Any:
        bound = function.parameters.bind(*positional, **named)
        bound.apply_defaults()
        names = {**context, **bound.arguments, "variable": variable}
        return eval(function.gives, names)  # noqa: S307 - the rubric's own text

    return call


def _role(function: Function, own: Parameter) -> str | None:
    """The expression whose value a student's parameter takes; None if its name is unknown."""
    standard = function.parameters.parameters
    name = own.name.lower().strip("_")
    if own.used and (role := _accepted(function, name + own.used)):
        return role
    return own.name if own.name in standard else _accepted(function, name)


def _accepted(function: Function, name: str) -> str | None:
    within = function.parameters.parameters.keys() | CONTEXT
    for expression, names in function.accepts.items():
        if name in names and _names_in(expression) <= within:
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
