"""Of several definitions of a function the one in its own part's file is taken."""

from __future__ import annotations

import ast

import pytest

from autograder.worker.binding.definitions import Definition
from autograder.worker.binding.homes import chosen
from autograder.worker.binding.sources import Place


@pytest.mark.parametrize(
    ("files", "part", "found"),
    [
        (["p1a.py", "p1b.py", "p2a.py"], "1A", "p1a.py"),
        (["Problem 1/a.ipynb", "Problem 1/b.ipynb"], "1A", "Problem 1/a.ipynb"),
        (["hw1/1_A_mnist.py", "hw1/1_B_activations.py"], "1B", "hw1/1_B_activations.py"),
        (["models.py", "q2b.py"], "1A", "models.py"),
        (["models.py", "bonus.py"], "3A", "models.py"),
        (["models.py", "bonus.py"], "bonus", "bonus.py"),
        (["hw1_activations.py", "hw1_bonus_free.py", "final.py"], "1A", "final.py"),
        (["hw1a.py", "final.py"], "1A", "final.py"),
        (["p1a.py", "p1b.py"], "", "p1b.py"),
        (["1a.ipynb", "1a.ipynb"], "1A", "1a.ipynb"),
    ],
)
def test_the_file_of_the_part_comes_first_and_that_of_another_last(files, part, found):
    candidates = [
        Definition("build_mlp", Place(file, 0, line), line, False, ast.Pass()) for line, file in enumerate(files)
    ]
    assert chosen(candidates, part).place.source == found


def test_in_one_file_the_last_counts():
    candidates = [Definition("build_mlp", Place("1a.ipynb", cell, 1), cell, False, ast.Pass()) for cell in (1, 2)]
    assert chosen(candidates, "1A").position == 2
