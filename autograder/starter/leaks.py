"""The last check of a kit: no line of the solution, and no name of its private parts, is in any file."""

from __future__ import annotations

import ast
import itertools
import json
import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.starter.skeleton import BEGIN, Module, Skeleton, assigned_names, first_line

WORD = re.compile(r"[A-Za-z_]\w*")
TOGETHER = 4
TELLING_WORDS = 2  # lines with fewer words besides keywords, such as `return model` or `else:`, give nothing away


@dataclass(frozen=True)
class Leak:
    """A line of a released file that is solution text. `where` is like 'problem1.py line 12' or 'hw1.ipynb cell 3 line 2'."""

    where: str
    text: str
    source: str  # the part of the solution: 'the body of `train_epoch`'

    def __str__(self) -> str:
        return f"{self.where}: `{self.text}` is {self.source}"


def leaks(folder: Path, modules: Sequence[Module], skeletons: Sequence[Skeleton], checks: str = "") -> list[Leak]:
    """Every line of every file in `folder` that gives the solution away.

    A line counts if it equals, up to spaces, one of the reference's that the kit does not keep on purpose and that has at least
    two words that are not Python keywords. Checks, in the folder of this name, train and evaluate networks of their own: there,
    lines count only if several are consecutive.
    """
    solution = dict(_solution_lines(modules, skeletons))
    private = _private_names(modules, skeletons)
    found = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        lines = [(where, text) for where, line in _lines(path, name) if (text := _plain(line))]
        together = _together([text in solution for _, text in lines])
        for (where, text), run in zip(lines, together, strict=True):
            names = [word for word in WORD.findall(text) if word in private]
            if run >= (TOGETHER if checks and name.startswith(f"{checks}/") else 1):
                found.append(Leak(where, text, f"the body of `{solution[text]}`"))
            elif names:
                found.append(Leak(where, text, f"about `{names[0]}`, a private part of the solution"))
    return found


def _together(told: Sequence[bool]) -> Iterator[int]:
    """For each line the length of its run of solution text; 0 if it is none."""
    for value, run in itertools.groupby(told):
        length = len(list(run))
        yield from [length if value else 0] * length


def _solution_lines(modules: Sequence[Module], skeletons: Sequence[Skeleton]) -> Iterator[tuple[str, str]]:
    """Lines that give something away, each with the name of what it is part of."""
    kept = {_plain(line) for each in skeletons for line in _kept_lines(each)}
    for module in modules:
        lines = module.text.splitlines()
        for node in module.tree.body:
            for name in assigned_names(node):
                for line in lines[first_line(node) - 1 : node.end_lineno]:
                    text = _plain(line)
                    if text not in kept and _tells(text):
                        yield text, name


def _kept_lines(skeleton: Skeleton) -> Iterator[str]:
    for text in (*skeleton.imports, *skeleton.given):
        yield from text.splitlines()
    for text in skeleton.functions.values():
        yield from text[: text.index(BEGIN)].splitlines()


def _private_names(modules: Sequence[Module], skeletons: Sequence[Skeleton]) -> set[str]:
    """The functions and classes that a kit's modules leave out."""
    kept = {each.name: set(each.functions).union(*map(_defined, each.given)) for each in skeletons}
    return {
        node.name
        for module in modules
        if module.name in kept
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name not in kept[module.name]
    }


def _defined(statement: str) -> Iterator[str]:
    return assigned_names(ast.parse(statement).body[0])


def _lines(path: Path, name: str) -> Iterator[tuple[str, str]]:
    """The lines of a text file or of a notebook's cells, with their places. Files that are no text hold none."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    if path.suffix != ".ipynb":
        yield from _numbered(name, text.splitlines())
        return
    cells: Iterable[Mapping[str, str | list[str]]] = json.loads(text)["cells"]
    for number, cell in enumerate(cells, start=1):
        yield from _numbered(f"{name} cell {number}", "".join(cell["source"]).splitlines())


def _numbered(name: str, lines: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((f"{name} line {number}", line) for number, line in enumerate(lines, start=1))


def _plain(line: str) -> str:
    return " ".join(line.split("  #")[0].split())


def _tells(text: str) -> bool:
    words = [word for word in WORD.findall(text) if not keyword.iskeyword(word)]
    return len(words) >= TELLING_WORDS and not text.startswith("#")
