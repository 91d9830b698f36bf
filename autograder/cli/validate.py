"""`autograder validate`: the grader graded, as a matrix of submissions and items."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from autograder.cli.console import (
    EXIT_BELOW,
    EXIT_MACHINE,
    EXIT_USAGE,
    fail,
    notices,
    out,
    progress_bar,
    try_folder,
    wide,
)
from autograder.cli.options import CORES, JsonOption, RubricOption, SandboxOption, SeedOption
from autograder.isolation import Kind

if TYPE_CHECKING:
    from autograder import validation
    from autograder.rubric import Rubric

RUN_SECONDS: Final = 180  # for running each submission: how fast the machine is must not decide here


def validate(
    quick: Annotated[
        bool,
        typer.Option(
            help="The reference, one right and one free-form submission, whole wrong ones, and a bug for each item."
        ),
    ] = False,
    only: Annotated[str, typer.Option(help="Cases whose name contains this text.")] = "",
    submissions: Annotated[
        Path | None, typer.Option(help="Folder with right/, wrong/ and freeform/ submissions.")
    ] = None,
    profile: Annotated[str, typer.Option(help="The profile to grade with.")] = "standard",
    jobs: Annotated[int, typer.Option(min=1, help="Cases graded side by side.")] = CORES,
    use_cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Reuse rows that nothing has changed for.")
    ] = True,
    seed: SeedOption = 0,
    secret: Annotated[int, typer.Option(min=0, help="What the inputs of the checks are drawn from.")] = 0,
    kind: SandboxOption = Kind.AUTO,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option(help="Write the whole matrix as a page to this file.")] = None,
    rubric_file: RubricOption = None,
) -> None:
    """Grade the reference, right and wrong submissions; exit with 1 unless each loses exactly what it declares, every item
    is lost by some, bugs are named often enough and hardly ever wrongly, and every check that depends on luck is calibrated."""
    from autograder import sandbox, validation
    from autograder.assignment import find_rubric
    from autograder.checks.calibration import load_calibration, uncalibrated
    from autograder.checks.settings import Settings
    from autograder.rubric import load_rubric, verify_declared_checks
    from autograder.rubric.problems import did_you_mean

    if submissions is not None and not submissions.is_dir():
        fail(f"no such folder: {submissions}", EXIT_USAGE)
    path = find_rubric(rubric_file, Path.cwd())
    rubric = load_rubric(path)
    verify_declared_checks(rubric)
    cases = validation.find_cases(rubric, submissions or rubric.root / "tests" / "submissions")
    offered = validation.subset(cases) if quick else cases
    chosen = [case for case in offered if only in case.name]
    if not chosen:
        fail(f"no case has '{only}' in its name; {did_you_mean(only, [case.name for case in offered])}", EXIT_USAGE)
    if html is not None:
        try_folder(html.parent, "--html FILE")
    settings = Settings(profile, sandbox.choose(kind), seed, threads=1, run_seconds=RUN_SECONDS, secret=secret)
    rows = []
    with progress_bar() as progress:
        task = progress.add_task("validating", total=len(chosen))
        for row in validation.validate(path, chosen, settings, jobs, use_cache):
            rows.append(row)
            progress.advance(task)
    order = {case.name: index for index, case in enumerate(chosen)}
    rows.sort(key=lambda row: order[row.case])
    missing = [] if only else validation.unproved(rubric, rows)
    random = {} if only else {check: item for row in rows for check, item in row.random.items()}
    rates = validation.naming_rates(rows)
    misnaming = not only and not rates.good_enough
    gaps = uncalibrated(load_calibration(path, profile), random)
    if html is not None:
        _write_page(html, rubric, rows, missing)
    if as_json:
        shown = {
            "rows": [_row_as_json(row) for row in rows],
            "naming": asdict(rates),
            "unproved": missing,
            "uncalibrated": gaps,
        }
        typer.echo(json.dumps(shown, indent=1))
    else:
        _show(rubric, rows, missing, rates)
        if misnaming:
            out.print(
                f"bugs are named too seldom or too often wrongly: at least {validation.NAMED_AT_LEAST:.0%} of those that "
                f"the library has, and at most {validation.NAMED_WRONGLY_AT_MOST:.0%} wrongly",
                soft_wrap=True,
                highlight=False,
            )
        for gap in gaps:
            out.print(f"{gap}; run `autograder calibrate`", markup=False, soft_wrap=True, highlight=False)
    if missing or gaps or misnaming or not all(row.as_declared for row in rows):
        raise typer.Exit(EXIT_BELOW)


def _write_page(path: Path, rubric: Rubric, rows: Sequence[validation.Row], missing: Sequence[str]) -> None:
    from autograder.validation.matrix import write_matrix

    try:
        write_matrix(path, rubric, rows, missing)
    except OSError as error:
        fail(f"the page could not be written: {error}", EXIT_MACHINE)
    notices.print(f"The matrix is in {path}.", markup=False, soft_wrap=True, highlight=False)


def _row_as_json(row: validation.Row) -> dict[str, object]:
    return {
        "case": row.case,
        "kind": row.kind,
        "as_declared": row.as_declared,
        "kept": dict(row.kept),  # of the items that were run
        "lost": sorted(row.lost),
        "declared": sorted(row.loses),
        "may_lose": sorted(row.may_lose),
        "waiting": sorted(row.waiting),
        "may_wait": sorted(row.may_wait),
        "naming": row.naming,
        "named": row.named_bugs,
        "seconds": row.seconds,
        "notes": row.notes,
        "deviations": row.deviations,
    }


def _show(
    rubric: Rubric, rows: Sequence[validation.Row], missing: Sequence[str], rates: validation.NamingRates
) -> None:
    """A row a case, a column a part: '·' kept, 'x' lost as declared, '?' left to a person, '!' not as declared, blank not run."""
    parts = [part.id for part in rubric.parts]
    table = Table("submission", *parts, "bug named", box=None, pad_edge=False)
    for row in rows:
        table.add_row(Text(row.case), *(_cell(rubric, row, part) for part in parts), row.naming)
    wide().print(table)
    for row in (entry for entry in rows if not entry.as_declared):
        lost, declared = ", ".join(sorted(row.lost)) or "nothing", ", ".join(sorted(row.loses)) or "nothing"
        for deviation in row.deviations:
            out.print(f"{row.case}: {deviation}", markup=False, soft_wrap=True, highlight=False)
        if row.kind == "freeform":
            continue
        waiting = f"; waits for a person: {', '.join(undue)}" if (undue := sorted(row.waiting - row.may_wait)) else ""
        out.print(
            f"{row.case} lost {lost}{waiting}; declared: {declared}", markup=False, soft_wrap=True, highlight=False
        )
        for note in row.notes:
            out.print(f"    {note}", markup=False, soft_wrap=True, highlight=False)
    if missing:
        out.print(f"unproved (no wrong submission loses them): {', '.join(missing)}", soft_wrap=True, highlight=False)
    wrong = sum(not row.as_declared for row in rows)
    out.print(
        f"{len(rows)} submissions × {sum(item.kind == 'automatic' for item in rubric.items)} automatic items; "
        f"{wrong} not as declared; {rates}",
        highlight=False,
    )
    if not notices.is_terminal:
        return
    notices.print("· kept   x lost as declared   ? left to a person   ! not as declared", highlight=False)


def _cell(rubric: Rubric, row: validation.Row, part: str) -> Text:
    text = Text()
    for item in rubric.part(part).items:
        if item.id in row.waiting:
            due = item.id in row.may_wait
            text.append("?" if due else "!", style="yellow" if due else "bold red")
        elif item.kind != "automatic" or item.id not in row.kept:
            text.append(" ")
        elif row.kept[item.id]:
            text.append("!" if item.id in row.loses else "·", style="bold red" if item.id in row.loses else "dim")
        else:
            declared = item.id in row.loses | row.may_lose
            text.append("x" if declared else "!", style="green" if declared else "bold red")
    return text
