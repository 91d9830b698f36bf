"""Whether grading has become much slower: fails when it takes twice the processor's time that it did, beside a yardstick.

    python -m benchmarks.guard [--rounds 3] [--write]

Both are measured in turn as processor's seconds (user and system) of a process and all that it starts, so that neither a
slower machine nor a busy one counts. The yardstick imports PyTorch and trains a small convolutional network, which is what
grading mostly does. Without a sandbox: what is killed in one is counted nowhere. `--write` keeps the ratio as the one that
later runs are held against.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
KEPT: Final = Path(__file__).with_name("guard.json")
MOST: Final = 2.0  # times the ratio that is kept
YARDSTICK: Final = """
import torch
torch.set_num_threads(1)
torch.manual_seed(0)
network = torch.nn.Sequential(
    torch.nn.Conv2d(3, 32, 3), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Conv2d(32, 64, 3), torch.nn.ReLU(),
    torch.nn.Flatten(), torch.nn.Linear(64 * 13 * 13, 10),
)
optimizer = torch.optim.Adam(network.parameters())
pictures, labels = torch.rand(64, 3, 32, 32), torch.arange(64) % 10
for _ in range(60):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(network(pictures), labels).backward()
    optimizer.step()
"""


def processor_seconds(words: Sequence[str]) -> float:
    """User and system seconds of a command and of all that it has waited for. Raises CalledProcessError where it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(words, check=True, cwd=ROOT, stdout=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"})
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description="Fail when grading takes twice what it did, beside a yardstick.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="keep the ratio for later runs")
    options = parser.parse_args()
    grading, yardstick = [], []
    with tempfile.TemporaryDirectory() as folder:
        command = ["-m", "autograder.cli", "grade", "solutions/pytorch", "--out", folder]
        command += ["--profile", "quick", "--cores", "1", "--sandbox", "none", "--secret", "1"]
        for _ in range(options.rounds):
            yardstick.append(processor_seconds([sys.executable, "-c", YARDSTICK]))
            grading.append(processor_seconds([sys.executable, *command]))
    ratio = statistics.median(grading) / statistics.median(yardstick)
    for name, seconds in (("grading, quick", grading), ("yardstick", yardstick)):
        print(
            f"{name:16} {statistics.median(seconds):6.1f} s  [{min(seconds):.1f}-{max(seconds):.1f}] of the processor"
        )
    if options.write:
        KEPT.write_text(json.dumps({"ratio": round(ratio, 2)}) + "\n", encoding="utf-8")
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["ratio"]
    print(f"ratio {ratio:.2f}; kept: {kept:.2f}; more than {MOST * kept:.2f} fails")
    if ratio > MOST * kept:
        sys.exit(1)


if __name__ == "__main__":
    main()
