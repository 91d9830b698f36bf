"""The options that several commands have. Nothing here imports more than the command line's own parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from autograder.isolation import Kind

GpusOption = Annotated[
    str | None,
    typer.Option(
        "--gpus",
        metavar="LIST",
        help="GPUs for student code, such as `0,1`, or `all`; a submission gets one. Default: none.",
        show_default=False,
    ),
]
CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
CoresOption = Annotated[
    int | None,
    typer.Option(
        "--cores",
        min=1,
        help="Cores for one submission: its run and its checks go side by side. Default: those there are, shared by the jobs.",
        show_default=False,
    ),
]

RubricOption = Annotated[
    Path | None, typer.Option("--rubric", metavar="FILE", help="The rubric; default: the only one in ./rubric.")
]
ProfileOption = Annotated[str, typer.Option(help="How much to run: quick, standard or full.")]
SandboxOption = Annotated[
    Kind,
    typer.Option(
        "--sandbox", help="Where student code runs. auto: bubblewrap, else a container; `none` must be asked for."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print results as JSON, for machines.")]
SeedOption = Annotated[int, typer.Option(help="Seed of all random numbers.")]
SecretOption = Annotated[
    int | None,
    typer.Option(
        "--secret",
        min=0,
        help="What the inputs of the checks are drawn from. Default: a new one, which each result.json keeps.",
        show_default=False,
    ),
]
RunSecondsOption = Annotated[
    float | None,
    typer.Option(
        min=0,
        help="Time for running each submission as it is, on little data; 0: it is not run. Default: the rubric's.",
        show_default=False,
    ),
]
