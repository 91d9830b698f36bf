"""Imports between the files of a submission find what they mean, wherever the student ran them from."""

from __future__ import annotations

import shutil
import types
from pathlib import Path

import pytest

from autograder.worker.binding import Function, load
from autograder.worker.binding.importing import Resolver, module_name

SOLUTIONS = Path(__file__).parents[4] / "solutions" / "pytorch"


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("hw1.py", "submission.hw1"),
        ("src/mlp.py", "submission.src.mlp"),
        ("src/__init__.py", "submission.src"),
        ("__init__.py", "submission"),
        ("part 1/hw1.final.py", "submission.part 1.hw1_final"),
        ("hw1.ipynb", "submission.hw1_ipynb"),
    ],
)
def test_every_source_is_a_module_of_one_package(path, name):
    assert module_name(path) == name


@pytest.mark.parametrize(
    ("imported", "importer", "module"),
    [
        ("mlp", "main.py", "submission.mlp"),
        ("models", "part1/main.py", "submission.part1.models"),
        ("models", "part2/main.py", "submission.part2.models"),
        ("mlp", "part1/main.py", "submission.mlp"),
        ("part1.models", "main.py", "submission.part1.models"),
        ("part1", "main.py", "submission.part1"),
        ("deep.code.cnn", "main.py", "submission.src.deep.code.cnn"),
        ("cnn", "main.py", "submission.src.deep.code.cnn"),
        ("my_homework.mlp", "main.py", "submission.mlp"),
        ("explore", "main.py", "submission.explore_ipynb"),
        ("types", "main.py", "submission.types"),
        ("torch", "main.py", None),
        ("torch", "src/torch.py", None),
        ("seaborn_is_not_here", "main.py", None),
        ("json", "main.py", None),
    ],
)
def test_an_import_means_the_nearest_file_and_else_a_library(imported, importer, module):
    paths = [
        "main.py",
        "mlp.py",
        "types.py",
        "explore.ipynb",
        "part1/models.py",
        "part2/models.py",
        "part1/main.py",
    ]
    resolver = Resolver([*paths, "src/deep/code/cnn.py", "src/torch.py", "tools/json.py"])
    assert resolver.resolve(imported, importer) == module


@pytest.mark.parametrize(
    "import_and_use",
    [
        ("from mlp import MLP", "MLP"),
        ("from mlp import MLP as Net", "Net"),
        ("import mlp", "mlp.MLP"),
        ("import mlp as m", "m.MLP"),
        ("from .mlp import MLP", "MLP"),
        ("from . import mlp", "mlp.MLP"),
        ("from mlp import *", "MLP"),
        ("from src.deep import MLP", "MLP"),
        ("import src.deep", "src.deep.MLP"),
        ("import src.deep as d", "d.MLP"),
        ("from src import deep", "deep.MLP"),
        ("from src.deep import *", "MLP"),
        ("from src import *", "MLP"),
        ("try:\n    from .mlp import *\nexcept ImportError:\n    pass", "MLP"),
        ("import sys\nsys.path.append('src')\nfrom deep import MLP", "MLP"),
    ],
)
def test_names_come_from_other_files_in_every_way_that_python_has(submit, import_and_use):
    statement, name = import_and_use
    deep = "print('only at the top level')\nclass MLP:\n    pass\n"
    code = submit(
        {
            "main.py": f"{statement}\ndef build_cnn():\n    return {name}\n",
            "mlp.py": deep,
            "src/__init__.py": "from .deep import MLP\n",
            "src/deep.py": deep,
        }
    )
    assert code.build_cnn().__name__ == "MLP"


def test_an_import_inside_a_function_finds_the_file_too(submit):
    code = submit(
        {
            "main.py": "def build_cnn():\n    from mlp import MLP\n    return MLP()\n",
            "mlp.py": "class MLP:\n    pass\n",
        }
    )
    assert type(code.build_cnn()).__name__ == "MLP"


def test_a_file_imported_twice_is_one_module(submit):
    code = submit(
        {
            "a.py": "from shared import MLP\ndef build_cnn():\n    return MLP\n",
            "b.py": "import shared\ndef evaluate():\n    return shared.MLP\n",
            "shared.py": "class MLP:\n    pass\n",
        }
    )
    assert code.build_cnn() is code.evaluate()
    assert [statement.text for statement in code.ran()].count("class MLP:") == 1


def test_only_what_is_imported_is_run_of_the_other_file(submit):
    code = submit(
        {
            "main.py": "from data import batch_size\ndef train_epoch():\n    return batch_size\n",
            "data.py": "batch_size = 64\nloader = open('mnist')\nwhile True:\n    pass\n",
        }
    )
    assert code.train_epoch() == 64
    assert [statement.text for statement in code.ran()] == [
        "from data import batch_size",
        "def train_epoch():",
        "batch_size = 64",
    ]


def test_files_that_import_each_other_load(submit):
    code = submit(
        {
            "a.py": "from b import *\ndef evaluate(n):\n    return n if n < 1 else helper(n)\n",
            "b.py": "from a import *\ndef helper(n):\n    return evaluate(n - 1)\n",
        }
    )
    assert code.evaluate(3) == 0


def test_a_notebook_runs_a_script_for_its_names(submit):
    code = submit(
        {
            "hw1.ipynb": ["%run parts/mlp.py", "def build_cnn():\n    return MLP()"],
            "parts/mlp.py": "class MLP:\n    pass\n",
        }
    )
    assert type(code.build_cnn()).__name__ == "MLP"


def test_a_students_file_does_not_hide_a_library_from_others(submit):
    code = submit(
        {
            "types.py": "def evaluate():\n    return 1\n",
            "main.py": "from types import evaluate as test_it\ndef build_cnn():\n    return test_it()\n",
        }
    )
    assert code.build_cnn() == 1
    assert types.SimpleNamespace(x=1).x == 1


def test_a_file_with_a_syntax_error_is_named_where_it_is_imported(submit):
    code = submit(
        {
            "main.py": "from mlp import MLP\ndef build_cnn():\n    return MLP()\n",
            "mlp.py": "class MLP\n    pass\n",
        }
    )
    with pytest.raises(Exception, match=r"mlp\.py can't be read: line 1 lacks a colon: `class MLP`"):
        code.build_cnn()


def test_a_name_that_the_other_file_lacks_is_an_import_error(submit):
    code = submit(
        {
            "main.py": "from mlp import Net\ndef build_cnn():\n    return Net()\n",
            "mlp.py": "class MLP:\n    pass\n",
        }
    )
    with pytest.raises(ImportError, match=r"cannot import name 'Net' from 'submission.mlp' \(.*mlp.py\)"):
        code.build_cnn()


def test_a_file_that_was_not_handed_in_is_named(submit):
    code = submit({"main.py": "from .layers import Net\ndef build_cnn():\n    return Net()\n"})
    with pytest.raises(ImportError, match="layers is not among the files that were handed in"):
        code.build_cnn()


def test_the_reference_solutions_load(folder):
    shutil.copytree(SOLUTIONS, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    sources = sorted(path.name for path in folder.glob("*.py"))
    names = ["build_mlp", "train_epoch", "build_optimizer", "build_cnn", "build_transfer_model"]
    code = load(folder, sources, {name: Function(name, f"{name}()") for name in names})
    assert all(callable(getattr(code, name)) for name in names)
    assert code.notes() == ()
    model = code.build_mlp([2, 3, 1], "tanh")
    assert type(code.build_optimizer("Adam", model.parameters())).__name__ == "Adam"
