"""`autograder grade`, `check` and `report`."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Final

import torch
import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from autograder import cohort, sandbox
from autograder.assignment import find_kit_rubric, find_rubric
from autograder.checks.run import Settings
from autograder.cli.console import EXIT_BELOW, EXIT_DONE, EXIT_MACHINE, EXIT_USAGE, fail, notices, out
from autograder.grading import grade as grade_one
from autograder.mapping import EVERYONE, load_maps
from autograder.report import print_names, print_result, write_report
from autograder.results import Result, read_result, write_result
from autograder.reviews import Reviews, load_reviews, reviewed
from autograder.rubric import Rubric, load_rubric
from autograder.rubric.problems import did_you_mean
from autograder.sandbox import Kind
from autograder.submission import StudentFiles, find_submissions

RubricOption = Annotated[
    Path | None, typer.Option("--rubric", metavar="FILE", help="The rubric; default: the only one in ./rubric.")
]
ProfileOption = Annotated[str, typer.Option(help="How much to run: quick, standard or full.")]
SandboxOption = Annotated[Kind, typer.Option("--sandbox", help="Where student code runs; `none` must be asked for.")]
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
SECRET_BITS: Final = 53  # too many to be tried out, and whole for every reader of JSON
RunSecondsOption = Annotated[
    float | None,
    typer.Option(
        min=0,
        help="Time for running each submission as it is, on little data; 0: it is not run. Default: the rubric's.",
        show_default=False,
    ),
]
CORES: Final = os.cpu_count() or 1
THREADS: Final = 1  # of each worker: the assignment's small networks lose time when a second one has to be waited for


def grade(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH…", help="Submissions: folders, zips, notebooks, scripts; or a class's download."),
    ],
    profile: ProfileOption = "standard",
    out_folder: Annotated[Path, typer.Option("--out", metavar="DIR", help="Where results and reports go.")] = Path(
        "reports"
    ),
    jobs: Annotated[int, typer.Option(min=1, help="Submissions graded side by side.")] = max(1, CORES // 2),
    kind: SandboxOption = Kind.AUTO,
    resume: Annotated[bool, typer.Option(help="Keep results that an earlier run left in DIR.")] = False,
    min_score: Annotated[float | None, typer.Option(help="Exit with 1 when a submission is below this score.")] = None,
    reviews_file: Annotated[
        Path | None, typer.Option("--reviews", metavar="FILE", help="Points that a person gave, as YAML.")
    ] = None,
    run_seconds: RunSecondsOption = None,
    map_file: Annotated[
        Path | None, typer.Option("--map", metavar="FILE", help="Which function is which, by hand, as TOML.")
    ] = None,
    is_class: Annotated[
        bool | None,
        typer.Option("--class/--single", help="Whether PATH holds many submissions; default: told by the names in it."),
    ] = None,
    seed: SeedOption = 0,
    secret: SecretOption = None,
    gpu: Annotated[bool, typer.Option(help="Let student code use the GPU, if there is one.")] = True,
    as_json: JsonOption = False,
    rubric_file: RubricOption = None,
) -> None:
    """Grade submissions and write a result.json and a report.html for each."""
    rubric = _rubric(rubric_file, profile)
    missing = [path for path in paths if not path.exists()]
    if missing:
        fail(f"no such file or folder: {', '.join(map(str, missing))}", EXIT_USAGE)
    reviews = load_reviews(reviews_file) if reviews_file else {}
    if map_file and not map_file.exists():
        fail(f"no such file or folder: {map_file}", EXIT_USAGE)
    settings = Settings(
        profile=profile,
        sandbox=sandbox.choose(kind),
        seed=seed,
        threads=THREADS,
        device="cuda" if gpu and torch.cuda.is_available() else "cpu",
        run_seconds=run_seconds,
        maps=load_maps(map_file, rubric.functions) if map_file else {},
        secret=secrets.randbits(SECRET_BITS) if secret is None else secret,
    )
    with tempfile.TemporaryDirectory(prefix="autograder-class-", ignore_cleanup_errors=True) as unpacked:
        submissions = _found(paths, Path(unpacked), is_class)
        _tell_unused_maps(settings, submissions)
        if len(submissions) == 1:
            graded = [_grade_with_progress(submissions[0], out_folder, rubric, settings, resume, reviews)]
        else:
            jobs = min(jobs, len(submissions))
            graded = _grade_many(submissions, out_folder, rubric, settings, jobs, resume, reviews)
    _tell(graded, as_json)
    if any(entry.result is None for entry in graded):
        raise typer.Exit(EXIT_MACHINE)
    below = min_score is not None and any(entry.result.score < min_score for entry in graded if entry.result)
    raise typer.Exit(EXIT_BELOW if below else EXIT_DONE)


def check(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="Your folder, zip, notebook or script.")],
    profile: ProfileOption = "quick",
    run_seconds: RunSecondsOption = None,
    seed: SeedOption = 0,
    as_json: JsonOption = False,
    rubric_file: RubricOption = None,
) -> None:
    """Check your own work with the public checks. Your code runs as you, on this machine, without a sandbox."""
    if not path.exists():
        fail(f"no such file or folder: {path}", EXIT_USAGE)
    rubric = _rubric(find_kit_rubric(rubric_file, path, Path.cwd()), profile)
    settings = Settings(
        profile=profile,
        sandbox=Kind.NONE,
        seed=seed,
        threads=THREADS,
        run_seconds=run_seconds,
    )
    with progress_bar() as progress:
        task = progress.add_task("checking", total=_count(rubric, profile))
        result = grade_one(path, rubric, settings, lambda done: progress.advance(task))
    if as_json:
        typer.echo(result.model_dump_json(indent=1, by_alias=True))
    else:
        print_result(result, out)
        print_names(result, out)


def report(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder that `grade` wrote, or one of its submissions.")
    ],
    reviews_file: Annotated[
        Path | None, typer.Option("--reviews", metavar="FILE", help="Put a person's points into the results first.")
    ] = None,
    rubric_file: RubricOption = None,
) -> None:
    """Render the reports again from the stored results, without grading."""
    template_dir = load_rubric(find_rubric(rubric_file, Path.cwd())).root / "templates"
    reviews = load_reviews(reviews_file) if reviews_file else {}
    found = sorted(folder.rglob(cohort.RESULT)) if folder.is_dir() else []
    if not found:
        fail(f"no {cohort.RESULT} in {folder}; `autograder grade` writes them", EXIT_USAGE)
    for path in found:
        try:
            result = read_result(path)
        except ValueError as error:
            notices.print(f"{path}: cannot be read as a result: {str(error).splitlines()[0]}", markup=False)
            continue
        if reviews:
            result = reviewed(result, reviews)
            write_result(path, result)
        write_report(path.with_name(cohort.REPORT), result, template_dir=template_dir)
        out.print(str(path.with_name(cohort.REPORT)), markup=False, highlight=False, soft_wrap=True)


def _rubric(file: Path | None, profile: str) -> Rubric:
    rubric = load_rubric(find_rubric(file, Path.cwd()))
    rubric.profile(profile)
    return rubric


def _count(rubric: Rubric, profile: str) -> int | None:
    """How many checks a profile runs: known for all of them only, since visibility is told by the check's folder."""
    everything = set(rubric.profile(profile).visibilities) == {"public", "hidden"}
    return sum(len(item.checks) for item in rubric.items) if everything else None


