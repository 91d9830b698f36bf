"""A kit filled from the reference: the proof that writing the bodies is all that a student has to do."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from autograder.starter.skeleton import FunctionNode, Module, assigned_names, blocks, first_line, imported_from_sibling
from autograder.worker.binding.definitions import is_stub


def fill_scripts(folder: Path, modules: Sequence[Module]) -> None:
    """Put the reference's bodies into the scripts of a kit, in place, and below them the helpers that they use."""
    for module in modules:
        path = folder / f"{module.name}.py"
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{filled(text, modules)}\n\n\n{_rest(module, text)}\n", encoding="utf-8")


def fill_notebook(path: Path, modules: Sequence[Module]) -> None:
    """Put the reference's bodies into a kit's notebook, in place, and the helpers that they use into a last cell."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    whole = "\n\n".join("".join(cell["source"]) for cell in cells)
    for cell in cells:
        cell["source"] = filled("".join(cell["source"]), modules)
    rest = "\n\n\n".join(_rest(module, whole, siblings=False) for module in modules)
    about: dict[str, Any] = {"cell_type": "code", "id": "rest", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"].append({**about, "source": rest})
    path.write_text(json.dumps(notebook, indent=1), encoding="utf-8")


def filled(text: str, modules: Sequence[Module]) -> str:
    """The text with the reference's body in every stub whose function the reference has."""
    bodies = {
        node.name: _body(module, node)
        for module in modules
        for node in module.tree.body
        if isinstance(node, FunctionNode)
    }
    lines = text.splitlines()
    for node in reversed(ast.parse(text).body):
        if isinstance(node, FunctionNode) and is_stub(node) and node.name in bodies:
            lines[_head_end(node) : node.end_lineno] = bodies[node.name]
    return "\n".join(lines)


def _body(module: Module, node: FunctionNode) -> list[str]:
    if node.body[0].lineno == node.lineno:  # `def f(x): return x`
        return [f"    {ast.unparse(statement)}" for statement in node.body]
    return module.text.splitlines()[_head_end(node) : node.end_lineno]


def _head_end(node: FunctionNode) -> int:
    """The last line of the docstring if there is one, else of the signature."""
    first = node.body[0]
    documented = ast.get_docstring(node) is not None
    return (first.end_lineno or first.lineno) if documented else first.lineno - 1


def _rest(module: Module, text: str, *, siblings: bool = True) -> str:
    """The statements of a module that `text` does not have, those of relative imports as the kit writes them."""
    known = {name for node in ast.parse(text).body for name in assigned_names(node)}
    return blocks(list(_statements(module, known, siblings)))


def _statements(module: Module, known: set[str], siblings: bool) -> Iterator[str]:
    lines = module.text.splitlines()
    for node in module.tree.body:
        match node:
            case ast.ImportFrom(module="__future__"):
                continue
            case ast.ImportFrom(module=source, names=names) if imported_from_sibling(node):
                if siblings:
                    yield ast.unparse(ast.ImportFrom(source, names, 0))
            case ast.Import() | ast.ImportFrom():
                yield ast.unparse(node)
            case _ if any(name not in known for name in assigned_names(node)):
                yield "\n".join(lines[first_line(node) - 1 : node.end_lineno])
