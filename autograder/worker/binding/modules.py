"""The modules of a submission, filled on demand: a statement runs when something requested depends on it."""

from __future__ import annotations

import ast
import linecache
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Any

from autograder.worker.binding.compiling import Compiled, compile_statements
from autograder.worker.binding.driving import sharing
from autograder.worker.binding.effects import DEFINITIONS, bound_names, statements_in
from autograder.worker.binding.importing import PACKAGE, ImportRewriter, Resolver, module_name, packages
from autograder.worker.binding.slicing import Program
from autograder.worker.binding.sources import LoadError, Skipped, Source, Statement, read
from autograder.worker.binding.unavailable import error_behind, instead_of
from autograder.worker.inert import Inert


class StudentModule:
    """One source as a module. Its names are made by `value`, or when other code accesses them."""

    def __init__(self, source: Source, folder: Path, modules: Modules) -> None:
        self.source = source
        self.ran: dict[int, Statement] = {}  # by position, in the order in which they ran
        self._modules = modules
        # For each name, what the statements that have run bound it to, by their positions.
        self._values: dict[str, dict[int, Any]] = {}
        is_package = PurePosixPath(source.path).name == "__init__.py"
        self.object = _new_module(module_name(source.path), is_package, self._attribute)
        self.object.__file__ = str(folder / source.path)
        if source.cells:
            self.object.__dict__.update(display=Inert(), get_ipython=Inert())
        self._show_cells_in_tracebacks()

    @cached_property
    def statements(self) -> tuple[Statement, ...]:
        """The source's statements; an `import *` of another source is split into one import per name."""
        return tuple(single for statement in self.source.statements for single in self._without_star(statement))

    @cached_property
    def program(self) -> Program:
        return Program(
            self._compiled.effects,
            tuple(statement.node for statement in self.statements),
            tuple(statement.guarded for statement in self.statements),
        )

    @property
    def errors(self) -> tuple[LoadError, ...]:
        """What can't be read or compiled in the source."""
        return (*self.source.errors, *self._compiled.errors)

    def value(self, name: str, position: int, trained: bool = False) -> Any:
        """What the statement at `position` binds `name` to, after running all that it depends on.

        The name may be assigned again further down; changes in place until then count, and with `trained` also training. None if
        the statement has run without binding the name.
        """
        program = replace(self.program, trained=name) if trained else self.program
        later = [at for at in program.touching.get(name, []) if at > position]
        assigned = (at for at in later if program.assigns(at, name))
        end = next(assigned, program.end)
        self._run(program.closure(name, end))
        values = self._values.get(name, {})
        bound = [at for at in values if position <= at < end]
        return values[max(bound)] if bound else None

    def substitute(self, old: object, new: object) -> None:
        """Bind every name that is bound to `old` to `new`."""
        bound: list[dict[Any, Any]] = [self.object.__dict__, *self._values.values()]
        for values in bound:
            values.update({key: new for key, value in values.items() if value is old})

    def left_out(self) -> Iterator[Skipped]:
        """The statements that have not run, and why."""
        yield from self.source.skipped
        for position, statement in enumerate(self.statements):
            if position not in self.ran and statement.text and not _is_text(statement.node):
                yield Skipped(statement.place, statement.text, self._reason(position))

    def account(self) -> list[Skipped]:
        """All top-level statements and commands in the order of the source; those that have run have no reason."""
        ran = [
            Skipped(each.place, each.text, "") for each in self.ran.values() if each.text and not _is_text(each.node)
        ]
        return sorted([*ran, *self.left_out()], key=lambda each: (each.place.cell or 0, each.place.line))

    def public_names(self, importers: frozenset[str] = frozenset()) -> list[str]:
        """What `from module import *` binds. `importers` are the sources that are already being searched."""
        names: dict[str, None] = {}
        for statement in self.source.statements:
            exported = _exported_names(statement.node)
            if exported is not None:
                return exported
            other = self._star_imported(statement.node)
            if other is None:
                names |= dict.fromkeys(bound_names(statement.node))
            elif other.source.path not in importers:
                names |= dict.fromkeys(other.public_names(importers | {self.source.path}))
        return [name for name in names if not name.startswith("_")]

    def _attribute(self, name: str) -> Any:
        """The module's `__getattr__`: other code accesses a name that has not been made yet."""
        if not (name.startswith("__") and name.endswith("__")):
            if touching := self.program.reaching(name, self.program.end):
                self._run(self.program.closure(name, self.program.end))
                if name in self.object.__dict__:
                    return self.object.__dict__[name]
                raise AttributeError(f"{self.statements[touching[0]].place} did not bind `{name}`")
            inner = sys.modules.get(f"{self.object.__name__}.{name}")
            if inner is not None:
                return inner
            if self.errors:
                raise self.errors[0]
        raise AttributeError(f"{self.source.path} defines no `{name}`")

    def _run(self, positions: Sequence[int]) -> None:
        """Run the statements that have not run yet; each sees the names as they are at its position."""
        waiting = [position for position in positions if position not in self.ran]
        out_of_order = bool(waiting and self.ran) and waiting[0] < max(self.ran)
        for position in waiting:
            if position in self.ran:  # meanwhile run by a circular import
                continue
            if out_of_order:
                self._rewind(position)
            self.ran[position] = self.statements[position]
            self._run_statement(position)
        if out_of_order:
            self._rewind(self.program.end)

    def _run_statement(self, position: int) -> None:
        code, effects = self._compiled.codes[position], self._compiled.effects[position]
        namespace = self.object.__dict__
        run: Callable[..., None] = exec
        try:
            run(code, namespace)
        except (Exception, SystemExit) as error:
            if error.__traceback__:
                error.__traceback__ = error.__traceback__.tb_next  # without this frame
            stand_in = instead_of(error)
            self._modules.note_failure(self.statements[position], stand_in, error)
            for name in effects.binds | effects.changes:
                if not isinstance(namespace.get(name), ModuleType):
                    namespace[name] = stand_in
        for name in effects.binds | effects.changes:
            if name in namespace:
                self._values.setdefault(name, {})[position] = namespace[name]

    def _rewind(self, before: int) -> None:
        """Bind the names as the statements before position `before` that have run left them."""
        for name, values in self._values.items():
            earlier = [position for position in values if position < before]
            if earlier:
                self.object.__dict__[name] = values[max(earlier)]
            else:
                self.object.__dict__.pop(name, None)

    @cached_property
    def _compiled(self) -> Compiled:
        rewriter = ImportRewriter(self._modules.resolver, self.source.path, self._definitions_behind)
        return compile_statements(self.statements, rewriter)

    def _without_star(self, statement: Statement) -> Iterator[Statement]:
        other = self._star_imported(statement.node)
        if other is None:
            yield statement
            return
        for name in other.public_names(frozenset({self.source.path})):
            node = ast.ImportFrom(other.object.__name__, [ast.alias(name)], 0)
            node = ast.fix_missing_locations(ast.copy_location(node, statement.node))
            yield replace(statement, node=node)

    def _definitions_behind(self, star: ast.ImportFrom) -> list[str] | None:
        """What a star import inside a block binds: all functions and classes, as it is unknown what is needed."""
        other = self._star_imported(star)
        if other is None:
            return None
        inner = (node for statement in other.source.statements for node in statements_in(statement.node))
        return [node.name for node in inner if isinstance(node, DEFINITIONS)]

    def _star_imported(self, node: ast.stmt) -> StudentModule | None:
        match node:
            case ast.ImportFrom(module=imported, names=[ast.alias(name="*")], level=level):
                return self._modules.imported(imported or "", level, self)
        return None

    def _reason(self, position: int) -> str:
        if self.program.guarded[position]:
            return "inside the main guard"
        if self.program.trains(position):
            return "a block that trains"
        if isinstance(self.statements[position].node, ast.Expr):
            return "a call that defines nothing"
        return "nothing that was asked for depends on it"

    def _show_cells_in_tracebacks(self) -> None:
        for filename, text in self.source.cells:
            _remember_lines(filename, text)
        if self.source.cells:  # `inspect` looks for the source of classes there
            _remember_lines(str(self.object.__file__), self.source.python)


