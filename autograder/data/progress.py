"""What a fetch reports while it works, and the bar that shows it to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn


@dataclass(frozen=True)
class Step:
    """What is being done, and its progress in bytes; `total` is 0 if it isn't known."""

    text: str
    done: int = 0
    total: int = 0


OnProgress = Callable[[Step], None]


def say_nothing(step: Step) -> None:
    """A listener that ignores all progress."""


@contextmanager
def progress_bar(console: Console | None = None) -> Iterator[OnProgress]:
    """A bar on the console (standard error by default); yields the function that updates it. Silent without a terminal."""
    console = console or Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)

        def show(step: Step) -> None:
            bar.update(task, description=step.text, completed=step.done, total=step.total or None)

        yield show
