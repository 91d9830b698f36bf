"""Which libraries a submission imports, and where."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from autograder.submission import Submission
from autograder.worker.absent import imports_in
from autograder.worker.binding.sources import Place, Source
from autograder.worker.inert import HOSTED, is_hosted


@dataclass(frozen=True)
class Library:
    """A top-level module that is neither part of Python nor the submission's own; `place` is its first import."""

    name: str
    place: Place


def libraries(submission: Submission, sources: Sequence[Source]) -> list[Library]:
    """What the sources need from outside, in the order of their first imports.

    An import whose failure the code catches (`try: ... except ImportError:`) is not needed.
    """
    own = _own_names(submission)
    found: dict[str, Library] = {}
    for source in sources:
        for module, place in imported_modules(source):
            top = module.partition(".")[0]
            if top not in own and top not in sys.stdlib_module_names and not is_hosted(module):
                found.setdefault(top, Library(top, place))
    return list(found.values())


def imported_modules(source: Source, caught: bool = False) -> Iterator[tuple[str, Place]]:
    """The full name of each imported module, relative imports left out; caught ones only when asked for."""
    for statement in source.statements:
        for node, is_caught in imports_in(statement.node):
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


def _own_names(submission: Submission) -> set[str]:
    """The first names of imports of the submission's own files: their names, and the folders around them."""
    names = {submission.name}
    for path in submission.sources:
        parts = PurePosixPath(path).parts
        names |= {*parts[:-1], PurePosixPath(path).stem}
    return names
