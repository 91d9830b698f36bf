"""A named bug points at the line that it is about, in whatever style that is written, or at the function."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.diagnosis import find_functions, load_bugs, where
from autograder.diagnosis.pointing import LINES, Function
from autograder.reference import Reference

ROOT = Path(__file__).resolve().parents[3]
LIBRARY = load_bugs(ROOT / "tests" / "bugs", Reference(ROOT / "solutions" / "pytorch"))
BUGS = {bug.bug: bug for bug in LIBRARY.bugs}

TRAINING = """\
def fit(net, batches, opt, criterion):
    \"\"\"One epoch: opt.zero_grad(), loss.backward(), opt.step().\"\"\"
    net.train()
    running = []
    for images, labels in batches:
        opt.zero_grad()
        scores = net(images)
        cost = criterion(scores, labels)
        cost.backward()
        opt.step()
        running.append(cost.item())
    return sum(running) / len(running)
"""


def pointed(bug: str, text: str) -> str:
    return where(BUGS[bug], LIBRARY, [Function("hw1.py", 1, tuple(text.split("\n")))])


@pytest.mark.parametrize(
    ("bug", "old", "new", "told"),
    [
        ("train_epoch.zero-grad-missing", "        opt.zero_grad()\n", "", "hw1.py before line 8: cost.back"),
        ("train_epoch.backward-missing", "        cost.backward()\n", "", "hw1.py before line 9: opt.step()"),
        (
            "train_epoch.evaluation-mode",
            "    net.train()\n",
            "",
            "hw1.py before line 4: for images, labels in batches:",
        ),
        ("train_epoch.stepped-twice", "opt.step()\n", "opt.step()\n        opt.step()\n", "hw1.py line 1"),
        (
            "train_epoch.softmax-before-loss",
            "criterion(scores, ",
            "criterion(scores.softmax(1), ",
            "hw1.py line 8: cost",
        ),
    ],
)
def test_the_line_is_told_where_one_is_clearly_meant(bug, old, new, told):
    head, _, body = TRAINING.rpartition(old)
    assert pointed(bug, head + new + body).startswith(told)


def test_the_function_is_told_where_no_line_is_like_the_wrong_one():
    text = "def fit(net, batches, opt, criterion):\n    return Trainer(net, opt, criterion).epoch(batches)\n"
    assert pointed("train_epoch.zero-grad-missing", text) == f"hw1.py line 1: {text.splitlines()[0]}"


def test_the_function_is_told_where_two_lines_would_do_equally_well():
    text = "def f(model, loader):\n    model.train(False)\n    model.zero_grad()\n    model.zero_grad()\n    return 1\n"
    assert pointed("gradient_magnitudes.cleared-before-reading", text).startswith("hw1.py line 1: def f")


@pytest.mark.parametrize("bug", LIBRARY.bugs, ids=lambda bug: bug.bug)
def test_every_bug_can_be_pointed_at_in_the_reference_itself(bug):
    _, wrong = LIBRARY.function_texts(bug)
    assert pointed(bug.bug, wrong).startswith("hw1.py")


def test_a_function_ends_where_its_indentation_does(tmp_path):
    text = "x = 1\ndef f(\n    a,\n):\n    if a:\n\n# aside\n        return 1\n\n\ndef g():\n    return 2\n"
    (tmp_path / "hw1.py").write_text(text)
    (found,) = find_functions(tmp_path, ["hw1.py"], "hw1.py line 2 `f`")
    assert (found.place, found.line) == ("hw1.py", 2)
    assert found.lines[0] == "def f(" and "        return 1" in found.lines and "def g():" not in found.lines


def test_a_cell_of_a_notebook_is_found_by_its_number(tmp_path):
    cells = [{"cell_type": "markdown", "source": "# Title"}]
    cells += [
        {"cell_type": "code", "source": text} for text in ("import torch", "", "x = 1\ndef f(a):\n    return a\n")
    ]
    (tmp_path / "hw1.ipynb").write_text(json.dumps({"cells": cells}))
    (found,) = find_functions(tmp_path, ["hw1.ipynb"], "hw1.ipynb cell 2 line 2 `f`")
    assert found == Function("hw1.ipynb cell 2", 2, ("def f(a):", "    return a", ""))


def test_the_line_may_stand_in_a_class_or_function_that_the_bound_one_calls(tmp_path):
    text = """\
        class Net(nn.Module):
            def __init__(self, sizes):
                self.act = nn.ReLU()

        def run(net, batches, opt):
            for x, y in batches:
                opt.zero_grad()
                net.criterion(net(x).softmax(dim=1), y).backward()
                opt.step()

        def train_epoch(model, loader, optimizer, loss_fn):
            model.train()
            return run(model, loader, optimizer)
    """
    (tmp_path / "hw1.py").write_text(dedent(text))
    functions = find_functions(tmp_path, ["hw1.py"], "hw1.py line 11 `train_epoch`")
    assert [function.line for function in functions] == [11, 5]
    assert where(BUGS["train_epoch.zero-grad-after-backward"], LIBRARY, functions) == "hw1.py line 7: opt.zero_grad()"


@pytest.mark.parametrize(
    "bound_to",
    ["", "no place", "/etc/passwd line 1 `root`", "../hw1.py line 1 `f`", "hw1.py line 0 `f`", "hw1.py line 999 `f`"],
)  # fmt: skip
def test_a_place_that_is_none_in_the_submission_is_not_read(tmp_path, bound_to):
    (tmp_path / "hw1.py").write_text("def f(): pass")
    assert find_functions(tmp_path, ["hw1.py"], bound_to) == ()


def test_a_hostile_function_is_read_only_so_far_and_shown_on_one_line(tmp_path):
    (tmp_path / "hw1.py").write_text("def f():" + "(" * 100_000 + "\n" + "    x = [[1]]; \x1b[31m\n" * 100_000)
    (found,) = find_functions(tmp_path, ["hw1.py"], "hw1.py line 1 `f`")
    assert len(found.lines) == LINES
    told = where(BUGS["train_epoch.zero-grad-missing"], LIBRARY, [found])
    assert len(told) < 130 and told.isprintable()


def test_words_in_docstrings_and_comments_are_not_code():
    text = dedent('''\
        def total(model, loader):
            """
            model.eval()
            """
            # model.eval()
            model.eval()
            return 0
    ''')
    assert pointed("evaluate.training-mode", text).startswith("hw1.py")
