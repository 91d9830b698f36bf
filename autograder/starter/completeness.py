"""Whether a folder is ready to be handed in: what is there, what is missing, and what to do. Runs nothing of it."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from autograder.handed_in.gathering import read_pdfs
from autograder.requirements import examine
from autograder.results import Met
from autograder.rubric import Item, Rubric
from autograder.starter.grade_ids import grade_id
from autograder.submission import Submission
from autograder.worker import binding
from autograder.worker.binding.definitions import defined_in, is_stub
from autograder.worker.binding.sources import Source, read

PLACEHOLDER: Final = "YOUR ANSWER HERE"  # nbgrader's


class State(StrEnum):
    THERE = "there"
    MISSING = "missing"  # keeps the submission from being complete
    LOOK = "look"  # optional, or only a person can tell


@dataclass(frozen=True)
class Finding:
    """One thing that belongs to a submission, and what to do about it, if anything."""

    state: State
    what: str
    todo: str = ""


def completeness(rubric: Rubric, submission: Submission) -> list[Finding]:
    """All that the rubric asks for: functions, written answers, and what belongs to a submission besides its code."""
    functions = {name: binding.Function(name, **about) for name, about in rubric.described().items()}
    code = binding.load(submission.folder, submission.sources, functions, {})
    bound = {record.function: record for record in code.bindings()}
    sources = [read(submission.folder, path) for path in submission.sources]
    found = [Finding(State.MISSING, str(error), "Fix it: nothing in this code counts as long as it can't be read.")
             for error in code.errors()]  # fmt: skip
    found += _functions(rubric, bound, sources)
    homes = {record.target.rpartition(":")[0] for record in bound.values() if record.bound_to}
    found += _answers(rubric, submission, homes)
    return [*found, *_belongings(rubric, submission)]


def _functions(rubric: Rubric, bound: dict[str, binding.Binding], sources: list[Source]) -> Iterator[Finding]:
    unfinished = dict(_unfinished(sources))
    for name in rubric.functions:
        needing = [item for item in rubric.items if name in item.needs]
        optional = all(item.bonus for item in needing)
        parts = " and ".join(dict.fromkeys(item.part for item in needing))
        what = f"`{name}`" + (f" ({parts}{', optional' if optional else ''})" if parts else "")
        missing = State.LOOK if optional else State.MISSING
        record = bound[name]
        if not record.bound_to:
            reason = record.how.removeprefix(f"`{name}` ").removeprefix("is ")
            yield Finding(missing, what, reason[:1].upper() + reason[1:])
        elif record.bound_to in unfinished:
            yield Finding(missing, what, f"It still raises NotImplementedError in line {unfinished[record.bound_to]}.")
        else:
            yield Finding(State.THERE, what)


def _unfinished(sources: list[Source]) -> Iterator[tuple[str, int]]:
    """Functions that are written and still raise NotImplementedError, as bindings name them, each with the line."""
    for source in sources:
        for position, statement in enumerate(source.statements):
            for definition in defined_in(statement, position, known=frozenset()):
                if isinstance(definition.node, ast.FunctionDef) and not is_stub(definition.node):
                    for node in ast.walk(definition.node):
                        if isinstance(node, ast.Raise) and node.exc and "NotImplementedError" in ast.unparse(node.exc):
                            yield str(definition), node.lineno


def _answers(rubric: Rubric, submission: Submission, homes: set[str]) -> Iterator[Finding]:
    """The written answers: in the notebook's cells for them, else in the report, which a person has to check. `homes` are
    the files in which the functions were found."""
    cells = dict(_answer_cells(submission))
    for item in rubric.items:
        if item.kind != "review":
            continue
        what = f"{item.part}: {item.title}" + (" (optional)" if item.bonus else "")
        notebook, text = cells.get(grade_id(item.id), ("", ""))
        in_report = bool(submission.reports) and notebook not in homes
        if notebook and text and text != PLACEHOLDER:
            yield Finding(State.THERE, what)
        elif in_report:
            report = submission.reports[0]
            yield Finding(State.LOOK, what, f"Not in a notebook. Make sure that it is in {report}{_length(item)}.")
        else:
            where = f"in {notebook}" if notebook else "in your report"
            yield Finding(State.LOOK if item.bonus else State.MISSING, what, f"Write it {where}{_length(item)}.")


def _answer_cells(submission: Submission) -> Iterator[tuple[str, tuple[str, str]]]:
    """For each nbgrader answer cell: its grade id, the notebook, and its text."""
    for path in submission.sources:
        if not path.endswith(".ipynb"):
            continue
        content: dict[str, Any] = json.loads((submission.folder / path).read_text(encoding="utf-8"))
        for cell in content["cells"]:
            about = (cell.get("metadata") or {}).get("nbgrader")
            if isinstance(about, dict) and about.get("grade") and about.get("solution"):
                yield str(about.get("grade_id")), (path, "".join(cell["source"]).strip())


def _length(item: Item) -> str:
    return f" ({item.sentences[0]} to {item.sentences[1]} sentences)" if item.sentences else ""


def _belongings(rubric: Rubric, submission: Submission) -> Iterator[Finding]:
    """What belongs to a submission besides its code. An insufficient report, or a missing requirements file, makes it incomplete;
    the rest is only worth a look."""
    asked = [each for each in rubric.requirements if each.kind != "fresh-run"]
    for found in examine(submission, asked, read_pdfs(submission)):
        if found.status is Met.MET:
            yield Finding(State.THERE, found.asked)
            continue
        absent = found.kind == "requirements-file" and submission.requirements is None
        lacking = found.status is Met.UNMET and (absent or found.kind == "report")
        todo = " ".join([found.found, *found.details, found.advice]).strip()
        yield Finding(State.MISSING if lacking else State.LOOK, found.asked, todo)
