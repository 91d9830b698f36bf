"""Finds what may be in code that can't be read: functions by name, deliverables by their signs. Nothing is run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from autograder.worker.binding.code import Code
from autograder.worker.binding.sources import LoadError
from autograder.worker.unreadable import names_in, without_comments


def find(
    code: Code, *, functions: Mapping[str, Sequence[str]], signs: Mapping[str, Sequence[str]], names: Sequence[str]
) -> dict[str, Any]:
    """Where a deliverable, or a name that running code has missed, may be.

    `functions` are the standard functions that each deliverable is about, `signs` its patterns. Returns "unread", a list of
    unreadable parts, {"source", "cell" (0: a script), "line", "why"} each; and "items" and "names" with positions in that list.
    """
    errors = code.errors()
    readers = [(at, error, _texts(code, error)) for at, error in enumerate(errors)]
    items: dict[str, int] = {}
    for item, needs in functions.items():
        wanted = {alias for need in needs for alias in code.names_of(need)}
        patterns = [re.compile(pattern, re.IGNORECASE) for pattern in signs.get(item, ())]
        for at, error, texts in readers:
            seen = bool(patterns) and any(all(each.search(text) for each in patterns) for text in texts)
            if seen or wanted & _defined(error):
                items[item] = at
                break
    return {
        "unread": [
            {"source": error.source, "cell": error.cell or 0, "line": error.line, "why": error.why} for error in errors
        ],
        "items": items,
        "names": {
            name: at
            for at, error in reversed(list(enumerate(errors)))
            for name in names
            if name in names_in(error.lost)
        },
    }


def _defined(error: LoadError) -> set[str]:
    return set(re.findall(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", error.lost, re.MULTILINE))


def _texts(code: Code, error: LoadError) -> list[str]:
    """The code that was lost; and again, together with each cell that needs names which only the lost code binds."""
    lost = without_comments(error.lost)
    return [lost, *(f"{lost}\n{text}" for text in _depending(code, names_in(lost)))]


def _depending(code: Code, lost: frozenset[str]) -> Iterator[str]:
    cells: dict[tuple[str, int | None], list[ast.stmt]] = {}
    needed: dict[tuple[str, int | None], set[str]] = {}
    bound: set[str] = set()
    for module in code.modules:
        for statement, effects in zip(module.statements, module.program.effects, strict=True):
            cell = statement.place.source, statement.place.cell
            cells.setdefault(cell, []).append(statement.node)
            needed.setdefault(cell, set()).update(effects.needs, effects.needs_later)
            bound |= effects.binds
    for cell, nodes in cells.items():
        if needed[cell] & (lost - bound):
            yield "\n".join(map(ast.unparse, nodes))
