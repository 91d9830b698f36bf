"""`autograder validate`: the grader itself is graded, as a matrix of submissions and items."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
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
    try_file,
    wide,
)
from autograder.cli.options import CORES, JsonOption, RubricOption, SandboxOption, SeedOption
from autograder.isolation import Kind

if TYPE_CHECKING:
    from autograder import validation
    from autograder.checks.settings import Settings
    from autograder.rubric import Rubric

RUN_SECONDS: Final = 180  # for running each submission: the speed of the machine must not matter here


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
    from autograder import sandbox
    from autograder.assignment import find_rubric
    from autograder.checks.settings import Settings
    from autograder.rubric import load_rubric, verify_declared_checks

    if submissions is not None and not submissions.is_dir():
        fail(f"no such folder: {submissions}", EXIT_USAGE)
    rubric = load_rubric(find_rubric(rubric_file, Path.cwd()))
    verify_declared_checks(rubric)
    cases = _chosen(rubric, submissions, quick, only)
    if html is not None:
        try_file(html, "--html FILE")
    settings = Settings(profile, sandbox.choose(kind), seed, threads=1, run_seconds=RUN_SECONDS, secret=secret)
    outcome = _outcome(rubric, _rows(rubric, cases, settings, jobs, use_cache), profile, is_whole=not only)
    if html is not None:
        _write_page(html, rubric, outcome)
    if as_json:
        typer.echo(json.dumps(_as_json(outcome), indent=1))
    else:
        _show(rubric, outcome)
    if not outcome.is_good:
        raise typer.Exit(EXIT_BELOW)


@dataclass(frozen=True)
class _Outcome:
    """The rows of a validation and what they show: items `unproved`, checks `uncalibrated`, and whether bugs are named too
    seldom or too often wrongly (`misnaming`). Of a choice by `--only`, these are not asked."""

    rows: Sequence[validation.Row]
    rates: validation.NamingRates
    unproved: Sequence[str]
    uncalibrated: Sequence[str]
    misnaming: bool

    @property
    def is_good(self) -> bool:
        deviates = not all(row.as_declared for row in self.rows)
        return not (deviates or self.unproved or self.uncalibrated or self.misnaming)


def _chosen(rubric: Rubric, submissions: Path | None, quick: bool, only: str) -> list[validation.Case]:
    """The cases to grade; ends the process if there are none."""
    from autograder import validation
    from autograder.rubric.problems import did_you_mean

    cases = validation.find_cases(rubric, submissions or rubric.root / "tests" / "submissions")
    offered = validation.subset(cases) if quick else cases
    chosen = [case for case in offered if only in case.name]
    if not chosen:
        fail(f"no case has '{only}' in its name; {did_you_mean(only, [case.name for case in offered])}", EXIT_USAGE)
    return chosen


def _rows(
    rubric: Rubric, cases: Sequence[validation.Case], settings: Settings, jobs: int, use_cache: bool
) -> list[validation.Row]:
    """Grade all cases, with progress; a row each, in their order."""
    from autograder import validation

    rows = []
    with progress_bar() as progress:
        task = progress.add_task("validating", total=len(cases))
        for row in validation.validate(rubric.path, cases, settings, jobs, use_cache):
            rows.append(row)
            progress.advance(task)
    order = {case.name: index for index, case in enumerate(cases)}
    return sorted(rows, key=lambda row: order[row.case])


def _outcome(rubric: Rubric, rows: Sequence[validation.Row], profile: str, is_whole: bool) -> _Outcome:
    from autograder import validation
    from autograder.checks.calibration import load_calibration, uncalibrated

    random: Mapping[str, str] = {}
    if is_whole:
        random = {check: item for row in rows for check, item in row.random.items()}
    rates = validation.naming_rates(rows)
    return _Outcome(
        rows=rows,
        rates=rates,
        unproved=validation.unproved(rubric, rows) if is_whole else [],
        uncalibrated=uncalibrated(load_calibration(rubric.path, profile), random),
        misnaming=is_whole and not rates.good_enough,
    )


def _write_page(path: Path, rubric: Rubric, outcome: _Outcome) -> None:
    from autograder.validation.matrix import write_matrix

    try:
        write_matrix(path, rubric, outcome.rows, outcome.unproved)
    except OSError as error:
        fail(f"the page could not be written: {error}", EXIT_MACHINE)
    notices.print(f"The matrix is in {path}.", markup=False, soft_wrap=True, highlight=False)


def _as_json(outcome: _Outcome) -> dict[str, object]:
    return {
        "rows": [_row_as_json(row) for row in outcome.rows],
        "naming": asdict(outcome.rates),
        "unproved": outcome.unproved,
        "uncalibrated": outcome.uncalibrated,
    }


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


def _show(rubric: Rubric, outcome: _Outcome) -> None:
    _show_matrix(rubric, outcome.rows)
    wrong = [row for row in outcome.rows if not row.as_declared]
    for row in wrong:
        _show_deviations(row)
    if outcome.unproved:
        items = ", ".join(outcome.unproved)
        out.print(f"unproved (no wrong submission loses them): {items}", soft_wrap=True, highlight=False)
    out.print(
        f"{len(outcome.rows)} submissions × {sum(item.kind == 'automatic' for item in rubric.items)} automatic items; "
        f"{len(wrong)} not as declared; {outcome.rates}",
        highlight=False,
    )
    if notices.is_terminal:
        notices.print("· kept   x lost as declared   ? left to a person   ! not as declared", highlight=False)
    _show_what_is_missing(outcome)


def _show_matrix(rubric: Rubric, rows: Sequence[validation.Row]) -> None:
    """One row per case, one column per part: '·' kept, 'x' lost as declared, '?' left to a person, '!' not as declared, blank not
    run."""
    parts = [part.id for part in rubric.parts]
    table = Table("submission", *parts, "bug named", box=None, pad_edge=False)
    for row in rows:
        table.add_row(Text(row.case), *(_cell(rubric, row, part) for part in parts), row.naming)
    wide().print(table)


def _show_deviations(row: validation.Row) -> None:
    """How a row deviates from what its case declares."""
    lost, declared = ", ".join(sorted(row.lost)) or "nothing", ", ".join(sorted(row.loses)) or "nothing"
    lines = [f"{row.case}: {deviation}" for deviation in row.deviations]
    if row.kind != "freeform":
        waiting = f"; waits for a person: {', '.join(undue)}" if (undue := sorted(row.waiting - row.may_wait)) else ""
        lines.append(f"{row.case} lost {lost}{waiting}; declared: {declared}")
        lines += [f"    {note}" for note in row.notes]
    for line in lines:
        out.print(line, markup=False, soft_wrap=True, highlight=False)


def _show_what_is_missing(outcome: _Outcome) -> None:
    """That bugs are named badly, and which checks have no calibration."""
    from autograder import validation

    if outcome.misnaming:
        out.print(
            f"bugs are named too seldom or too often wrongly: at least {validation.NAMED_AT_LEAST:.0%} of those that "
            f"the library has, and at most {validation.NAMED_WRONGLY_AT_MOST:.0%} wrongly",
            soft_wrap=True,
            highlight=False,
        )
    for gap in outcome.uncalibrated:
        out.print(f"{gap}; run `autograder calibrate`", markup=False, soft_wrap=True, highlight=False)


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
