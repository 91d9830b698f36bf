"""Standard functions are found by mapping, name and alias, and a missing one is told with what is near."""

from __future__ import annotations

from dataclasses import replace

import pytest

from autograder.worker.binding import MissingFunction


def binding(code, function):
    (record,) = [record for record in code.bindings() if record.function == function]
    return record.bound_to, record.how


def message(code, function) -> str:
    with pytest.raises(MissingFunction) as caught:
        getattr(code, function)
    assert caught.value.name == function
    return str(caught.value)


def test_a_function_is_found_by_its_standard_name_before_any_alias(submit):
    code = submit({"hw1.py": "def train_epoch():\n    return 'standard'\n\ndef train():\n    return 'alias'\n"})
    assert code.train_epoch() == "standard"
    assert binding(code, "train_epoch") == ("hw1.py line 1 `train_epoch`", "standard name")


def test_aliases_are_tried_in_the_rubrics_order(submit):
    parameters = "(model, loader, optimizer, loss_fn)"
    first, second = (
        f"def train{parameters}:\n    return 2",
        f"@staticmethod\ndef train_one_epoch{parameters}:\n    return 1",
    )
    code = submit({"hw1.ipynb": [first, second]})
    assert code.train_epoch(0, 0, 0, 0) == 1
    assert binding(code, "train_epoch") == ("hw1.ipynb cell 2 line 2 `train_one_epoch`", "alias")


@pytest.mark.parametrize(
    ("part", "answer"), [("1A", "its own part's"), ("1B", "the first alias"), ("", "the first alias")]
)
def test_an_alias_in_the_functions_own_part_comes_before_one_in_anothers(submit, monkeypatch, part, answer):
    functions = submit.__globals__["FUNCTIONS"]
    monkeypatch.setitem(functions, "build_mlp", replace(functions["build_mlp"], part=part))
    own = 'def MLP(sizes, activation="relu"):\n    return "its own part\'s"\n'
    code = submit({"p1a.py": own, "p1b.py": "def make_mlp(sizes, act):\n    return 'the first alias'\n"})
    assert code.build_mlp([784, 10]) == answer


def test_a_class_may_stand_for_the_function_that_builds_it(submit):
    code = submit({"hw1.py": "class MLP:\n    def __init__(self, sizes, act='relu'):\n        self.sizes = sizes\n"})
    assert code.build_mlp([784, 10]).sizes == [784, 10]


def test_of_several_definitions_the_last_counts_and_the_record_says_so(submit):
    code = submit(
        {
            "hw1.ipynb": ["def evaluate():\n    return 1", "def evaluate():\n    return 2"],
            "final.py": "def evaluate():\n    return 3\n",
        }
    )
    assert code.evaluate() == 3
    assert binding(code, "evaluate") == ("final.py line 1 `evaluate`", "standard name; the last of 3")
    (record,) = [record for record in code.bindings() if record.function == "evaluate"]
    assert record.others == ("hw1.ipynb cell 1 line 1 `evaluate`", "hw1.ipynb cell 2 line 1 `evaluate`")


@pytest.mark.parametrize("target", ["src/models.py:Net", "models.py:Net", "Net"])
def test_a_mapping_comes_before_everything_else(submit, target):
    files = {"hw1.py": "def build_mlp():\n    return 1\n", "src/models.py": "def Net():\n    return 2\n"}
    code = submit(files, {"build_mlp": target})
    assert code.build_mlp() == 2
    assert binding(code, "build_mlp") == ("src/models.py line 1 `Net`", "named by the mapping")


def test_a_mapping_to_nowhere_is_told_and_nothing_is_guessed(submit):
    code = submit({"hw1.py": "def build_mlp():\n    pass\n"}, {"build_mlp": "models.py:Net"})
    assert "build_mlp" not in code
    assert message(code, "build_mlp").startswith("The mapping names `models.py:Net`, which is not there.")


def test_what_is_inside_the_main_guard_counts_where_nothing_else_does(submit):
    code = submit(
        {
            "hw1.py": """
                def evaluate(model):
                    return device
                if __name__ == "__main__":
                    device = "cpu"
                    def train_epoch():
                        return evaluate(None)
                    def evaluate(model):
                        return "inner"
            """
        }
    )
    assert code.train_epoch() == "cpu"
    assert binding(code, "train_epoch") == (
        "hw1.py line 6 `train_epoch`",
        "standard name, inside the main guard",
    )
    assert binding(code, "evaluate") == ("hw1.py line 2 `evaluate`", "standard name")


def test_a_definition_in_a_block_at_the_top_level_is_found(submit):
    code = submit(
        {
            "hw1.py": """
                try:
                    from nowhere import evaluate
                except ImportError:
                    def evaluate():
                        return 1
            """
        }
    )
    assert code.evaluate() == 1


@pytest.mark.parametrize(
    "definition",
    [
        "def mine():\n    return 1\nevaluate = mine",
        "evaluate = lambda: 1",
        "from functools import partial\nevaluate = partial(int, 1)",
        "from functools import cache\ndef evaluate():\n    return 1\nevaluate = cache(evaluate)",
    ],
)
def test_a_function_may_be_made_by_an_assignment(submit, definition):
    assert submit({"hw1.py": definition}).evaluate() == 1