def progress_bar() -> Progress:
    """A progress bar on standard error, and nothing when that is no terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=notices,
        transient=True,
        disable=not notices.is_terminal,
    )


def _found(paths: Sequence[Path], unpacked: Path, is_class: bool | None) -> list[StudentFiles]:
    """The submissions at these paths. One path may hold a whole class; of several, each is one submission unless `is_class`."""
    submissions: list[StudentFiles] = []
    for number, path in enumerate(paths):
        said = False if is_class is None and len(paths) > 1 else is_class
        found = find_submissions(path, unpacked / str(number), is_class=said)
        for note in found.notes:
            notices.print(f"{path}: {note}", markup=False, soft_wrap=True, highlight=False)
        if not found.submissions:
            notices.print(f"{path}: holds no submission", markup=False, soft_wrap=True, highlight=False)
        elif len(found.submissions) > 1:
            count = len(found.submissions)
            notices.print(f"{path}: {count} submissions were found", markup=False, soft_wrap=True, highlight=False)
        submissions += found.submissions
    if not submissions:
        fail("there is nothing to grade", EXIT_USAGE)
    return submissions


def _tell_unused_maps(settings: Settings, submissions: Sequence[StudentFiles]) -> None:
    names = [submission.student for submission in submissions]
    for name in settings.maps:
        if name != EVERYONE and name not in names:
            text = f"--map: no submission is called '{name}'; {did_you_mean(name, names)}"
            notices.print(text, markup=False, soft_wrap=True, highlight=False)


def _grade_with_progress(
    submission: StudentFiles, folder: Path, rubric: Rubric, settings: Settings, resume: bool, reviews: Reviews
) -> cohort.Graded:
    own = folder / cohort.folder_names([submission])[0]
    earlier = cohort.resumed(submission, own, rubric, settings) if resume else None
    if earlier is not None:
        return earlier
    with progress_bar() as progress:
        task = progress.add_task(escape(submission.student), total=_count(rubric, settings.profile))
        result = cohort.grade_into(submission, own, rubric, settings, reviews, lambda done: progress.advance(task))
    return cohort.Graded(submission, own, result)


def _grade_many(
    submissions: Sequence[StudentFiles],
    folder: Path,
    rubric: Rubric,
    settings: Settings,
    jobs: int,
    resume: bool,
    reviews: Reviews,
) -> list[cohort.Graded]:
    graded = []
    with progress_bar() as progress:
        task = progress.add_task("grading", total=len(submissions))
        try:
            for entry in cohort.grade_all(submissions, folder, rubric.path, settings, jobs, resume, reviews):
                graded.append(entry)
                progress.advance(task)
        except KeyboardInterrupt:
            told = f"Stopped: {len(graded)} of {len(submissions)} are graded, and `--resume` goes on with the others."
            notices.print(told, soft_wrap=True, highlight=False)
            raise
    return sorted(graded, key=lambda entry: submissions.index(entry.submission))


def _tell(graded: Sequence[cohort.Graded], as_json: bool) -> None:
    if as_json:
        results = [entry.result.model_dump(mode="json", by_alias=True) for entry in graded if entry.result]
        typer.echo(json.dumps(results, indent=1))
    elif len(graded) == 1 and graded[0].result:
        print_result(graded[0].result, out)
    for entry in graded:
        if entry.result is None:
            notices.print(
                f"{entry.submission.student}: could not be graded: {entry.failure}", markup=False, soft_wrap=True
            )
        elif not as_json:
            out.print(
                _line(entry.submission.student, entry.result, entry.folder, entry.resumed),
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


def _line(name: str, result: Result, folder: Path, resumed: bool) -> str:
    bonus = f" + {result.bonus:g} bonus" if result.bonus else ""
    waiting = f", {result.awaiting_review:g} awaiting review" if result.awaiting_review else ""
    kept = " (kept from an earlier run)" if resumed else ""
    return f"{name}: {result.score:g} of {result.max_score:g}{bonus}{waiting}{kept}  {folder / cohort.REPORT}"
