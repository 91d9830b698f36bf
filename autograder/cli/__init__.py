"""The command line. Each command is a thin layer over a function that can be called without it.

Exit codes: 0 done; 1 graded, but below `--min-score`, or a validation failed; 2 wrong use; 3 the machine lacks
something (no sandbox, no data, a full disk).
"""

from __future__ import annotations

import typer

from autograder.cli import calibrate, data, grade, pack, release, reproduce, trace, validate
from autograder.cli.console import EXIT_MACHINE, EXIT_USAGE, fail
from autograder.data import DataError
from autograder.diagnosis import BugLibraryError
from autograder.grading import GradingError
from autograder.limited import ReaderFailed
from autograder.mapping import MappingError
from autograder.processes import ProcessKilled
from autograder.reference import ReferenceError
from autograder.reviews import ReviewError
from autograder.rubric import RubricError
from autograder.sandbox import SandboxUnavailable
from autograder.submission import MachineError, SubmissionError

app = typer.Typer(
    name="autograder",
    help="Grade deep-learning coursework by evidence.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("grade")(grade.grade)
app.command("check")(grade.check)
app.command("trace")(trace.trace)
app.command("report")(grade.report)
app.command("validate")(validate.validate)
app.command("calibrate")(calibrate.calibrate)
app.command("reproduce")(reproduce.reproduce)
app.command("release")(release.release)
app.command("pack")(pack.pack)
app.add_typer(data.app, name="data")


def main() -> None:
    """Run the command line; a failure that a person can mend is a sentence, not a traceback."""
    try:
        app()
    except (RubricError, ReviewError, MappingError, BugLibraryError, ReferenceError) as error:
        fail(str(error), EXIT_USAGE)
    except (SandboxUnavailable, DataError, MachineError, GradingError, ProcessKilled, ReaderFailed) as error:
        fail(str(error), EXIT_MACHINE)
    except SubmissionError as error:
        fail(str(error), EXIT_USAGE)
    except OSError as error:
        fail(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), EXIT_MACHINE)


if __name__ == "__main__":
    main()
