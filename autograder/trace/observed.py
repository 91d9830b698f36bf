"""What a trace shows, in the form that judges need: experiments, the lines of figures with what they are, rows of numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from autograder.trace.bare_code import bare_code
from autograder.trace.by_hand_rules import BY_HAND_STEPS
from autograder.trace.direct_calls import with_direct_calls
from autograder.trace.gradients import GradientsShown, gradients_shown_by
from autograder.trace.histories import History, averaged_from, held_by, histories_of, miscounts, shown_by
from autograder.trace.joint_sets import with_splits
from autograder.trace.layers import Layer, layers, output_layers
from autograder.trace.outputs import Axes, Figure, Line
from autograder.trace.places import Place
from autograder.trace.records import Network, Pass, Run, SourceTrace, Trace
from autograder.trace.repeats import mean_final_accuracy, mean_histories, repeated
from autograder.trace.replay import Replayed, replay
from autograder.trace.rows import Row, rows_of, thousandths, with_lists

FEWEST_LAYERS: Final = 4
FEWEST_PLACES: Final = 4  # of a part of a set, by which overlaps are known
FEWEST_POINTS: Final = 3  # of a line that shows gradients by itself


@dataclass(frozen=True, eq=False)
class Experiment:
    """One training run, with all that is known of it."""

    source: SourceTrace
    run: Run

    @cached_property
    def network(self) -> Network | None:
        return self.source.network(self.run.network)

    @cached_property
    def layers(self) -> list[Layer]:
        """The network's layers in the order in which they are computed; empty if its graph is not known."""
        return [] if self.network is None else layers(self.network.graph, self.network.shapes)

    @cached_property
    def output_layers(self) -> list[Layer]:
        """The linear layers and convolutions that make the output; empty if the network's graph is not known."""
        return [] if self.network is None else output_layers(self.network.graph, self.network.shapes)

    @property
    def output(self) -> tuple[int, ...]:
        """The shape of its output for one sample; empty if no pass recorded it."""
        return next((each.output for each in reversed(self.passes) if each.output), ())

    @cached_property
    def replayed(self) -> Replayed:
        """What repeating its first steps has shown."""
        return replay(self.source, self.run)

    @property
    def rule(self) -> Run:
        """The run with the optimizer that it uses; if it updates its weights by hand, the one that its code has written out."""
        return self.run if self.run.optimizer != BY_HAND_STEPS else self.replayed.run or self.run

    @cached_property
    def passes(self) -> list[Pass]:
        return [each for each in self.source.passes if each.run == self.run.id]

    @cached_property
    def training(self) -> list[Pass]:
        """Its training passes through a loader: one per epoch."""
        return [each for each in self.passes if each.steps > 0 and each.data is not None]

    @cached_property
    def histories(self) -> list[History]:
        return list(histories_of(self.source, self.run))

    @property
    def epochs(self) -> int:
        """How often it went through its training data; 0 if not known."""
        return len(self.training) or max((len(each.values) for each in self.histories if each.epochs), default=0)

    @property
    def place(self) -> Place:
        return self.run.place

    @property
    def diverged(self) -> int | None:
        """The number of the step, from 1, from which on every loss was NaN or infinite; None if the last one was not."""
        finite = (step for step, loss in enumerate(self.run.losses, 1) if loss is None or math.isfinite(loss))
        last = max(finite, default=0)
        return last + 1 if last < len(self.run.losses) else None

    def evaluations(self, split: str, *, final: bool = False) -> list[Pass]:
        """Its passes without a step over more than a few samples of 'train' or 'test' data; with `final`, after its last step."""
        found = [each for each in self.passes if each.steps == 0 and each.samples >= 32 and self._is(each, split)]
        return [each for each in found if each.after >= self.run.steps] if final else found

    def _is(self, one: Pass, split: str) -> bool:
        about = self.source.dataset(one.data)
        return about is not None and about.split == split

    def is_trained_on(self, data: int | None) -> bool:
        """Whether data are the training's, iterated over by the same loader or by another one."""
        if (met := self._met(data)) is not None:
            return met > 0.5
        other = self.source.dataset(data)
        for own in (self.source.dataset(each.data) for each in self.training):
            if own is None or other is None:
                continue
            same = (own.set, own.whole) == (other.set, other.whole) and own.split == other.split == "train"
            parts = bool(own.first) and bool(other.first) and not set(own.first) & set(other.first)
            if own.id == other.id or (same and not parts):
                return True
        return False

    def overlap(self, data: int | None) -> float | None:
        """The share of the samples of these data that are among the training's too, by their places in the data set, before
        the cut; None where these were not told for both, as they are for subsets."""
        other = self.source.dataset(data)
        for own in (self.source.dataset(each.data) for each in self.training):
            if own is None or other is None or not own.spread or len(other.spread) < FEWEST_PLACES:
                continue
            if (own.set, own.base, own.split) == (other.set, other.base, other.split) and own.split in (
                "train",
                "test",
            ):
                return len({*own.spread} & {*other.spread}) / len({*other.spread})
        return None

    def knows_apart(self, data: int | None) -> bool:
        """Whether none of the pictures of these data were trained on, as far as that is known picture by picture."""
        return self._met(data) == 0

    def _met(self, data: int | None) -> float | None:
        """The share of the pictures of these data that it was trained on before they were evaluated; None if not known."""
        seen = [each for each in self.passes if each.data == data and not each.steps and each.after]
        known = [each for each in seen if each.met is not None]
        return sum(each.met or 0 for each in known) / sum(each.samples for each in known) if known else None

    def final_accuracies(self, split: str, *, miscounted: bool = False) -> list[float]:
        """Accuracies after the last step, as shares; for 'train' also that of the last training pass. With `miscounted` also hits
        divided by another number, or those of the last batch alone."""
        right, wrong = self._final["train" if split == "train" else "test"]
        return right + wrong if miscounted else right

    @cached_property
    def _final(self) -> dict[str, tuple[list[float], list[float]]]:
        found = {}
        for split, last in (("test", []), ("train", self.training[-1:])):
            passes = [*self.evaluations(split, final=True), *last]
            right = [share for each in passes for share in (*self.shares(each), *self.all_but_misses(each))]
            wrong = [
                each.correct / divisor
                for each in passes
                if each.correct is not None
                for divisor, _ in miscounts(self.source, self.run.id, each)
            ]
            wrong += [each.last_accuracy for each in passes if each.last_accuracy is not None and each.batches > 1]
            found[split] = right, wrong
        return found

    def shares(self, one: Pass) -> list[float]:
        """The accuracy of a pass, also as the mean over the classes, and the hits divided by the length of the uncut data set,
        which `len(dataset)` may be."""
        about = self.source.dataset(one.data)
        if one.accuracy is None:
            return []
        own = [one.accuracy] if one.balanced is None else [one.accuracy, one.balanced]
        if about is None or about.whole <= one.samples:
            return own
        return [*own, (one.correct or 0) / about.whole]

    def all_but_misses(self, one: Pass) -> list[float]:
        """The accuracy of a pass as computed by code that subtracts the misses, divided by the length of the data set before the
        cut, from 1. It is near 1 however many were missed, as are many other numbers."""
        about = self.source.dataset(one.data)
        if one.accuracy is None or about is None or about.whole <= one.samples:
            return []
        return [1 - (one.samples - (one.correct or 0)) / about.whole]


