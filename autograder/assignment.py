"""Finding the assignment: its rubric file, from which everything else follows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from autograder.rubric import RubricError
from autograder.rubric.problems import Place, Problem

KIT: Final = "autograder_checks"
"""The folder of a starter kit with its checks and their rubric; not part of the student's work."""
CHECKOUT: Final = Path(__file__).resolve().parent.parent


def find_kit_rubric(given: Path | None, path: Path, start: Path) -> Path:
    """The rubric for a student's own work at `path`: the given one, or that of the starter kit which it or `start` is in.
    Without a kit, it is found as by `find_rubric`.

    Not for grading: there, nothing that was handed in may decide what is asked.
    """
    if given is not None:
        return given
    here = path.resolve()
    for folder in (here, *here.parents, start.resolve()):
        found = sorted((folder / KIT / "rubric").glob("*.yaml"))
        if len(found) == 1:
            return found[0]
    return find_rubric(None, start)


def find_rubric(given: Path | None, start: Path, handed_in: Sequence[Path] = ()) -> Path:
    """The rubric file: the given one, or the only `rubric/*.yaml` of `start` or a folder above it, or of this checkout.

    A rubric names checks, which run with the rights of whoever grades. So a rubric that lies together with what was `handed_in`,
    and not in this checkout, has to be named explicitly.

    Raises RubricError when there is none, or more than one to choose from, or only one that has to be given.
    """
    if given is not None:
        return given
    for folder in (start.resolve(), *start.resolve().parents, CHECKOUT):
        found = sorted((folder / "rubric").glob("*.yaml"))
        if found and folder != CHECKOUT and any(_lie_together(folder, path.resolve()) for path in handed_in):
            problem = (
                "it lies together with what is to be graded, so others may have written it; "
                "if it is yours, name it with --rubric FILE"
            )
            raise RubricError([Problem(Place(str(found[0])), problem)])
        if len(found) == 1:
            return found[0]
        if found:
            names = ", ".join(path.name for path in found)
            raise RubricError(
                [Problem(Place(str(folder / "rubric")), f"several rubrics ({names}); choose one with --rubric FILE")]
            )
    raise RubricError([Problem(Place(str(start)), "no rubric/*.yaml here or above; name one with --rubric FILE")])


def _lie_together(folder: Path, path: Path) -> bool:
    return folder == path or folder in path.parents or path in folder.parents
