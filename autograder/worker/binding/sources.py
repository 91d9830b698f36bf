"""Reads scripts and notebooks as top-level statements, each with its place.

Nothing is run here. An unreadable part costs only itself: a script, or one cell of a notebook.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from autograder.worker.unreadable import in_words

# Cells with these magics contain no Python of this notebook. Cells with all others (%%time, %%capture, ...) do.
OTHER_LANGUAGES: Final = frozenset(
    "bash sh script cmd system sx html svg latex markdown javascript js css perl ruby pypy python2 python3 "
    "R sql cython file writefile".split()
)
# %magic, ?help, !shell, files = !ls, help?
COMMAND: Final = re.compile(r"\s*(%%?\s*\w|\?+\s*\w|!(?!=)|[\w., ]+=\s*[%!]\s*[\w{]|[^#'\"]*[\w.)]\?\??\s*$)")
NOT_PYTHON: Final = (SyntaxError, ValueError, RecursionError, MemoryError)  # what parsing untrusted text may raise
RUN: Final = re.compile(r"\s*%run\s+(?:-\w\s+)*[\"']?(?:\./)?([\w/]+)\.(?:py|ipynb)\b")


class LoadError(Exception):
    """A part of a source can't be read as Python: "hw1.ipynb cell 2 can't be read: the bracket `(` that is opened in line 1 is
    never closed".

    `source`, `cell` (None for a script) and `line` (0 if unknown) say where, `why` what is wrong; `lost` is the code that can't
    be used because of it.
    """

    def __init__(self, source: str, cell: int | None, line: int, why: str, lost: str = "") -> None:
        self.where = f"{source} cell {cell}" if cell else source
        super().__init__(f"{self.where} can't be read: {why}")
        self.source, self.cell, self.line, self.why, self.lost = source, cell, line, why, lost


@dataclass(frozen=True)
class Place:
    """A line of a source. Cells are counted as in a notebook run from the top: `In [1]` is cell 1."""

    source: str
    cell: int | None
    line: int

    def __str__(self) -> str:
        cell = f" cell {self.cell}" if self.cell else ""
        return f"{self.source}{cell} line {self.line}"


@dataclass(frozen=True)
class Statement:
    """One top-level statement."""

    node: ast.stmt
    place: Place
    text: str  # its first line
    filename: str  # what tracebacks call its file
    guarded: bool = False  # inside `if __name__ == "__main__":`


@dataclass(frozen=True)
class Skipped:
    """A top-level statement or command that was not run, and why."""

    place: Place
    text: str
    reason: str


@dataclass(frozen=True)
class Source:
    """One file of the submission."""

    path: str
    statements: tuple[Statement, ...] = ()
    errors: tuple[LoadError, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    cells: tuple[tuple[str, str], ...] = ()  # of a notebook: each cell's file name in tracebacks, and its text
    python: str = ""  # of a notebook: all code that could be read, without commands


@dataclass(frozen=True)
class _Cell:
    source: str
    number: int | None  # None for a script
    text: str
    filename: str

    def place(self, line: int) -> Place:
        return Place(self.source, self.number, line)

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")  # splitlines() also splits where Python does not, such as at a form feed

    def line(self, number: int) -> str:
        line = self.lines[number - 1].strip() if 0 < number <= len(self.lines) else ""
        return "".join(character if character.isprintable() else " " for character in line)


def read(folder: Path, path: str) -> Source:
    """Read the script or notebook (UTF-8) at `path`, a POSIX path relative to `folder`. Raises nothing."""
    try:
        text = (folder / path).read_text(encoding="utf-8-sig")
        if path.endswith(".ipynb"):
            cells = tuple(_code_cells(path, json.loads(text)))
        else:
            cells = (_Cell(path, None, text, str(folder / path)),)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        return Source(path, errors=(LoadError(path, None, 0, str(error)),))
    statements: list[Statement] = []
    errors: list[LoadError] = []
    skipped: list[Skipped] = []
    python: list[str] = []
    for cell in cells:
        lines = list(cell.lines)
        try:
            nodes = _parse(cell, lines, skipped)
        except LoadError as error:
            errors.append(error)
        else:
            statements += [statement for node in nodes for statement in _flat(node, cell)]
            python += lines
    if not path.endswith(".ipynb"):
        return Source(path, tuple(statements), tuple(errors), tuple(skipped))
    named = tuple((cell.filename, cell.text) for cell in cells)
    return Source(path, tuple(statements), tuple(errors), tuple(skipped), named, "\n".join(python))


def read_text(folder: Path, path: str, cell: int | None) -> str:
    """The text of a script, or of a notebook's cell as `read` numbers them. Empty if it can't be read."""
    try:
        text = (folder / path).read_text(encoding="utf-8-sig")
        if cell is None:
            return text
        return next((each.text for each in _code_cells(path, json.loads(text)) if each.number == cell), "")
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""


def _code_cells(path: str, notebook: dict[str, list[dict[str, str | list[str]]]]) -> Iterator[_Cell]:
    number = 0
    for cell in notebook["cells"]:
        text = "".join(cell["source"]).replace("\r\n", "\n")
        if cell["cell_type"] == "code" and text.strip():
            number += 1
            yield _Cell(path, number, text, f"{path}[cell {number}]")


def _parse(cell: _Cell, lines: list[str], skipped: list[Skipped]) -> list[ast.stmt]:
    """Parse the lines; if that fails, again without notebook commands, which are removed from `lines`.

    Scripts may have commands too: many are copied from notebooks.
    """
    first = next((index for index, line in enumerate(lines) if line.strip()), 0)
    magic = re.match(r"%%(\w+)", lines[first])
    if magic and magic[1] in OTHER_LANGUAGES and cell.number:
        skipped.append(Skipped(cell.place(first + 1), lines[first].strip(), "a cell that holds no Python"))
        lines.clear()
    try:
        tree, commands = _parse_python(lines, cell.filename)
    except NOT_PYTHON as error:
        raise _load_error(cell, error) from error
    skipped += [Skipped(cell.place(line), text, "a notebook command") for line, text in commands]
    return tree.body


def parsed(text: str, filename: str = "<unknown>") -> ast.Module:
    """The code of a script or cell; notebook commands are replaced by `pass` if it isn't valid Python with them.

    Raises one of NOT_PYTHON.
    """
    return _parse_python(text.split("\n"), filename)[0]


def _parse_python(lines: list[str], filename: str) -> tuple[ast.Module, list[tuple[int, str]]]:
    """The code, and the commands that were removed from `lines` for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about invalid escapes in strings
        try:
            return ast.parse("\n".join(lines), filename), []
        except NOT_PYTHON:
            commands = _take_out_commands(lines)
            return ast.parse("\n".join(lines), filename), commands


