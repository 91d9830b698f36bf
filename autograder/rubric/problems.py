"""What can be wrong with a rubric, reported so that its author can fix it: file, line, field, what to do."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from autograder.errors import WrongUse


@dataclass(frozen=True)
class Place:
    """A place in a rubric file, e.g. `rubric/hw1.yaml:42: parts[0].items[1]`."""

    file: str
    line: int | None = None  # counted from 1; None: the file as a whole
    field: str = ""

    @property
    def file_and_line(self) -> str:
        return self.file if self.line is None else f"{self.file}:{self.line}"

    def __str__(self) -> str:
        return f"{self.file_and_line}: {self.field}" if self.field else self.file_and_line


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong; the message ends with what to do about it."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class RubricError(WrongUse):
    """A rubric that cannot be used. `problems` holds all that was found, in the order of their lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place.line or 0))
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Point to the choice nearest to `word`, or list the choices if none is near."""
    known = list(choices)
    nearest = difflib.get_close_matches(word, known, n=1)
    if nearest:
        return f"did you mean '{nearest[0]}'?"
    if not known:
        return "there is none to choose from"
    return "choose from " + textwrap.shorten(", ".join(known), width=300, placeholder=" ...")