@pytest.mark.parametrize(
    "text",
    [
        "accuracy = 0.97",
        "x = 1\naccuracy = x",
        "test = list(range(3))",
        "from statistics import mean as evaluate",
        "accuracies = {}\naccuracy = accuracies.get('relu')",
    ],
)
def test_values_and_imports_from_libraries_are_no_functions_of_the_student(submit, text):
    assert "evaluate" not in submit({"hw1.py": text})


def test_what_turns_out_to_be_no_function_is_told(submit):
    code = submit({"hw1.py": "from functools import partial\ntest = partial(int, 1)\nif True:\n    test = 0.97\n"})
    assert message(code, "evaluate") == (
        "hw1.py line 2 `test` is a float, not a function. A function `evaluate(model, loader)` is expected."
    )


def test_the_nearest_names_are_told_with_their_signatures_and_places(submit):
    code = submit({"hw1.py": "x = 1\n\ndef train_epochs(model: list, loader, *, rate: float = 0.1):\n    pass\n"})
    assert message(code, "train_epoch") == (
        "`train_epoch` was not found. Nearest: `train_epochs(model, loader, *, rate=0.1)` in hw1.py line 3. "
        "A function `train_epoch(model, loader, optimizer, loss_fn)` is expected."
    )
    assert binding(code, "train_epoch") == (
        "",
        "`train_epoch` was not found. Nearest: `train_epochs(model, loader, *, rate=0.1)` in hw1.py line 3.",
    )


def test_the_signature_of_a_class_is_that_of_its_making(submit):
    code = submit({"hw1.py": "class MyCNN:\n    def __init__(self, outputs=10):\n        pass\nclass CNN_B:\n    pass"})
    assert "`MyCNN(outputs=10)` in hw1.py line 1" in message(code, "build_cnn")
    assert "`CNN_B()` in hw1.py line 4" in message(code, "build_cnn")


def test_a_name_that_answers_for_another_function_is_not_suggested(submit):
    assert "Nearest: `CNNs()`" in message(submit({"hw1.py": "class CNNs:\n    pass\n"}), "build_cnn")
    code = submit({"hw1.ipynb": ["class CNNs:\n    pass", "class CNNs:\n    pass"]}, {"evaluate": "CNNs"})
    assert "Nearest" not in message(code, "build_cnn")


def test_a_function_in_a_cell_with_a_syntax_error_is_told_so(submit):
    code = submit(
        {
            "hw1.ipynb": [
                "def evaluate():\n    return 1",
                "import torch\ndef train_epoch(model):\n    retrun 1",
            ]
        }
    )
    assert code.evaluate() == 1
    assert (
        "`train_epoch` is in code that can't be read, hw1.ipynb cell 2: Python does not understand line 3"
        in message(code, "train_epoch")
    )
    assert "`retrun 1`" in message(code, "train_epoch")
    assert "cell 2" not in message(code, "build_cnn")  # which has nothing to do with it


def test_a_function_inside_another_one_is_told_so(submit):
    code = submit({"hw1.py": "def main():\n    def train_epoch():\n        pass\n    train_epoch()\n"})
    assert "`train_epoch` in hw1.py line 2 is inside `main`, where it can't be reached" in message(code, "train_epoch")


def test_a_function_in_a_block_that_trains_is_told_so(submit):
    code = submit({"hw1.py": "if True:\n    def train_epoch(m):\n        m.backward()\n    train_epoch(1)\n"})
    assert "is inside a block that trains, from line 1 on" in message(code, "train_epoch")


def test_nothing_at_all_is_said_without_guessing(submit):
    assert message(submit({}), "build_cnn") == ("`build_cnn` was not found. A function `build_cnn()` is expected.")


STUB = 'def evaluate(model, loader):\n    """The accuracy."""\n    # YOUR CODE HERE\n    raise NotImplementedError()\n'


def test_a_stub_is_told_as_still_to_be_written_with_all_its_places(submit):
    code = submit({"homework.ipynb": [STUB], "problem1.py": f"import torch\n{STUB}"})
    assert binding(code, "evaluate")[0] == ""
    places = "homework.ipynb cell 1 line 1, problem1.py line 2"
    assert message(code, "evaluate") == f"`evaluate` is still to be written ({places})."


def test_a_written_function_counts_before_a_stub_further_down(submit):
    code = submit({"homework.ipynb": ["def evaluate(model, loader):\n    return 'written'"], "problem1.py": STUB})
    assert code.evaluate(0, 0) == "written"
    assert binding(code, "evaluate")[1] == "standard name"


def test_a_written_function_of_another_name_counts_before_a_stub(submit):
    code = submit({"hw1.py": f"{STUB}\ndef accuracy(model, loader):\n    return 'alias'\n"})
    assert code.evaluate(0, 0) == "alias"


def test_a_function_that_raises_on_one_way_is_no_stub(submit):
    text = "def evaluate(model, loader):\n    if loader:\n        raise NotImplementedError\n    return 1\n"
    assert submit({"hw1.py": text}).evaluate(0, []) == 1
