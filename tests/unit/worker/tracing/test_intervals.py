from __future__ import annotations

import ast

import pytest

from autograder.worker.tracing.intervals import Intervals, interval, make_known

make_known()


def run(code: str) -> dict[str, object]:
    """What is left in the names of changed code."""
    tree = ast.fix_missing_locations(Intervals().visit(ast.parse(code)))
    names: dict[str, object] = {}
    exec(compile(tree, "code", "exec"), names)
    return names


IN_A_LOOP = """
means, running = [], 0
for i, batch in enumerate([1.0, 2.0, 3.0, 4.0]):
    running += batch
    if {test}:
        means.append(running / {every})
        running = 0
"""


@pytest.mark.parametrize(
    ("test", "every", "means"),
    [
        ("i % 100 == 99", 100, [1, 2, 3, 4]),
        ("(i + 1) % 200 == 0", 200, [1.5, 3.5]),
        ("i % 200 == 199", 200, [1.5, 3.5]),
        ("i % 300 == 0 and i > 0", 300, [10 / 3]),
        ("i % 2 == 1", 2, [1.5, 3.5]),  # every other batch is every other batch
    ],
)
def test_what_is_done_at_every_hundredth_batch_is_done_at_every_one(test, every, means):
    assert run(IN_A_LOOP.format(test=test, every=every))["means"] == means


def test_an_interval_may_have_a_name_and_its_counter_be_an_attribute():
    code = """
class Tracker:
    def __init__(self, every=100):
        self.every, self.seen, self.steps = every, 0, []
    def on_train_batch_end(self, batch, logs=None):
        self.seen += 1
        if self.seen % self.every == 0:
            self.steps.append(self.seen)
tracker = Tracker()
for batch in range(4):
    tracker.on_train_batch_end(batch)
steps = tracker.steps
"""
    assert run(code)["steps"] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "code",
    [
        "seen = [step for step in range(1)]\nfor step in range(1000):\n    if step % 100 == 0:\n        seen.append(step)",
        "seen = []\nfor epoch, data in enumerate(range(300)):\n    if epoch % 100 == 0:\n        seen.append(epoch)",
        "seen, n = [], 0\nwhile n < 300:\n    if n % 100 == 0:\n        seen.append(n)\n    n += 1",
        "def even(n):\n    return n % 100 == 0\nseen = [n for n in range(300) if even(n)]",
    ],
)
def test_loops_that_run_in_full_stay_as_they_are(code):
    names: dict[str, object] = {}
    exec(code, names)
    assert run(code)["seen"] == names["seen"]


def test_what_is_no_number_stays_as_it_is():
    assert [interval("100"), interval(None), interval(True), interval(0.5)] == ["100", None, True, 0.5]


STEPS = """
class Optimizer:
    steps = 0
    def step(self): self.steps += 1
    def zero_grad(self): pass

opt = Optimizer()
for i, batch in enumerate(range(4)):
    {always}
    if i % 100 == 0:
        opt.step()
        {then}
"""


@pytest.mark.parametrize(
    ("always", "then", "steps"), [("opt.zero_grad()", "pass", 1), ("pass", "opt.zero_grad()", 4), ("pass", "pass", 4)]
)
def test_steps_that_are_rare_though_each_batch_is_cleared_stay_rare(always, then, steps):
    """Where gradients are collected over a hundred batches, a short run collects those of one."""
    names = run(STEPS.format(always=always, then=then))
    assert names["opt"].steps == steps
