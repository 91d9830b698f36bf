"""The fork that runs one notebook or script: it watches the libraries, runs the source and reports what it saw."""

from __future__ import annotations

import ast
import contextlib
import os
import random
import re
import signal
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from autograder.worker import absent, library_data
from autograder.worker.hosted_paths import HostedPaths
from autograder.worker.processes import become_ordinary
from autograder.worker.settings import WorkerSettings
from autograder.worker.tracing import choosing, code, config_files, cutting, intervals, marking
from autograder.worker.tracing.emitter import Emitter
from autograder.worker.tracing.seen import Emit
from autograder.worker.tracing.shrinking import EVERY, Shrinking
from autograder.worker.workplace import limit

if TYPE_CHECKING:
    from autograder.worker.tracing.watchers import Watchers

PROGRESS_SECONDS: Final = 2.0
# Exit statuses:
ASKS_AGAIN: Final = 86  # an error of the run may be due to its cut data sets
LACKS_A_FILE: Final = 87  # a source that runs later may write it
NO_SUCH_FILE: Final = re.compile(r"FileNotFoundError: .*?'([^']+)'")


@dataclass(frozen=True)
class Order:
    """What a fork runs: a notebook or script in the submission's folder. `marks` mark functions in it; `needed` are the packages
    that its code needs; `cut` makes data sets smaller, None leaves them as they are."""

    settings: WorkerSettings
    folder: Path
    source: str
    seed: int
    marks: Sequence[marking.Marks]
    needed: frozenset[str]
    cut: Shrinking | None = None


def run(order: Order, connection: socket.socket) -> NoReturn:
    """Run the source and send what was seen over `connection`; ends the process. The order of the stages matters."""
    # Imported before `_become_the_child`, after which a library's optional import could find a stand-in for an absent package;
    # not at the top of this module, which the parent imports before it has set up matplotlib and torch.
    from autograder.worker.tracing.watchers import run_source, watch

    _become_the_child(order)
    changes = _change_code(order)  # before anything imports the submission or reads a data set
    emitter, noted = Emitter(connection), _Noted()
    # From here on missing files are noted: what our own imports looked for does not count.
    emit = _noting(emitter if order.cut is None else _doubting(emitter, noted), order.folder, noted)
    watchers = watch(order.folder, order.source, Path(order.settings.data), order.cut is not None, order.needed, emit)
    _answer_signals(emitter, watchers)  # after the watchers, which it asks; before that SIGTERM just ends the process
    run_source(order.folder, watchers, changes)
    _end(emitter, watchers, noted)


def _become_the_child(order: Order) -> None:
    """Turn this fork of the parent into a process for student code."""
    import numpy as np
    import torch

    become_ordinary()
    limit(order.settings)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    absent.stand_in(order.needed)
    torch.set_num_threads(order.settings.threads)
    # Last, once all of ours is imported: nothing from here to the source draws from these generators.
    random.seed(order.seed)
    np.random.seed(order.seed)  # noqa: NPY002 - students draw from the global generator
    torch.manual_seed(order.seed)


def _change_code(order: Order) -> tuple[ast.NodeTransformer, ...]:
    """Set what is changed in the modules of the folder as they are imported; returned are the changes, for the source itself."""
    intervals.make_known()  # before any changed code can call it
    # The cut comes last: a number that it has divided is no longer the interval that `Intervals` looks for.
    cut = [order.cut] if order.cut is not None else []
    changes = (HostedPaths(), intervals.Intervals(), choosing.Maxima(), *order.marks, *cut)
    code.change_modules(order.folder, changes)
    if order.cut is not None:
        library_data.keep_every(EVERY)
        config_files.divide(order.cut.named)
    return changes


def _answer_signals(emitter: Emitter, watchers: Watchers) -> None:
    """Let SIGTERM report what is known and end the process, and a timer report progress."""

    def part() -> None:
        try:
            watchers.emit_what_is_known()
        finally:
            os._exit(0)

    signal.signal(signal.SIGTERM, emitter.after_frames(part))
    signal.signal(signal.SIGALRM, emitter.after_frames(watchers.recorder.emit_progress))
    signal.setitimer(signal.ITIMER_REAL, PROGRESS_SECONDS, PROGRESS_SECONDS)


def _end(emitter: Emitter, watchers: Watchers, noted: _Noted) -> NoReturn:
    """Report what only the end shows, and end the process."""
    signal.setitimer(signal.ITIMER_REAL, 0)  # first: no progress is reported of runs that are being finished
    watchers.cell_ends()  # a script has no cells: its open figures and passes are only seen now
    watchers.written.emit(watchers.emit)
    watchers.recorder.finish()
    emitter.end()  # last: the parent reads nothing after it
    status = ASKS_AGAIN if noted.doubtful else LACKS_A_FILE if noted.lacks_a_file else 0
    os._exit(status)  # without waiting for student code's threads and exit handlers


@dataclass
class _Noted:
    """Signs that a source should be run again after the others: it failed for lack of a file, or it went on without one that it
    tried to read and trained nothing. A source that looks for its own saved results first and then trains needs no second run."""

    failed_for_a_file: bool = False
    opened_in_vain: bool = False
    trained: bool = False
    doubtful: bool = False  # an error may be due to the cut

    @property
    def lacks_a_file(self) -> bool:
        return self.failed_for_a_file or (self.opened_in_vain and not self.trained)


def _noting(emit: Emit, folder: Path, noted: _Noted) -> Emit:
    """Note trainings, and, from now on, attempts to read files of the submission's folder that don't exist (yet)."""

    def emit_and_note(record: dict[str, Any]) -> None:
        noted.trained |= record.get("what") == "run"
        missed = NO_SUCH_FILE.match(str(record.get("error"))) if record.get("what") == "error" else None
        noted.failed_for_a_file |= missed is not None and (folder / missed[1]).is_relative_to(folder)
        emit(record)

    def hear(event: str, given: tuple[Any, ...]) -> None:
        if event != "open" or noted.opened_in_vain or not isinstance(given[0], str):
            return
        reads = isinstance(given[1], str) and not set(given[1]) & set("wax+")
        with contextlib.suppress(OSError, ValueError):
            path = Path(given[0]).absolute()
            noted.opened_in_vain = reads and path.is_relative_to(folder) and not path.exists()

    sys.addaudithook(hear)
    return emit_and_note


def _doubting(emit: Emit, noted: _Noted) -> Emit:
    """Mark errors that the cut may have caused: the source is then run again on all of the data, if there is time. Until then it
    goes on, since of what follows much may be right."""

    def emit_and_mark(record: dict[str, Any]) -> None:
        if record.get("what") == "error" and cutting.may_be_due_to_it(str(record.get("error"))):
            noted.doubtful = True
            record = record | {"by_cut": True}
        emit(record)

    return emit_and_mark
