"""`autograder reproduce`: the assignment's own tables and plots, made by the reference solutions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import Progress

from autograder.cli.console import EXIT_USAGE, fail, out, progress_bar
from autograder.cli.options import JsonOption, RubricOption, SeedOption


def reproduce(
    out_folder: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help="Where weights, figures and the report go; a run goes on there."),
    ] = Path("reproduction"),
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="Run only this experiment; may be repeated.")
    ] = None,
    threads: Annotated[int, typer.Option(min=0, help="Threads of the CPU; 0: all.")] = 0,
    run: Annotated[bool, typer.Option(help="Run what is missing; --no-run renders what is there.")] = True,
    sample: Annotated[bool, typer.Option(help="Use the small sample of the data, to try the command out.")] = False,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
    rubric_file: RubricOption = None,
) -> None:
    """Run the reference at the assignment's own budgets and show its figures beside the printed ones."""
    import torch

    from autograder import reproduction
    from autograder.assignment import find_rubric
    from autograder.reference import Reference
    from autograder.report.reproduction import write_pages
    from autograder.rubric import load_rubric

    rubric = load_rubric(find_rubric(rubric_file, Path.cwd()))
    if not rubric.assignment.reproduction:
        fail(f"{rubric.path} names no module for `reproduction`: this assignment has no experiments to run", EXIT_USAGE)
    content = Reference(rubric.root / rubric.assignment.reference).module(rubric.assignment.reproduction)
    names = [experiment.name for experiment in content.EXPERIMENTS]
    unknown = [name for name in only or () if name not in names]
    if unknown:
        fail(f"no experiment '{unknown[0]}'; there are: {', '.join(names)}", EXIT_USAGE)
    if threads:
        torch.set_num_threads(threads)
    if sample:
        out_folder /= "sample"  # never mixed with figures of the whole data
    chosen = [experiment for experiment in content.EXPERIMENTS if not only or experiment.name in only]
    if run:
        with progress_bar() as bar:
            for experiment in chosen:
                _run(experiment, out_folder, seed, sample, bar)
                write_pages(out_folder, rubric, content)
    pages = write_pages(out_folder, rubric, content)
    if as_json:
        found = [reproduction.read(out_folder, experiment) for experiment in content.EXPERIMENTS]
        typer.echo(json.dumps([asdict(progress) for progress in found], indent=1))
    else:
        _print(pages)


def _run(experiment: Any, folder: Path, seed: int, sample: bool, bar: Progress) -> None:
    from autograder import reproduction

    task = bar.add_task(experiment.name, total=experiment.epochs)
    for progress in reproduction.run(experiment, folder, seed=seed, sample=sample):
        bar.update(task, completed=progress.done)


def _print(pages: Sequence[Path]) -> None:
    for page in pages:
        out.print(str(page), markup=False, highlight=False, soft_wrap=True)
