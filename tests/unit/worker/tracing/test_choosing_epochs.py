"""Which calls of `max` are marked, and which loaded weights are a network's own."""

from __future__ import annotations

import ast
import builtins
import copy
from pathlib import Path

import pytest
import torch
from torch import nn

from autograder.worker.tracing import choosing
from autograder.worker.tracing.places import Places


def marked(code: str) -> bool:
    changed = choosing.Maxima().visit(ast.parse(code))
    return any(isinstance(each, ast.Name) and each.id == choosing.NAME for each in ast.walk(changed))


@pytest.mark.parametrize(
    "code",
    [
        "final[name] = max(accs)",
        "print(f'test accuracy {max(accs):.3f}')",
        "rows.append({'final test accuracy': max(h['acc'])})",
        "for name in names:\n    if name:\n        table.append((name, max(accs[name])))",
    ],
)
def test_the_largest_of_a_list_is_marked(code):
    assert marked(code)


@pytest.mark.parametrize(
    "code",
    [
        "best_acc = max(accs)",
        "print(f'Best epoch: {max(accs)}')",
        "top = max(a, b)",
        "x = max(names, key=len)",
        "x = max(*accs)",
        "if acc > max(accs):\n    pass",
    ],
)
def test_what_is_called_the_best_or_is_of_other_things_is_not(code):
    assert not marked(code)


@pytest.fixture
def told(monkeypatch):
    """Records of marked code; the mark is taken away afterwards."""
    monkeypatch.setattr(builtins, choosing.NAME, None, raising=False)
    records = []
    choosing.make_known(records.append, Places(Path(), "hw1.py"))
    return records


def test_marked_code_gives_what_it_gave_and_numbers_are_told(told):
    code = "def f(values):\n    return max(values)\nfound = f([0.5, 0.75]), f('abc'), f({1: 2}), f(iter([1, 2]))"
    names = {}
    exec(compile(ast.fix_missing_locations(choosing.Maxima().visit(ast.parse(code))), "hw1.py", "exec"), names)
    assert names["found"] == (0.75, "c", 1, 2)
    assert [(each["what"], each["values"]) for each in told] == [("largest", [0.5, 0.75])]


def test_a_function_that_the_code_itself_calls_max_is_called(told):
    names = {"max": sum}
    exec(
        compile(ast.fix_missing_locations(choosing.Maxima().visit(ast.parse("x = max([1, 2])"))), "hw1.py", "exec"),
        names,
    )
    assert names["x"] == 3


@pytest.fixture
def came_back(monkeypatch):
    for name in ("state_dict", "load_state_dict"):
        monkeypatch.setattr(nn.Module, name, getattr(nn.Module, name))
    modules = []
    choosing.watch_kept_weights(modules.append)
    return modules


def step(net: nn.Module) -> None:
    optimizer = torch.optim.Adam(net.parameters())
    net(torch.ones(1, 2)).sum().backward()
    optimizer.step()


@pytest.mark.parametrize(
    ("keep", "is_own"),
    [
        (lambda net: net.state_dict(), True),
        (lambda net: net.state_dict().copy(), True),
        (lambda net: dict(net.state_dict()), True),
        (lambda net: copy.deepcopy(net.state_dict()), False),
        (lambda net: copy.deepcopy(net).state_dict(), False),
    ],
    ids=["as it is", "a copy of the dictionary", "another dictionary", "a deep copy", "of another network"],
)
def test_weights_that_are_kept_without_a_copy_come_back(came_back, keep, is_own):
    net = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 1))
    kept = keep(net)
    step(net)
    net.load_state_dict(kept)
    assert came_back == [net] * is_own


def test_weights_that_were_not_trained_since_have_not_changed(came_back):
    net = nn.Linear(2, 1)
    step(net)
    net.load_state_dict(net.state_dict())
    assert came_back == []
