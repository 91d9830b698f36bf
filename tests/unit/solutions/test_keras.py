"""The reference in Keras answers for the same functions as the one in PyTorch. `autograder validate` runs it."""

from __future__ import annotations

import ast
from pathlib import Path

from autograder.reference import Reference
from autograder.rubric import load_rubric

ROOT = Path(__file__).resolve().parents[3]
PYTORCH, KERAS = (Reference(ROOT / "solutions" / name) for name in ("pytorch", "keras"))


def test_every_function_of_the_rubric_is_there_with_the_standard_parameters():
    rubric = load_rubric(ROOT / "rubric" / "hw1.yaml")
    for name in rubric.functions:
        tree = ast.parse(KERAS.source(KERAS.defined_in[name]))
        (node,) = (each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == name)
        (standard,) = ast.parse(f"def {rubric.function(name).signature}: pass").body
        assert isinstance(standard, ast.FunctionDef)
        assert [each.arg for each in node.args.args] == [each.arg for each in standard.args.args], name


def test_the_plots_are_those_of_pytorch():
    assert KERAS.source("plots.py") == PYTORCH.source("plots.py")
