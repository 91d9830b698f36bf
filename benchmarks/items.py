"""How long grading takes, part by part, beside running the assignment's own budgets.

    python -m benchmarks.items

Grades the reference once in `standard` and once in `quick`. Then times a share of one epoch of each of the assignment's
experiments on the same machine, and extrapolates to all its batches and epochs; nothing is trained to the end.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.table import Table

from autograder import data, sandbox
from autograder.checks.settings import Settings
from autograder.grading import grade
from autograder.reference import Reference
from autograder.results import Result
from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from autograder.worker.probing.loaders import MemoryLoader

ROOT = Path(__file__).resolve().parents[1]
BATCHES = 20  # of the training set, of 128 each; as many of the test set


class Share:
    """The first batches of a loader."""

    def __init__(self, loader: MemoryLoader) -> None:
        self._loader = loader

    def __iter__(self) -> Iterator[Any]:
        return itertools.islice(iter(self._loader), BATCHES)

    def __len__(self) -> int:
        return BATCHES


def assigned_seconds(experiment: Any) -> float:
    """The seconds of all epochs of an experiment, extrapolated from BATCHES batches of its first one."""
    loaders = []
    for split in ("train", "test"):
        images = data.open_set(experiment.data, split)
        loaders.append(MemoryLoader(images.images, images.labels, batch_size=128, flatten=images.images.ndim == 3))
    model, optimizer = experiment.start()
    seconds: list[float] = []
    for _ in range(2):  # the first pass warms up
        started = time.perf_counter()
        experiment.epoch(model, optimizer, *map(Share, loaders))
        seconds.append(time.perf_counter() - started)
    per_batch = seconds[-1] / (2 * BATCHES)
    batches = sum(len(loader) for loader in loaders)
    return float(per_batch * batches * experiment.epochs)


def seconds_by_part(result: Result) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in result.items:
        found[item.part] = found.get(item.part, 0.0) + sum(check.seconds for check in item.checks)
    return found


def main() -> None:
    torch.set_num_threads(1)
    rubric = load_rubric(ROOT / "rubric" / "hw1.yaml")
    reference = Reference(ROOT / rubric.assignment.reference)
    content = reference.module(rubric.assignment.reproduction)
    results = {}
    for profile in ("standard", "quick"):
        settings = Settings(profile=profile, sandbox=sandbox.choose(Kind.AUTO), threads=1)
        results[profile] = grade(ROOT / rubric.assignment.reference, rubric, settings)
    graded = {profile: seconds_by_part(result) for profile, result in results.items()}
    part_of = {experiment: table.part for table in content.TABLES for experiment, _ in table.rows.values()}
    assigned: dict[str, float] = {}
    for experiment in content.EXPERIMENTS:
        if experiment.epochs > 1:
            part = part_of[experiment.name]
            assigned[part] = assigned.get(part, 0.0) + assigned_seconds(experiment)
    table = Table("part", "standard s", "quick s", "assigned budgets s (extrapolated)", "standard is faster by")
    for part in rubric.parts:
        slow, fast = assigned.get(part.id), graded["standard"][part.id]
        table.add_row(
            part.id,
            f"{fast:.1f}",
            f"{graded['quick'][part.id]:.1f}",
            f"{slow:.0f}" if slow else "–",
            f"{slow / fast:.0f} ×" if slow else "–",
        )
    whole = {profile: result.seconds for profile, result in results.items()}
    total = sum(assigned.values())
    table.add_row(
        "all", f"{whole['standard']:.1f}", f"{whole['quick']:.1f}", f"{total:.0f}", f"{total / whole['standard']:.0f} ×"
    )
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
