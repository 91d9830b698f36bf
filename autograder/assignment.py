"""Finding the assignment: its rubric file, from which everything else follows."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from autograder.rubric import RubricError
from autograder.rubric.problems import Place, Problem

KIT: Final = "autograder_checks"
"""The folder of a starter kit with its checks and their rubric; no part of the student's work."""


def find_kit_rubric(given: Path | None, path: Path, start: Path) -> Path:
    """The rubric for a student's own work at `path`: the given one, or that of the starter kit which it or `start` is in.

    Where there is no kit, it is found as `find_rubric` does.

    Not for grading: there, nothing that was handed in may say what is asked.
    """
    here = path.resolve()
    for folder in (here, *here.parents, start.resolve()):
        found = sorted((folder / KIT / "rubric").glob("*.yaml"))
        if given is None and len(found) == 1:
            return found[0]
    return find_rubric(given, start)


def find_rubric(given: Path | None, start: Path) -> Path:
    """The rubric file: the given one, or the only `rubric/*.yaml` of `start` or a folder above it, or of this checkout.

    Raises RubricError when there is none, or more than one to choose from.
    """
    if given is not None:
        return given
    for folder in (start.resolve(), *start.resolve().parents, Path(__file__).resolve().parent.parent):
        found = sorted((folder / "rubric").glob("*.yaml"))
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found)
            raise RubricError(
                [Problem(Place(str(folder / "rubric")), f"several rubrics ({names}); choose one with --rubric FILE")]
            )
    raise RubricError([Problem(Place(str(start)), "no rubric/*.yaml here or above; name one with --rubric FILE")])
