"""A released kit: what is in it, what is not, and that it can be filled."""

from __future__ import annotations

import ast

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.rubric import RubricError, load_rubric
from autograder.starter.filling import fill_notebook, fill_scripts
from autograder.starter.release import LeakError, release_kit
from autograder.starter.skeleton import read_modules
from autograder.worker.binding import Function, MissingFunction, load

SCRIPT = '''"""Networks."""

from collections.abc import Sequence
from typing import TypeAlias

import torch
from torch import nn

Sizes: TypeAlias = Sequence[int]
SIZES = [2, 3, 1]


# A: Networks (3 points)


def build(sizes: Sizes) -> nn.Module:
    """A network with layers of these sizes."""
    # YOUR CODE HERE
    raise NotImplementedError()


def train(model: nn.Module, steps: int = 10) -> float:
    """Train. Returns the last loss."""
    # YOUR CODE HERE
    raise NotImplementedError()
'''


def code_of(rubric, folder, *sources):
    functions = {name: Function(name, **rubric.function(name).model_dump()) for name in rubric.functions}
    return load(folder, sources, functions)


def test_scripts_have_signatures_and_contracts_and_no_bodies(kit):
    assert (kit / "networks.py").read_text() == SCRIPT


def test_scripts_import_from_each_other_what_is_left_of_them(kit):
    assert "from networks import SIZES, Sizes, build\n" in (kit / "pictures.py").read_text()


def test_a_return_type_that_is_a_class_of_the_solution_becomes_its_base_class(rubric, change, tmp_path):
    change("templates/starter/kit.yaml", "returns: nn.Module, ", "")
    kit = release_kit(rubric, tmp_path / "kit", checks=False).folder
    assert "def build(sizes: Sizes) -> nn.Module:" in (kit / "networks.py").read_text()


def test_the_notebook_goes_through_the_parts_in_the_assignments_order(kit):
    cells = nbformat.read(kit / "homework.ipynb", as_version=4).cells
    assert [cell.id for cell in cells] == [
        "introduction",
        "setup",
        *("part-A", "build", "train", "run-A", "A-why-question", "A-why"),
        *("part-B", "draw", "run-B"),
    ]
    assert "**Why it learns** (1 point, 2 to 3 sentences)" in cells[6].source
    assert cells[7].source == "YOUR ANSWER HERE"


def test_nbgrader_can_go_on_with_the_notebook(kit):
    notebook = nbformat.read(kit / "homework.ipynb", as_version=4)
    nbformat.validate(notebook)
    MetadataValidator().validate_nb(notebook)
    about = {cell.id: cell.metadata.nbgrader for cell in notebook.cells if "nbgrader" in cell.metadata}
    assert (about["build"].solution, about["build"].grade) == (True, False)
    assert (about["A-why"].solution, about["A-why"].grade, about["A-why"].points) == (True, True, 1)
    assert about["part-A"].locked


def test_two_releases_are_equal_to_the_byte(rubric, kit, tmp_path):
    again = release_kit(rubric, tmp_path / "again", checks=False).folder
    for path in kit.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_requirements_are_those_that_grading_uses_without_the_engines(kit):
    assert (kit / "requirements.txt").read_text() == "torch==2.13.0\n"


def test_the_readme_names_every_function_and_every_written_answer(kit):
    text = (kit / "README.md").read_text()
    assert "| A | `train` | `networks.py` |" in text
    assert "A: Why it learns (2 to 3 sentences)" in text


@pytest.mark.parametrize("source", ["homework.ipynb", "networks.py"])
def test_an_unfilled_function_is_still_to_be_written(rubric, kit, source, monkeypatch):
    monkeypatch.chdir(kit)
    with pytest.raises(MissingFunction, match=r"`train` is still to be written \(" + source):
        code_of(rubric, kit, source).train()


