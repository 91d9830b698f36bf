"""What a sandbox costs: starting a nursery, forking a session from it, loading a submission, one training probe.

    python -m benchmarks.sessions [--repeats 5] [--sandbox none]

The start is what a grader without a nursery pays for every check; the last line is the ratio of the two.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from autograder.assignment import find_rubric
from autograder.rubric import load_rubric
from autograder.sandbox import Kind, Launch, Sandbox, choose
from autograder.sandbox.session import Code

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))


def seconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def shown(name: str, values: list[float]) -> None:
    print(f"{name:28} {statistics.median(values):8.3f} s  [{min(values):.3f}-{max(values):.3f}]")


def main() -> None:
    from judging.material import Material
    from probes import mlp

    parser = argparse.ArgumentParser(description="Time the parts of one check.")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--sandbox", type=Kind, default=Kind.AUTO)
    options = parser.parse_args()
    rubric = load_rubric(find_rubric(None, ROOT))
    solution = ROOT / "solutions" / "pytorch"
    functions = {name: rubric.function(name).model_dump() for name in rubric.functions}
    code = Code(tuple(sorted(path.name for path in solution.glob("*.py"))), functions, {})
    material = Material(0)
    run = {
        "network": [["linear", 20, 16], ["relu"], ["linear", 16, 5]],
        "weights": material.dense_weights("weights", [20, 16, 5]),
        "batches": material.batches("batches", [12] * 5, columns=20, classes=5),
        "optimizer": {"kind": "Adam", "lr": 0.01},
    }
    starts, forks, loads, probes = [], [], [], []
    with tempfile.TemporaryDirectory() as scratch:
        launch = Launch(solution, Path(scratch), ROOT / "tests" / "probes", ())
        for _ in range(options.repeats):
            with Sandbox(choose(options.sandbox), launch, code) as sandbox:
                starts.append(seconds(lambda box=sandbox: box.session(60).close()))  # type: ignore[misc]
                started = time.perf_counter()
                with sandbox.session(60) as session:
                    forks.append(time.perf_counter() - started)
                    loads.append(seconds(session.load))
                    probes.append(seconds(lambda s=session: s.call(f"{mlp.__name__}:train", run, 0)))  # type: ignore[misc]
    shown("start a nursery", starts)
    shown("fork a session", forks)
    shown("load the submission", loads)
    shown("train five steps", probes)
    ratio = statistics.median(starts) / statistics.median(
        [sum(each) for each in zip(forks, loads, probes, strict=True)]
    )
    print(f"a start costs {ratio:.0f} times as much as a whole check from the nursery")


if __name__ == "__main__":
    main()
