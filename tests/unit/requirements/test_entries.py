"""Which notebooks and scripts are run."""

from __future__ import annotations

import json

import pytest

from autograder import limited, tracing
from autograder.requirements.entries import to_run, told
from autograder.worker.binding.console_scripts import console_scripts
from autograder.worker.binding.sources import read

MAIN = "def main(): pass\nif __name__ == '__main__':\n    main()"


@pytest.fixture
def entries(submitted):
    def build(files):
        submission = submitted(files)
        return to_run([read(submission.folder, path) for path in submission.sources])

    return build


@pytest.mark.parametrize(
    ("code", "runs"),
    [
        ("import torch\ndef f(): pass\nclass A: pass\nDEVICE = torch.device('cpu')", False),
        ("import torch\ntorch.manual_seed(0)\nplt.style.use('ggplot')\nwarnings.filterwarnings('ignore')", False),
        ("if __name__ == '__main__':\n    main()", True),
        ("def main(): pass\nmain()", True),
        ("for epoch in range(3):\n    train()", True),
        ("import sys\nif len(sys.argv) > 1:\n    main(sys.argv[1])", True),
        ("if torch.cuda.is_available():\n    device = torch.device('cuda')", False),
        ("try:\n    import keras\nexcept ImportError:\n    keras = None", False),
        ("def f(:", True),
    ],
)
def test_scripts_that_only_define_are_not_run(submitted, code, runs):
    submission = submitted({"a.py": code})
    assert to_run([read(submission.folder, path) for path in submission.sources]) == ["a.py"] * runs


def test_what_is_extra_is_run_last(tmp_path):
    for name in ("Bonus.py", "main.py", "zoo.py"):
        (tmp_path / name).write_text("for i in range(3):\n    print(i)\n")
    assert to_run([read(tmp_path, name) for name in ("Bonus.py", "main.py", "zoo.py")]) == [
        "main.py",
        "zoo.py",
        "Bonus.py",
    ]


COMMAND = '[project.scripts]\nhw1 = "hw1.cli:main"\n'
PROGRAM = "import sys\nfrom hw1.cli import main\nif __name__ == '__main__':\n    sys.exit(main())"


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, ["src/hw1/cli.py"]),
        ({"src/hw1/__main__.py": PROGRAM}, ["src/hw1/__main__.py"]),
        ({"src/hw1/__main__.py": "from hw1.cli import main\nmain()"}, ["src/hw1/__main__.py"]),
        ({"setup.py": "from setuptools import setup\nsetup()"}, ["src/hw1/cli.py"]),
        ({"look.ipynb": json.dumps({"cells": [{"cell_type": "code", "source": "from hw1.cli import lr"}]})}, None),
    ],
)
def test_what_an_installed_command_calls_is_run_unless_another_script_calls_it(submitted, files, found):
    package = {"src/hw1/__init__.py": "", "src/hw1/cli.py": "lr = 0.1\ndef main(argv=None):\n    pass\n"}
    submission = submitted({"pyproject.toml": COMMAND, **package, **files})
    given = {"folder": str(submission.folder), "sources": list(submission.sources)}
    assert sorted(told(given)) == (found or ["look.ipynb", "src/hw1/cli.py"])


@pytest.mark.parametrize("module", ["...etc.passwd", "/etc/passwd", "..cli", "hw1.nowhere", "a" * 40_000])
def test_a_command_that_is_nowhere_in_the_submission_calls_nothing(tmp_path, module):
    (tmp_path / "pyproject.toml").write_text(f'[project.scripts]\nhw1 = "{module}:main"\n')
    assert console_scripts(tmp_path) == []


def test_a_script_whose_main_another_one_imports_and_calls_is_no_entry(entries):
    asking = "def main(argv=None): pass\nif __name__ == '__main__':\n    main()"
    run = "import sys\nsys.path.insert(0, 'src')\nfrom hw1.__main__ import main\nif __name__ == '__main__':\n    main(['all'])"
    assert entries({"run.py": run, "src/hw1/__init__.py": "", "src/hw1/__main__.py": asking}) == ["run.py"]


