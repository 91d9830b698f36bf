"""Compiles each statement of a source separately, so that one that can't be compiled costs only itself."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import CodeType
from typing import Final

from autograder.worker.binding.effects import Effects, effects_of
from autograder.worker.binding.importing import ImportRewriter
from autograder.worker.binding.sources import LoadError, Statement
from autograder.worker.hosted_paths import HostedPaths
from autograder.worker.unreadable import in_words

LATER_ANNOTATIONS: Final = annotations.compiler_flag  # `annotations` is bound by the import from __future__


@dataclass(frozen=True)
class Compiled:
    """The statements' code and effects by position; for a lost statement, code that does nothing."""

    codes: tuple[CodeType, ...]
    effects: tuple[Effects, ...]
    errors: tuple[LoadError, ...]


def compile_statements(statements: Iterable[Statement], rewriter: ImportRewriter) -> Compiled:
    """Compile statements with their imports rewritten. Line numbers and file names stay the student's.

    `from __future__ import annotations` applies to all that follows it, also in a notebook.
    """
    flags = 0
    codes: list[CodeType] = []
    effects: list[Effects] = []
    errors: list[LoadError] = []
    for statement in statements:
        if _delays_annotations(statement.node):
            flags = LATER_ANNOTATIONS
        try:
            nodes = [HostedPaths().visit(node) for node in rewriter.rewrite(statement.node)]
            code = _compile(nodes, statement.filename, flags)
            effects.append(effects_of(statement.node, code))
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            errors.append(_load_error(statement, error))
            code = _compile([], statement.filename, flags)
            effects.append(Effects())
        codes.append(code)
    return Compiled(tuple(codes), tuple(effects), tuple(errors))


def _compile(nodes: Sequence[ast.stmt], filename: str, flags: int) -> CodeType:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about invalid escapes in strings
        module = ast.Module(list(nodes), type_ignores=[])
        code: CodeType = compile(module, filename, "exec", flags=flags, dont_inherit=True)
    return code


def _delays_annotations(node: ast.stmt) -> bool:
    match node:
        case ast.ImportFrom(module="__future__", names=names):
            return any(name.name == "annotations" for name in names)
    return False


def _load_error(statement: Statement, error: Exception) -> LoadError:
    """An error such as `return` outside a function, which the parser accepts and the compiler does not."""
    place = statement.place
    line, why, lost = place.line, str(error), statement.text
    if isinstance(error, SyntaxError):
        line, why = in_words(error)
        line, lost = line or place.line, ast.unparse(statement.node)
    return LoadError(place.source, place.cell, line, f"{why}: `{statement.text}`", lost)
