"""Measures the checks that depend on luck: right submissions on many seeds, wrong ones on a few.

Each check runs alone, without second chances, so that the outcome of a single seed is counted. The results are stored beside the
rubric (`autograder.checks.calibration`); a person chooses thresholds and budgets with these numbers.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, as_completed
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from autograder.checks.calibration import CheckCalibration, Draws
from autograder.checks.settings import Settings
from autograder.grader_digest import digest_of_grader
from autograder.processes import processes, result_of
from autograder.results import Measure, Result, Status, read_result, write_result
from autograder.rubric import load_rubric
from autograder.validation import Case, cache_file, grade_case

SIGNIFICANT: Final = 6  # digits that are kept of a measured value


@dataclass(frozen=True)
class Run:
    """One submission on one seed."""

    case: Case
    seed: int


def choose_runs(cases: Sequence[Case], items: Iterable[str], seeds: int, right: int, wrong: int) -> list[Run]:
    """The reference and the first `right` right submissions on all seeds; `wrong` bugs for each item on three seeds.

    A bug runs only on those of the `items` that it must lose.
    """
    reference = [case for case in cases if case.kind == "reference"]
    others = [case for case in cases if case.kind == "right"][:right]
    chosen = [Run(case, seed) for seed in range(seeds) for case in (*reference, *others)]
    taken: dict[str, Case] = {}
    for item in items:
        fitting = [case for case in cases if case.kind == "wrong" and case.files and item in case.loses]
        taken |= {case.name: case for case in fitting[:wrong]}
    return chosen + [
        Run(replace(case, only=case.loses & frozenset(items)), seed) for case in taken.values() for seed in range(3)
    ]


def run_all(rubric_path: Path, runs: Sequence[Run], settings: Settings, jobs: int) -> Iterator[tuple[Run, Result]]:
    """Run the checks that depend on luck, each once on the run's seed, and yield each run's result when it is ready.

    Results of an earlier call are reused if nothing that they depend on has changed. Raises ProcessKilled when the system kills a
    process that grades.
    """
    rubric = load_rubric(rubric_path)
    with processes(jobs) as pool:
        running: dict[Future[Result], tuple[Run, Path]] = {}
        for run in runs:
            own = replace(settings, seed=run.seed, calibrating=True)
            path = cache_file(digest_of_grader(rubric, own), run.case, kind="calibration")
            if (earlier := _earlier(path)) is not None:
                yield run, earlier
            else:
                running[pool.schedule(grade_case, (rubric_path, run.case, own))] = run, path
        for done in as_completed(running):
            run, path = running[done]
            result = result_of(done, run.case.name)
            write_result(path, result)
            yield run, result


def _earlier(path: Path) -> Result | None:
    try:
        return read_result(path)
    except (OSError, ValueError):
        return None


def random_checks(outcomes: Iterable[tuple[Run, Result]]) -> dict[str, str]:
    """The checks that were run, all of which depend on luck, with their items."""
    return {check.name: item.id for _, result in outcomes for item in result.items for check in item.checks}


def gather(outcomes: Iterable[tuple[Run, Result]], random_checks: Mapping[str, str]) -> tuple[CheckCalibration, ...]:
    """Collect the runs' outcomes, check by check. `random_checks` maps each check to its item."""
    passed: dict[tuple[str, str, str], list[bool]] = defaultdict(list)
    values: dict[tuple[str, str, str], dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for run, result in sorted(outcomes, key=lambda each: (each[0].case.name, each[0].seed)):
        kind = "wrong" if run.case.kind == "wrong" else "right"
        for check in (check for item in result.items for check in item.checks):
            if check.name not in random_checks or check.status is Status.REVIEW:
                continue
            key = check.name, kind, run.case.name
            passed[key].append(check.credit == 1)
            for measure in _latest(check.measures):
                values[key][measure.name].append(_rounded(measure.value))
    return tuple(
        CheckCalibration(
            check=name,
            item=item,
            draws=tuple(
                Draws(
                    submission=case,
                    kind="wrong" if kind == "wrong" else "right",
                    passed=tuple(outcome),
                    values={measure: tuple(each) for measure, each in values[check, kind, case].items()},
                )
                for (check, kind, case), outcome in passed.items()
                if check == name
            ),
        )
        for name, item in random_checks.items()
    )


def summaries(check: CheckCalibration) -> Iterator[str]:
    """The values of right submissions, one sentence for each measure, with those of the wrong ones."""
    names = dict.fromkeys(name for each in check.draws for name in each.values)
    for name in names:
        right = check.right_values(name)
        wrong = sorted(value for each in check.draws if each.kind == "wrong" for value in each.values.get(name, ()))
        yield (
            f"{name}: right {_span(right)} in {len(right)} runs"
            + (f"; wrong {_span(wrong)} in {len(wrong)}" if wrong else "")
        )


def _span(values: Sequence[float]) -> str:
    return f"{values[0]:.4g} to {values[-1]:.4g}" if values else "not measured"


def _latest(measures: Iterable[Measure]) -> Iterable[Measure]:
    """The last measure of each name: a check that tries twice in one run is judged by its last try."""
    return {measure.name: measure for measure in measures}.values()


def _rounded(value: float) -> float:
    if not math.isfinite(value) or value == 0:
        return value
    return round(value, SIGNIFICANT - 1 - math.floor(math.log10(abs(value))))
