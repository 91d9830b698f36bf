"""What may be in a cell or script that can't be read."""

from __future__ import annotations

from autograder.worker.binding.unread import find

BROKEN = "opts = {\n    'SGD': SGD(lr=0.01,\n    'Adam': Adam(lr=0.001),\n}\nlosses = {}\n"
SIGNS = {"optimizers": [r"SGD\(", r"Adam\("], "plot": ["Adam", r"plot\("], "other": ["resnet"]}


def looked_for(code, functions=None, names=()):
    return find(code, functions={name: [] for name in SIGNS} | (functions or {}), signs=SIGNS, names=names)


def test_a_deliverable_is_behind_a_cell_that_has_its_signs_or_makes_what_its_own_cell_needs(submit):
    code = submit({"hw1.ipynb": ["x = 1", BROKEN, "for name in losses:\n    plot(losses[name])", "show(x)"]})
    found = looked_for(code)
    assert found["items"] == {"optimizers": 0, "plot": 0}
    (unread,) = found["unread"]
    assert (unread["source"], unread["cell"], unread["line"]) == ("hw1.ipynb", 2, 2)
    assert unread["why"].startswith("the bracket `(` that is opened in line 2 is never closed")
    assert code.ran() == ()


def test_a_cell_that_needs_nothing_of_it_is_not_behind_it(submit):
    code = submit({"hw1.ipynb": [BROKEN, "losses = train()\nplot(losses)"]})
    assert set(looked_for(code)["items"]) == {"optimizers"}


def test_comments_are_no_signs(submit):
    assert looked_for(submit({"hw1.py": "# SGD( and Adam(\nx = (1\n"}))["items"] == {}


def test_functions_are_found_by_their_names_and_those_that_stand_for_them(submit):
    code = submit({"a.py": "def good(): pass\n", "b.py": "def train_one_epoch(model:\n    pass\n"})
    found = looked_for(code, {"step": ["train_epoch"], "cnn": ["build_cnn"]})
    assert found["items"] == {"step": 0}
    assert found["unread"][0]["cell"] == 0


def test_a_name_that_running_code_has_missed_is_found(submit):
    code = submit({"hw1.ipynb": ["def f():\n    return helper()", "def helper():\n    return (1\n"]})
    assert looked_for(code, names=["helper", "nowhere"])["names"] == {"helper": 0}


def test_where_all_can_be_read_nothing_is_behind_anything(submit):
    assert looked_for(submit({"hw1.py": "SGD(), Adam()\n"})) == {"unread": [], "items": {}, "names": {}}