@dataclass(frozen=True, eq=False)
class ShownLine:
    """A line of a figure: the histories that its values equal, each with its experiment, those that a longer line contains
    (`holds`), and the gradients that it shows."""

    line: Line
    label: str
    shows: tuple[tuple[Experiment, History], ...]
    gradients: tuple[GradientsShown, ...]
    holds: tuple[tuple[Experiment, History], ...] = ()


@dataclass(frozen=True, eq=False)
class Panel:
    """One pair of axes of a figure."""

    source: SourceTrace
    figure: Figure
    axes: Axes
    lines: tuple[ShownLine, ...]

    @property
    def place(self) -> Place:
        return self.figure.place

    @property
    def words(self) -> str:
        return f"{self.figure.title} {self.axes.words}"


@dataclass(frozen=True, eq=False)
class Observed:
    """A trace, and what is derived from it. `code` are the submission's scripts and code cells, for what only reading them can
    show, and `unfinished` those of them that were not run to their end."""

    trace: Trace
    code: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()

    @cached_property
    def bare_code(self) -> tuple[str, ...]:
        """The code without comments and docstrings."""
        return tuple(map(bare_code, self.code))

    @cached_property
    def experiments(self) -> list[Experiment]:
        """All training runs with at least one step, in the order in which they were run."""
        return [Experiment(source, run) for source in self.sources for run in source.runs if run.steps]

    @cached_property
    def repeats(self) -> list[tuple[Experiment, ...]]:
        """Trainings that were repeated, for example with other seeds: groups of two or more."""
        return repeated(self.experiments)

    @cached_property
    def means(self) -> list[tuple[Experiment, History]]:
        """The mean histories of `repeats`, each with the last of its trainings."""
        return [(group[-1], mean) for group in self.repeats for mean in mean_histories(group)]

    def final_accuracies(self, experiment: Experiment, split: str) -> list[float]:
        """All that may be reported as a training's accuracy after its last step, as shares: its own, also miscounted, and the
        mean with those that it repeats."""
        group = next((group for group in self.repeats if experiment in group), ())
        return [
            *experiment.final_accuracies(split, miscounted=True),
            *(mean_final_accuracy(group, split) if group else ()),
        ]

    @cached_property
    def sources(self) -> list[SourceTrace]:
        return [with_direct_calls(with_splits(source)) for source in self.trace.sources]

    @cached_property
    def panels(self) -> list[Panel]:
        return [
            _panel(
                source,
                figure,
                axes,
                [each for each in self.sources if may_draw(source, each)],
                self.experiments,
                self.means,
            )
            for source in self.sources
            for figure in source.figures
            for axes in figure.axes
        ]

    @cached_property
    def figures(self) -> list[list[Panel]]:
        """The panels of each figure."""
        found: dict[int, list[Panel]] = {}
        for panel in self.panels:
            found.setdefault(id(panel.figure), []).append(panel)
        return list(found.values())

    @cached_property
    def rows(self) -> list[Row]:
        """Rows of tables and printed lines, source by source."""
        return with_lists([row for number, source in enumerate(self.sources) for row in rows_of(source, number)])

    @cached_property
    def thousandths(self) -> frozenset[int]:
        """All shares that rows state, to the thousandth."""
        return thousandths(self.rows)


