"""The command line. Each command is a thin layer over a function that can be called without it.

Exit codes: 0 done; 1 graded, but below `--min-score`, or a validation failed; 2 wrong use, or nothing of what was named could be
graded; 3 the machine lacks something (no sandbox, no data, a full disk); 130 stopped by Ctrl-C or a signal.
"""

from __future__ import annotations

import signal
from typing import Annotated

import typer

from autograder import __version__
from autograder.cli import calibrate, data, grade, pack, release, report, reproduce, trace, validate
from autograder.cli.console import EXIT_MACHINE, EXIT_USAGE, fail
from autograder.errors import MachineLacks, WrongUse

app = typer.Typer(
    name="autograder",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"autograder {__version__}")
        raise typer.Exit


@app.callback()
def everywhere(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Grade deep-learning coursework by evidence."""


app.command("grade")(grade.grade)
app.command("check")(grade.check)
app.command("trace")(trace.trace)
app.command("report")(report.report)
app.command("validate")(validate.validate)
app.command("calibrate")(calibrate.calibrate)
app.command("reproduce")(reproduce.reproduce)
app.command("release")(release.release)
app.command("pack")(pack.pack)
app.add_typer(data.app, name="data")


def main() -> None:
    """Run the command line; a failure that a person can mend is a sentence, not a traceback."""
    # A cluster that stops us leaves as little behind as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app()
    except MachineLacks as error:
        fail(str(error), EXIT_MACHINE)
    except WrongUse as error:
        fail(str(error), EXIT_USAGE)
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), EXIT_MACHINE)


if __name__ == "__main__":
    main()
