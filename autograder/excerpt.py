"""The part of the reference that some of its functions need, as one text that runs by itself.

If a broken function is replaced in a second chance, the sandbox contains the reference's, and nothing else of the reference: what
is not in the text can't be called, read or returned as an answer.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from autograder.reference import Reference, ReferenceError


@dataclass(frozen=True)
class Excerpt:
    """`names` are all functions, classes and constants of the reference that the text contains."""

    text: str
    names: frozenset[str]


@dataclass(frozen=True)
class _File:
    definitions: dict[str, ast.stmt]
    imported: dict[str, str]  # name -> file of the same package
    outside: tuple[ast.stmt, ...]  # imports of libraries

    def meant(self, name: str, own: str) -> str:
        """The file that defines a name used in this one (called `own`); '' for a library's or a local name."""
        return own if name in self.definitions else self.imported.get(name, "")


def excerpt(reference: Reference, functions: Collection[str]) -> Excerpt:
    """What these functions of the reference need, in an order in which it can run.

    Raises ReferenceError for a function that the reference lacks, and for two needed definitions of one name.
    """
    files = {path.name: _read(reference.source(path.name)) for path in sorted(reference.folder.glob("*.py"))}
    needed: dict[str, str] = {}  # name -> file
    waiting = [(name, reference.defined_in.get(name, "")) for name in functions]
    while waiting:
        name, file = waiting.pop()
        if not file or name not in files[file].definitions:
            raise ReferenceError(f"the reference solutions in {reference.folder} define no `{name}`")
        if needed.setdefault(name, file) != file:
            raise ReferenceError(f"`{name}` is defined in {needed[name]} and in {file}: give one of them another name")
        used = _names_in(files[file].definitions[name])
        found = [(each, files[file].meant(each, file)) for each in used]
        waiting += [(each, where) for each, where in found if where and needed.get(each) != where]
    order = list(_by_imports(files, set(needed.values())))
    outside = dict.fromkeys(ast.unparse(each) for file in order for each in files[file].outside)
    own = [
        ast.unparse(node)
        for file in order
        for name, node in files[file].definitions.items()
        if needed.get(name) == file
    ]
    future = "from __future__ import annotations"
    return Excerpt("\n\n".join([future, *(line for line in outside if line != future), *own]), frozenset(needed))


def _read(text: str) -> _File:
    definitions: dict[str, ast.stmt] = {}
    imported: dict[str, str] = {}
    outside: list[ast.stmt] = []
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef() | ast.ClassDef():
                definitions[node.name] = node
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                definitions[name] = node
            case ast.ImportFrom(level=1, module=str(module)):
                imported |= {alias.asname or alias.name: f"{module}.py" for alias in node.names}
            case ast.Import() | ast.ImportFrom():
                outside.append(node)
    return _File(definitions, imported, tuple(outside))


def _names_in(node: ast.stmt) -> set[str]:
    return {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}


def _by_imports(files: dict[str, _File], wanted: Collection[str]) -> Iterator[str]:
    """The wanted files, each after those that it imports from."""
    done: set[str] = set()

    def visit(file: str) -> Iterator[str]:
        if file in done or file not in files:
            return
        done.add(file)
        for other in dict.fromkeys(files[file].imported.values()):
            yield from visit(other)
        if file in wanted:
            yield file

    for file in sorted(wanted):
        yield from visit(file)
