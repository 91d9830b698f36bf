"""The student's code as the probes see it: standard functions as attributes."""

from __future__ import annotations

import copy
import importlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import torch

from autograder.worker.binding.authoring import framework_uses, main_framework
from autograder.worker.binding.bindings import Binding, Mapped
from autograder.worker.binding.calling import Function, Plan, adapted, standing_in
from autograder.worker.binding.definitions import Definition, Names, assigned_in, defined_in, hidden_in, returns_several
from autograder.worker.binding.missing import Missing, MissingFunction
from autograder.worker.binding.modules import Modules
from autograder.worker.binding.names import Found, bind
from autograder.worker.binding.sources import LoadError, Skipped, Statement
from autograder.worker.binding.unavailable import raise_if_unavailable
from autograder.worker.probing import networks, training

NO_MAPPING: Final[Mapping[str, Mapped]] = MappingProxyType({})


def load(
    folder: Path,
    sources: Sequence[str],
    functions: Mapping[str, Function],
    mapping: Mapping[str, Mapped] = NO_MAPPING,
) -> Code:
    """Read `sources` (POSIX paths relative to `folder`, in reading order) and find the `functions` in them.

    `mapping` says by hand where a function is: {"build_mlp": Mapped("models.py:Net")}. No student code runs yet, and nothing is
    raised: errors in a submission are reported when something is asked of it. A process can have one submission at a time;
    loading another one invalidates the first.
    """
    return Code(Modules(folder, sources), functions, mapping)


