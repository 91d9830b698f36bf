"""Runs a lane's checks through pytest, and combines what all lanes of one submission have found."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch

from autograder.checks import plugin
from autograder.checks.lane import ALONE, Lane
from autograder.checks.run import OnCheck, Run
from autograder.checks.sessions import Sessions
from autograder.checks.setup import Setup
from autograder.errors import MachineLacks
from autograder.results import Binding, CheckResult, TopLevel
from autograder.rubric import Rubric, RubricError
from autograder.worker import compiler


class GradingError(MachineLacks):
    """The machine or the assignment is at fault, not the submission. The message says what to do."""


@dataclass(frozen=True)
class Checked:
    """What the checks of a submission have found, and which of its code was run for them."""

    results: tuple[CheckResult, ...]  # in the rubric's order
    bindings: tuple[Binding, ...]
    notes: tuple[str, ...]
    loading: tuple[TopLevel, ...]


def carry_out(setup: Setup, on_check: OnCheck = lambda result: None, lane: Lane = ALONE) -> Checked:
    """Run a lane's checks in this process. Raises GradingError or SandboxUnavailable if they can't be run."""
    with Sessions(setup) as sessions:
        run = Run(setup, sessions, on_check, lane)
        _go_through(run)
    notes = (*setup.notes, *sessions.loading.notes, *(note for end in run.ends for note in end.notes))
    results = tuple(end.result for end in run.ends)
    return Checked(results, sessions.loading.bindings, notes, sessions.loading.top_level)


def _go_through(run: Run) -> None:
    torch.set_num_threads(1)  # the reference answers small questions; other threads are left to the student's code
    compiler.put_off()
    root, folders = run.setup.rubric.root, run.setup.rubric.assignment.checks
    paths = [path for name in (folders.public, folders.hidden) if (path := root / name).is_dir()]
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main(_arguments(root, paths), plugins=[plugin.GivenRun(run)])
    if run.problem is not None:
        raise run.problem
    if code == pytest.ExitCode.INTERRUPTED:  # before the first check
        raise KeyboardInterrupt
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise _rubric_error(said.getvalue()) or GradingError(f"the checks could not be run:\n{said.getvalue()[-3000:]}")


def joined(rubric: Rubric, lanes: Sequence[Checked]) -> Checked:
    """The findings of all lanes of one submission, as if from a single one."""
    order = {name: place for place, name in enumerate(name for entry in rubric.items for name in entry.checks)}
    results = sorted(
        (result for lane in lanes for result in lane.results), key=lambda result: order.get(result.name, len(order))
    )
    bindings = next((lane.bindings for lane in lanes if lane.bindings), ())
    notes = dict.fromkeys(note for lane in lanes for note in lane.notes)
    return Checked(tuple(results), bindings, tuple(notes), _loaded(entry for lane in lanes for entry in lane.loading))


def _loaded(entries: Iterable[TopLevel]) -> tuple[TopLevel, ...]:
    """Each top-level statement once: it counts as run if one lane has run it."""
    found: dict[tuple[str, str], TopLevel] = {}
    for entry in entries:
        known = found.get((entry.place, entry.text), entry)
        found[entry.place, entry.text] = known if not known.reason else entry
    return tuple(found.values())


def _arguments(root: Path, paths: Sequence[Path]) -> list[str]:
    """pytest's command line: our checks, without any configuration, plugins, cache or assertion rewriting."""
    options = [
        "-q",
        "--rootdir",
        str(root),
        "-c",
        os.devnull,
        "--import-mode=importlib",
        "--assert=plain",
        "--capture=no",
        "--disable-plugin-autoload",
    ]
    # `unraisableexception` runs the garbage collector ten times at the end, which takes a second with PyTorch in memory.
    plugins = ["pytest_timeout", plugin.__name__, "no:cacheprovider", "no:unraisableexception"]
    return [*options, *(word for name in plugins for word in ("-p", name)), *map(str, paths)]


def _rubric_error(said: str) -> GradingError | None:
    lines = [line for line in said.splitlines() if RubricError.__name__ in line]
    return GradingError("\n".join(lines)) if lines else None