@pytest.mark.parametrize(
    "driver",
    [
        "import one, two\none.main()\ntwo.main()",
        "from one import main as first\nimport two\ndef all():\n    first()\n    two.main()\nall()",
        "from parts import *\none.main()\ntwo.main()",
    ],
)
def test_parts_that_a_driver_calls_one_after_the_other_are_no_entries(entries, driver):
    files = {"run_all.py": driver, "one.py": MAIN, "two.py": MAIN, "parts.py": "import one, two"}
    assert entries(files) == ["run_all.py"]


def test_what_works_at_its_import_is_run_by_what_imports_it(entries):
    assert entries({"common.py": "for i in range(3):\n    print(i)", "main.py": "import common\nprint(common.i)"}) == [
        "main.py"
    ]


def test_a_script_of_which_another_one_only_takes_functions_is_run_by_itself(entries):
    other = "from problem1 import train\nif __name__ == '__main__':\n    train()"
    first = "def train(): pass\ndef main(): pass\nif __name__ == '__main__':\n    main()"
    assert entries({"problem1.py": first, "problem2.py": other}) == ["problem1.py", "problem2.py"]


def test_a_guard_with_work_of_its_own_is_run_though_another_one_calls_what_it_calls(entries):
    own = "def main(): pass\nif __name__ == '__main__':\n    for i in range(3):\n        main()"
    assert entries({"problem1.py": own, "run.py": "import problem1\nproblem1.main()"}) == ["problem1.py", "run.py"]


def test_an_import_inside_a_function_runs_nothing(entries):
    files = {"main.py": "def f():\n    import work\nprint(f)", "work.py": "for i in range(3):\n    print(i)"}
    assert entries(files) == ["main.py", "work.py"]


def test_of_two_that_run_each_other_the_first_is_run(entries):
    files = {"a.py": "import b\nfor i in range(3):\n    b", "b.py": "import a\nfor i in range(3):\n    a"}
    assert entries(files) == ["a.py"]


def test_what_the_guard_prepares_need_not_be_called_by_another_one(entries):
    own = "def parse_args(): pass\ndef main(a): pass\nif __name__ == '__main__':\n    main(parse_args())"
    assert entries({"tool.py": own, "run.py": "from tool import main\nmain(3)"}) == ["run.py"]


def test_notebooks_of_other_languages_and_mere_definitions_are_not_run(submitted):
    cell = {"cell_type": "code", "source": "1", "outputs": [], "metadata": {}, "execution_count": None}
    kernel = {"name": "julia", "language": "julia", "display_name": "Julia"}
    julia = json.dumps({"cells": [cell], "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4})
    submission = submitted({"a.ipynb": julia, "b.py": "def f(): pass", "c.py": MAIN})
    assert tracing.sources_of(submission) == ("c.py",)


def test_all_is_run_where_looking_into_the_sources_takes_too_much(submitted, monkeypatch):
    submission = submitted({"a.py": MAIN, "deep.py": "x" + ".a" * 700 + "()"})
    assert tracing.sources_of(submission) == ("a.py", "deep.py")
    monkeypatch.setattr(tracing, "READING", limited.Bounds(seconds=60, memory=10_000_000))
    tracing.sources_of.cache_clear()
    assert tracing.sources_of(submission) == ("a.py", "deep.py")


def test_what_a_package_does_when_it_is_imported_is_not_run_by_itself(entries):
    files = {
        "hw1/__init__.py": "for name in PARTS:\n    import_module(name)",
        "hw1/__main__.py": "import hw1\nhw1.main()",
    }
    assert entries(files) == ["hw1/__main__.py"]


@pytest.mark.parametrize(
    ("call", "left_out"),
    [("%run common.ipynb", True), ("%run -i './common.ipynb'", True), ("# see common.ipynb", False)],
)
def test_a_notebook_that_another_one_runs_is_not_run_by_itself(submitted, call, left_out):
    def notebook(text: str) -> str:
        cell = {"cell_type": "code", "source": [text], "metadata": {}, "outputs": [], "execution_count": None}
        return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    submission = submitted({"homework.ipynb": notebook(call), "common.ipynb": notebook("x = 1")})
    assert ("common.ipynb" not in tracing.sources_of(submission)) == left_out
    assert "homework.ipynb" in tracing.sources_of(submission)
