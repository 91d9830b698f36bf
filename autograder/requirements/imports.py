"""Which libraries a submission imports, and where."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from autograder.submission import Submission
from autograder.worker.binding.effects import PARTS_OF_BLOCKS
from autograder.worker.binding.sources import Place, Source

# What a hosted notebook service has of its own: no registry carries it.
HOSTED: Final = frozenset({"google.colab", "kaggle_secrets", "kaggle_datasets"})
CAUGHT: Final = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


@dataclass(frozen=True)
class Library:
    """A top-level module that is no part of Python and not the submission's own; `place` is its first import."""

    name: str
    place: Place


def libraries(submission: Submission, sources: Sequence[Source]) -> list[Library]:
    """What the sources need from outside, in the order of their first imports.

    An import whose failure the code itself catches (`try: ... except ImportError:`) is no need.
    """
    own = _own_names(submission)
    found: dict[str, Library] = {}
    for source in sources:
        for module, place in imported_modules(source):
            top = module.partition(".")[0]
            hosted = any(module == name or module.startswith(f"{name}.") for name in HOSTED)
            if top not in own and top not in sys.stdlib_module_names and not hosted:
                found.setdefault(top, Library(top, place))
    return list(found.values())


def imported_modules(source: Source, caught: bool = False) -> Iterator[tuple[str, Place]]:
    """The full name of each imported module, relative imports left out; caught ones only when asked for."""
    for statement in source.statements:
        for node, is_caught in _imports(statement.node):
            if is_caught and not caught:
                continue
            line = node.lineno if node is not statement.node else statement.place.line
            place = replace(statement.place, line=line)
            match node:
                case ast.Import(names=names):
                    yield from ((alias.name, place) for alias in names)
                case ast.ImportFrom(module=str(module), names=names, level=0):
                    # `from google import colab` means google.colab
                    submodules = [f"{module}.{alias.name}" for alias in names if f"{module}.{alias.name}" in HOSTED]
                    yield (submodules[0] if submodules else module), place


def _imports(node: ast.AST, caught: bool = False) -> Iterator[tuple[ast.Import | ast.ImportFrom, bool]]:
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield node, caught
    for part in PARTS_OF_BLOCKS:
        below = caught or (part == "body" and isinstance(node, ast.Try) and any(map(_catches_it, node.handlers)))
        for child in getattr(node, part, None) or ():
            if isinstance(child, ast.AST):
                yield from _imports(child, below)


def _catches_it(handler: ast.ExceptHandler) -> bool:
    match handler.type:
        case None:
            return True
        case ast.Tuple(elts=kinds):
            return any(isinstance(kind, ast.Name) and kind.id in CAUGHT for kind in kinds)
        case ast.Name(id=name):
            return name in CAUGHT
    return False


def _own_names(submission: Submission) -> set[str]:
    """What an import of the submission's own files can begin with: their names, and the folders around them."""
    names = {submission.name}
    for path in submission.sources:
        parts = PurePosixPath(path).parts
        names |= {*parts[:-1], PurePosixPath(path).stem}
    return names