class Modules:
    """All modules of one submission. A later one in the same process replaces an earlier one."""

    def __init__(self, folder: Path, paths: Sequence[str]) -> None:
        for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
            del sys.modules[name]
        self.failures: dict[str, BaseException] = {}  # a sentence for each error at the top level
        self.resolver = Resolver(paths)
        sources = sharing({path: read(folder, path) for path in paths})
        self.by_path = {path: StudentModule(source, folder, self) for path, source in sources.items()}
        for module in self:
            sys.modules[module.object.__name__] = module.object
        for module in self:
            for package in packages(module.object.__name__):
                if package not in sys.modules:
                    sys.modules[package] = _new_module(package, True, _attribute_of_package(package))

    def __iter__(self) -> Iterator[StudentModule]:
        """The modules in reading order."""
        return iter(self.by_path.values())

    def imported(self, name: str, level: int, importer: StudentModule) -> StudentModule | None:
        """The submission's module that `from name import ...` with `level` leading dots refers to, if any."""
        if level:
            package = str(importer.object.__package__).split(".")
            module = ".".join([*package[: len(package) - level + 1], *name.split(".")]).rstrip(".")
        else:
            module = self.resolver.resolve(name, importer.source.path) or ""
        path = self.resolver.source_of(module)
        return self.by_path[path] if path else None

    def note_failure(self, statement: Statement, stand_in: object, error: BaseException) -> None:
        """Record an error once: whatever fails because of it has the same error."""
        cause = error_behind(stand_in) or error
        if not any(cause is known for known in self.failures.values()):
            summary = traceback.format_exception_only(cause)[-1].strip()
            self.failures[f"{statement.place}: `{statement.text}` raised {summary}"] = cause


def _new_module(name: str, is_package: bool, attribute: Callable[[str], Any]) -> ModuleType:
    module = ModuleType(name)
    module.__package__ = name if is_package else name.rpartition(".")[0]
    if is_package:
        module.__path__ = []
    module.__dict__["__getattr__"] = attribute
    return module


def _attribute_of_package(package: str) -> Callable[[str], Any]:
    def attribute(name: str) -> Any:
        inner = sys.modules.get(f"{package}.{name}")
        if inner is None:
            raise AttributeError(f"the submission has no {package}.{name}")
        return inner

    return attribute


def _exported_names(node: ast.stmt) -> list[str] | None:
    """The names in `__all__ = [...]`."""
    match node:
        case ast.Assign(targets=[ast.Name(id="__all__")], value=ast.List(elts=names) | ast.Tuple(elts=names)):
            return [str(name.value) for name in names if isinstance(name, ast.Constant)]
    return None


def _is_text(node: ast.stmt) -> bool:
    """Whether it is a docstring, or a string used as a comment."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _remember_lines(filename: str, text: str) -> None:
    lines = [f"{line}\n" for line in text.split("\n")]
    linecache.cache[filename] = (len(text), None, lines, filename)