def _take_out_commands(lines: list[str]) -> list[tuple[int, str]]:
    """Replace notebook commands by `pass`, so that all else keeps its line number and no block becomes empty.

    `%run helpers.py` becomes an import of that file's names. Returns line number and text of the others.
    """
    commands = []
    continued = False
    for index, line in enumerate(lines):
        if continued or COMMAND.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            ran = RUN.match(line)
            lines[index] = "" if continued else indent + "pass"
            if ran:
                lines[index] = f"{indent}from {ran[1].replace('/', '.')} import *"
            elif not continued:
                commands.append((index + 1, line.strip()))
            continued = line.endswith("\\")
    return commands


def _load_error(cell: _Cell, error: BaseException) -> LoadError:
    if not isinstance(error, SyntaxError):
        return LoadError(cell.source, cell.number, 1, str(error) or type(error).__name__, cell.text)
    line, why = in_words(error)
    text = cell.line(line)
    return LoadError(cell.source, cell.number, line or 1, why + (f": `{text}`" if text else ""), cell.text)


def _flat(node: ast.stmt, cell: _Cell, guarded: bool = False) -> Iterator[Statement]:
    """The statement itself, or the statements inside a main guard, or an import split into single names."""
    if isinstance(node, ast.If) and _is_main_guard(node.test):
        for inner in node.body:
            yield from _flat(inner, cell, guarded=True)
        for inner in node.orelse:
            yield from _flat(inner, cell, guarded)
        return
    if isinstance(node, ast.Pass):
        return
    place = cell.place(_first_line(node))
    for single in _single_imports(node):
        text = cell.line(place.line) if single is node else ast.unparse(single)
        yield Statement(single, place, text, cell.filename, guarded)


def _single_imports(node: ast.stmt) -> Iterator[ast.stmt]:
    """`import a, b` as two statements: if `b` is not installed, `a` is still imported."""
    match node:
        case ast.Import(names=names) if len(names) > 1:
            for name in names:
                yield ast.copy_location(ast.Import([name]), node)
        case ast.ImportFrom(module=module, names=names, level=level) if len(names) > 1 and module != "__future__":
            for name in names:
                yield ast.copy_location(ast.ImportFrom(module, [name], level), node)
        case _:
            yield node


def _is_main_guard(test: ast.expr) -> bool:
    match test:
        case ast.Compare(left=ast.Name("__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]):
            return True
        case ast.Compare(left=ast.Constant("__main__"), ops=[ast.Eq()], comparators=[ast.Name("__name__")]):
            return True
    return False


def _first_line(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])
