"""Binds standard functions to a submission's definitions."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

from autograder.worker.binding.bindings import Binding, Mapped, Sure
from autograder.worker.binding.calling import Function, Plan, Unfit, as_it_is, known_by_name, parameters_of, plan
from autograder.worker.binding.definitions import (
    Definition,
    Names,
    calls_entries,
    holds_callables,
    is_stub,
)
from autograder.worker.binding.homes import chosen, rank
from autograder.worker.binding.missing import Missing, in_unread_code, missing, nearest_to, still_to_be_written

TELLING: Final = 3  # this many required parameters with known names identify a function with an unknown name


@dataclass(frozen=True)
class Found:
    """A definition that is bound to a standard function, and how to call it if that is not the standard way."""

    definition: Definition
    how: str
    plan: Plan | None = None
    others: tuple[Definition, ...] = ()
    expression: str = ""  # the function's result, if a variable replaces it
    sure: Sure = "likely"

    def as_binding(self, function: str) -> Binding:
        called = f", called with {self.plan}" if self.plan else ""
        how, others = self.how + called, tuple(map(str, self.others))
        return Binding(function, str(self.definition), how, others, self.sure, self.definition.target)


def bind(functions: Mapping[str, Function], names: Names, mapping: Mapping[str, Mapped]) -> dict[str, Found | Missing]:
    """Find each function: by the `mapping`, by its name, by its aliases, by variables that can replace it, by a function that
    also serves for another one, by its parameters.

    Of several definitions the last in reading order counts, as when a notebook is run from the top, but one in the file of
    the part that the function is for before one in that of another. Definitions inside a main
    guard count only if there are no others. An alias counts only if its parameters fit. A stub never counts: a starter kit has a
    function twice, in its notebook and in a script.
    """
    everything = names
    stubs = [each for each in names.definitions if is_stub(each.node)]
    names = replace(names, definitions=tuple(each for each in names.definitions if each not in stubs))
    found: dict[str, Found | Missing] = {}
    unfit: dict[str, list[Definition]] = {}
    reasons: dict[str, list[str]] = {}
    for name, function in functions.items():
        unfit[name], reasons[name] = [], []
        if name in mapping:
            found[name] = _mapped(function, mapping[name], everything)
        elif result := _by_name(function, names, unfit[name], reasons[name]) or _by_variable(function, names):
            found[name] = result
    for name, function in functions.items():
        if name not in found and (shared := _shared(function, found)):
            found[name] = shared
    bound = [each for each in found.values() if isinstance(each, Found)]
    taken = {each.definition.name for each in bound}
    reserved = {alias for function in functions.values() for alias in (function.name, *function.aliases)}
    reserved -= {definition.name for definitions in unfit.values() for definition in definitions}
    free = [each for each in names.definitions if each.name not in taken | reserved]
    for name, function in functions.items():
        if name not in found and (fitting := _by_parameters(function, free)):
            found[name] = fitting
    taken |= {each.definition.name for each in found.values() if isinstance(each, Found)}
    for name, function in functions.items():
        if unwritten := tuple(each for each in stubs if each.name == name):
            found.setdefault(name, Missing(still_to_be_written(unwritten), stubs=unwritten))
        if name not in found:
            found[name] = missing(function, names, taken, unfit[name], reasons[name])
    return {name: found[name] for name in functions}


def _by_name(function: Function, names: Names, unfit: list[Definition], reasons: list[str]) -> Found | None:
    """The definition with this name or, if its parameters fit, with an alias: the first of the aliases, but one in a file that is
    not that of another part before one that is. Definitions that don't fit are added to `unfit`, and why to `reasons`."""
    for guarded in (False, True):
        reachable = [each for each in names.definitions if each.guarded == guarded]
        found: list[Found] = []
        for name in (function.name, *function.aliases):
            match _named(function, name, reachable, guarded):
                case Found(sure="certain") as own:
                    return own
                case Found() as own:
                    found.append(own)
                case (definition, reason) if not found:
                    unfit.append(definition)
                    reasons.append(f"`{definition.signature}` in {definition.place} can't be called for it: {reason}.")
        if found:
            return max(
                found, key=lambda each: rank(each.definition.place.source, function.part)
            )  # the first of equal ones
    return None


def _named(
    function: Function, name: str, reachable: Sequence[Definition], guarded: bool
) -> Found | tuple[Definition, Unfit] | None:
    """The definition with this name or alias, or why it can't be called for the function; None if there is none."""
    called = _called(name, reachable)
    candidates = [each for each in reachable if each.name == called]
    if not candidates:
        return None
    definition = chosen(candidates, function.part)
    earlier = tuple(each for each in candidates if each is not definition)
    how = "standard name" if name == function.name else "alias"
    how += f", like `{name}`" if "*" in name else ""
    how += ", inside the main guard" if guarded else ""
    which = "the last" if definition is candidates[-1] else f"that for {function.part}"
    how += f"; {which} of {len(candidates)}" if earlier else ""
    sure: Sure = "certain" if name == function.name else "a guess" if "*" in name else "likely"
    try:
        return Found(definition, how, _plan(function, definition), earlier, sure=sure)
    except Unfit as reason:
        return Found(definition, how, None, earlier, sure=sure) if name == function.name else (definition, reason)


