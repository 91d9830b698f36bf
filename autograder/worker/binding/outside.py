"""Work that no check can call: at the top level, in a main guard, in functions and methods bound to no standard function.

A deliverable that is only there cannot be verified by calling a function. Its signs show whether it is there at all: patterns
that all occur in one stretch of such code together with what that stretch depends on. Texts that describe work don't count, and
neither do stubs. Nothing is run.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final

from autograder.worker.binding.code import Code
from autograder.worker.binding.definitions import is_stub
from autograder.worker.binding.effects import DEFINITIONS
from autograder.worker.binding.modules import StudentModule

MOST_TEXT: Final = 50_000  # characters of a stretch that are searched
IMPORTS: Final = (ast.Import, ast.ImportFrom)


@dataclass(frozen=True)
class Stretch:
    """Some statements that belong together: those of a cell or a paragraph, or one definition."""

    module: StudentModule
    positions: tuple[int, ...]

    @property
    def beginning(self) -> tuple[str, str]:
        first = self.module.statements[self.positions[0]]
        return str(first.place), first.text


def find(code: Code, *, signs: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """For each deliverable whose signs all occur in one stretch: where the stretch begins, and its first line.

    Of several stretches the shortest is taken: it shows best where to look.
    """
    answering = code.answering()
    texts = [(stretch, _Reader(code, answering).text(stretch)) for stretch in _stretches(code, answering)]
    texts.sort(key=lambda pair: len(pair[1]))
    found: dict[str, list[str]] = {}
    for name, patterns in signs.items():
        wanted = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
        for stretch, text in texts:
            if wanted and all(pattern.search(text) for pattern in wanted):
                found[name] = list(stretch.beginning)
                break
    return found


def _stretches(code: Code, answering: frozenset[str]) -> Iterator[Stretch]:
    for module in code.modules:
        loose = []
        for position, statement in enumerate(module.statements):
            if isinstance(statement.node, DEFINITIONS):
                if statement.node.name not in answering and not is_stub(statement.node):
                    yield Stretch(module, (position,))
            elif not isinstance(statement.node, IMPORTS) and not _is_text(statement.node):
                loose.append(position)
        for _, together in groupby(loose, key=_Paragraphs(module)):
            yield Stretch(module, tuple(together))


def _is_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring, or a string used as a comment."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


class _WithoutTexts(ast.NodeTransformer):
    def visit_Expr(self, node: ast.Expr) -> ast.Expr | None:
        return None if _is_text(node) else node


class _Paragraphs:
    """Numbers the paragraphs of a module: a cell of a notebook, or lines without an empty one between them."""

    def __init__(self, module: StudentModule) -> None:
        self._module, self._number, self._last = module, 0, -1

    def __call__(self, position: int) -> tuple[int | None, int]:
        statement = self._module.statements[position]
        if statement.place.cell is None:
            self._number += statement.place.line > self._last + 1
            self._last = statement.node.end_lineno or statement.place.line
        return statement.place.cell, self._number


class _Reader:
    """Collects the text of a stretch and of what it depends on, without functions bound to standard functions."""

    def __init__(self, code: Code, answering: frozenset[str]) -> None:
        self._modules, self._answering = code.modules, answering
        self._elsewhere = {
            statement.node.name: (module, position)
            for module in code.modules
            for position, statement in enumerate(module.statements)
            if isinstance(statement.node, DEFINITIONS) and statement.node.name not in answering
        }

    def text(self, stretch: Stretch) -> str:
        waiting: list[tuple[StudentModule, int]] = [(stretch.module, position) for position in stretch.positions]
        seen = set(waiting)
        pieces: list[str] = []
        length = 0
        while waiting and length < MOST_TEXT:
            module, position = waiting.pop()
            pieces.append(ast.unparse(_WithoutTexts().visit(copy.deepcopy(module.statements[position].node))))
            length += len(pieces[-1])
            for need in self._needs(module, position):
                if need not in seen and self._is_followed(*need):
                    seen.add(need)
                    waiting.append(need)
        return "\n".join(pieces)[:MOST_TEXT]

    def _needs(self, module: StudentModule, position: int) -> Iterator[tuple[StudentModule, int]]:
        program = replace(module.program, whole=True)
        effects = program.effects[position]
        before = program.end if effects.is_definition else position
        # A loop that binds `model` itself needs no other one.
        for name in (effects.needs | effects.needs_later) - (effects.binds if effects.is_block else frozenset()):
            makers = program.reaching(name, before)
            yield from ((module, maker) for maker in makers)
            if name in self._elsewhere and all(isinstance(module.statements[at].node, IMPORTS) for at in makers):
                yield self._elsewhere[name]

    def _is_followed(self, module: StudentModule, position: int) -> bool:
        """Whether to include it: bound functions are checked elsewhere, functions without parameters are their own stretches."""
        node: Any = module.statements[position].node
        if not isinstance(node, DEFINITIONS):
            return True
        if node.name in self._answering:
            return False
        return isinstance(node, ast.ClassDef) or bool(node.args.args or node.args.kwonlyargs or node.args.vararg)
