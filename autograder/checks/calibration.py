"""What right submissions reach in the checks that depend on luck, as measured by `autograder calibrate`."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Literal

from autograder.results import Measure, Record

FILE: Final = "calibration.json"  # beside the rubric
TRIES: Final = 3  # a check that depends on luck is run on this many seeds before it costs points
CONFIDENCE: Final = 0.95
LARGEST_FAILURE_BOUND: Final = 0.001  # of a right submission's failing all its tries


class Draws(Record):
    """One submission's runs of one check, one per seed: whether it passed, and what was measured."""

    submission: str
    kind: Literal["right", "wrong"]
    passed: tuple[bool, ...]
    values: dict[str, tuple[float, ...]]


class CheckCalibration(Record):
    """All runs of one check."""

    check: str
    item: str
    draws: tuple[Draws, ...]

    @property
    def failure_bound(self) -> float:
        """The probability below which a right submission fails on all its seeds: that of the worst right submission."""
        return max(
            (
                failure_bound(len(each.passed) - sum(each.passed), len(each.passed))
                for each in self.draws
                if each.kind == "right"
            ),
            default=1.0,
        )

    @property
    def wrong_passes(self) -> tuple[int, int]:
        """How many runs of wrong submissions passed this check, and how many there were."""
        wrong = [passed for each in self.draws if each.kind == "wrong" for passed in each.passed]
        return sum(wrong), len(wrong)

    def right_values(self, measure: str) -> tuple[float, ...]:
        """The values of `measure` in all runs of right submissions, in ascending order."""
        return tuple(
            sorted(value for each in self.draws if each.kind == "right" for value in each.values.get(measure, ()))
        )


class Calibration(Record):
    """The checks of one profile that depend on luck."""

    profile: str
    checks: tuple[CheckCalibration, ...]

    def of(self, check: str) -> CheckCalibration | None:
        return next((each for each in self.checks if each.check == check), None)


def failure_bound(failures: int, runs: int, tries: int = TRIES) -> float:
    """An upper bound on the probability that a right submission fails on all of `tries` independent seeds.

    One seed's probability is bounded by Clopper and Pearson's one-sided interval (Biometrika 26, 1934) at 95 %
    confidence; all seeds fail with at most its power.
    """
    if failures >= runs:
        return 1.0
    low, high = failures / runs, 1.0
    for _ in range(60):  # bisection, to the last bit
        middle = (low + high) / 2
        fewer = sum(math.comb(runs, k) * middle**k * (1 - middle) ** (runs - k) for k in range(failures + 1))
        low, high = (middle, high) if fewer > 1 - CONFIDENCE else (low, middle)
    return high**tries


def load_calibration(rubric_path: Path, profile: str) -> Calibration | None:
    """The calibration beside a rubric; None if there is none, or none for this profile.

    Raises OSError or pydantic's ValidationError when the file is there and can't be read.
    """
    path = rubric_path.with_name(FILE)
    if not path.exists():
        return None
    calibration = Calibration.model_validate_json(path.read_text(encoding="utf-8"))
    return calibration if calibration.profile == profile else None


def beside_right_submissions(
    calibration: Calibration | None, check: str, measures: Iterable[Measure]
) -> tuple[Measure, ...]:
    """The measures with the values of right submissions, if these are known."""
    known: CheckCalibration | None = calibration.of(check) if calibration else None
    if known is None:
        return tuple(measures)
    return tuple(each.model_copy(update={"right": known.right_values(each.name)}) for each in measures)


def uncalibrated(calibration: Calibration | None, checks: Mapping[str, str]) -> list[str]:
    """What is missing before the checks that depend on luck (name to item) can be trusted, one sentence each."""
    found = []
    for check, item in checks.items():
        known = calibration.of(check) if calibration else None
        if known is None:
            found.append(f"{item}: `{check}` depends on luck and was never calibrated")
        elif known.failure_bound > LARGEST_FAILURE_BOUND:
            found.append(f"{item}: a right submission may fail `{check}` with probability {known.failure_bound:.2g}")
    return found
