"""`autograder calibrate`: how often luck fails a right submission, measured."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from autograder.cli.console import EXIT_BELOW, EXIT_USAGE, fail, out, progress_bar, wide
from autograder.cli.options import CORES, ProfileOption, RubricOption, SandboxOption
from autograder.isolation import Kind

if TYPE_CHECKING:
    from autograder.checks.calibration import CheckCalibration


def calibrate(
    seeds: Annotated[int, typer.Option(min=1, help="Seeds for the reference and each right submission.")] = 30,
    right: Annotated[int, typer.Option(min=0, help="Right submissions beside the reference.")] = 2,
    wrong: Annotated[int, typer.Option(min=0, help="Bugs for each item, on three seeds each.")] = 2,
    profile: ProfileOption = "standard",
    jobs: Annotated[int, typer.Option(min=1, help="Runs side by side.")] = CORES,
    kind: SandboxOption = Kind.AUTO,
    rubric_file: RubricOption = None,
) -> None:
    """Run the checks that depend on luck on many seeds; write calibration.json beside the rubric.

    Exit with 1 when a right submission may fail one of them with a probability above 0.001. An interrupted run goes on where
    it stopped.
    """
    from autograder import calibration, sandbox, validation
    from autograder.assignment import find_rubric
    from autograder.checks.calibration import FILE, LARGEST_FAILURE_BOUND, Calibration
    from autograder.checks.settings import Settings
    from autograder.results import write_atomically
    from autograder.rubric import load_rubric, verify_declared_checks

    path = find_rubric(rubric_file, Path.cwd())
    rubric = load_rubric(path)
    verify_declared_checks(rubric)
    cases = validation.find_cases(rubric, rubric.root / "tests" / "submissions")
    settings = Settings(profile=profile, sandbox=sandbox.choose(kind), threads=1)
    rights = calibration.choose_runs(cases, (), seeds, right, 0)
    outcomes = []
    with progress_bar() as progress:
        task = progress.add_task("right submissions", total=len(rights))
        for outcome in calibration.run_all(path, rights, settings, jobs):
            outcomes.append(outcome)
            progress.advance(task)
        checks = calibration.random_checks(outcomes)
        if not checks:
            fail(f"no check of the profile '{profile}' depends on luck", EXIT_USAGE)
        wrongs = calibration.choose_runs(cases, set(checks.values()), 0, 0, wrong)
        task = progress.add_task("wrong submissions", total=len(wrongs))
        for outcome in calibration.run_all(path, wrongs, settings, jobs):
            outcomes.append(outcome)
            progress.advance(task)
    found = Calibration(profile=profile, checks=calibration.gather(outcomes, checks))
    write_atomically(path.with_name(FILE), found.model_dump_json(indent=1) + "\n")
    _show(found.checks)
    if any(check.failure_bound > LARGEST_FAILURE_BOUND for check in found.checks):
        raise typer.Exit(EXIT_BELOW)


def _show(checks: Sequence[CheckCalibration]) -> None:
    from autograder import calibration
    from autograder.checks.calibration import TRIES

    table = Table("item", "check", "right runs failed", f"bound on {TRIES} failing", "wrong runs passed", box=None)
    for check in checks:
        runs = [passed for each in check.draws if each.kind == "right" for passed in each.passed]
        passed, tried = check.wrong_passes
        bound = f"{check.failure_bound:.2g}"
        table.add_row(check.item, check.check, f"{len(runs) - sum(runs)} of {len(runs)}", bound, f"{passed} of {tried}")
    wide().print(table)
    for check in checks:
        for sentence in calibration.summaries(check):
            out.print(f"{check.item}, {sentence}", markup=False, soft_wrap=True, highlight=False)
