"""What recording costs: submissions run in time-lapse, watched and unwatched, in turn.

    python -m benchmarks.recording [NAME...] [--rounds 3]

Each of the named submissions in `tests/submissions/toplevel` is run without a sandbox, once as a grading runs it and once by the
same program without its hooks. Compared are the seconds that the code itself has had, which leave out what it waited for a
processor. Prints the medians and their ratio; the aim is 1.5 at most.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from unittest import mock

from autograder.assignment import find_rubric
from autograder.rubric import Rubric, load_rubric
from autograder.sandbox import Kind
from autograder.submission import collect
from autograder.tracing import trace
from autograder.worker.tracing import __main__ as tracing

ROOT: Final = Path(__file__).resolve().parents[1]
SUBMISSIONS: Final = ROOT / "tests" / "submissions" / "toplevel"
RECORDING: Final = "autograder.worker.tracing"
UNWATCHED: Final = "benchmarks.recording"
SOME: Final = ("one_flow", "guarded_scripts", "class_with_tuple_returns")
WATCHING: Final = (
    "autograder.worker.tracing.hooks.watch",
    "autograder.worker.tracing.keras_training.watch",
    "autograder.worker.tracing.drawings.Drawings.watch",
    "autograder.worker.tracing.drawings.Drawings.look",
)


def seconds(rubric: Rubric, name: str, program: str) -> float:
    """What a submission's notebooks and scripts take of a processor, run by this program."""
    with tempfile.TemporaryDirectory() as folder, mock.patch("autograder.sandbox.tracing.PROGRAM", program):
        handed_in = Path(folder) / name
        shutil.copytree(SUBMISSIONS / name, handed_in, ignore=shutil.ignore_patterns("expected.yaml", "wrong.yaml"))
        submission = collect(handed_in, Path(folder) / "submission")
        found = trace(rubric, submission, "standard", Kind.NONE, 600, 1, 0)
    if any(source.end != "finished" for source in found.sources):
        sys.exit(f"{name} did not run to its end by {program}")
    return sum(source.seconds for source in found.sources)


def compare() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("names", nargs="*", default=SOME, metavar="NAME")
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    rubric = load_rubric(find_rubric(None, ROOT))
    print(f"{'submission':28} {'recorded s':>16} {'unrecorded s':>16} {'ratio':>6}")
    for name in chosen.names:
        taken: dict[str, list[float]] = {RECORDING: [], UNWATCHED: []}
        for _ in range(chosen.rounds):
            for program, each in taken.items():
                each.append(seconds(rubric, name, program))
        with_it, without = taken.values()
        ratio = statistics.median(with_it) / statistics.median(without)
        print(f"{name:28} {_spread(with_it):>16} {_spread(without):>16} {ratio:6.2f}", flush=True)


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} [{min(values):.1f}-{max(values):.1f}]"


def run_unwatched() -> None:
    """As `autograder.worker.tracing` does, with nobody who looks."""

    def nothing(*arguments: Any) -> None:
        pass

    def close(*arguments: Any) -> None:
        pyplot.close("all")

    from matplotlib import pyplot

    for name in WATCHING:
        mock.patch(name, nothing).start()
    mock.patch("autograder.worker.tracing.drawings.Drawings.cell_ends", close).start()
    tracing.main()


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[2].startswith("{"):  # a socket and settings: it is the program in the sandbox
        run_unwatched()
    compare()
