"""`autograder trace`: run a submission as it is, on little data, and show what it did."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from autograder.cli.console import EXIT_BELOW, EXIT_USAGE, fail, notices, out, try_file, wide
from autograder.cli.options import JsonOption, RubricOption, SandboxOption, SeedOption
from autograder.isolation import Kind

if TYPE_CHECKING:
    from autograder.report.trace import RunRow
    from autograder.trace.records import Trace

WITHOUT_RUBRIC: Final = 60.0  # seconds, if the rubric does not run submissions as they are
# Limits of the grader's own work on what was recorded.
MOST_SECONDS: Final = 300.0
LAST_WORDS: Final = 60.0
MOST_BYTES: Final = 8 * 2**30


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
    from autograder.in_a_fork import ForkEnded, in_a_fork
    from autograder.rubric import load_rubric
    from autograder.submission import collect
    from autograder.tracing import trace as run_and_trace

    rubric = load_rubric(find_rubric(rubric_file, Path.cwd(), [path]))
    rubric.profile(profile)
    if out_file is not None:
        try_file(out_file, "--out FILE.json")
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
    try:
        shown = in_a_fork(lambda: _in_words(found), MOST_SECONDS + LAST_WORDS)
    except ForkEnded as error:
        fail(f"What it did can't be shown: {error}. `--json` writes it as it was told.", EXIT_BELOW)
    for each in shown:
        _show(each)


@dataclass(frozen=True)
class _Shown:
    """What a source did, in words."""

    end: str
    errors: list[str]
    runs: list[RunRow]
    figures: list[str]


def _in_words(trace: Trace) -> list[_Shown]:
    """What each source did. Computes its networks, so run it in a fork. Raises ForkEnded if that takes too much."""
    from autograder.in_a_fork import ForkEnded
    from autograder.own_work import TooMuch, bounded_work
    from autograder.report.trace import errors, figures, runs
    from autograder.trace.endings import ending
    from autograder.trace.observed import Observed

    observed = Observed(trace)
    try:
        with bounded_work(MOST_SECONDS, MOST_BYTES):
            return [
                _Shown(ending(each), errors(each), runs(each, observed), figures(each, observed))
                for each in observed.sources
            ]
    except (TooMuch, MemoryError) as error:
        raise ForkEnded(str(error) or "it took more memory than it may") from None


def _show(shown: _Shown) -> None:
    from autograder.report.trace import RunRow

    console = wide()
    console.print(Text(f"\n{shown.end}", "bold"))
    for error in shown.errors:
        console.print(Text(f"  {error}", "yellow"))
    if shown.runs:
        table = Table(title="Training runs", title_justify="left")
        for name in RunRow.__annotations__:
            table.add_column(name.replace("_", " "))
        for row in shown.runs:
            table.add_row(*(Text(value) for value in vars(row).values()))
        console.print(table)
    for figure in shown.figures:
        console.print(Text(f"  {figure}"))
