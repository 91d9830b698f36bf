"""The objects that watch one notebook or script, and its run under their eyes."""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.worker import library_data
from autograder.worker.tracing import (
    choosing,
    cutting,
    enlarging,
    enlarging_in_keras,
    hooks,
    keras_training,
    pretrained,
    timelapse,
)
from autograder.worker.tracing.cells import run_notebook
from autograder.worker.tracing.drawings import Drawings
from autograder.worker.tracing.pictures import Pictures
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.plotly_figures import PlotlyFigures
from autograder.worker.tracing.printing import Printed, printing_into
from autograder.worker.tracing.recorder import Recorder
from autograder.worker.tracing.remembering import remember_pictures
from autograder.worker.tracing.scripts import Script, run_script
from autograder.worker.tracing.seen import Emit
from autograder.worker.tracing.written import Written


@dataclass(frozen=True, eq=False)
class Watchers:
    """All that watches one source."""

    source: str
    emit: Emit
    places: Places
    recorder: Recorder
    drawings: Drawings
    written: Written
    printed: Printed

    def cell_ends(self) -> None:
        self.recorder.cell_ends()
        self.drawings.cell_ends()
        self.recorder.emit_progress()

    def emit_what_is_known(self) -> None:
        """Record what was seen so far in the middle of a run; the weights last, as they take longest."""
        self.drawings.look()
        self.drawings.emit_shown()
        cell = self.places.here()["run_in"]
        self.printed.emit(self.emit, {"source": self.source, "cell": cell, "line": 0, "run_in": cell})
        self.written.emit(self.emit)
        self.recorder.stop()


def watch(folder: Path, source: str, stored: Path, is_cut: bool, needed: frozenset[str], emit: Emit) -> Watchers:
    """Watch the libraries from now on. `stored` is the folder of the data sets; `is_cut` if they are cut in this run; `needed`
    are the packages that the submission's code imports."""
    arrays = library_data.arrays
    pictures = Pictures(lambda name, train: arrays(stored / name, train), is_cut, library_data.joint)
    places, weights = Places(folder, source), pretrained.Pretrained()
    pretrained.watch(weights)
    recorder, drawings = Recorder(emit, places, pictures, weights), Drawings(emit, places)
    _shorten(is_cut)
    hooks.watch(recorder)
    choosing.watch_kept_weights(recorder.kept_in_vain)
    choosing.make_known(emit, places)
    keras_training.watch(recorder)
    drawings.watch()
    if "plotly" in needed:  # only then: importing it takes a while
        PlotlyFigures(drawings.emit).watch()
    # Last, just before the source runs: files that are there now were not written by it.
    written, printed = Written(folder, source), Printed(recorder.moment)
    return Watchers(source, emit, places, recorder, drawings, written, printed)


def _shorten(is_cut: bool) -> None:
    """Make the libraries do less, from now on, in this process."""
    timelapse.cut_loaders(whole=cutting.LARGEST if is_cut else 0)
    remember_pictures()
    timelapse.quieten()
    keras_training.quieten()
    keras_training.shorten_large_networks()
    if is_cut:
        enlarging.enlarge_less()
        enlarging_in_keras.enlarge_less_in_keras()
        keras_training.put_off_early_stopping()


def run_source(folder: Path, watchers: Watchers, changes: Sequence[ast.NodeTransformer]) -> None:
    """Run the notebook or script in its own folder, with these changes in its code, and catch what it prints."""
    source, emit, printed = watchers.source, watchers.emit, watchers.printed
    os.chdir((folder / source).parent)
    with printing_into(printed):
        if source.casefold().endswith(".ipynb"):
            sys.path.insert(0, "")
            run_notebook(
                folder, source, emit, watchers.places, printed, watchers.cell_ends, changes, watchers.drawings.erase
            )
        else:

            def has_worked() -> bool:
                return watchers.recorder.moment()[1] > 0 or watchers.drawings.count > 0

            run_script(Script(folder, source, emit, printed, changes, has_worked, watchers.cell_ends))