def _called(name: str, definitions: Sequence[Definition]) -> str:
    """The name itself or, if it has a `*`, the name of the last definition that matches it."""
    if "*" not in name:
        return name
    return next((each.name for each in reversed(definitions) if fnmatchcase(each.name.lower(), name.lower())), "")


def _by_variable(function: Function, names: Names) -> Found | None:
    for name in function.variables:
        candidates = [each for each in names.variables if each.name == name]
        if candidates and calls_entries(function.gives) and not holds_callables(candidates[-1].node):
            continue  # `optimizers` may as well hold optimizers, or what was reached with each
        if candidates:
            return _standing_in(function, candidates)
    return None


def _standing_in(function: Function, candidates: Sequence[Definition]) -> Found:
    """The last of several variables of one name, in place of the function."""
    *earlier, definition = candidates
    how = "the variable as it is after its training" if function.trained else "a variable"
    return Found(definition, how, others=tuple(earlier), expression=function.gives)


def _shared(function: Function, found: Mapping[str, Found | Missing]) -> Found | None:
    """The definition found for another function, if it takes the parameter that this one is about."""
    for other, parameter in function.shared_with.items():
        match found.get(other):
            case Found(definition=definition, expression=""):
                with contextlib.suppress(Unfit):
                    own = parameters_of(definition.node) or ()
                    plan_for_this = plan(function, own)
                    given = [
                        replace(each, required=each.required or parameter in each.needs)
                        for each in plan_for_this.arguments
                    ]
                    if plan_for_this.uses(parameter):
                        how = f"what answers for `{other}` takes `{parameter}`"
                        return Found(definition, how, Plan(tuple(given)))
    return None


def _plan(function: Function, definition: Definition, *, mapped: bool = False) -> Plan | None:
    """How to call a definition; None for the standard way. Raises Unfit."""
    parameters = parameters_of(definition.node)
    if parameters is None:
        return None
    confirmed = mapped or definition.name == function.name
    found = plan(function, parameters, confirmed=confirmed)
    names = [each.name for each in found.arguments]
    first = [*function.parameters.parameters][: len(names)]
    standard_way = confirmed and names == [each.expression for each in found.arguments] == first
    optional = {each.name for each in function.parameters.parameters.values() if each.default is not each.empty}
    lacks_default = any(each.required and each.expression in optional for each in found.arguments)
    return None if standard_way or (as_it_is(function, found) and not lacks_default) else found


def _by_parameters(function: Function, definitions: Sequence[Definition]) -> Found | Missing | None:
    """The only function with this one's parameters, all known by their names. Classes don't count, as they serve another
    purpose."""
    required = [each for each in function.parameters.parameters.values() if each.default is each.empty]
    if len(required) < TELLING:
        return None
    fitting: dict[str, tuple[Definition, Plan]] = {}
    for definition in definitions:
        with contextlib.suppress(Unfit):
            parameters = parameters_of(definition.node)
            if parameters and not isinstance(definition.node, ast.ClassDef) and known_by_name(function, parameters):
                fitting[definition.name] = definition, plan(function, parameters)
    if not fitting:
        return None
    if len(fitting) > 1:
        candidates = tuple(each for each, _ in fitting.values())
        listed = ", ".join(f"`{each.signature}` in {each.place}" for each in candidates)
        return Missing(
            f"`{function.name}` was not found. Its parameters fit {listed}, and only you know which it is.",
            tuple(reversed(candidates)),
        )
    ((definition, found),) = fitting.values()
    return Found(definition, "its parameters, under a name that is not known", found, sure="a guess")


def _mapped(function: Function, mapped: Mapped, names: Names) -> Found | Missing:
    """The function, class or variable that the mapping names."""
    file, _, name = mapped.target.rpartition(":")
    how = f"named by {mapped.by}"

    def named(definitions: Sequence[Definition]) -> list[Definition]:
        there = [each for each in definitions if not file or f"/{each.place.source}".endswith(f"/{file}")]
        return [each for each in there if each.name == name]

    if candidates := named(names.definitions):
        found = None
        with contextlib.suppress(Unfit):
            found = _plan(function, candidates[-1], mapped=True)
        return Found(candidates[-1], how, found, tuple(candidates[:-1]), sure="certain")
    if candidates := named(names.variables):
        found_variable = _standing_in(function, candidates)
        return replace(found_variable, how=f"{how}, {found_variable.how}", sure="certain")
    unread = in_unread_code([name], names.errors)
    nearest = nearest_to([name], [*names.definitions, *names.variables])
    meant = f" Did you mean `{nearest[0].target}`?" if nearest else ""
    by = mapped.by[:1].upper() + mapped.by[1:] if mapped.by.startswith("the ") else mapped.by
    return Missing(f"{by} names `{mapped.target}`, which is not there.{meant}{unread}", tuple(nearest))
