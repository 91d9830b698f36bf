"""Code that is in a Markdown cell by accident, so that its names are undefined in the cells after it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

MISSING: Final = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True)
class MarkdownCode:
    """`before` is the number of the next code cell, counted from 1."""

    before: int
    text: str
    names: frozenset[str]


def code_in_markdown(cells: Sequence[Any]) -> list[MarkdownCode]:
    """The Markdown cells of a notebook that are entirely Python and define something; prose and fenced code don't count."""
    found = []
    code = 0
    for cell in cells:
        if cell.cell_type == "code":
            code += bool(cell.source.strip())
        elif cell.cell_type in ("markdown", "raw") and (names := _defined(cell.source)):
            found.append(MarkdownCode(code + 1, cell.source, names))
    return found


def that_defines(error: BaseException | None, number: int, found: Sequence[MarkdownCode]) -> MarkdownCode | None:
    """The code in Markdown before code cell `number` that defines the name which is missing by this error."""
    missing = MISSING.search(str(error)) if isinstance(error, NameError) else None
    if missing is None:
        return None
    return next((each for each in found if each.before <= number and missing[1] in each.names), None)


def _defined(text: str) -> frozenset[str]:
    try:
        body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    names = {node.name for node in body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    for node in body:
        match node:
            case ast.Import() | ast.ImportFrom():
                names |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
            case ast.Assign():
                names |= {each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)}
    return frozenset(names)
