"""The kit's notebook: first with solutions between nbgrader's markers, then cleared by nbgrader's own preprocessors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import jinja2
import nbformat
from nbformat import v4
from nbgrader.nbgraderformat import SCHEMA_VERSION
from nbgrader.preprocessors import CheckCellMetadata, ClearOutput, ClearSolutions, ComputeChecksums, LockCells

from autograder.rubric import Item, Part, Rubric
from autograder.starter.grade_ids import grade_id
from autograder.starter.imports import arranged
from autograder.starter.skeleton import Skeleton, blocks

Notebook = Any  # nbformat's NotebookNode, which has no types
make: Any = v4
PREPROCESSORS: Final = (ClearSolutions, LockCells, ClearOutput, ComputeChecksums, CheckCellMetadata)
KERNEL: Final = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def source_notebook(rubric: Rubric, skeletons: Sequence[Skeleton], templates: jinja2.Environment) -> Notebook:
    """The notebook in the assignment's order: for each part what is asked for, its functions, its written answers.

    The bodies of the functions are in it, between the markers.
    """
    marked = {name: text for each in skeletons for name, text in each.functions.items()}
    own = [each.name for each in skeletons]
    imports = [line for each in skeletons for line in each.imports if line.split()[1] not in own]
    given = blocks([text for each in skeletons for text in each.given])
    grouped = functions_by_part(rubric, list(marked))
    cells = [_prose("introduction", templates.get_template("introduction.md.j2").render(rubric=rubric))]
    if setup := f"{arranged(imports)}\n\n{given}".strip():
        cells.append(_code("setup", setup, None))
    for part in rubric.parts:
        names = grouped[part.id]
        text = templates.get_template("part.md.j2").render(part=part, functions=names)
        cells.append(_prose(f"part-{part.id}", text))
        cells += [_code(name, marked[name], {"solution": True}) for name in names]
        cells.append(_code(f"run-{part.id}", templates.get_template("run.py.j2").render(part=part), None))
        for item in part.items:
            if item.kind == "review":
                question = templates.get_template("question.md.j2").render(item=item)
                cells += [_prose(f"{item.id}-question", question), _answer(item)]
    notebook = make.new_notebook(cells=cells, metadata=dict(KERNEL))
    nbformat.validate(notebook)
    return notebook


def cleared(notebook: Notebook) -> Notebook:
    """The notebook as students get it. Raises nbgrader's errors for markers or metadata that are not in order."""
    resources: dict[str, Any] = {}
    for preprocessor in PREPROCESSORS:
        notebook, resources = preprocessor().preprocess(notebook, resources)
    nbformat.validate(notebook)
    return notebook


def cell_texts(notebook: Notebook) -> dict[str, str]:
    """The text of each nbgrader cell, by its grade id."""
    return {cell.metadata.nbgrader.grade_id: cell.source for cell in notebook.cells if "nbgrader" in cell.metadata}


def written(notebook: Notebook) -> str:
    """The notebook as the text of an .ipynb file."""
    return str(make.writes(notebook)) + "\n"


def functions_by_part(rubric: Rubric, functions: Sequence[str]) -> Mapping[str, list[str]]:
    """For each part the functions that its items are the first to need; a function that no item needs follows the one before."""
    first: dict[str, Part] = {}
    for part in rubric.parts:
        for item in part.items:
            for name in item.needs:
                first.setdefault(name, part)
    grouped: dict[str, list[str]] = {part.id: [] for part in rubric.parts}
    current = rubric.parts[0]
    for name in functions_in_order(rubric, functions):
        current = first.get(name, current)
        grouped[current.id].append(name)
    return grouped


def functions_in_order(rubric: Rubric, functions: Sequence[str]) -> list[str]:
    return [name for name in rubric.functions if name in functions]


def _prose(name: str, text: str) -> Notebook:
    return make.new_markdown_cell(text.strip(), **_named(name, {"locked": True}))


def _answer(item: Item) -> Notebook:
    flags = {"solution": True, "grade": True, "points": item.points}
    return make.new_markdown_cell("", **_named(item.id, flags))


def _code(name: str, text: str, flags: Mapping[str, Any] | None) -> Notebook:
    return make.new_code_cell(text.strip("\n"), **_named(name, flags))


def _named(name: str, flags: Mapping[str, Any] | None) -> dict[str, Any]:
    """The cell with an id that is the same in every release, and nbgrader's metadata if it is an nbgrader cell."""
    plain = grade_id(name)
    if flags is None:
        return {"id": plain[:64]}
    about = {"grade": False, "solution": False, "locked": False, "task": False, **flags}
    return {
        "id": plain[:64],
        "metadata": {"nbgrader": {**about, "grade_id": plain, "schema_version": SCHEMA_VERSION}},
    }
