"""Arguments for a script, found in what was handed in with it."""

from __future__ import annotations

import argparse
import json

import pytest

from autograder.worker.tracing.command_lines import CommandLine, command_lines, offered


@pytest.fixture
def lines_in(tmp_path):
    def found(files: dict[str, str], source: str = "main.py") -> list[list[str]]:
        for name, text in {source: "", **files}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        return [[*line.arguments] for line in command_lines(tmp_path, source) if line.arguments]

    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Run `python main.py --problem 1a` first.", [["--problem", "1a"]]),
        ("```\n$ python3 -u ./main.py 1a --epochs 10  # ten\n```", [["1a", "--epochs", "10"]]),
        ("python main.py 1a && python main.py 1b > log.txt", [["1a"], ["1b"]]),
        ("python main.py 1a\npython main.py 1b\npython main.py 1a", [["1a"], ["1b"]]),
        ("python -m main 2c", [["2c"]]),
        ('python main.py --name "with dropout"', [["--name", "with dropout"]]),
        ("python main.py\npython main.py --problem PROBLEM\npython main.py <problem> [--epochs N] {1a,1b}", []),
        ("python other.py 1a, and pythonmain.py 1b", []),
        ("python main.py 'unbalanced", []),
    ],
)
def test_calls_in_a_readme_are_read_and_patterns_are_not(lines_in, text, found):
    assert lines_in({"README.md": text}) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Then run `hw1 xor --epochs 2000`.", [["xor", "--epochs", "2000"]]),
        ("```bash\npip install -e .\nhw1 xor   # part 1C\n$ uv run hw1 mnist\n```", [["xor"], ["mnist"]]),
        ("```\nhw1 xor\nhw1 all\nhw1 clean\n```", [["all"]]),
        ("hw1 is the package with all experiments.\nSee hw1 for more, `hw1 <problem>` or `hw1.cli`.", []),
    ],
)
@pytest.mark.parametrize("source", ["src/hw1/cli.py", "src/hw1/__main__.py"])
def test_a_command_that_the_project_installs_is_a_call_of_its_module(lines_in, text, found, source):
    declared = '[project]\nname = "hw1"\n\n[project.scripts]\nhw1 = "hw1.cli:main"\n\n[tool.ruff]\nline-length = 100\n'
    assert lines_in({"README.md": text, "pyproject.toml": declared, "src/hw1/cli.py": ""}, source) == found


def test_a_makefile_calls_installed_commands_too(lines_in):
    declared = "from setuptools import setup\nsetup(entry_points={'console_scripts': ['hw1=hw1.cli:main']})"
    files = {"Makefile": "run:\n\t@$(BIN)/hw1 run --all\n", "setup.py": declared, "hw1/cli.py": ""}
    assert lines_in(files, "hw1/cli.py") == [["run", "--all"]]


def test_a_loop_of_a_shell_script_is_written_out(lines_in):
    body = 'echo "== $part"\n  "$PYTHON" main.py --problem "${part}" "$@" | tee log'
    script = f'#!/bin/bash\nset -e\nfor part in 1a "1b"; do\n  {body}\ndone\n'
    assert lines_in({"run_all.sh": script}) == [["--problem", "1a"], ["--problem", "1b"]]


def test_a_shell_script_is_preferred_to_a_readme(lines_in):
    files = {"README.md": "python main.py 1a --quick", "z.sh": "python main.py 1a\npython main.py 1b\n"}
    assert lines_in(files) == [["1a"], ["1b"]]


def test_a_notebook_that_calls_a_script_is_read(lines_in):
    cells = [{"source": ["import os\n", "!python src/main.py --part a"]}, {"source": "!ls"}]
    assert lines_in({"run.ipynb": json.dumps({"cells": cells})}, "src/main.py") == [["--part", "a"]]


@pytest.mark.parametrize("text", ["{", "[]", '{"cells": 3}', '{"cells": [{}]}'])
def test_a_notebook_that_is_none_calls_nothing(lines_in, text):
    assert lines_in({"run.ipynb": text}) == []


def test_a_script_in_a_folder_is_called_as_a_file_or_as_a_module(lines_in):
    assert lines_in({"README.md": "python src/main.py 1a"}, "src/main.py") == [["1a"]]
    assert lines_in({"README.md": "python -m src.main 1b"}, "src/main.py") == [["1b"]]


@pytest.mark.parametrize(
    ("source", "call", "folder"),
    [
        ("src/hw1/__main__.py", "python -m hw1 run", ""),  # from outside `src`, as an installed package is called
        ("work/src/hw1/main.py", "python -m hw1.main run", "work"),
        ("work/hw1/main.py", "python -m hw1.main run", "work"),
        ("src/main.py", "python src/main.py run", ""),
        ("src/main.py", "python main.py run", "src"),
    ],
)
def test_a_script_is_called_from_where_its_call_means_it(tmp_path, source, call, folder):
    (tmp_path / "README.md").write_text(call)
    assert command_lines(tmp_path, source) == [CommandLine(("run",), folder)]


def test_a_makefile_is_read(lines_in):
    makefile = "PY ?= python3\nall:  ## all\n\t$(PY) main.py 1a 1b\n"
    assert lines_in({"Makefile": makefile}) == [["1a", "1b"]]


@pytest.mark.parametrize(
    "text",
    [
        "python main.py list\npython main.py run --all\npython main.py run 1a\npython main.py clean",
        "python main.py run --all --epochs 1\npython main.py run --all",
    ],
)
def test_a_call_that_does_everything_stands_alone(lines_in, text):
    assert lines_in({"README.md": text}) == [["run", "--all"]]


def test_what_only_lists_or_cleans_up_is_left_out(lines_in):
    text = "python main.py --help\npython main.py clean\npython main.py train 1a"
    assert lines_in({"README.md": text}) == [["train", "1a"]]


def refused(parser: argparse.ArgumentParser) -> SystemExit:
    with pytest.raises(SystemExit) as caught:
        parser.parse_args([])
    return caught.value


def test_a_required_choice_is_made_in_turn():
    parser = argparse.ArgumentParser()
    parser.add_argument("--problem", required=True, choices=["1a", "1b"])
    parser.add_argument("--epochs", type=int, default=10)
    assert offered(refused(parser)) == [("--problem", "1a"), ("--problem", "1b")]


def test_a_choice_that_means_all_is_enough():
    parser = argparse.ArgumentParser()
    parser.add_argument("problem", choices=["1a", "1b", "all"])
    assert offered(refused(parser)) == [("all",)]


def test_each_command_of_a_parser_is_given():
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("mlp", "xor", "clean"):
        commands.add_parser(name)
    assert offered(refused(parser)) == [("mlp",), ("xor",)]


def test_a_command_is_given_its_option_for_everything():
    parser = argparse.ArgumentParser()
    run = parser.add_subparsers(dest="command", required=True).add_parser("run")
    run.add_argument("names", nargs="*")
    run.add_argument("-a", "--all", action="store_true")
    assert offered(refused(parser)) == [("run", "--all")]


def test_what_only_a_person_can_know_is_not_guessed():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    assert offered(refused(parser)) == []
    assert offered(None) == offered(ValueError()) == []
