"""Which notebooks and scripts are run: those that do work that no other one does by importing them."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, Final

from autograder.requirements.reading import read_source
from autograder.worker.binding.console_scripts import called_unguarded
from autograder.worker.binding.effects import same_scope
from autograder.worker.binding.importing import Resolver, module_name
from autograder.worker.binding.sources import Source, Statement

EXTRA: Final = re.compile(r"bonus|extra|optional", re.IGNORECASE)
# Seeds, warnings, paths and styles are set by modules that only define, too.
SETTING: Final = re.compile(r"seed|warn|filter|path|set_|style|use$|basicConfig|rcParams")
MOST: Final = (
    100  # sources whose imports are followed, imports of one, and star imports among them; no student has more
)
MOST_CALLS: Final = 1000
NONE: Final[Mapping[str, str]] = MappingProxyType({})
PACKAGING: Final = frozenset({"__init__.py", "setup.py"})
RUNS: Final = re.compile(r"""%run\s+(?:-\w\s+)*[\\"']*([^\s"'\\]+\.(?:ipynb|py))\b""")
PREPARING: Final = re.compile(r"arg|pars|conf|option|setup|seed|freeze_support|logg", re.IGNORECASE)


def told(given: dict[str, Any]) -> Iterator[str]:
    """The result of `to_run` for the `sources` in a `folder`. For a process of its own: it parses strangers' files."""
    folder = Path(given["folder"])
    sources = [read_source(folder, path) for path in given["sources"] if _is_python(folder / path)]
    found = to_run(sources, called_unguarded(folder))
    run_there = _run_by_notebooks(folder, found)
    # Two that run each other are both run.
    yield from [path for path in found if PurePosixPath(path).name not in run_there] or found


def _run_by_notebooks(folder: Path, paths: Sequence[str]) -> set[str]:
    """The names of the files that a notebook runs as a part of itself: `%run common.ipynb`."""
    notebooks = [folder / path for path in paths if path.casefold().endswith(".ipynb")]
    texts = [path.read_text(encoding="utf-8-sig", errors="replace") for path in notebooks]
    names = (
        (path, found.group(1)) for path, text in zip(notebooks, texts, strict=True) for found in RUNS.finditer(text)
    )
    return {PurePosixPath(name).name for path, name in names if PurePosixPath(name).name != path.name}


def _is_python(path: Path) -> bool:
    """Whether this is not a notebook in another language."""
    if path.suffix.casefold() != ".ipynb":
        return True
    try:
        metadata = json.loads(path.read_text(encoding="utf-8-sig", errors="replace")).get("metadata", {})
        named = metadata.get("kernelspec", {}).get("language") or metadata.get("language_info", {}).get("name")
    except (ValueError, AttributeError):
        return True
    return not isinstance(named, str) or named.casefold().startswith(("python", "ipython"))


def to_run(sources: Sequence[Source], commands: Mapping[str, str] = NONE) -> list[str]:
    """The notebooks, and the scripts with a main guard or work at the top level, in reading order, extras last.

    A script is left out if another of these runs it, by importing it and calling what is behind its main guard. What a package
    does when it is imported is not run by itself, nor is what installs it. `commands` are the functions that commands of an
    installed project call, by their modules' paths, where these do nothing by themselves.
    """
    working = [
        source.path
        for source in sources
        if source.cells or any(map(_works, source.statements)) or source.errors or source.path in commands
        if PurePosixPath(source.path).name not in PACKAGING
    ]
    modules = _Modules(sources if len(sources) <= MOST else (), commands)
    ran = {path: modules.ran_by(path) for path in working}
    found = [path for place, path in enumerate(working) if not _is_ran(path, working, ran, place)]
    return sorted(found, key=lambda path: bool(EXTRA.search(path)))


def _is_ran(path: str, working: Sequence[str], ran: Mapping[str, frozenset[str]], place: int) -> bool:
    """Whether another one runs this one. Of two that run each other, the first counts as not run by the second."""
    others = ((at, other) for at, other in enumerate(working) if other != path and path in ran[other])
    return any(other not in ran[path] or at < place for at, other in others)


def _works(statement: Statement) -> bool:
    """Whether a top-level statement does more than define: a main guard's body, a loop, a call as a statement."""
    if statement.guarded:
        return True
    match statement.node:
        case ast.For() | ast.While() | ast.With():
            return True
        case ast.Expr(value=ast.Call(func=function)):
            return not SETTING.search(ast.unparse(function))
        case ast.If() | ast.Try():
            asks = isinstance(statement.node, ast.If) and "argv" in ast.unparse(statement.node.test)
            return asks or any(isinstance(node, ast.For | ast.While) for node in same_scope(statement.node))
    return False


@dataclass(frozen=True)
class _Import:
    """An imported name: `bound` means `taken` from the source `path`, or, if `taken` is empty, the whole module."""

    bound: str
    path: str
    taken: str = ""

    def inner(self, name: str) -> str:
        """The name in that source, if it comes from there; else ''."""
        if self.taken == "*":
            return name
        if self.taken:
            return self.taken if name == self.bound else ""
        return name.removeprefix(f"{self.bound}.") if name.startswith(f"{self.bound}.") else ""


class _Modules:
    """The imports between the sources of a submission, at their top level."""

    def __init__(self, sources: Sequence[Source], commands: Mapping[str, str]) -> None:
        self._sources = {source.path: source for source in sources}
        self._commands = commands
        self._resolver = Resolver(list(self._sources))

    @cached_property
    def _imports(self) -> Mapping[str, tuple[_Import, ...]]:
        return {path: tuple(islice(self._of(source), MOST)) for path, source in self._sources.items()}

    def ran_by(self, path: str) -> frozenset[str]:
        """The scripts whose work is done wherever `path` runs."""
        if path not in self._sources:
            return frozenset()
        imported, waiting = set[str](), [path]
        while waiting:
            found = {each.path for each in self._imports[waiting.pop()]} - imported
            imported |= found
            waiting += found
        called = {meant for name in self._called(path) for meant in self._meanings(path, name)}
        return frozenset(each for each in imported - {path} if self._is_done(each, called))

    def _is_done(self, path: str, called: set[tuple[str, str]]) -> bool:
        """Whether all the work of this imported script has been done: at its import, and by calls of its functions."""
        source = self._sources[path]
        if source.cells or source.errors:
            return False
        guarded = [statement.node for statement in source.statements if statement.guarded]
        if not guarded:
            return path not in self._commands or (path, self._commands[path]) in called
        own = {node.name for each in source.statements if isinstance(node := each.node, ast.FunctionDef)}
        asked = {name.id for node in guarded for name in ast.walk(node) if isinstance(name, ast.Name)} & own
        asked = {name for name in asked if not PREPARING.search(name)}
        plain = not any(isinstance(node, ast.For | ast.While | ast.With) for node in guarded)
        return plain and bool(asked) and all((path, name) in called for name in asked)

    def _of(self, source: Source) -> Iterator[_Import]:
        for statement in source.statements:
            for node in same_scope(statement.node):
                if isinstance(node, ast.Import):
                    for alias in node.names:
                        if path := self._path(alias.name, 0, source.path):
                            yield _Import(alias.asname or alias.name, path)
                elif isinstance(node, ast.ImportFrom):
                    yield from self._taken(node, source.path)

    def _taken(self, node: ast.ImportFrom, importer: str) -> Iterator[_Import]:
        whole = self._path(node.module or "", node.level, importer)
        for alias in node.names:
            inner = self._path(f"{node.module or ''}.{alias.name}".lstrip("."), node.level, importer)
            if inner and inner != whole:
                yield _Import(alias.asname or alias.name, inner)
            elif whole:
                yield _Import(alias.asname or alias.name, whole, alias.name)

    def _path(self, name: str, level: int, importer: str) -> str | None:
        if not level:
            return self._resolver.source_of(self._resolver.resolve(name, importer) or "")
        around = module_name(importer).split(".")
        up = level - importer.endswith("__init__.py")
        return self._resolver.source_of(".".join([*around[: len(around) - up], *filter(None, name.split("."))]))

    def _called(self, path: str) -> Iterable[str]:
        """The functions that the source calls: 'main', 'problem1.main'."""
        nodes = (node for statement in self._sources[path].statements for node in ast.walk(statement.node))
        names = (ast.unparse(node.func) for node in nodes if isinstance(node, ast.Call) and _is_name(node.func))
        return dict.fromkeys(islice(names, MOST_CALLS))

    def _meanings(self, path: str, name: str) -> set[tuple[str, str]]:
        """What a name of this source may refer to: other sources with the name there, following their imports."""
        found, waiting = set[tuple[str, str]](), [(path, name)]
        while waiting:
            at, asked = waiting.pop()
            meant = {(each.path, inner) for each in self._imports[at] if (inner := each.inner(asked))} - found
            found |= meant
            waiting += meant
        return found


def _is_name(node: ast.expr) -> bool:
    """`main`, `problem1.main`, `hw1.cli.main`."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
