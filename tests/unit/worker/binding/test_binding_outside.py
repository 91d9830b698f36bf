"""Work that no check can call is seen by its signs, wherever it stands, without running it."""

from __future__ import annotations

import pytest

from autograder.worker.binding.outside import find

SIGNS = {"comparison": ["relu", "tanh", r"train\("]}
TRAIN = "def evaluate(x):\n    relu = tanh = train(x)\n"  # answers for a standard function


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("for act in ['relu', 'tanh']:\n    train(act)\n", "line 1"),
        ("import os\nif __name__ == '__main__':\n    for act in ['relu', 'tanh']: train(act)\n", "line 3"),
        ("def main():\n    for act in ['relu', 'tanh']: train(act)\nmain()\n", "line 1"),
        ("class Runner:\n    def run(self):\n        for act in ['relu', 'tanh']: train(act)\n", "line 1"),
    ],
    ids=["a loop", "behind the main guard", "a function without parameters", "a method"],
)
def test_work_is_seen_wherever_no_check_can_call_it(submit, text, where):
    code = submit({"hw1.py": text})
    (place, _) = find(code, signs=SIGNS)["comparison"]
    assert place == f"hw1.py {where}"
    assert code.ran() == ()


def test_signs_may_be_in_what_a_statement_depends_on(submit):
    code = submit({"hw1.ipynb": ["acts = ['relu', 'tanh']", "for a in acts:\n    curves = train(a)", "show(curves)"]})
    assert find(code, signs={"plot": [*SIGNS["comparison"], r"show\("]}) == {
        "plot": ["hw1.ipynb cell 3 line 1", "show(curves)"]
    }


def test_signs_in_a_helper_that_work_calls_count_in_another_file_too(submit):
    helper = "def run(names):\n    for a in names: train(a)\n"
    code = submit({"helper.py": helper, "hw1.py": "from helper import run\nrun(['relu', 'tanh'])\n"})
    assert find(code, signs=SIGNS)["comparison"] == ["hw1.py line 2", "run(['relu', 'tanh'])"]


@pytest.mark.parametrize(
    "text",
    [
        "print('hello')\n",
        "train('relu')\n\nprint('tanh')\n",
        f"{TRAIN}\nevaluate(1)\n",
        '"""We train(relu) and train(tanh)."""\nimport torch\n',
        'def main():\n    """Calls train() with relu, then tanh."""\n    print(1)\n',
        "def train_both(relu, tanh=train(1)):\n    raise NotImplementedError\n",
        "def part_a(): train('relu')\ndef part_b(): train('tanh')\ndef main():\n    part_a()\n    part_b()\n",
    ],
    ids=[
        "no sign",
        "signs apart from each other",
        "what answers for a function",
        "a text",
        "a docstring",
        "a stub",
        "parts that stand for themselves",
    ],
)
def test_nothing_is_seen_where_the_signs_are_not_together(submit, text):
    assert find(submit({"hw1.py": text}), signs=SIGNS) == {}


def test_what_has_no_signs_is_never_seen(submit):
    assert find(submit({"hw1.py": "train('relu', 'tanh')"}), signs={"anything": []}) == {}


def test_a_loop_that_makes_its_own_names_does_not_depend_on_earlier_loops(submit):
    text = "for i in 'ab':\n    model = train('relu')\n\nfor i in 'ab':\n    model = make('tanh')\n    use(model)\n"
    assert find(submit({"hw1.py": text}), signs=SIGNS) == {}