def test_filled_scripts_do_what_the_reference_does(rubric, assignment, kit, monkeypatch):
    monkeypatch.chdir(kit)
    fill_scripts(kit, read_modules(assignment / "solutions", list(rubric.functions)))
    code = code_of(rubric, kit, "homework.ipynb", "networks.py", "pictures.py")
    assert code.train(code.build([2, 3, 1])) == 0.125 * (2 * 3 + 3 + 3 * 1 + 1)
    assert code.draw(None).shape == (3,)


def test_a_filled_notebook_does_what_the_reference_does_beside_unfilled_scripts(rubric, assignment, kit, monkeypatch):
    monkeypatch.chdir(kit)
    fill_notebook(kit / "homework.ipynb", read_modules(assignment / "solutions", list(rubric.functions)))
    code = code_of(rubric, kit, "homework.ipynb", "networks.py", "pictures.py")
    assert code.train(code.build([2, 1])) == 0.125 * 3
    assert code.draw(None).shape == (3,)


def test_a_line_of_the_solution_in_a_template_keeps_the_kit_from_being_written(rubric, change, tmp_path):
    change("templates/starter/README.md.j2", "## 1. Set up", "loss = _one_step(model, LEARNING_RATE)\n")
    with pytest.raises(LeakError, match=r"README\.md line 5: `loss = .*` is the body of `train`"):
        release_kit(rubric, tmp_path / "kit", checks=False)
    assert not (tmp_path / "kit").exists()
    assert [path for path in tmp_path.iterdir() if path.name.startswith(".releasing")] == []


def test_a_marker_inside_a_body_is_told_instead_of_letting_the_rest_out(rubric, change, tmp_path):
    change("solutions/networks.py", "    loss = 0.0\n", "    loss = 0.0\n    # END SOLUTION\n")
    with pytest.raises(LeakError, match=r"networks\.py line \d+: `loss = _one_step"):
        release_kit(rubric, tmp_path / "kit", checks=False)


def test_a_private_part_of_the_solution_is_not_named(rubric, change, tmp_path):
    change("solutions/networks.py", "Train. Returns", "Train by `_one_step`. Returns")
    with pytest.raises(LeakError, match="about `_one_step`, a private part of the solution"):
        release_kit(rubric, tmp_path / "kit", checks=False)


def test_a_folder_that_holds_something_is_left_alone(rubric, tmp_path):
    (tmp_path / "kit").mkdir()
    (tmp_path / "kit" / "mine.py").write_text("mine")
    with pytest.raises(FileExistsError, match="is there already"):
        release_kit(rubric, tmp_path / "kit", checks=False)
    assert [path.name for path in (tmp_path / "kit").iterdir()] == ["mine.py"]


def test_a_typo_in_the_plan_names_its_line(rubric, change, tmp_path):
    change("templates/starter/kit.yaml", "  build:", "  biuld:")
    with pytest.raises(RubricError, match=r"kit\.yaml:6: functions\.biuld: no function 'biuld'.*did you mean 'build'"):
        release_kit(rubric, tmp_path / "kit", checks=False)


def test_a_package_that_is_not_pinned_is_told(rubric, change, tmp_path):
    change("templates/starter/kit.yaml", "[torch]", "[torch, keras]")
    with pytest.raises(RubricError, match="does not pin keras"):
        release_kit(rubric, tmp_path / "kit", checks=False)


def test_a_function_that_the_reference_lacks_is_told(assignment, change, tmp_path):
    change("rubric/small.yaml", "functions:\n", "functions:\n  paint: {signature: paint(x)}\n")
    with pytest.raises(RubricError, match="the reference defines no `paint`"):
        release_kit(load_rubric(assignment / "rubric" / "small.yaml"), tmp_path / "kit", checks=False)


def test_every_script_of_a_kit_is_python(kit):
    scripts = [ast.parse(path.read_text()) for path in kit.glob("*.py")]
    assert all(script.body for script in scripts)
    assert scripts
