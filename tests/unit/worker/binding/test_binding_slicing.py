"""Only what a name depends on is run, and each statement sees the names as they are where it stands."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from autograder.worker.binding.effects import effects_of
from autograder.worker.binding.slicing import Program


def needed(text: str, name: str) -> list[str]:
    """The first lines of the statements that `name` depends on in the end."""
    nodes = ast.parse(dedent(text)).body
    codes = [compile(ast.Module([node], []), "hw1.py", "exec", dont_inherit=True) for node in nodes]
    effects = tuple(effects_of(node, code) for node, code in zip(nodes, codes, strict=True))
    program = Program(effects, tuple(nodes), (False,) * len(nodes))
    return [ast.unparse(nodes[position]).split("\n")[0] for position in program.closure(name, program.end)]


def test_a_function_brings_what_its_body_reads_and_nothing_else():
    text = """
        import torch
        import matplotlib.pyplot as plt
        device = torch.device("cpu")
        batch_size = 64
        def move(x):
            return x.to(device)
        def evaluate(model, loader):
            return [model(move(x)) for x in loader]
        print(evaluate)
    """
    assert needed(text, "evaluate") == [
        "import torch",
        "device = torch.device('cpu')",
        "def move(x):",
        "def evaluate(model, loader):",
    ]


def test_decorators_defaults_and_bases_are_needed():
    text = """
        import torch
        from torch import nn
        SIZES = [784, 10]
        class MLP(nn.Module):
            pass
        @torch.no_grad()
        def build(sizes=SIZES, kind=MLP):
            pass
    """
    assert needed(text, "build") == [
        "import torch",
        "from torch import nn",
        "SIZES = [784, 10]",
        "class MLP(nn.Module):",
        "@torch.no_grad()",
    ]


def test_parameters_and_local_names_are_no_globals():
    text = """
        model = expensive()
        loader = expensive()
        def train(model, loader):
            loss = model(loader)
            return loss
        loss = train(model, loader)
    """
    assert needed(text, "train") == ["def train(model, loader):"]


def test_of_several_values_the_one_in_force_at_the_end_counts_for_a_function():
    text = """
        loader = mnist()
        def gradients():
            return next(iter(loader))
        loader = cifar10()
    """
    assert needed(text, "gradients") == ["def gradients():", "loader = cifar10()"]


def test_of_several_values_the_one_in_force_there_counts_for_an_assignment():
    text = """
        sizes = [784, 10]
        model = build(sizes)
        sizes = [3072, 10]
        def evaluate():
            return model
    """
    assert needed(text, "evaluate") == ["sizes = [784, 10]", "model = build(sizes)", "def evaluate():"]


def test_a_function_called_at_the_top_level_brings_what_it_reads_there():
    text = """
        width = 128
        def build():
            return width
        model = build()
        width = 256
        def evaluate():
            return model
    """
    assert needed(text, "evaluate") == ["width = 128", "def build():", "model = build()", "def evaluate():"]


@pytest.mark.parametrize(
    "change",
    [
        "config['lr'] = 0.1",
        "config.update(lr=0.1)",
        "config |= {'lr': 0.1}",
        "for name in ['lr']:",
        "if cuda:",
        "with open('config.json') as file:",
        "try:",
    ],
)
def test_changes_of_a_needed_name_are_needed(change):
    block = "" if not change.endswith(":") else "\n    config['lr'] = 0.1"
    block += "\nexcept KeyError:\n    pass" if change == "try:" else ""
    text = f"config = {{}}\n{change}{block}\ndef build():\n    return config\nconfig_two = config"
    assert needed(text, "build") == ["config = {}", change, "def build():"]


def test_a_loop_that_trains_is_not_run():
    text = """
        losses = []
        def train_epoch(model):
            model.backward()
        def train_all(model):
            train_epoch(model)
        for epoch in range(10):
            losses.append(train_all(model))
        while True:
            losses.append(1)
            optimizer.step()
        def plot():
            return losses
    """
    assert needed(text, "plot") == ["losses = []", "def plot():"]


def test_a_block_that_only_defines_a_training_function_is_run():
    text = """
        if torch:
            def train_epoch(model):
                model.backward()
    """
    assert needed(text, "train_epoch") == ["if torch:"]


def test_a_block_that_defines_and_trains_is_not_run():
    text = """
        if True:
            def train_epoch(model):
                model.backward()
            train_epoch(model)
    """
    assert needed(text, "train_epoch") == []


def test_seeds_and_settings_come_with_the_library_that_they_set():
    text = """
        import random
        import torch
        import matplotlib.pyplot as plt
        torch.manual_seed(0)
        torch.backends.cudnn.deterministic = True
        random.seed(0)
        plt.show()
        plt.rcParams["figure.dpi"] = 120
        def build():
            return torch
    """
    assert needed(text, "build") == [
        "import torch",
        "torch.manual_seed(0)",
        "torch.backends.cudnn.deterministic = True",
        "def build():",
    ]


def test_a_name_bound_only_below_an_earlier_version_serves_that_version_too():
    text = """
        def move(x):
            return x.to(device)
        device = "cpu"
        def evaluate(x):
            return move(x)
    """
    assert needed(text, "evaluate") == ["def move(x):", "device = 'cpu'", "def evaluate(x):"]


def test_functions_that_call_each_other_are_found():
    text = """
        def even(n):
            return n == 0 or odd(n - 1)
        def odd(n):
            return n != 0 and even(n - 1)
    """
    assert needed(text, "even") == ["def even(n):", "def odd(n):"]


def test_who_looks_names_up_by_text_gets_all_definitions():
    text = """
        class CNN_A:
            pass
        x = expensive()
        def build(name):
            return globals()[name]()
    """
    assert needed(text, "build") == ["class CNN_A:", "def build(name):"]


def test_a_star_import_from_a_library_is_always_run():
    text = """
        from math import *
        def area(r):
            return pi * r
    """
    assert needed(text, "area") == ["from math import *", "def area(r):"]
