"""`autograder trace`: runs a submission as it is, on little data, and shows what it did."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from autograder.cli.console import EXIT_USAGE, fail, notices, out, wide
from autograder.cli.options import JsonOption, RubricOption, SandboxOption, SeedOption
from autograder.isolation import Kind

if TYPE_CHECKING:
    from autograder.trace.observed import Observed
    from autograder.trace.records import SourceTrace

WITHOUT_RUBRIC: Final = 60.0  # seconds, where the rubric runs no submission as it is


def trace(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A folder, zip, notebook or script.")],
    seconds: Annotated[
        float | None, typer.Option(min=1, help="Time for all notebooks and scripts together. Default: the rubric's.")
    ] = None,
    profile: Annotated[str, typer.Option(help="Whose data: `quick` takes the small sample.")] = "standard",
    kind: SandboxOption = Kind.AUTO,
    threads: Annotated[int, typer.Option(min=1, help="Threads of the student's code.")] = 2,
    seed: SeedOption = 0,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE.json", help="Write the trace here too.")
    ] = None,
    as_json: JsonOption = False,
    rubric_file: RubricOption = None,
) -> None:
    """Run a submission as it is, on little data, and show what it trained, measured and drew. Nothing is graded."""
    if not path.exists():
        fail(f"no such file or folder: {path}", EXIT_USAGE)
    from autograder.assignment import find_rubric
    from autograder.rubric import load_rubric
    from autograder.submission import collect
    from autograder.trace.observed import Observed
    from autograder.tracing import trace as run_and_trace

    rubric = load_rubric(find_rubric(rubric_file, Path.cwd(), [path]))
    if profile not in rubric.profiles:
        fail(f"there is no profile '{profile}'; there are {', '.join(rubric.profiles)}", EXIT_USAGE)
    whole = rubric.assignment.run
    budget = seconds or (whole.seconds if whole is not None else WITHOUT_RUBRIC)
    with tempfile.TemporaryDirectory(prefix="autograder-", ignore_cleanup_errors=True) as folder:
        submission = collect(path, Path(folder) / "submission")
        with notices.status("Running it on little data …"):
            found = run_and_trace(rubric, submission, profile, kind, budget, threads, seed)
        written = found.model_dump_json(by_alias=True)
    if out_file is not None:
        out_file.write_text(written, encoding="utf-8")
    if as_json:
        typer.echo(written)
        return
    if not found.sources:
        out.print("Nothing here runs by itself: the scripts only define functions and classes.")
    observed = Observed(found)
    for source in observed.sources:
        _show(source, observed)


def _show(source: SourceTrace, observed: Observed) -> None:
    from autograder.report.trace import RunRow, errors, figures, runs
    from autograder.trace.endings import ending

    console = wide()
    console.print(Text(f"\n{ending(source)}", "bold"))
    for error in errors(source):
        console.print(Text(f"  {error}", "yellow"))
    rows = runs(source, observed)
    if rows:
        table = Table(title="Training runs", title_justify="left")
        for name in RunRow.__annotations__:
            table.add_column(name.replace("_", " "))
        for row in rows:
            table.add_row(*(Text(value) for value in vars(row).values()))
        console.print(table)
    for figure in figures(source, observed):
        console.print(Text(f"  {figure}"))
