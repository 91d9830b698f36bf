"""The options that several commands have. Nothing here imports more than the command line's own parts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Final

import typer

from autograder.isolation import Kind

RARELY: Final = "Rarely needed"
CORES: Final = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

GpusOption = Annotated[
    str | None,
    typer.Option(
        "--gpus",
        metavar="LIST",
        help="GPUs that student code may use, such as `0,1`, or `all`; one per submission. Default: none.",
        show_default=False,
        rich_help_panel=RARELY,
    ),
]
CoresOption = Annotated[
    int | None,
    typer.Option(
        "--cores",
        min=1,
        help="Cores per submission. Default: all cores, divided among the jobs.",
        show_default=False,
        rich_help_panel=RARELY,
    ),
]
OwnCoresOption = Annotated[
    int | None,
    typer.Option(
        "--cores", min=1, help="Cores to use. Default: all cores.", show_default=False, rich_help_panel=RARELY
    ),
]

RubricOption = Annotated[
    Path | None,
    typer.Option(
        "--rubric", metavar="FILE", help="The rubric. Default: the only one in the folder `rubric`.", show_default=False
    ),
]
ProfileOption = Annotated[str, typer.Option(help="How much to run: quick, standard or full.")]
SandboxOption = Annotated[
    Kind,
    typer.Option(
        "--sandbox",
        help="What isolates student code. auto: bubblewrap, or else a container. none: nothing does.",
        rich_help_panel=RARELY,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print results as JSON, for other programs.")]
SeedOption = Annotated[int, typer.Option(help="Seed for random numbers.", rich_help_panel=RARELY)]
SecretOption = Annotated[
    int | None,
    typer.Option(
        "--secret",
        min=0,
        help="Number that the inputs of the checks are drawn from, to repeat a grading exactly. Default: a new one each time.",
        show_default=False,
        rich_help_panel=RARELY,
    ),
]
RunSecondsOption = Annotated[
    float | None,
    typer.Option(
        min=0,
        help="Seconds for running all notebooks and scripts of a submission; 0: don't run them. Default: as the rubric says.",
        show_default=False,
        rich_help_panel=RARELY,
    ),
]
OwnRunSecondsOption = Annotated[
    float | None,
    typer.Option(
        "--run-seconds",
        min=0,
        help="Seconds for running your notebooks and scripts; 0: don't run them. Default: as the assignment says.",
        show_default=False,
        rich_help_panel=RARELY,
    ),
]
