"""Names of a source are made on demand, in whatever order, and errors stay where they belong."""

from __future__ import annotations

import inspect
import pickle
import traceback
import warnings

import pytest

from autograder.worker.tracebacks import student_traceback

MLP = """
    import torch
    from torch import nn

    class MLP(nn.Module):
        def __init__(self, sizes, activation="relu"):
            super().__init__()
            self.sizes = sizes
"""


def lines(statements) -> list[str]:
    return [statement.text for statement in statements]


def test_nothing_runs_before_it_is_asked_for(submit):
    code = submit({"hw1.py": "raise ValueError('too early')\ndef train_epoch(model):\n    return 1\n"})
    assert code.ran() == ()
    assert code.train_epoch(None) == 1
    assert lines(code.ran()) == ["def train_epoch(model):"]


def test_what_was_left_out_is_told_with_the_reason(submit):
    code = submit(
        {
            "hw1.ipynb": [
                "'''About this notebook'''\n%matplotlib inline\nimport os\nepochs = 20",
                "def train_epoch(model):\n    model.backward()",
                "for epoch in range(epochs):\n    train_epoch(model)\nprint('done')",
                "if __name__ == '__main__':\n    x = 1",
            ]
        }
    )
    _ = code.train_epoch
    assert [(str(each.place), each.text, each.reason) for each in code.left_out()] == [
        ("hw1.ipynb cell 1 line 2", "%matplotlib inline", "a notebook command"),
        ("hw1.ipynb cell 1 line 3", "import os", "nothing that was asked for depends on it"),
        ("hw1.ipynb cell 1 line 4", "epochs = 20", "nothing that was asked for depends on it"),
        ("hw1.ipynb cell 3 line 1", "for epoch in range(epochs):", "a block that trains"),
        ("hw1.ipynb cell 3 line 3", "print('done')", "a call that defines nothing"),
        ("hw1.ipynb cell 4 line 2", "x = 1", "inside the main guard"),
    ]


def test_each_statement_runs_once(submit):
    code = submit(
        {"hw1.py": "import itertools\nc = itertools.count()\nx = next(c)\ndef train_epoch():\n    return x\n"}
    )
    assert (code.train_epoch(), code.train_epoch()) == (0, 0)


def test_what_is_asked_for_later_finds_the_names_as_they_were_there(submit):
    code = submit(
        {
            "hw1.py": """
                width = 128
                def build_mlp():
                    return width
                first = build_mlp()
                width = 256
                def evaluate():
                    return first, width
            """
        }
    )
    assert code.build_mlp() == 256
    assert code.evaluate() == (128, 256)
    assert code.build_mlp() == 256


def test_an_earlier_definition_stays_within_reach(submit):
    code = submit({"hw1.ipynb": ["def train_epoch():\n    return 'first'", "def train_epoch():\n    return 'second'"]})
    first, second = code.definitions("train_epoch")
    assert code.train_epoch() == "second"
    assert code.obtain(first)() == "first"
    assert code.obtain(second) is code.train_epoch
    assert str(first.place) == "hw1.ipynb cell 1 line 1"


def test_a_function_is_found_though_its_name_is_used_for_a_number_later(submit):
    code = submit({"hw1.ipynb": ["def accuracy(model, loader):\n    return model", "accuracy = accuracy(0.97, 0)"]})
    assert code.evaluate(0.5, 0) == 0.5


def test_a_function_that_is_wrapped_later_is_the_wrapped_one(submit):
    code = submit({"hw1.py": "def evaluate():\n    pass\nevaluate.rounds = 3\n"})
    assert code.evaluate.rounds == 3


def test_a_value_that_fails_troubles_only_who_uses_it(submit, folder):
    code = submit(
        {
            "hw1.ipynb": [
                "test_loader = open('data/mnist')",
                "def evaluate(model, loader=None):\n    return list(loader or test_loader)",
            ]
        }
    )
    assert code.evaluate(None, [1]) == [1]
    with pytest.raises(FileNotFoundError) as caught:
        code.evaluate(None)
    assert student_traceback(caught.value, folder)["traceback"].splitlines()[:4] == [
        'File "hw1.ipynb[cell 2]", line 2, in evaluate',
        "    return list(loader or test_loader)",
        'File "hw1.ipynb[cell 1]", line 1, in <module>',
        "    test_loader = open('data/mnist')",
    ]
    assert code.notes() == (
        "hw1.ipynb cell 1 line 1: `test_loader = open('data/mnist')` raised "
        "FileNotFoundError: [Errno 2] No such file or directory: 'data/mnist'",
    )


def test_the_error_of_a_value_is_told_once(submit):
    code = submit({"hw1.py": "a = 1 / 0\nb = a + 1\nc = b.size\ndef evaluate():\n    return c\n"})
    with pytest.raises(ZeroDivisionError):
        code.evaluate().size  # noqa: B018 - the use of the value that could not be made
    assert len(code.notes()) == 1


