"""Which numbers in code are sizes of data sets."""

from __future__ import annotations

import ast

import pytest

from autograder.worker.tracing.shrinking import Shrinking, named_sizes


@pytest.mark.parametrize(
    ("code", "shrunk"),
    [
        ("x[:50000], x[50000:], x[-10000:]", "(x[:500], x[500:], x[-100:])"),
        ("x[-5000:, :28]", "x[-50:, :28]"),
        ("x.reshape(60000, 28 * 28)", "x.reshape(600, 28 * 28)"),
        ("x.reshape((10000, 784)) / 255", "x.reshape((100, 784)) / 255"),
        ("x.reshape(len(x), 4096)", "x.reshape(len(x), 4096)"),
        ("random_split(data, [55000, 5000])", "random_split(data, [550, 50])"),
        ("Subset(data, range(10000))", "Subset(data, range(100))"),
        ("torch.randperm(60000)[:128]", "torch.randperm(600)[:128]"),
        ("train_test_split(x, y, test_size=10000)", "train_test_split(x, y, test_size=100)"),
        ("correct / 10000", "correct / 100"),
        ("assert len(x) == 60000", "assert len(x) == 600"),
        ("60000 // 64", "600 // 64"),
        ("range(0, 60000, 64)", "range(0, 600, 64)"),
        ("n = 50000\nx[:n]", "n = 500\nx[:n]"),
        ("a, b = (55000, 5000)\nrandom_split(data, [a, b])", "a, b = (550, 50)\nrandom_split(data, [a, b])"),
        ("x[:len(x) - 5000]", "x[:len(x) - 50]"),
        ("random_split(data, [len(data) - 5000, 5000])", "random_split(data, [len(data) - 50, 50])"),
        ("n: int = 5000\nx[:x.shape[0] - n]", "n: int = 50\nx[:x.shape[0] - n]"),
        ("class C:\n    held: int = 5000\nx[:C().held]", "class C:\n    held: int = 50\nx[:C().held]"),
        ("c = Config(held=5000)\nx[c.held:]", "c = Config(held=50)\nx[c.held:]"),
        ("c = {'held': 5000}\nx[:-c['held']]", "c = {'held': 50}\nx[:-c['held']]"),
        ("def cut(x, n=5000):\n    return x[n:]", "def cut(x, n=50):\n    return x[n:]"),
        (
            "def cut(x, *, n=5000):\n    return x[n:]\ncut(x, n=n)",
            "def cut(x, *, n=50):\n    return x[n:]\ncut(x, n=n)",
        ),
        (
            "def cut(x, n=5000):\n    return train_test_split(x, test_size=n)",
            "def cut(x, n=50):\n    return train_test_split(x, test_size=n)",
        ),
        # numbers that are none of a size
        ("c = Config(steps=5000)\nx[c.held:]", "c = Config(steps=5000)\nx[c.held:]"),
        ("for i in range(10000):\n    step()", "for i in range(10000):\n    step()"),
        ("epochs = 10000\nfor i in range(epochs):\n    step()\nlosses[:epochs]", None),
        ("x[a:a + 1000]", "x[a:a + 1000]"),
        ("x[:500]", "x[:500]"),
        ("while i < 10000:\n    i += 1", "while i < 10000:\n    i += 1"),
    ],
)
def test_sizes_in_code_are_divided_and_other_numbers_stay(code: str, shrunk: str | None) -> None:
    tree = ast.parse(code)
    found = Shrinking(named_sizes([tree])).visit(tree)
    assert ast.unparse(found) == (ast.unparse(ast.parse(code)) if shrunk is None else shrunk)
