"""Detects a source's framework by what it uses to build and train networks, not by what it imports.

A PyTorch notebook may load its data from `keras.datasets`, and a Keras one may need `torch.no_grad`.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from autograder.worker.binding.sources import Statement
from autograder.worker.probing.frameworks import KERAS, PYTORCH

ROOTS: Final = {
    PYTORCH: ("torch.nn", "torch.optim"),
    KERAS: tuple(
        f"{package}.{part}"
        for package in ("keras", "tensorflow.keras")
        for part in ("layers", "models", "Sequential", "Model", "Input", "optimizers", "losses", "ops")
    ),
}


def framework_uses(statements: Iterable[Statement]) -> Counter[str]:
    """How often a source names parts of each framework for building and training networks."""
    nodes = [node for statement in statements for node in ast.walk(statement.node)]
    aliases = {bound: full for node in nodes for bound, full in _imported(node)}
    found: Counter[str] = Counter()
    for node in nodes:
        if isinstance(node, ast.Name | ast.Attribute):
            found.update(framework for framework in ROOTS if _is_of(framework, _full_name(node, aliases)))
    return found


def main_framework(uses: Counter[str]) -> str:
    """The framework that is used most; PyTorch if none is used."""
    return KERAS if uses[KERAS] > uses[PYTORCH] else PYTORCH


def _imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """The names that an import binds, each with its full name."""
    match node:
        case ast.Import(names=names):
            for each in names:
                top = each.name.partition(".")[0]
                yield (each.asname, each.name) if each.asname else (top, top)
        case ast.ImportFrom(module=str(module), names=names, level=0):
            for each in names:
                yield each.asname or each.name, f"{module}.{each.name}"


def _full_name(node: ast.expr, aliases: dict[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return aliases.get(name, "")
        case ast.Attribute(value=value, attr=attribute):
            owner = _full_name(value, aliases)
            return f"{owner}.{attribute}" if owner else ""
    return ""


def _is_of(framework: str, name: str) -> bool:
    return any(name == root or name.startswith(f"{root}.") for root in ROOTS[framework])