def may_draw(drawing: SourceTrace, work: SourceTrace) -> bool:
    """Whether figures of the source `drawing` may show the trainings of the source `work`: its own or, if it trains nothing, any,
    since it may have read what others have written."""
    return drawing is work or not drawing.runs


def _panel(
    source: SourceTrace,
    figure: Figure,
    axes: Axes,
    shown: Sequence[SourceTrace],
    experiments: Sequence[Experiment],
    means: Sequence[tuple[Experiment, History]],
) -> Panel:
    """One pair of axes of a source's figure, which may show the work of the sources `shown`."""
    experiments = [each for each in experiments if any(each.source is one for one in shown)]
    known = [history for each in experiments for history in each.histories]
    owner = {id(history): each for each in experiments for history in each.histories}
    means = [(each, mean) for each, mean in means if each in experiments]
    # A legend with as many entries as there are lines names them in their order, if the lines have no labels of their own.
    spare = axes.legend if len(axes.legend) == len(axes.lines) and not any(line.label for line in axes.lines) else ()
    lines = []
    for number, line in enumerate((*axes.lines, *_bars(axes))):
        shows = tuple((owner[id(history)], history) for history in shown_by(line.y, known))
        gradients = () if shows else tuple(each for one in shown for each in gradients_shown_by(one, line.y))
        if not shows and not gradients and means:
            found = shown_by(line.y, [mean for _, mean in means])
            shows = tuple((each, mean) for each, mean in means if any(mean is one for one in found))
        if not shows and not gradients:
            shows = tuple((owner[id(known_as)], history) for known_as, history in averaged_from(line.y, known))
        holds = () if shows or gradients else tuple((owner[id(each)], each) for each in held_by(line.y, known))
        lines.append(
            ShownLine(line, line.label or (spare[number] if number < len(spare) else ""), shows, gradients, holds)
        )
    return Panel(source, figure, axes, tuple(_of_one_moment(shown, lines)))


def _of_one_moment(sources: Sequence[SourceTrace], lines: list[ShownLine]) -> list[ShownLine]:
    """One line per layer, of one or two points each: together they show the gradients of one moment."""
    shown = [each for each in lines if not each.gradients and 0 < len(each.line.y) < FEWEST_POINTS]
    if len(shown) < FEWEST_LAYERS or len(shown) != len(lines):
        return lines
    heights = [each.line.y[0] for each in shown]
    gradients = tuple(each for one in sources for each in gradients_shown_by(one, heights))
    return [replace(each, gradients=gradients) for each in lines] if gradients else lines


def _bars(axes: Axes) -> list[Line]:
    """Groups of bars as lines: as many as the legend has entries, each of its heights."""
    groups = max(len(axes.legend) - len(axes.lines), 1)
    bars = axes.bars
    while bars and bars[-1] == 0 and len(axes.bars) - len(bars) < groups:
        bars = bars[:-1]  # handles of a legend
    if not bars or len(bars) % groups:
        return []
    length = len(bars) // groups
    labels = axes.legend[len(axes.lines) :] or ("",)
    return [
        Line(label=label, x=tuple(map(float, range(1, length + 1))), y=bars[place * length : (place + 1) * length])
        for place, label in enumerate(labels)
    ]
