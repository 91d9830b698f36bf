"""What definitions tell without being run."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from types import FunctionType, ModuleType

import pytest

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


@pytest.mark.parametrize(
    ("returned", "read"), [("0.75", 0.75), ("1.4, 0.75", "0.75 of 2"), ("{'loss': 1.4, 'acc': 0.75}", "acc of 2")]
)
def test_what_a_function_of_the_standard_name_returns_is_read_where_it_is_several_values(
    submit: FunctionType, monkeypatch: pytest.MonkeyPatch, returned: str, read: object
) -> None:
    adapters = ModuleType("adapters_of_a_test")
    vars(adapters)["last"] = lambda function: lambda *given: f"{[*function(*given)][-1]} of {len(function(*given))}"
    monkeypatch.setitem(sys.modules, adapters.__name__, adapters)
    functions = submit.__globals__["FUNCTIONS"]
    evaluate = replace(functions["evaluate"], adapter=f"{adapters.__name__}:last", single=True)
    monkeypatch.setitem(functions, "evaluate", evaluate)
    code = submit({"hw1.py": f"def evaluate(model, loader):\n    return {returned}\n"})
    assert code.evaluate(None, []) == read
