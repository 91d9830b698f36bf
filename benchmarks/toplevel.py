"""How much of work at the top level is decided without a person, and how long that takes?

    python -m benchmarks.toplevel [--only TEXT] [--submissions DIR]

Grades each submission in a folder (`tests/submissions/toplevel` unless given) by the `standard` profile, one after the other, and
prints for each the automatic points that it has, has lost, and that wait for a person; the seconds that running it took, and
those of the whole grading; and the most memory that this process and its children had together at one moment. Below the row
stands what lost points or waits, and why.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Final

from autograder import sandbox
from autograder.assignment import find_rubric
from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.results import Status
from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from autograder.trace.records import Trace
from benchmarks.memory import most_memory

ROOT: Final = Path(__file__).resolve().parents[1]
DECLARATIONS: Final = ("expected.yaml", "wrong.yaml")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--only", default="")
    parser.add_argument("--submissions", type=Path, default=ROOT / "tests" / "submissions" / "toplevel")
    chosen = parser.parse_args()
    rubric = load_rubric(find_rubric(None, ROOT))
    settings = Settings("standard", sandbox.choose(Kind.AUTO), threads=1)
    print(f"{'submission':28} {'points':>7} {'lost':>6} {'person':>7} {'run s':>7} {'all s':>7} {'MiB':>6}")
    for folder in sorted(each for each in chosen.submissions.iterdir() if each.is_dir() and chosen.only in each.name):
        traces: list[Trace] = []
        with tempfile.TemporaryDirectory() as temporary, most_memory() as memory:
            copy = Path(temporary) / folder.name
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns(*DECLARATIONS, "__pycache__"))
            result = grade(copy, rubric, settings, on_trace=traces.append)
        automatic = [item for item in result.items if item.kind == "automatic" and not item.bonus]
        waiting = sum(item.max_points for item in automatic if item.status is Status.REVIEW)
        points = sum(item.points for item in automatic)
        lost = sum(item.max_points for item in automatic) - points - waiting
        ran = traces[0].seconds if traces else 0.0
        print(
            f"{folder.name:28} {points:7.2f} {lost:6.2f} {waiting:7.2f} {ran:7.1f} {result.seconds:7.1f} {memory[0]:6d}",
            flush=True,
        )
        for item in automatic:
            if item.points < item.max_points:
                print(
                    f"    {item.id}: {item.points:g} of {item.max_points:g}, {item.status.value}: {item.message[:200]}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
