"""`autograder release`: what students get."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from autograder.assignment import find_rubric
from autograder.cli.console import EXIT_BELOW, EXIT_USAGE, fail, out
from autograder.cli.grade import RubricOption
from autograder.rubric import load_rubric


def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the kit.")],
    rubric_file: RubricOption = None,
) -> None:
    """Write the starter kit that students get: a notebook and scripts to fill in, made from the reference.

    Exit with 1, and write nothing, when a line of the solution is left in it.
    """
    from autograder.starter.release import LeakError, release_kit  # nbgrader takes seconds to import

    rubric = load_rubric(find_rubric(rubric_file, Path.cwd()))
    try:
        kit = release_kit(rubric, folder)
    except FileExistsError as error:
        fail(str(error), EXIT_USAGE)
    except LeakError as error:
        fail(str(error), EXIT_BELOW)
    for name in kit.files:
        out.print(f"{folder / name}", markup=False, highlight=False, soft_wrap=True)
    out.print("No line of the reference's solutions is in it. Zip the folder and hand it out.", highlight=False)
