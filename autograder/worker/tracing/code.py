"""The code of a submission: what a notebook or script and the modules that it imports consist of, and changes in it."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any, Final

from autograder.worker.binding.sources import parsed

# What imports modules by names that only running the code shows
IMPORTERS: Final = frozenset({"importlib", "import_module", "pkgutil", "runpy"})


def sources_of(folder: Path, source: str) -> list[ast.AST]:
    """The code of a notebook or script and of the modules in `folder` that it imports, as far as it can be read."""
    trees: list[ast.AST] = []
    left, done = [folder / source], set()
    while left:
        path = left.pop()
        if path in done or (tree := _read(path)) is None:
            continue
        done.add(path)
        trees.append(tree)
        asked = {part for node in ast.walk(tree) for part in _imported(node)}
        left += [file for file in folder.rglob("*.py") if file.stem in asked]
        left += path.parent.rglob("*.py") if asked & IMPORTERS else []
    return trees


def imported_by(trees: Sequence[ast.AST]) -> frozenset[str]:
    """The names of all modules that code imports, and of what it imports from them."""
    return frozenset(name for tree in trees for node in ast.walk(tree) for name in _imported(node))


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [name for each in node.names for name in each.name.split(".")]
    if isinstance(node, ast.ImportFrom):
        return [*(node.module or "").split("."), *(each.name for each in node.names)]
    return []


def _read(path: Path) -> ast.AST | None:
    try:
        if path.suffix.casefold() != ".ipynb":
            return parsed(path.read_text(encoding="utf-8-sig"))
        import nbformat

        notebook: Any = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
        body: list[ast.stmt] = []
        for cell in notebook.cells:
            if cell.cell_type == "code":
                body += _cell(cell.source)
        return ast.Module(body, [])
    except (OSError, SyntaxError, ValueError):
        return None


def _cell(text: str) -> list[ast.stmt]:
    from IPython.core.inputtransformer2 import TransformerManager

    cells: Any = TransformerManager
    try:
        code = text.partition("\n")[2] if text.startswith("%%writefile") else cells().transform_cell(text)
        return ast.parse(code).body
    except SyntaxError:
        return []


def change_modules(folder: Path, changes: Sequence[ast.NodeTransformer]) -> None:
    """From now on, make these changes in the code of modules that are imported from `folder`."""
    original = SourceFileLoader.get_code

    def get_code(self: SourceFileLoader, name: str) -> CodeType | None:
        path = Path(self.get_filename(name))
        return compiled(path, changes) if path.is_relative_to(folder) else original(self, name)

    SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]


def compiled(path: Path, changes: Sequence[ast.NodeTransformer]) -> CodeType:
    """The code of a file with these changes. Raises the errors of reading and compiling it."""
    tree = parsed(path.read_text(encoding="utf-8-sig"), str(path))
    for change in changes:
        tree = change.visit(tree)
    code: CodeType = compile(ast.fix_missing_locations(tree), str(path), "exec", dont_inherit=True)
    return code
