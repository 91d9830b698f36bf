"""What one of our own submissions declares in its `expected.yaml` (docs/proving.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict

from autograder.diagnosis import BugLibrary
from autograder.rubric import Rubric
from autograder.rubric.loading import read_record
from autograder.rubric.problems import Problem, RubricError, did_you_mean
from autograder.rubric.source import Source

EXPECTED: Final = "expected.yaml"


class Declared(BaseModel):
    """For a right or wrong submission: what it must lose, may lose and may leave to a person; the bugs that must be named."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    loses: tuple[str, ...] = ()
    may_lose: tuple[str, ...] = ()
    may_wait: tuple[str, ...] = ()
    bugs: tuple[str, ...] = ()
    nightly: bool = False


class DeclaredFreeform(BaseModel):
    """For a free-form one: the points that it earns, what is left to a person, and which of its names is which function. For a
    half-good one that works at the top level: by item, a word that must be in what is said about it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    earns: dict[str, float] = {}
    may_earn: dict[str, float] = {}
    review: tuple[str, ...] = ()
    bindings: dict[str, str] = {}
    bugs: tuple[str, ...] = ()
    says: dict[str, str] = {}


Kind = TypeVar("Kind", Declared, DeclaredFreeform)


def read_declared(folder: Path, kind: type[Kind], rubric: Rubric, library: BugLibrary) -> Kind:
    """Read a submission's declaration. Raises RubricError, with the line, if it is malformed or names items, functions or bugs
    that do not exist."""
    declared, source = read_record(folder / EXPECTED, kind)
    choices = {
        "bugs": [bug.bug for bug in library.bugs],
        "bindings": list(rubric.functions),
    }
    items = [item.id for item in rubric.items]
    problems = [
        problem
        for field, value in declared
        if not isinstance(value, bool)
        for problem in _unknown(field, value, choices.get(field, items), source)
    ]
    if problems:
        raise RubricError(problems)
    return declared


def _unknown(field: str, names: Iterable[str], known: list[str], source: Source) -> Iterator[Problem]:
    for index, name in enumerate(names):
        if name not in known:
            place = source.place(field, name if isinstance(names, dict) else index)
            yield Problem(place, f"'{name}' is not there; {did_you_mean(name, known)}")
