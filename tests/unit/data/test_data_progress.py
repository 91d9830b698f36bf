"""The bar for a person at a terminal, and silence elsewhere."""

from __future__ import annotations

import io

from rich.console import Console

from autograder.data import Step, progress_bar


def shown(*, terminal: bool) -> str:
    output = io.StringIO()
    with progress_bar(Console(file=output, force_terminal=terminal, width=100)) as on_progress:
        on_progress(Step("mnist: unpacking", 1_000, 4_000))
    return output.getvalue()


def test_a_terminal_shows_the_step_and_how_far_it_is():
    assert "mnist: unpacking" in shown(terminal=True)
    assert "1.0/4.0 kB" in shown(terminal=True)


def test_a_file_stays_empty():
    assert shown(terminal=False) == ""
