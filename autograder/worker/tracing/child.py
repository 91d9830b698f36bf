"""What a fork does in which a notebook or script runs: it watches the libraries, runs it, and tells what it saw."""

from __future__ import annotations

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
from typing import Any, Final, NoReturn

from autograder.worker import absent, library_data
from autograder.worker.processes import become_ordinary
from autograder.worker.settings import WorkerSettings
from autograder.worker.tracing import cutting, intervals, marking
from autograder.worker.tracing.seen import Tell
from autograder.worker.tracing.telling import Telling
from autograder.worker.workplace import limit

PROGRESS_SECONDS: Final = 2.0
# Exit statuses:
ASKS_AGAIN: Final = 86  # its run on cut data sets can't be trusted
LACKS_A_FILE: Final = 87  # which one that runs later may write
NO_SUCH_FILE: Final = re.compile(r"FileNotFoundError: .*?'([^']+)'")


@dataclass(frozen=True)
class Order:
    """What a fork runs: a notebook or script of the submission's folder, with some functions marked; the packages `needed` by its
    code. `cut` says how data sets are made smaller; None leaves them as they are."""

    settings: WorkerSettings
    folder: Path
    source: str
    seed: int
    marks: Sequence[marking.Marks]
    needed: frozenset[str]
    cut: cutting.Shrinking | None = None


def run(order: Order, told: socket.socket) -> NoReturn:
    """Run it, and tell over `told` what was seen; ends the process."""
    import numpy as np
    import torch

    from autograder.worker.tracing import keras_training, pretrained, timelapse
    from autograder.worker.tracing.cells import run_notebook
    from autograder.worker.tracing.drawings import Drawings
    from autograder.worker.tracing.hooks import watch
    from autograder.worker.tracing.pictures import Pictures
    from autograder.worker.tracing.places import Places
    from autograder.worker.tracing.printing import Printed, printing_into
    from autograder.worker.tracing.recorder import Recorder
    from autograder.worker.tracing.remembering import remember_pictures
    from autograder.worker.tracing.scripts import run_script
    from autograder.worker.tracing.written import Written

    settings, folder, source, seed, cut = order.settings, order.folder, order.source, order.seed, order.cut
    become_ordinary()
    limit(settings)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    absent.stand_in(order.needed)
    torch.set_num_threads(settings.threads)
    random.seed(seed)
    np.random.seed(seed)  # noqa: NPY002 - students draw from the global generator
    torch.manual_seed(seed)
    telling = Telling(told)
    tell: Tell = telling
    intervals.make_known()
    changes = (intervals.Intervals(), *order.marks, *([cut] if cut is not None else []))
    cutting.change_modules(folder, changes)
    if cut is not None:
        library_data.keep_every(cutting.EVERY)
        tell = _until_doubtful(telling)
    stored = Path(settings.data)
    pictures = Pictures(
        lambda name, train: library_data.arrays(stored / name, train), cut is not None, library_data.joint
    )
    noted = _Noted()
    tell = _noting(tell, folder, noted)
    places = Places(folder, source)
    weights = pretrained.Pretrained()
    pretrained.watch(weights)
    recorder, drawings = Recorder(tell, places, pictures, weights), Drawings(tell, places)
    timelapse.cut_loaders()
    remember_pictures()
    timelapse.quieten()
    keras_training.quieten()
    if cut is not None:
        keras_training.put_off_early_stopping()
    watch(recorder)
    keras_training.watch(recorder)
    drawings.watch()
    written, printed = Written(folder, source), Printed(recorder.moment)

    def after_cell() -> None:
        recorder.cell_ends()
        drawings.cell_ends()
        recorder.tell_progress()

    def part() -> None:
        try:
            drawings.look()
            cell = places.here()["run_in"]
            printed.tell(tell, {"source": source, "cell": cell, "line": 0, "run_in": cell})
            written.tell(tell)
            recorder.stop()
        finally:
            os._exit(0)

    signal.signal(signal.SIGTERM, telling.after_frames(part))
    signal.signal(signal.SIGALRM, telling.after_frames(recorder.tell_progress))
    signal.setitimer(signal.ITIMER_REAL, PROGRESS_SECONDS, PROGRESS_SECONDS)
    os.chdir((folder / source).parent)
    with printing_into(printed):
        if source.casefold().endswith(".ipynb"):
            sys.path.insert(0, "")
            run_notebook(folder, source, tell, places, printed, after_cell, changes)
        else:
            run_script(folder, source, tell, printed, changes)
    signal.setitimer(signal.ITIMER_REAL, 0)
    after_cell()
    written.tell(tell)
    recorder.finish()
    telling.end()
    os._exit(LACKS_A_FILE if noted.lacks_a_file else 0)


@dataclass
class _Noted:
    """What says that a source is to be run again when others have run: it failed for lack of a file, or went on without one that
    it had opened to read, and trained nothing. What tries a file of its own results first and then trains needs no other
    run."""

    failed_for_a_file: bool = False
    opened_in_vain: bool = False
    trained: bool = False

    @property
    def lacks_a_file(self) -> bool:
        return self.failed_for_a_file or (self.opened_in_vain and not self.trained)


def _noting(tell: Tell, folder: Path, noted: _Noted) -> Tell:
    """Notes trainings, and from now on files of the submission's folder that are not there (yet)."""

    def told(record: dict[str, Any]) -> None:
        noted.trained |= record.get("what") == "run"
        missed = NO_SUCH_FILE.match(str(record.get("error"))) if record.get("what") == "error" else None
        noted.failed_for_a_file |= missed is not None and (folder / missed[1]).is_relative_to(folder)
        tell(record)

    def hear(event: str, given: tuple[Any, ...]) -> None:
        if event != "open" or noted.opened_in_vain or not isinstance(given[0], str):
            return
        reads = isinstance(given[1], str) and not set(given[1]) & set("wax+")
        with contextlib.suppress(OSError, ValueError):
            path = Path(given[0]).absolute()
            noted.opened_in_vain = reads and path.is_relative_to(folder) and not path.exists()

    sys.addaudithook(hear)
    return told


def _until_doubtful(tell: Tell) -> Tell:
    """Ends the process at an error that the cut may have caused: then all is run once more, on all of the data."""

    def told(record: dict[str, Any]) -> None:
        if record.get("what") == "error" and cutting.may_be_due_to_it(str(record.get("error"))):
            os._exit(ASKS_AGAIN)
        tell(record)

    return told
