"""What one bug costs beside a right submission: naming it, and the second chances that it takes.

    python -m benchmarks.one_bug [BUG...] [--profile quick] [--repeats 3] [--run-seconds 0]

The reference and the reference with each bug are graded in turn, so that a busy machine is as busy for all of them;
a ratio is that of the medians. Each round has a secret of its own: no answer of a wrong version is known from an earlier
one, as in a class it would be. `naming` is the processor's time for looking for the bug.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from unittest import mock

from autograder import sandbox, validation
from autograder.assignment import find_rubric
from autograder.checks import naming
from autograder.checks.settings import Settings
from autograder.rubric import load_rubric

ROOT: Final = Path(__file__).resolve().parents[1]
BUGS: Final = (
    "evaluate.error-rate",
    "build_optimizer.nesterov",
    "compare_optimizers.last-loss-only",
    "plot_training.legend-missing",
)


@contextmanager
def naming_timed() -> Iterator[list[float]]:
    """The processor's seconds that naming takes meanwhile, one for each failure."""
    taken: list[float] = []
    bugs_behind = naming.bugs_behind

    def timed(*given: Any) -> Any:
        started = time.process_time()
        try:
            return bugs_behind(*given)
        finally:
            taken.append(time.process_time() - started)

    with mock.patch.object(naming, "bugs_behind", timed):
        yield taken


def main() -> None:
    parser = argparse.ArgumentParser(description="What one bug costs beside a right submission.")
    parser.add_argument("bugs", nargs="*", default=BUGS, metavar="BUG")
    parser.add_argument("--profile", default="quick")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--run-seconds", type=float, default=0.0, help="for running it as it is; 0: it is not run")
    options = parser.parse_args()
    path = find_rubric(None, ROOT)
    rubric = load_rubric(path)
    cases = {case.name: case for case in validation.find_cases(rubric, ROOT / "tests" / "submissions")}
    chosen = [cases["reference"], *(replace(cases[name], only=None) for name in options.bugs)]
    settings = Settings(options.profile, sandbox.choose(sandbox.Kind.AUTO), threads=1, run_seconds=options.run_seconds)
    seconds: dict[str, list[float]] = defaultdict(list)
    looking: dict[str, list[float]] = defaultdict(list)
    for number in range(options.repeats):
        for case in chosen:
            started = time.perf_counter()
            with naming_timed() as taken:
                validation.grade_case(path, case, replace(settings, secret=number))
            seconds[case.name].append(time.perf_counter() - started)
            looking[case.name].append(sum(taken))
    right = statistics.median(seconds["reference"])
    print(f"{'':44} {'seconds':>24} {'ratio':>6} {'naming':>7}")
    for name, values in seconds.items():
        spread = f"{statistics.median(values):.1f} [{min(values):.1f}-{max(values):.1f}]"
        ratio = statistics.median(values) / right
        print(f"{name:44} {spread:>24} {ratio:6.2f} {statistics.median(looking[name]):7.2f}")


if __name__ == "__main__":
    main()
