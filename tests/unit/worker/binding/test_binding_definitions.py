"""What definitions tell without being run."""

from __future__ import annotations

import ast
from dataclasses import replace
from textwrap import dedent
from types import FunctionType

import pytest
import torch

from autograder.worker.binding.definitions import returns_several


@pytest.mark.parametrize(
    ("code", "several"),
    [
        ("def evaluate(model, loader):\n    return right / count", False),
        ("def evaluate(model, loader):\n    return loss / count, right / count", True),
        ("def evaluate(model, loader):\n    if not count:\n        return [0, 0]\n    return {'loss': loss}", True),
        ("def evaluate(model, loader):\n    if not count:\n        return 0\n    return loss, right", False),
        (
            "def evaluate(model, loader):\n    def both(x):\n        return x, 1\n    return sum(both(x)[0] for x in y)",
            False,
        ),
        ("def evaluate(model, loader):\n    print('done')", False),
        ("class Evaluate:\n    def __call__(self):\n        return 1, 2", False),
    ],
)
def test_whether_a_function_returns_several_values_is_told_by_what_it_returns(code: str, several: bool) -> None:
    assert returns_several(ast.parse(code).body[0]) is several


@pytest.mark.parametrize("returned", ["right / count", "loss / count, right / count", "100 * right / count, loss"])
def test_an_accuracy_is_found_among_what_a_function_of_the_standard_name_returns(
    submit: FunctionType, monkeypatch: pytest.MonkeyPatch, returned: str
) -> None:

    functions = submit.__globals__["FUNCTIONS"]
    accuracy = replace(functions["evaluate"], adapter="probes.returned:accuracy", single=True)
    monkeypatch.setitem(functions, "evaluate", accuracy)
    text = f"""
    import torch
    from torch.nn import functional as F

    def evaluate(model, loader):
        loss, right, count = 0.0, 0, 0
        for x, y in loader:
            loss += F.cross_entropy(model(x), y, reduction="sum").item()
            right += (model(x).argmax(1) == y).sum().item()
            count += len(y)
        return {returned}
    """
    code = submit({"hw1.py": dedent(text)})
    model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(784, 10))
    x = torch.rand(40, 1, 28, 28)
    y = model(x).argmax(1)
    y[:10] = (y[:10] + 1) % 10
    assert code.evaluate(model, [(x[:20], y[:20]), (x[20:], y[20:])]) == pytest.approx(0.75)
