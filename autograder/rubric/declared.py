"""The checks that an assignment's test files declare, read from their text.

None of them is run: whether a rubric names its checks correctly is known before the first submission is opened. Checks that exist
only when a test module is run, such as those made in a loop, are not found here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from autograder.rubric.checks import FoundCheck, verify_checks
from autograder.rubric.model import Rubric, Visibility
from autograder.rubric.problems import Place, Problem, RubricError

MARK = "item"  # the decorator that makes a test function a check: `@item("1A.network")`


def verify_declared_checks(rubric: Rubric) -> None:
    """Compare `rubric` with the checks in its folders, by name.

    A starter kit has no hidden checks, and its rubric lists only the checks that it has, so nothing is compared there. Raises
    `RubricError` with every disagreement.
    """
    folders = rubric.assignment.checks
    if all((rubric.root / folder).is_dir() for folder in (folders.public, folders.hidden)):
        verify_checks(rubric, declared_checks(rubric))


def declared_checks(rubric: Rubric) -> dict[str, FoundCheck]:
    """The checks by the names under which pytest collects them. Raises `RubricError` for a file that is not valid Python."""
    folders = rubric.assignment.checks
    found: dict[str, FoundCheck] = {}
    by_visibility: dict[Visibility, str] = {"public": folders.public, "hidden": folders.hidden}
    for visibility, folder in by_visibility.items():
        for path in _test_files(rubric.root / folder):
            found |= {check.name: check for check in _in_file(path, rubric.root, visibility)}
    for name in (name for entry in rubric.items for name in entry.checks if name not in found):
        function = name.partition("[")[0]  # pytest names each case of a parametrized check: `test_steps[adam]`
        if function != name and function in found:
            found[name] = replace(found[function], name=name)
    several = {name.partition("[")[0] for name in found if "[" in name}
    return {name: check for name, check in found.items() if name not in several}


def _test_files(folder: Path) -> list[Path]:
    return sorted({*folder.rglob("test_*.py"), *folder.rglob("*_test.py")})


def _in_file(path: Path, root: Path, visibility: Visibility) -> Iterator[FoundCheck]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        message = f"cannot be read as Python: {getattr(error, 'msg', error)}; mend this file of checks"
        raise RubricError([Problem(Place(str(path), getattr(error, "lineno", None)), message)]) from None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            marks = [mark for mark in node.decorator_list if isinstance(mark, ast.Call) and _called(mark) == MARK]
            for mark in marks[:1]:
                where = f"{path.relative_to(root).as_posix()}:{node.lineno}"
                yield FoundCheck(node.name, _first_text(mark), visibility, where)


def _called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def _first_text(call: ast.Call) -> str:
    """The item that a mark names; empty if it is not a string literal."""
    given = [*call.args[:1], *(keyword.value for keyword in call.keywords if keyword.arg == "id")]
    return given[0].value if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else ""
