"""Imports between the files of a submission.

Every source is a module of one package, `submission`, whatever folder its author ran it from. An import of a
source is rewritten to that module's full name, so a student's `types.py` or `torch.py` never shadows a library.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from autograder.worker.binding.effects import PARTS_OF_BLOCKS

PACKAGE: Final = "submission"


def module_name(path: str) -> str:
    """The module that a source becomes: 'submission.src.mlp' for 'src/mlp.py'.

    A package's `__init__.py` becomes the package; 'hw1.ipynb' becomes 'submission.hw1_ipynb'.
    """
    parts = list(PurePosixPath(path.removesuffix(".py")).parts)
    if path.endswith(".py") and parts[-1] == "__init__":
        parts.pop()
    return ".".join([PACKAGE, *(part.replace(".", "_") for part in parts)])


def packages(name: str) -> Iterator[str]:
    """The packages around a module, outermost first."""
    parts = name.split(".")
    for length in range(1, len(parts)):
        yield ".".join(parts[:length])


class Resolver:
    """Finds the module of the submission that an import refers to."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._modules = {module_name(path): path for path in paths}
        self._known = {package for name in self._modules for package in packages(name)} | set(self._modules)

    def source_of(self, module: str) -> str | None:
        """The path of the source that becomes `module`."""
        return self._modules.get(module)

    def resolve(self, imported: str, importer: str) -> str | None:
        """The module that `import imported` refers to in the source `importer`; None for a library.

        As in Python, a file next to the importer or at the top shadows a library of its name. Other files are only used if no
        such library is installed: a file in another folder (which the student had on `sys.path`), one imported by the name of the
        submission's own folder, or a notebook.
        """
        here = module_name(importer)
        beside = module_name(str(PurePosixPath(importer).with_name("__init__.py")))
        near = [f"{beside}.{imported}", f"{PACKAGE}.{imported}"]
        for name in near:
            if name in self._modules and name != here:
                return name
        if _is_installed(imported):
            return None
        tail = imported.partition(".")[2]
        near += [f"{beside}.{tail}", f"{PACKAGE}.{tail}"] if tail else []
        far = sorted((name for name in self._modules if name.endswith(f".{imported}")), key=len)
        for name in [*near, *far, *(f"{name}_ipynb" for name in near)]:
            if name in self._known and name != here:
                return name
        return None


def _is_installed(imported: str) -> bool:
    top = imported.partition(".")[0]
    if top in sys.modules:
        return True
    try:
        return importlib.util.find_spec(top) is not None
    except (ImportError, ValueError):
        return False


class ImportRewriter(ast.NodeTransformer):
    """Gives the imports in one source the full names of the submission's modules.

    `star_names` returns what an import of all names binds if it is from the submission.
    """

    def __init__(
        self, resolver: Resolver, importer: str, star_names: Callable[[ast.ImportFrom], Sequence[str] | None]
    ) -> None:
        self._resolver, self._importer, self._star_names = resolver, importer, star_names

    def rewrite(self, statement: ast.stmt) -> list[ast.stmt]:
        """The statement with its imports rewritten, also inside functions. It is changed in place."""
        rewritten = self.visit(statement)
        return rewritten if isinstance(rewritten, list) else [rewritten]

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Visit statements only: expressions contain no imports."""
        for part in PARTS_OF_BLOCKS:
            children = getattr(node, part, None)
            if isinstance(children, list):
                setattr(node, part, [each for child in children for each in self.rewrite(child)])
        return node

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        statements: list[ast.stmt] = []
        for alias in node.names:
            module = self._resolver.resolve(alias.name, self._importer)
            if module is None:
                statements.append(ast.Import([alias]))
                continue
            bound = alias.asname or alias.name.partition(".")[0]
            statements.append(ast.Import([ast.alias(module, bound)]))
            if not alias.asname and "." in alias.name:  # `import src.mlp` binds `src`
                package = module.removesuffix(alias.name.removeprefix(bound))
                statements.append(ast.Import([ast.alias(package, bound)]))
        return [ast.fix_missing_locations(ast.copy_location(statement, node)) for statement in statements]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.stmt:
        names = self._star_names(node) if node.names[0].name == "*" else None
        if names == []:
            return ast.copy_location(ast.Pass(), node)
        aliases = [ast.copy_location(ast.alias(name), node) for name in names] if names else node.names
        module = node.module
        if module and not node.level:
            module = self._resolver.resolve(module, self._importer) or module
        return ast.copy_location(ast.ImportFrom(module, aliases, node.level), node)
