"""What is missing on the grading machine is told to who uses it, and to nobody else."""

from __future__ import annotations

import types

import pytest

from autograder.worker.binding.unavailable import Unavailable

ABSENT = "a_library_that_nobody_has"


def test_a_library_that_is_not_installed_fails_only_where_it_is_used(submit):
    code = submit(
        {
            "hw1.ipynb": [
                f"import {ABSENT} as sns, math\nfrom {ABSENT}.style import use",
                "def evaluate(plot=False):\n    if plot:\n        sns.lineplot()\n    return math.pi",
                "def train_epoch():\n    use('dark')",
            ]
        }
    )
    assert code.evaluate() > 3
    message = f"{ABSENT} is not installed on the grading machine"
    with pytest.raises(ImportError, match=message):
        code.evaluate(plot=True)
    with pytest.raises(ImportError, match=message):
        code.train_epoch()
    assert code.notes()[0].startswith(f"hw1.ipynb cell 1 line 1: `import {ABSENT} as sns` raised ModuleNotFoundError: ")


def test_a_class_of_a_missing_base_says_what_is_missing(submit):
    code = submit({"hw1.py": f"from {ABSENT} import Module\nclass MLP(Module):\n    pass\n"})
    with pytest.raises(ImportError, match=f"{ABSENT} is not installed"):
        code.build_mlp([2, 1])


def test_code_that_expects_an_import_to_fail_is_left_to_itself(submit):
    code = submit(
        {
            "hw1.ipynb": [
                """
                try:
                    from google.colab import drive
                    in_colab = True
                except ImportError:
                    in_colab = False
                if in_colab:
                    drive.mount('/content/drive')
                """,
                "def evaluate():\n    return in_colab",
            ]
        }
    )
    assert code.evaluate() is False


def test_a_drive_that_is_mounted_at_the_top_level_troubles_nobody(submit):
    code = submit(
        {
            "hw1.ipynb": [
                "from google.colab import drive\ndrive.mount('/content/drive')",
                "def evaluate():\n    return 1",
            ]
        }
    )
    assert code.evaluate() == 1


@pytest.mark.parametrize(
    "use",
    [
        lambda value: value.attribute,
        lambda value: value(),
        lambda value: value[0],
        lambda value: list(value),
        lambda value: len(value),
        lambda value: bool(value),
        lambda value: value + 1,
        lambda value: 1 - value,
        lambda value: value == 1,
        lambda value: 1 in value,
        lambda value: types.new_class("Net", (value,)),
        lambda value: value.__enter__(),
        lambda value: setattr(value, "x", 1),
    ],
)
def test_every_use_of_what_is_unavailable_raises_its_error(use):
    with pytest.raises(LookupError, match="gone"):
        use(Unavailable(LookupError("gone")))


def test_using_it_often_does_not_lengthen_its_traceback():
    value = Unavailable(LookupError("gone"))
    depths = []
    for _ in range(3):
        with pytest.raises(LookupError) as caught:
            value()
        depths.append(len(caught.traceback))
    assert len(set(depths)) == 1


def test_looking_at_it_from_outside_raises_nothing():
    value = Unavailable(LookupError("gone"))
    assert not hasattr(value, "__wrapped__")
    assert isinstance(value, Unavailable)
    assert {value: 1}[value] == 1