def test_the_students_own_error_says_why_a_function_cannot_be_made(submit):
    code = submit({"hw1.py": "def evaluate(threshold=1 / 0):\n    pass\n"})
    with pytest.raises(ZeroDivisionError):
        _ = code.evaluate


def test_an_exit_at_the_top_level_reaches_who_asks(submit):
    code = submit({"hw1.py": "import sys\nsize = sys.exit('no GPU')\ndef evaluate(n=size + 1):\n    pass\n"})
    with pytest.raises(SystemExit, match="no GPU"):
        _ = code.evaluate


def test_a_question_at_the_top_level_is_not_waited_for(submit):
    code = submit({"hw1.py": "epochs = int(input('epochs? '))\ndef train_epoch():\n    return 1\n"})
    assert code.train_epoch() == 1


def test_a_traceback_shows_the_students_line(submit):
    code = submit({"hw1.ipynb": ["x = 1", "%%time\n\ndef evaluate():\n    return 1 / 0  # here"]})
    with pytest.raises(ZeroDivisionError) as caught:
        code.evaluate()
    frame = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (frame.filename, frame.lineno, frame.line) == ("hw1.ipynb[cell 2]", 4, "return 1 / 0  # here")


def test_the_source_of_functions_and_classes_can_be_inspected(submit):
    code = submit(
        {
            "hw1.ipynb": [
                "%matplotlib inline",
                "class MLP:\n    x = 1",
                "def evaluate():\n    pass",
                "def broken(",
            ]
        }
    )
    assert inspect.getsource(code.build_mlp) == "class MLP:\n    x = 1\n"
    assert inspect.getsource(code.evaluate) == "def evaluate():\n    pass\n"


def test_objects_of_a_students_class_can_be_pickled(submit):
    code = submit({"hw1.ipynb": [MLP]})
    assert pickle.loads(pickle.dumps(code.build_mlp([2, 1]))).sizes == [2, 1]


def test_a_statement_that_no_compiler_takes_is_lost_alone(submit):
    code = submit({"hw1.py": "x = 1\nreturn x\ndef evaluate():\n    return x\n"})
    assert code.evaluate() == 1
    assert [str(error) for error in code.errors()] == [
        "hw1.py can't be read: line 2: 'return' outside function: `return x`"
    ]


def test_strange_escapes_in_strings_make_no_noise(submit):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert submit({"hw1.py": "def evaluate():\n    return '\\d'\n"}).evaluate() == "\\d"


def test_annotations_stay_texts_where_the_source_says_so(submit):
    code = submit({"hw1.py": "from __future__ import annotations\ndef evaluate(model: Unheard):\n    return 1.0\n"})
    assert code.evaluate(None) == 1.0


def test_annotations_are_evaluated_where_the_source_does_not(submit):
    code = submit({"hw1.py": "def evaluate(model: int) -> float:\n    return 1.0\n"})
    assert code.evaluate.__annotations__ == {"model": int, "return": float}


def test_a_notebook_may_display_things_and_ask_for_its_shell(submit):
    code = submit(
        {
            "hw1.ipynb": [
                "shell = get_ipython()\nshell.run_line_magic('matplotlib', 'inline')",
                "def evaluate():\n    display(shell)\n    return 1",
            ]
        }
    )
    assert code.evaluate() == 1


def test_a_later_submission_takes_the_place_of_an_earlier_one(submit):
    assert submit({"hw1.py": "def evaluate():\n    return 1\n"}).evaluate() == 1
    assert submit({"hw1.py": "def evaluate():\n    return 2\n"}).evaluate() == 2


def test_a_very_long_block_is_no_trouble(submit):
    chain = "".join(f"elif x == {i}:\n    y = {i}\n" for i in range(1500))
    code = submit({"hw1.py": f"x = 1\nif x == -1:\n    pass\n{chain}def evaluate():\n    return 1\n"})
    assert code.evaluate() == 1


def test_an_error_that_cannot_be_told_is_noted_all_the_same(submit):
    code = submit(
        {
            "hw1.py": """
                class Mute(Exception):
                    def __str__(self):
                        raise ValueError
                def fail():
                    raise Mute
                x = fail()
                def evaluate():
                    return x and 1
            """
        }
    )
    _ = code.evaluate
    assert [note.split(" raised ")[0] for note in code.notes()] == ["hw1.py line 7: `x = fail()`"]


def test_files_that_a_driver_runs_by_exec_share_one_namespace(submit):
    code = submit(
        {
            "run_all.py": "import math\nfor name in ['a.py', 'b.py']:\n    exec(open(name).read())\n",
            "a.py": "def build_mlp():\n    return math.pi, SIZE\n",
            "b.py": "SIZE = 4\n",
        }
    )
    import math

    assert code.build_mlp() == (math.pi, 4)


def test_a_decorator_that_registers_a_function_is_run_for_the_registry(submit):
    text = "class R(dict):\n    def add(self, name): return lambda f: self.setdefault(name, f)\nREG = R()\n"
    text += "@REG.add('one')\ndef one(): return 1\ndef build_mlp():\n    return REG['one']()\n"
    assert submit({"hw1.py": text}).build_mlp() == 1
