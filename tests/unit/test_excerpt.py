"""What of the reference lies beside a student's code is what a function needs, and no more."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autograder.excerpt import excerpt
from autograder.reference import Reference, ReferenceError

ROOT = Path(__file__).resolve().parents[2]


def reference(folder: Path, **files: str) -> Reference:
    (folder / "__init__.py").write_text("")
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text)
    return Reference(folder)


def run(text: str) -> dict[str, object]:
    namespace: dict[str, object] = {"__name__": "excerpt"}
    exec(text, namespace)
    return namespace


def test_a_function_comes_with_the_constants_and_functions_that_it_uses_from_other_files_too(tmp_path):
    found = excerpt(
        reference(
            tmp_path,
            a="import math\nHALF = 0.5\ndef _part(x):\n    return math.floor(x * HALF)\n\ndef halve(x):\n    return _part(x)\n",
            b="from .a import halve\n\ndef quarter(x):\n    return halve(halve(x))\n\ndef other(x):\n    return quarter(x)\n",
        ),
        ["quarter"],
    )
    assert found.names == {"quarter", "halve", "_part", "HALF"}
    assert run(found.text)["quarter"](20) == 5
    assert "other" not in found.text


def test_a_function_that_is_not_there_is_told(tmp_path):
    with pytest.raises(ReferenceError, match="define no `gone`"):
        excerpt(reference(tmp_path, a="x = 1\n"), ["gone"])


def test_two_needed_definitions_of_one_name_are_told(tmp_path):
    files = {name: f"def _step():\n    return 1\n\ndef {name}():\n    return _step()\n" for name in ("one", "two")}
    with pytest.raises(ReferenceError, match="give one of them another name"):
        excerpt(reference(tmp_path, **files), ["one", "two"])


@pytest.mark.parametrize("framework", ["pytorch", "keras"])
def test_each_function_of_the_solutions_can_stand_alone(framework):
    solutions = Reference(ROOT / "solutions" / framework)
    for name in solutions.defined_in:
        found = excerpt(solutions, [name])
        compile(found.text, name, "exec")
        defined = {each.name for each in ast.parse(found.text).body if isinstance(each, ast.FunctionDef | ast.ClassDef)}
        assert name in defined
        assert defined <= found.names
