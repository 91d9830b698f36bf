"""How much of the code is explained: an observation, judged only if there is almost nothing.

Good comments can't be counted, so the number is reported and left to the reader.
"""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from autograder.quoting import file_named
from autograder.requirements.finding import Finding, shortened
from autograder.requirements.reading import MOST_CODE, cells_of
from autograder.results import Met
from autograder.submission import Submission

NO_CODE: Final = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


@dataclass(frozen=True)
class Lines:
    """Counts of non-empty lines. A line with code and a comment counts on both sides."""

    code: int = 0
    comments: int = 0
    docstrings: int = 0
    prose: int = 0  # of a notebook's text cells

    def __add__(self, other: Lines) -> Lines:
        return Lines(
            self.code + other.code,
            self.comments + other.comments,
            self.docstrings + other.docstrings,
            self.prose + other.prose,
        )

    @property
    def share(self) -> float:
        """The share of lines that explain."""
        explaining = self.comments + self.docstrings + self.prose
        return explaining / max(1, explaining + self.code)


def look(submission: Submission, share: float) -> Finding:
    """Count over all sources, and judge by the least `share` of lines that explain."""
    by_source = {path: _count(submission.folder / path) for path in submission.sources}
    whole = sum(by_source.values(), Lines())
    if not whole.code:
        return Finding(Met.UNSEEN, "There is no code in which comments could be counted.")
    pieces = [f"{whole.comments} with a comment", f"{whole.docstrings} of docstrings"]
    if any(lines.prose for lines in by_source.values()):
        pieces.append(f"{whole.prose} of notebook text")
    found = f"{whole.share:.0%} of the lines explain the code: {', '.join(pieces)}, beside {whole.code} of code."
    details = (
        [f"{file_named(path)}: {lines.share:.0%}" for path, lines in by_source.items()] if len(by_source) > 1 else []
    )
    if whole.share >= share:
        return Finding(Met.MET, found, shortened(details))
    advice = "Say above each function what it does and returns, and at each step that is not obvious why it is there."
    return Finding(Met.UNMET, found, shortened(details), advice)


def _count(path: Path) -> Lines:
    lines = Lines()
    for kind, text in cells_of(path):
        lines += count_code(text) if kind == "code" else Lines(prose=_filled(text))
    return lines


def count_code(text: str) -> Lines:
    """Count the lines of a script or a code cell. If it can't be parsed, lines count by how they look."""
    try:
        if len(text) > MOST_CODE:
            raise MemoryError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about escapes in strings
            tree = ast.parse(text)
        docstrings, unwritten = set(_docstring_lines(tree)), set(_unwritten_lines(tree))
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (SyntaxError, tokenize.TokenError, ValueError, RecursionError, MemoryError):
        commented = sum(line.lstrip().startswith("#") for line in text.splitlines())
        return Lines(code=_filled(text) - commented, comments=commented)
    comments = {token.start[0] for token in tokens if token.type == tokenize.COMMENT} - unwritten
    covered = [range(token.start[0], token.end[0] + 1) for token in tokens if token.type not in NO_CODE]
    code = {line for lines in covered for line in lines} - docstrings - unwritten
    docstrings -= unwritten
    return Lines(len(code), len(comments), len(docstrings))


def _docstring_lines(tree: ast.Module) -> Iterator[int]:
    """Lines of docstrings, and of strings used as statements in place of comments."""
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _unwritten_lines(tree: ast.Module) -> Iterator[int]:
    """Lines of functions that only `raise NotImplementedError`: they are as they were given out, docstrings included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_unwritten(node.body):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _is_unwritten(body: list[ast.stmt]) -> bool:
    match body[-1]:
        case ast.Raise(exc=ast.Name(id="NotImplementedError") | ast.Call(func=ast.Name(id="NotImplementedError"))):
            rest = body[:-1]
        case _:
            return False
    return all(isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant) for each in rest)


def _filled(text: str) -> int:
    return sum(bool(line.strip()) for line in text.splitlines())
