"""The two consoles (results to standard output, all else to standard error), progress, exit codes, and failing politely."""

from __future__ import annotations

import errno
import os
import sys
import tempfile
from pathlib import Path
from typing import Final, NoReturn

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

EXIT_DONE: Final = 0
EXIT_BELOW: Final = 1
EXIT_USAGE: Final = 2
EXIT_MACHINE: Final = 3

out = Console()
notices = Console(stderr=True)


def wide() -> Console:
    """The console for tables. A log file, which has no width of its own, gets enough for whole names."""
    return out if out.is_terminal else Console(width=140)


def progress_bar() -> Progress:
    """A progress bar on standard error, or nothing if that is not a terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=notices,
        transient=True,
        redirect_stdout=out.is_terminal,  # if results go to a file, lines printed meanwhile go there too
        disable=not notices.is_terminal,
    )


def try_folder(folder: Path, given_by: str) -> None:
    """Make a folder and write a file into it, before hours of work depend on it; ends the process if that fails."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"tried")
    except OSError as error:
        why = "a file is there already" if isinstance(error, FileExistsError) else error.strerror or str(error)
        code = EXIT_MACHINE if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EIO) else EXIT_USAGE
        fail(f"nothing can be written to {folder} ({why}); name another folder with {given_by}", code)


def try_file(file: Path, given_by: str) -> None:
    """Make sure that a file can be written, before hours of work depend on it; ends the process if not."""
    if file.is_dir():
        fail(f"{file} is a folder; name a file with {given_by}", EXIT_USAGE)
    try_folder(file.parent, given_by)


def fail(message: str, code: int) -> NoReturn:
    """Say what went wrong and end the process at once, without waiting for other threads."""
    notices.print(f"[bold red]autograder:[/] {escape(message)}", soft_wrap=True, highlight=False)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