class Code:
    """A submission's functions by their standard names.

    `code.build_mlp` is the student's object; what it depends on is run, once. It raises MissingFunction if there is none, and the
    student's own error if it can't be made.
    """

    def __init__(self, modules: Modules, functions: Mapping[str, Function], mapping: Mapping[str, Mapped]) -> None:
        self._modules = modules
        self._functions = functions
        self._names = _collect(modules)
        self._found = bind(functions, self._names, mapping)
        self._ready: dict[str, Callable[..., Any]] = {}  # by standard name, callable in the standard way

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name not in self._functions:
            raise AttributeError(f"the rubric names no function `{name}`")
        if name not in self._ready:
            self._ready[name] = self._standard(name, self._own(name))
        return self._ready[name]

    def __contains__(self, name: str) -> bool:
        """Whether the submission has this standard function. Nothing is run."""
        return isinstance(self._found.get(name), Found)

    def takes(self, name: str, parameter: str) -> bool:
        """Whether the student's function for `name` takes this standard parameter unchanged."""
        match self._found[name]:
            case Found(plan=Plan() as plan):
                return plan.takes(parameter)
            case Found(expression=expression) if expression:
                return parameter in expression
        return True

    def names_of(self, name: str) -> tuple[str, ...]:
        """The standard name and its aliases."""
        return (name, *self._functions[name].aliases) if name in self._functions else (name,)

    def named(self, name: str) -> bool:
        """Whether a function was found by its standard name: its author then knows what is expected of it."""
        match self._found[name]:
            case Found(definition=definition):
                return definition.name == name
        return False

    def replace(self, name: str, function: Any) -> Any:
        """Replace a standard function by `function`, also for all of the student's code.

        Returns the previous one. Raises MissingFunction, or the student's own error, if there is none.
        """
        found = self._found[name]
        if isinstance(found, Missing) and found.stubs:  # not written yet, but called by other code
            replaced = [self.obtain(stub) for stub in found.stubs]
        else:
            replaced = [self._own(name)]
        if isinstance(found, Missing) or not found.expression:
            for module in self._modules:
                for before in replaced:
                    module.substitute(before, function)
        self._ready[name] = function
        return replaced[-1]

    @cached_property
    def framework(self) -> str:
        """What the networks are written in, 'pytorch' or 'keras', judged by the files that the functions come from."""
        files = {each.definition.place.source for each in self._found.values() if isinstance(each, Found)}
        uses = {module.source.path: framework_uses(module.source.statements) for module in self._modules}
        bound = sum((uses[path] for path in files), Counter())
        return main_framework(bound or sum(uses.values(), Counter()))

    def _own(self, name: str) -> Any:
        """The student's own object for a standard name."""
        match self._found[name]:
            case Missing(reason, stubs=()):
                raise MissingFunction(name, f"{reason} {self._expected(name)}")
            case Missing(reason):
                raise MissingFunction(name, reason)
            case Found(definition, expression=expression):
                value = self.obtain(definition, trained=self._functions[name].trained)
                if not callable(value) and not expression:
                    text = f"{definition} is {_described(value)}, not a function. {self._expected(name)}"
                    raise MissingFunction(name, text)
                return value

    def _standard(self, name: str, value: Any) -> Any:
        """The student's function with the standard function's arguments and result."""
        found, function = self._found[name], self._functions[name]
        assert isinstance(found, Found)
        context = {"device": networks.device(), "torch": torch, "training": training, "deepcopy": copy.deepcopy}
        if found.expression:
            return standing_in(value, function, context)
        if found.plan:
            value = adapted(value, found.plan, function, context)
        several = function.single and returns_several(found.definition.node)
        if function.adapter and (several or found.definition.name != name):
            module, _, adapter = function.adapter.partition(":")
            value = getattr(importlib.import_module(module), adapter)(value)
        return value

    def bindings(self) -> tuple[Binding, ...]:
        """How each standard function was found."""
        return tuple(each.as_binding(name) for name, each in self._found.items())

    def definitions(self, name: str) -> tuple[Definition, ...]:
        """All definitions of this name (any of the student's names), in reading order."""
        return tuple(each for each in self._names.definitions if each.name == name)

    def obtain(self, definition: Definition, trained: bool = False) -> Any:
        """The object that a definition makes; with `trained`, after its training. Raises the student's own error if it can't be
        made."""
        module = self._modules.by_path[definition.place.source]
        value = module.value(definition.name, definition.position, trained and definition in self._names.variables)
        raise_if_unavailable(value)
        return value

    @property
    def modules(self) -> Modules:
        return self._modules

    def answering(self) -> frozenset[str]:
        """The student's names of the functions that were bound to standard functions."""
        return frozenset(each.definition.name for each in self._found.values() if isinstance(each, Found))

    def ran(self) -> tuple[Statement, ...]:
        """The top-level statements that have run so far, source by source, in the order in which they ran."""
        return tuple(statement for module in self._modules for statement in module.ran.values())

    def left_out(self) -> tuple[Skipped, ...]:
        """The top-level statements that have not run so far, and why."""
        return tuple(skipped for module in self._modules for skipped in module.left_out())

    def account(self) -> tuple[Skipped, ...]:
        """All of the top level, source by source: statements that were left out have a reason, those that ran have none."""
        return tuple(each for module in self._modules for each in module.account())

    def errors(self) -> tuple[LoadError, ...]:
        """What can't be read as Python."""
        return self._names.errors

    def notes(self) -> tuple[str, ...]:
        """What has gone wrong at the top level so far, such as failed imports; a sentence each."""
        return tuple(self._modules.failures)

    def _expected(self, name: str) -> str:
        return f"A function `{self._functions[name].signature}` is expected."


def _collect(modules: Modules) -> Names:
    statements = [
        (module, position, statement) for module in modules for position, statement in enumerate(module.statements)
    ]
    known = frozenset(
        each.name
        for _, position, statement in statements
        for each in defined_in(statement, position, known=frozenset())
    )
    definitions: list[Definition] = []
    hidden: list[tuple[Definition, str]] = []
    variables: list[Definition] = []
    for module, position, statement in statements:
        hidden += hidden_in(statement, position)
        defined = list(defined_in(statement, position, known))
        variables += [] if defined else assigned_in(statement, position)
        if module.program.trains(position):
            inside = f"a block that trains, from line {statement.place.line} on"
            hidden += [(each, inside) for each in defined]
        else:
            definitions += defined
    errors = [error for module in modules for error in module.errors]
    return Names(tuple(definitions), tuple(hidden), tuple(variables), tuple(errors))


def _described(value: object) -> str:
    if value is None:
        return "not bound to anything"
    name = type(value).__name__
    return f"an {name}" if name[0] in "aeiouAEIOU" else f"a {name}"
