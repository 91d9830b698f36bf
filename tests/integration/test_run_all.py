"""Notebooks and scripts run whole, in the real sandbox and bare: where they stop, and that nothing hangs or stays."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from autograder.requirements.fresh_run import run_all
from autograder.sandbox import Kind
from autograder.sandbox.launch import Launch
from autograder.sandbox.whole import End, WholeRun
from autograder.submission import collect
from tests.integration.conftest import needs_bubblewrap

IN_BOTH = [pytest.param(Kind.BUBBLEWRAP, marks=needs_bubblewrap), Kind.NONE]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., WholeRun]:
    """Run one source whole: a list of cells for a notebook, a text for a script."""
    for split in ("train", "test"):
        (tmp_path / "data" / "mnist").mkdir(parents=True, exist_ok=True)
        np.save(tmp_path / "data" / "mnist" / f"{split}-images.npy", np.zeros((4, 28, 28), np.uint8))
        np.save(tmp_path / "data" / "mnist" / f"{split}-labels.npy", np.arange(4, dtype=np.uint8))
    (tmp_path / "probes").mkdir()
    data = [
        (f"mnist/{split}-{what}", tmp_path / "data" / "mnist" / f"{split}-{what}.npy")
        for split in ("train", "test")
        for what in ("images", "labels")
    ]

    def go(source: str | list[str], kind: Kind, seconds: float = 60, **metadata: Any) -> WholeRun:
        cells = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
            for text in source
        ]
        notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": metadata, "cells": cells}
        path = tmp_path / ("hw1.py" if isinstance(source, str) else "hw1.ipynb")
        path.write_text(source if isinstance(source, str) else json.dumps(notebook), encoding="utf-8")
        submission = collect(path, tmp_path / "submission")
        launch = Launch(submission.folder, submission.folder, tmp_path / "probes", data)
        (found,) = run_all(submission, kind, launch, seconds)
        return found

    return go


@pytest.mark.parametrize("kind", IN_BOTH)
def test_a_notebook_stops_where_the_students_code_raises_with_their_own_lines(run, kind):
    found = run(["import math\ndef f(x):\n    return math.sqrt(x)", "", "y = 1\nf(-1)", "z = 2"], kind)
    assert (found.end, found.where) == (End.STOPPED, "code cell 2 of 3, line 2")
    assert found.error == "ValueError: math domain error"
    assert 'File "hw1.ipynb[cell 1]", line 3, in f' in found.traceback
    assert "site-packages" not in found.traceback


@needs_bubblewrap
def test_a_notebook_of_a_kernel_that_is_not_here_runs_and_finds_data_colab_and_no_network(run, tmp_path):
    cells = [
        "from google.colab import drive\ndrive.mount('/content/drive')\n!pip install torchinfo\n%matplotlib inline",
        "from torchvision.datasets import MNIST\nassert MNIST('/content', train=False, download=True).targets.tolist()[3] == 3",
        f"import os, socket\nassert not os.path.exists({str(tmp_path)!r})\nassert os.getcwd() == '/tmp/submission'\n"
        "try:\n    socket.create_connection(('1.1.1.1', 80), 1)\nexcept OSError:\n    offline = True",
        "assert offline",
    ]
    kernel = {"name": "conda-env-dl-py", "display_name": "Python [conda env:dl]", "language": "python"}
    found = run(cells, Kind.BUBBLEWRAP, kernelspec=kernel)
    assert (found.end, found.error) == (End.FINISHED, "")


@needs_bubblewrap
def test_an_endless_loop_ends_with_the_budget(run):
    found = run(["x = 1", "while True:\n    pass"], Kind.BUBBLEWRAP, seconds=3)
    assert (found.end, found.where) == (End.BUDGET, "code cell 2 of 2")


@needs_bubblewrap
@pytest.mark.parametrize(
    ("cell", "end", "told"),
    [
        ("import os\nos._exit(3)", End.DIED, "exit code 3"),
        ("import sys\nsys.exit()", End.STOPPED, "sys.exit()"),
        ("name = input()", End.STOPPED, "nobody can answer"),
        ("line = 'x' * 999_999\nfor _ in range(100):\n    print(line)", End.FINISHED, ""),
        ("import nothing_of_this_name", End.STOPPED, "ModuleNotFoundError"),
        ("import os, signal\nos.kill(os.getppid(), signal.SIGKILL)", End.DIED, "ended"),
    ],
)
def test_whatever_a_notebook_does_is_an_end_with_a_reason(run, cell, end, told):
    found = run([cell], Kind.BUBBLEWRAP)
    assert found.end is end
    assert told in found.error


def test_a_notebook_of_another_language_is_not_run(run):
    found = run(["x <- 1"], Kind.NONE, kernelspec={"name": "ir", "display_name": "R", "language": "R"})
    assert (found.end, "for R" in found.error) == (End.UNFIT, True)


@pytest.mark.parametrize("kind", IN_BOTH)
def test_a_script_is_run_as_main_and_stops_with_its_line(run, kind):
    found = run("def f():\n    return 1 / 0\n\nif __name__ == '__main__':\n    f()\n", kind)
    assert (found.end, found.where, found.error) == (End.STOPPED, "hw1.py:2", "ZeroDivisionError: division by zero")


def test_a_script_that_leaves_a_process_behind_leaves_none(run):
    run("import subprocess\nsubprocess.Popen(['sleep', '98765'], start_new_session=True)\nprint(1)\n", Kind.NONE)
    left = [each for each in psutil.process_iter(["cmdline", "status"]) if "98765" in (each.info["cmdline"] or [])]
    assert [each for each in left if each.info["status"] != psutil.STATUS_ZOMBIE] == []
