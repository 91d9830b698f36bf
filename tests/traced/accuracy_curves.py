"""The accuracies of the three configurations of 2C, as a figure shows them: as curves, or as bars."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.report.wording import listed
from autograder.trace.histories import History
from autograder.trace.observed import Experiment, Observed, Panel
from traced.bars import FEWEST_BARS, accuracies_by_kind, lacks, told_by_bars
from traced.curves import Drawn, Faults, drawn_together, of_another, test_accuracies
from traced.named import configuration_in
from traced.roles import CONFIGURATIONS, KindOf, is_mlp, mlps


@dataclass(frozen=True, eq=False)
class AccuracyCurves:
    """The fullest figure's lines of accuracies, by configuration."""

    on_train: Mapping[str, Drawn]
    on_test: Mapping[str, Drawn]

    def __len__(self) -> int:
        return len(self.on_train) + len(self.on_test)

    @property
    def every(self) -> list[Drawn]:
        return [*self.on_train.values(), *self.on_test.values()]

    @property
    def panel(self) -> Panel:
        """The first of its axes."""
        return self.every[0].panel


def _on_train(experiment: Experiment, history: History) -> bool:
    return is_mlp(experiment) and history.what == "accuracy" and history.split in ("training", "train")


def _on_test(experiment: Experiment, history: History) -> bool:
    return is_mlp(experiment) and test_accuracies(experiment, history)


def fullest_curves(observed: Observed, kind_of: KindOf) -> AccuracyCurves:
    """The last of the figures with the most lines of accuracies; one of fewer than three shows nothing."""
    best = AccuracyCurves({}, {})
    for panels in observed.figures:
        found = AccuracyCurves(
            *(drawn_together(panels, CONFIGURATIONS, kind_of, fits, configuration_in) for fits in (_on_train, _on_test))
        )
        if len(found) >= max(len(best), 3):
            best = found
    return best


def accuracy_bars(observed: Observed, kind_of: KindOf) -> tuple[Panel, set[tuple[str, str]]] | None:
    """The figure that shows most final accuracies as bars, and which they are: of which configuration, on which data."""
    best: tuple[Panel, set[tuple[str, str]]] | None = None
    compared_here = [each for each in mlps(observed) if kind_of(each) in CONFIGURATIONS]
    values = accuracies_by_kind(observed, compared_here, kind_of)
    for panels in observed.figures:
        told = told_by_bars(panels, values)
        if len(told) >= max(len(best[1]) if best else 0, FEWEST_BARS):
            best = panels[0], told
    return best


def lacking_curves(curves: AccuracyCurves) -> Faults:
    """The lines that are not there, told once where they are the same on training and on test data."""
    lacking = {
        where: [name for name in CONFIGURATIONS if name not in found]
        for where, found in (("training", curves.on_train), ("test", curves.on_test))
    }
    alike = lacking["training"] == lacking["test"]
    faults: Faults = []
    for where, lacked in [("training and on test", lacking["test"])] if alike else lacking.items():
        if lacked:
            faults.append((len(lacked) / (3 if alike else 6), lacks(curves.panel, where, lacked)))
    return faults


def with_wrong_names(observed: Observed, curves: AccuracyCurves, kind_of: KindOf, faults: Faults) -> Faults:
    """The faults, with those of the lines' names: curves of another configuration take the place of what is lacking."""
    own = [each for each in observed.panels if each.figure is curves.panel.figure]
    exchanged = [
        (name, f"the {where} accuracy that is called '{name}' is that of the run with {kind}")
        for where, fits in (("train", _on_train), ("test", _on_test))
        for name, kind in of_another(own, CONFIGURATIONS, kind_of, fits, configuration_in)
    ]
    trained = {kind_of(each) for each in mlps(observed)}
    if exchanged and not trained.intersection(name for name, _ in exchanged):  # the training is wrong, not the figure
        misnamed = listed(sorted({name for name, _ in exchanged}))
        sentence = f"What is drawn as {misnamed} is of networks that were trained without it: put the training right."
        return [*faults, (0.0, sentence)]
    if exchanged:
        return [(0.5, f"The figure shows the wrong curves: {'; '.join(told for _, told in exchanged)}.")]
    is_full = len(curves) == 2 * len(CONFIGURATIONS)
    if is_full and not any(one.line.label or one.panel.axes.title for one in curves.every):
        return [*faults, (0.25, "Nothing says which line is which: give each line a label, and call `legend()`.")]
    return faults
