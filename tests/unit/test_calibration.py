from __future__ import annotations

from pathlib import Path

from autograder.calibration import Run, choose_runs, gather, random_checks, summaries
from autograder.results import CheckResult, Measure, Result, Status
from autograder.validation import Case
from tests.unit.report.sample_results import a_check, a_result, an_item


def a_case(name: str, kind: str = "right", loses: tuple[str, ...] = ()) -> Case:
    files = {"problem1.py": ""} if kind == "wrong" else {}
    return Case(name, kind, Path(), files, frozenset(loses))  # type: ignore[arg-type]


def an_outcome(case: Case, seed: int, *checks: CheckResult) -> tuple[Run, Result]:
    return Run(case, seed), a_result(an_item(id="1A.accuracy", checks=checks))


def learns(accuracy: float, status: Status = Status.PASSED, *earlier: float) -> CheckResult:
    measures = tuple(Measure(name="accuracy", value=value, bound=0.97) for value in (*earlier, accuracy))
    return a_check(name="test_learns", status=status, credit=float(status is Status.PASSED), measures=measures)


REFERENCE, OTHER = a_case("reference", "reference"), a_case("right/other")


def test_right_submissions_run_on_all_seeds_and_wrong_ones_on_three() -> None:
    bugs = [a_case(f"bug-{number}", "wrong", ("1A.accuracy",)) for number in range(4)]
    runs = choose_runs([REFERENCE, OTHER, a_case("right/third"), *bugs], ["1A.accuracy"], seeds=5, right=1, wrong=2)
    times = {name: sum(run.case.name == name for run in runs) for name in {run.case.name for run in runs}}
    assert times == {"reference": 5, "right/other": 5, "bug-0": 3, "bug-1": 3}


def test_a_wrong_submission_runs_only_on_the_random_items_that_it_loses() -> None:
    bug = a_case("bug", "wrong", ("1A.accuracy", "1A.network"))
    case = choose_runs([bug], ["1A.accuracy", "1C.accuracy"], 1, 1, 1)[0].case
    assert case.only == {"1A.accuracy"}


def test_outcomes_and_values_are_gathered_by_submission_in_the_order_of_seeds() -> None:
    outcomes = [
        an_outcome(REFERENCE, 1, learns(0.97654321)),
        an_outcome(REFERENCE, 0, learns(0.981)),
        an_outcome(a_case("bug", "wrong"), 0, learns(0.1, Status.FAILED)),
    ]
    (check,) = gather(outcomes, random_checks(outcomes))
    right, wrong = sorted(check.draws, key=lambda each: each.kind)
    assert (right.submission, right.passed, right.values) == (
        "reference",
        (True, True),
        {"accuracy": (0.981, 0.976543)},
    )
    assert (wrong.submission, wrong.passed, wrong.values) == ("bug", (False,), {"accuracy": (0.1,)})


def test_of_several_measures_in_one_run_the_last_counts() -> None:
    outcomes = [an_outcome(REFERENCE, 0, learns(0.98, Status.PASSED, 0.5))]
    (check,) = gather(outcomes, random_checks(outcomes))
    assert check.right_values("accuracy") == (0.98,)


def test_a_run_that_a_person_has_to_look_at_is_no_failure() -> None:
    outcomes = [an_outcome(REFERENCE, 0, learns(0.0, Status.REVIEW)), an_outcome(REFERENCE, 1, learns(0.98))]
    (check,) = gather(outcomes, random_checks(outcomes))
    assert check.draws[0].passed == (True,)


def test_the_summary_sets_right_beside_wrong() -> None:
    outcomes = [
        an_outcome(REFERENCE, 0, learns(0.98)),
        an_outcome(OTHER, 0, learns(0.97)),
        an_outcome(a_case("bug", "wrong"), 0, learns(0.1, Status.FAILED)),
    ]
    (check,) = gather(outcomes, random_checks(outcomes))
    assert list(summaries(check)) == ["accuracy: right 0.97 to 0.98 in 2 runs; wrong 0.1 to 0.1 in 1"]
