"""Submissions that do all their work at the top level, and wrong variants of them: edits of the right one, in its `wrong.yaml`.

They are written as students write, without regard to the standard names, and proved by running them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from autograder.results import Result, Status
from autograder.rubric import Rubric
from autograder.rubric.loading import read_record
from autograder.rubric.problems import Place, Problem, RubricError, did_you_mean

WRONG: Final = "wrong.yaml"


class Edit(BaseModel):
    """A text that occurs exactly once in a file's code, and its replacement."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    file: str
    old: str
    new: str


class Variant(BaseModel):
    """One mistake: the edits, the remaining points of the items that it affects, and words of which a message must have one."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    id: str
    about: str
    replace: tuple[Edit, ...]
    loses: dict[str, float] = {}
    waits: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


class Variants(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    variants: tuple[Variant, ...]


@dataclass(frozen=True)
class Left:
    """The expected result of a wrong variant: points by item, full points for the others; a message must have one of `says`."""

    points: Mapping[str, float]
    says: tuple[str, ...]

    def deviations(self, result: Result) -> Iterator[str]:
        """A sentence for each item with other points, and one if no message names the mistake."""
        items = {item.id: item for item in result.looked_at if item.kind == "automatic"}
        for name, due in self.points.items():
            if name in items and (items[name].status is Status.REVIEW or abs(items[name].points - due) > 0.005):
                found = "for a person" if items[name].status is Status.REVIEW else f"{items[name].points:g} points"
                yield f"{name} is {found} ({items[name].message}); declared: {due:g} points"
        told = " ".join(item.message for item in items.values() if item.id in self.points).casefold()
        if self.points and not any(word.casefold() in told for word in self.says):
            yield f"no message has one of the words {', '.join(self.says)}: {told[:300]}"


@dataclass(frozen=True)
class Named:
    """The expected result of a half-good submission, by item: points, and a word of the message."""

    points: Mapping[str, float]
    words: Mapping[str, str]

    def deviations(self, result: Result) -> Iterator[str]:
        """A sentence for each of these items with other points, and for each whose message lacks its word."""
        for item in (each for each in result.looked_at if each.id in self.points):
            if abs(item.points - self.points[item.id]) > 0.005:
                yield f"{item.id} is {item.points:g} points ({item.message}); declared: {self.points[item.id]:g} points"
            if self.words[item.id].casefold() not in item.message.casefold():
                yield f"{item.id} does not say “{self.words[item.id]}”: {item.message[:300]}"


def variants_of(folder: Path, rubric: Rubric) -> list[Variant]:
    """The wrong variants of a right submission; none if it has no file of them. Raises RubricError for an invalid file."""
    path = folder / WRONG
    if not path.is_file():
        return []
    declared, source = read_record(path, Variants)
    items = [item.id for item in rubric.items]
    problems = [
        Problem(source.place("variants", number, "loses", name), f"'{name}' is not there; {did_you_mean(name, items)}")
        for number, variant in enumerate(declared.variants)
        for name in variant.loses
        if name not in items
    ]
    if problems:
        raise RubricError(problems)
    return list(declared.variants)


def edited(folder: Path, edits: Sequence[Edit]) -> dict[str, str]:
    """The edited texts of the files that change. Raises RubricError if the text of an edit does not occur exactly once."""
    found: dict[str, str] = {}
    for edit in edits:
        text = found.get(edit.file) or (folder / edit.file).read_text(encoding="utf-8")
        found[edit.file] = (
            _in_notebook(folder, edit, text) if edit.file.endswith(".ipynb") else _once(folder, edit, text)
        )
    return found


def _in_notebook(folder: Path, edit: Edit, text: str) -> str:
    notebook: dict[str, Any] = json.loads(text)
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    sources = ["".join(cell["source"]) for cell in cells]
    whole = [number for number, source in enumerate(sources) if edit.old in source]
    if len(whole) != 1:
        raise _not_once(folder, edit, len(whole))
    cells[whole[0]]["source"] = _once(folder, edit, sources[whole[0]])
    return json.dumps(notebook)


def _once(folder: Path, edit: Edit, text: str) -> str:
    if text.count(edit.old) != 1:
        raise _not_once(folder, edit, text.count(edit.old))
    return text.replace(edit.old, edit.new)


def _not_once(folder: Path, edit: Edit, count: int) -> RubricError:
    place = Place(str(folder / WRONG))
    return RubricError([Problem(place, f"stands {count} times in {edit.file}, once is needed: {edit.old[:80]!r}")])
