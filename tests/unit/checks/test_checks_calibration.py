from __future__ import annotations

from pathlib import Path

import pytest

from autograder.checks.calibration import (
    FILE,
    Calibration,
    CheckCalibration,
    Draws,
    beside_right_submissions,
    failure_bound,
    load_calibration,
    uncalibrated,
)
from autograder.results import Measure


def draws(passed: str, *, kind: str = "right", submission: str = "reference", **values: tuple[float, ...]) -> Draws:
    """Runs written as a word: '+' passed, '-' failed."""
    outcomes = tuple(mark == "+" for mark in passed)
    return Draws(submission=submission, kind=kind, passed=outcomes, values=values)  # type: ignore[arg-type]


def a_check(*each: Draws) -> CheckCalibration:
    return CheckCalibration(check="test_learns", item="1A.accuracy", draws=each)


def calibration_of(*checks: CheckCalibration) -> Calibration:
    return Calibration(profile="standard", checks=checks)


@pytest.mark.parametrize(("failures", "runs", "bound"), [(0, 30, 0.0950), (1, 30, 0.1486), (0, 10, 0.2589)])
def test_one_seeds_bound_is_clopper_and_pearsons(failures: int, runs: int, bound: float) -> None:
    # the closed form for no failure is 1 - 0.05 ** (1 / runs); the other was taken from scipy.stats.beta.ppf(0.95, 2, 29)
    assert failure_bound(failures, runs, tries=1) == pytest.approx(bound, abs=1e-4)


def test_thirty_runs_without_a_failure_bound_three_tries_below_one_in_a_thousand() -> None:
    assert failure_bound(0, 30) < 0.001
    assert failure_bound(1, 30) > 0.001


def test_what_always_fails_or_never_ran_has_no_bound() -> None:
    assert failure_bound(5, 5) == failure_bound(0, 0) == 1


def test_the_worst_right_submission_decides_on_the_bound() -> None:
    check = a_check(draws("+" * 30), draws("+" * 29 + "-", submission="right/other"), draws("---", kind="wrong"))
    assert check.failure_bound == failure_bound(1, 30)


def test_wrong_submissions_that_pass_are_counted() -> None:
    check = a_check(draws("++"), draws("+--", kind="wrong", submission="bug"))
    assert check.wrong_passes == (1, 3)


def test_the_values_of_right_submissions_are_put_beside_a_measure() -> None:
    known = a_check(
        draws("++", accuracy=(0.98, 0.97)),
        draws("+", submission="right/other", accuracy=(0.975,)),
        draws("-", kind="wrong", submission="bug", accuracy=(0.1,)),
    )
    measure = Measure(name="accuracy", value=0.96, bound=0.97)
    (beside,) = beside_right_submissions(calibration_of(known), "test_learns", [measure])
    assert beside.right == (0.97, 0.975, 0.98)
    assert beside.value == 0.96


def test_a_measure_without_a_calibration_stays_as_it_is() -> None:
    measure = Measure(name="accuracy", value=0.96, bound=0.97)
    assert beside_right_submissions(None, "test_learns", [measure]) == (measure,)


def test_a_check_that_was_never_calibrated_is_reported() -> None:
    (complaint,) = uncalibrated(calibration_of(), {"test_learns": "1A.accuracy"})
    assert "1A.accuracy" in complaint and "never calibrated" in complaint


def test_a_check_that_fails_right_submissions_too_often_is_reported_with_the_bound() -> None:
    (complaint,) = uncalibrated(calibration_of(a_check(draws("+" * 9 + "-"))), {"test_learns": "1A.accuracy"})
    assert f"{failure_bound(1, 10):.2g}" in complaint


def test_a_check_with_a_small_bound_is_trusted() -> None:
    assert uncalibrated(calibration_of(a_check(draws("+" * 30))), {"test_learns": "1A.accuracy"}) == []


def test_a_calibration_is_read_for_its_own_profile_only(tmp_path: Path) -> None:
    rubric = tmp_path / "hw1.yaml"
    assert load_calibration(rubric, "standard") is None
    stored = calibration_of(a_check(draws("+-", accuracy=(0.98, 0.2))))
    (tmp_path / FILE).write_text(stored.model_dump_json())
    assert load_calibration(rubric, "standard") == stored
    assert load_calibration(rubric, "quick") is None
