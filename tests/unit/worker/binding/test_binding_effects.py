"""What a statement binds, changes and needs is told as Python itself sees it."""

from __future__ import annotations

import ast

import pytest

from autograder.worker.binding.effects import Effects, effects_of


def effects(text: str) -> Effects:
    (node,) = ast.parse(text).body
    return effects_of(node, compile(text, "hw1.py", "exec", dont_inherit=True))


def test_a_function_needs_its_globals_only_when_it_is_called():
    seen = effects("def train(model, rate=RATE):\n    x = model(batch)\n    return [len(y) + x + z for y in x]")
    assert seen.binds == {"train"}
    assert seen.needs == {"RATE"}
    assert seen.needs_later - {"len"} == {"batch", "z"}


def test_a_class_needs_its_bases_at_once_and_its_methods_globals_later():
    seen = effects("class MLP(nn.Module):\n    sizes = SIZES\n    last = sizes\n    def run(x):\n        return act(x)")
    assert seen.needs - {"__name__"} == {"nn", "SIZES"}
    assert seen.needs_later == {"act"}


def test_a_comprehension_needs_its_names_at_once():
    assert effects("layers = [make(size) for size in sizes]").needs == {"make", "sizes"}


def test_a_function_inside_a_function_has_no_names_of_the_module():
    seen = effects("def main():\n    device = 'cpu'\n    def train():\n        return device\n    train()")
    assert (seen.binds, seen.needs_later) == ({"main"}, frozenset())


@pytest.mark.parametrize(
    "text",
    [
        "config['lr'] = 0.1",
        "config.lr = 0.1",
        "config.layers[0].size += 1",
        "config.append(1)",
        "config.layers.append(1)",
        "config.style.use('dark')",
        "for i in range(3):\n    config.append(i)",
    ],
)
def test_a_change_in_place_is_seen(text):
    assert effects(text).changes == {"config"}


@pytest.mark.parametrize(
    "text", ["config.show()", "print(config)", "def f():\n    config['lr'] = 1", "x = config.pop()"]
)
def test_what_changes_nothing_by_itself_is_no_change(text):
    assert effects(text).changes == frozenset()


def test_only_a_whole_assignment_makes_the_earlier_value_needless():
    assert effects("x = 1").rebinds == {"x"}
    assert effects("x += 1").rebinds == frozenset()
    assert effects("if y:\n    x = 1").rebinds == frozenset()
