"""`autograder pack`: checks whether a student's work is complete, and makes the zip to hand in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from autograder.cli.console import EXIT_BELOW, EXIT_USAGE, fail, notices, out
from autograder.cli.options import RubricOption

if TYPE_CHECKING:
    from autograder.starter.completeness import Finding
    from autograder.starter.packing import Packed


def pack(
    path: Annotated[Path, typer.Argument(metavar="DIR", help="The folder with your work.")],
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.zip", help="The zip; default: beside DIR, under its name.")
    ] = None,
    anyway: Annotated[bool, typer.Option("--anyway", help="Make the zip even if something is missing.")] = False,
    rubric_file: RubricOption = None,
) -> None:
    """Check whether your work is complete, and make the zip to hand in. Nothing of it is run.

    Exit with 1, and make no zip, when something is missing, unless --anyway is given.
    """
    if not path.exists():
        fail(f"no such file or folder: {path}", EXIT_USAGE)
    from autograder.assignment import find_kit_rubric
    from autograder.rubric import load_rubric
    from autograder.starter.packing import pack as pack_work

    where = path.resolve()
    rubric = load_rubric(find_kit_rubric(rubric_file, where, Path.cwd()))
    target = out_file or where.parent / f"{where.name if where.is_dir() else where.stem}.zip"
    packed = pack_work(path, target, rubric, anyway=anyway)
    _print(packed)
    if packed.out is None:
        out.print("\nNo zip was made. Add what is missing, or hand it in as it is: add `--anyway`.", highlight=False)
        raise typer.Exit(EXIT_BELOW)


def _print(packed: Packed) -> None:
    from autograder.report.wording import counted
    from autograder.starter.completeness import State

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(ratio=2)
    table.add_column(ratio=3)
    there = [finding for finding in packed.findings if finding.state is State.THERE]
    for finding in packed.findings:
        if finding.state is not State.THERE:
            table.add_row(*_row(finding))
    out.print(f"{len(there)} of {counted(len(packed.findings), 'thing')} that belong to a submission are there.\n")
    if table.row_count:
        out.print(table, width=min(out.width, 110), highlight=False)
    for note in packed.notes:
        notices.print(note, markup=False, highlight=False, soft_wrap=True)
    if packed.out is not None:
        size = packed.out.stat().st_size / 1e6
        out.print(
            f"\n{packed.out}  ({counted(len(packed.files), 'file')}, {size:.1f} MB)", markup=False, soft_wrap=True
        )
    if packed.large:
        largest = ", ".join(f"{name} ({size / 1e6:.0f} MB)" for name, size in packed.large)
        notices.print(f"That is large. Take out what grading does not need; the largest are {largest}.", markup=False)


def _row(finding: Finding) -> tuple[Text, Text, Text]:
    from autograder.starter.completeness import State

    sign, colour = ("✗ missing", "red") if finding.state is State.MISSING else ("• look", "yellow")
    return Text(sign, colour), Text(finding.what), Text(finding.todo)
