"""`autograder grade` and `check`.

The modules that grade are imported when a command starts its work, so that `--help` does not wait for PyTorch.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from autograder.cli.console import EXIT_DONE, EXIT_USAGE, fail, out, progress_bar, try_folder
from autograder.cli.options import (
    CORES,
    RARELY,
    CoresOption,
    GpusOption,
    JsonOption,
    OwnCoresOption,
    OwnRunSecondsOption,
    ProfileOption,
    RubricOption,
    RunSecondsOption,
    SandboxOption,
    SecretOption,
    SeedOption,
)
from autograder.isolation import Kind

if TYPE_CHECKING:
    from autograder.rubric import Rubric

SECRET_BITS: Final = 53  # too many to be guessed, and exact in every reader of JSON
THREADS: Final = 1  # of each worker: the assignment's small networks get slower with a second one


def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH…",
            help="What to grade: the download of a whole class, or folders, zips, notebooks or scripts.",
        ),
    ],
    profile: ProfileOption = "standard",
    out_folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for results and reports.")] = Path(
        "reports"
    ),
    jobs: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Submissions to grade at the same time. Default: as many as cores and memory allow.",
            show_default=False,
            rich_help_panel=RARELY,
        ),
    ] = None,
    cores: CoresOption = None,
    kind: SandboxOption = Kind.AUTO,
    resume: Annotated[
        bool, typer.Option(help="Go on after an interruption: grade only what has no result in DIR yet.")
    ] = False,
    min_score: Annotated[
        float | None, typer.Option(help="Exit with 1 if a submission scores less.", rich_help_panel=RARELY)
    ] = None,
    reviews_file: Annotated[
        Path | None, typer.Option("--reviews", metavar="FILE", help="Your own points for written answers: a YAML file.")
    ] = None,
    run_seconds: RunSecondsOption = None,
    map_file: Annotated[
        Path | None,
        typer.Option(
            "--map",
            metavar="FILE",
            help="Which of a student's functions is which: a TOML file.",
            rich_help_panel=RARELY,
        ),
    ] = None,
    is_class: Annotated[
        bool | None,
        typer.Option(
            "--class/--single", help="PATH is a whole class, or one submission. Default: the names in it tell."
        ),
    ] = None,
    seed: SeedOption = 0,
    secret: SecretOption = None,
    gpu: Annotated[
        bool, typer.Option("--gpu/--no-gpu", help="The same as `--gpus all`.", rich_help_panel=RARELY)
    ] = False,
    gpus: GpusOption = None,
    as_json: JsonOption = False,
    rubric_file: RubricOption = None,
) -> None:
    """Grade submissions: a result.json and a report.html for each, index.html and grades.csv for a class."""
    _refuse_missing([*paths, *([map_file] if map_file else [])])
    from autograder import sandbox
    from autograder.checks.settings import Settings
    from autograder.cli import graded
    from autograder.mapping import load_maps

    rubric = _rubric(rubric_file, profile, paths)
    cards = _cards(gpus, gpu)
    settings = Settings(
        profile=profile,
        sandbox=sandbox.choose(kind),
        seed=seed,
        threads=THREADS,
        gpu=cards[0] if cards else "",
        run_seconds=run_seconds,
        maps=load_maps(map_file, rubric.functions) if map_file else {},
        secret=secrets.randbits(SECRET_BITS) if secret is None else secret,
    )
    with tempfile.TemporaryDirectory(prefix="autograder-class-", ignore_cleanup_errors=True) as unpacked:
        submissions = graded.submissions_at(paths, Path(unpacked), is_class)
        graded.warn_of_unused_maps(settings, submissions)
        reviews = graded.reviews_of(reviews_file, submissions, out_folder, rubric) if reviews_file else {}
        try_folder(out_folder, "--out DIR")
        jobs = min(jobs or graded.jobs_at_once(), len(submissions))
        settings = replace(settings, cores=cores or max(1, CORES // jobs))
        done = graded.carry_out(
            graded.Order(submissions, out_folder, rubric, settings, jobs, resume, reviews, cards, as_json)
        )
    raise typer.Exit(graded.exit_code(done, min_score))


def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Your folder, zip, notebook or script.")],
    profile: ProfileOption = "quick",
    run_seconds: OwnRunSecondsOption = None,
    cores: OwnCoresOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
    rubric_file: RubricOption = None,
) -> None:
    """Check your own work with the public checks. Your code runs as you, on this machine, without a sandbox."""
    _refuse_missing([path])
    from autograder.assignment import find_kit_rubric
    from autograder.checks.settings import Settings
    from autograder.cli import graded
    from autograder.grading import grade as grade_one
    from autograder.report import print_names, print_result

    rubric = _rubric(find_kit_rubric(rubric_file, path, Path.cwd()), profile)
    settings = Settings(
        profile=profile,
        sandbox=Kind.NONE,
        seed=seed,
        threads=THREADS,
        cores=cores or CORES,
        run_seconds=run_seconds,
    )
    with progress_bar() as progress:
        task = progress.add_task("checking", total=graded.number_of_checks(rubric, profile))
        result = grade_one(path, rubric, settings, lambda done: progress.advance(task))
    if as_json:
        typer.echo(result.model_dump_json(indent=1, by_alias=True))
    else:
        print_result(result, out)
        print_names(result, out)
    raise typer.Exit(EXIT_USAGE if result.problem else EXIT_DONE)


def _cards(gpus: str | None, all_of_them: bool) -> list[str]:
    """The indices of the GPUs that `--gpus` names, or `--gpu` all of them."""
    from autograder import sandbox

    wanted = gpus or (sandbox.gpus.ALL if all_of_them else "")
    return [card.index for card in sandbox.gpus.chosen(wanted)] if wanted else []


def _refuse_missing(paths: Sequence[Path]) -> None:
    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(f"no such file or folder: {', '.join(map(str, missing))}", EXIT_USAGE)


def _rubric(file: Path | None, profile: str, handed_in: Sequence[Path] = ()) -> Rubric:
    from autograder.assignment import find_rubric
    from autograder.rubric import load_rubric, verify_declared_checks

    rubric = load_rubric(find_rubric(file, Path.cwd(), handed_in))
    rubric.profile(profile)
    verify_declared_checks(rubric)
    return rubric
