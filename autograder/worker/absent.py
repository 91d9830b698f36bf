"""Stand-ins for packages that a run imports and this machine lacks. Those that only display do nothing; others fail when they are
used, not when they are imported, so that an import costs only what depends on it.

An import whose failure the code itself catches still fails, and so does one that a library tries.
"""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final

from autograder.worker.binding.effects import PARTS_OF_BLOCKS
from autograder.worker.binding.unavailable import Unavailable
from autograder.worker.inert import Inert, is_hosted, is_special, only_shows

CAUGHT: Final = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
# Modules of a library that need a package which only displays, and can't be imported without it.
FOR_ONE_THAT_SHOWS: Final = {"torch.utils.tensorboard": "tensorboard"}


def imports_in(node: ast.AST, caught: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    """The import statements in code, and whether the code around each catches its failure."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, caught
    for part in PARTS_OF_BLOCKS:
        below = caught or (part == "body" and isinstance(node, ast.Try) and any(map(_catches_it, node.handlers)))
        for child in getattr(node, part, None) or ():
            if isinstance(child, ast.AST):
                yield from imports_in(child, below)


def _catches_it(handler: ast.ExceptHandler) -> bool:
    match handler.type:
        case None:
            return True
        case ast.Tuple(elts=kinds):
            return any(isinstance(kind, ast.Name) and kind.id in CAUGHT for kind in kinds)
        case ast.Name(id=name):
            return name in CAUGHT
    return False


def needed_by(trees: Sequence[ast.AST]) -> frozenset[str]:
    """The packages that code can't do without; none with an `import *`, as the names are unknown."""
    found: set[str] = set()
    unknown: set[str] = set()
    for statement, caught in (each for tree in trees for each in imports_in(tree)):
        match statement:
            case ast.ImportFrom(module=str(module), names=[ast.alias(name="*")], level=0):
                unknown.add(module.partition(".")[0])
            case ast.ImportFrom(module=str(module), level=0) if not caught:
                found.add(module.partition(".")[0])
            case ast.Import(names=names) if not caught:
                found |= {each.name.partition(".")[0] for each in names}
    return frozenset(found - unknown)


def stand_in(needed: frozenset[str]) -> None:
    """From now on, the `needed` packages that are not installed can be imported, and modules of hosted notebooks."""
    sys.meta_path.append(_Absent(needed))
    for module, package in FOR_ONE_THAT_SHOWS.items():
        if importlib.util.find_spec(package) is None:
            sys.modules[module] = _Module(package)


class _Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder, which is asked if all others have found nothing."""

    def __init__(self, needed: frozenset[str]) -> None:
        self._needed = needed

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        if is_hosted(name) or (name.partition(".")[0] in self._needed and _is_absent(name.rpartition(".")[0])):
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None: ...


def _is_absent(package: str) -> bool:
    """Whether a package is absent, so that its modules are missing for that reason."""
    return not package or isinstance(sys.modules.get(package), _Module)


class _Module(ModuleType):
    """An absent module: it has any attribute, which does nothing or fails when it is used."""

    def __getattr__(self, name: str) -> Any:
        if is_special(name):
            raise AttributeError(name)
        if only_shows(self.__name__):
            return Inert()
        top = self.__name__.partition(".")[0]
        return Unavailable(ModuleNotFoundError(f"No module named '{top}'", name=top))
