"""`autograder release`: what students get."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from autograder.cli.console import EXIT_BELOW, EXIT_USAGE, fail, out, progress_bar
from autograder.cli.options import RubricOption


def told(folder: Path, files: Sequence[str]) -> list[str]:
    """The contents of a kit: each top-level file by its name, each folder with the number of its files."""
    folders = Counter(file.partition("/")[0] for file in files if "/" in file)
    on_top = [f"{folder / file}" for file in files if "/" not in file]
    below = [f"{folder / name}/  {count} file{'' if count == 1 else 's'}" for name, count in sorted(folders.items())]
    return [*on_top, *below, f"{len(files)} files are in {folder}."]


def release(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder for the kit.")],
    checks: Annotated[bool, typer.Option(help="Include the public checks, and the engine that runs them.")] = True,
    rubric_file: RubricOption = None,
) -> None:
    """Write the starter kit that students get: a notebook and scripts to fill in, made from the reference.

    It includes the public checks. The kit, filled in from the reference, has to pass them first, which takes a minute. Exit
    with 1, and write nothing, when it does not, or when a line of the solution is left in the kit.
    """
    from autograder.assignment import find_rubric
    from autograder.rubric import load_rubric
    from autograder.starter.checks import ChecksError
    from autograder.starter.release import LeakError, release_kit

    rubric = load_rubric(find_rubric(rubric_file, Path.cwd()))
    try:
        with progress_bar() as progress:
            task = progress.add_task("running the public checks on the filled-in kit", total=None, visible=checks)
            kit = release_kit(rubric, folder, checks=checks, on_check=lambda result: progress.advance(task))
    except FileExistsError as error:
        fail(str(error), EXIT_USAGE)
    except (LeakError, ChecksError) as error:
        fail(str(error), EXIT_BELOW)
    for line in told(folder, kit.files):
        out.print(line, markup=False, highlight=False, soft_wrap=True)
    proof = " Filled in from the reference, it passes all public checks." if checks else ""
    out.print(
        f"No line of the solution is in it.{proof} Zip the folder and hand it out.", soft_wrap=True, highlight=False
    )
