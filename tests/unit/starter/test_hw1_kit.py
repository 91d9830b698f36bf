"""The kit of Homework 1: its plan fits the reference, and every function is asked for and can be written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.rubric import Rubric, load_rubric
from autograder.starter.checks import write_rubric
from autograder.starter.filling import fill_notebook, fill_scripts
from autograder.starter.release import release_kit
from autograder.starter.skeleton import read_modules
from autograder.submission import collect
from autograder.worker.binding import Function, load

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(ROOT / "rubric" / "hw1.yaml")


@pytest.fixture
def kit(rubric: Rubric, tmp_path: Path) -> Path:
    return release_kit(rubric, tmp_path / "kit", checks=False).folder


def bindings(rubric: Rubric, kit: Path) -> dict[str, str]:
    """What each standard function is bound to in a kit, collected as a submission; nothing for one that is not written."""
    submission = collect(kit, kit.with_name("collected"))
    functions = {name: Function(name, **rubric.function(name).model_dump()) for name in rubric.functions}
    found = load(submission.folder, submission.sources, functions).bindings()
    return {record.function: record.bound_to for record in found}


def test_the_rubric_of_the_kits_checks_can_be_read_and_names_no_hidden_check(rubric, tmp_path):
    public, hidden = (sorted((ROOT / "tests" / name).glob("test_*.py")) for name in ("public", "hidden"))
    path = write_rubric(rubric, tmp_path, public)
    load_rubric(path)
    names = [name for file in hidden for name in re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))]
    assert names
    assert not [name for name in names if name in path.read_text(encoding="utf-8")]


def test_no_function_of_the_unfilled_kit_counts_as_written(rubric, kit):
    assert set(bindings(rubric, kit).values()) == {""}


def test_every_function_of_the_filled_notebook_counts(rubric, kit):
    fill_notebook(kit / "homework1.ipynb", read_modules(ROOT / "solutions" / "pytorch", list(rubric.functions)))
    assert all(where.startswith("homework1.ipynb cell") for where in bindings(rubric, kit).values())


def test_every_function_of_the_filled_scripts_counts(rubric, kit):
    fill_scripts(kit, read_modules(ROOT / "solutions" / "pytorch", list(rubric.functions)))
    assert all(".py line" in where for where in bindings(rubric, kit).values())


def test_what_tells_how_is_worded_anew(kit):
    texts = " ".join(path.read_text() for path in kit.iterdir())
    for telling in (
        "starts again from fresh weights",
        "EfficientNet",
        "average pooling (1 259 786)",
        "-> nn.Sequential",
    ):
        assert telling not in texts
