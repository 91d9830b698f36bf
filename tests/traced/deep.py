"""Deep networks whose gradients were read, the lines that show these, and what is drawn in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from autograder.trace.gradients import OVER_THE_STEPS, GradientsShown, gradients_shown_by, shows_all_layers_together
from autograder.trace.layers import Layer, layers
from autograder.trace.observed import Experiment, Observed, Panel, ShownLine
from autograder.trace.places import Place
from autograder.trace.records import Network, SourceTrace

PIXELS: Final = 784
FEWEST_HIDDEN: Final = 3  # layers of a network that may be the deep one
DRIFT: Final = 0.02  # of a magnitude: means over steps, and weights that turn around
FLAT: Final = 3  # steps of a line that should not be


@dataclass(frozen=True)
class Probed:
    """A network whose gradients were read, or could have been."""

    made: Place
    layers: Sequence[Layer]
    key: tuple[str, int]  # source and number

    @property
    def hidden(self) -> int:
        return sum(layer.kind == "linear" for layer in self.layers) - 1

    @property
    def size_in(self) -> int:
        """How many numbers a sample has; 0 for a network with convolutions."""
        linear = [layer for layer in self.layers if layer.kind == "linear"]
        return linear[0].size_in if linear and not any(layer.kind == "conv" for layer in self.layers) else 0


def probed(observed: Observed) -> list[Probed]:
    """Networks of Problem 2B: those as deep as one whose gradients a picture shows; else the deepest MLPs that were run on
    digits."""
    every = [
        Probed(network.made, layers(network.graph, network.shapes), (source.source, network.id))
        for source in observed.sources
        for network in source.networks
        if _had_gradients(source, network)
    ]
    found = [each for each in every if each.size_in == PIXELS]
    drawn = {(each.source, each.network) for _, line in gradient_lines(observed) for each in line.gradients}
    depths = {(each.hidden, each.size_in) for each in found if each.key in drawn}
    if not depths:  # on other data, or on noise
        found = [each for each in every if each.size_in and each.key in drawn] or found
        depths = {(each.hidden, each.size_in) for each in found if each.key in drawn}
    shown = [each for each in found if (each.hidden, each.size_in) in depths]
    most = max((each.hidden for each in found), default=0)
    return shown or [each for each in found if each.hidden == most and most > 2]


def _had_gradients(source: SourceTrace, network: Network) -> bool:
    """Whether gradients of a network were computed: one that was only called shows what a class can make."""
    numbers = [*(run.network for run in source.runs), *(each.network for each in source.gradients)]
    return network.id in numbers


def gradient_lines(observed: Observed) -> list[tuple[Panel, ShownLine]]:
    return [(panel, line) for panel in observed.panels for line in panel.lines if line.gradients]


def of_weights(observed: Observed) -> Panel | None:
    """A pair of axes whose lines end in, or are over the layers, what the weights of a deep network are in magnitude."""
    deep = {(each.key): each.hidden for each in probed(observed)}
    for experiment in observed.experiments:
        if deep.get((experiment.source.source, experiment.run.network or 0), 0) < FEWEST_HIDDEN:
            continue
        for measure in (_mean_magnitude, _norm):
            first, last = (_sizes(experiment, moment, measure) for moment in ("before", "last"))
            for panel in observed.panels:
                lines = [line.line.y for line in panel.lines if line.line.y]
                ends = [line[-1] for line in lines]
                if any(_hold(values, sizes) for sizes in (last, first) for values in (ends, *lines)):
                    return panel
                if _lie_between(lines, first, last):
                    return panel
    return None


def of_all_layers(observed: Observed) -> Panel | None:
    """A pair of axes with lines each of which has one number for all layers of a network at a time."""
    for panel in observed.panels:
        lines = [line.line.y for line in panel.lines if line.line.y]
        if any(shows_all_layers_together(source, line) for line in lines for source in observed.sources):
            return panel
    return None


def _mean_magnitude(weights: np.ndarray) -> float:
    return float(np.abs(weights).mean())


def _norm(weights: np.ndarray) -> float:
    return float(np.linalg.norm(weights))


def _sizes(experiment: Experiment, moment: str, measure: Callable[[np.ndarray], float]) -> list[float]:
    """How large the weights of each layer are, before the first step or after the last one."""
    weights = experiment.source.weights(experiment.run, moment) or {}
    return [measure(each) for each in weights.values() if each.ndim == 2]


def _lie_between(lines: Sequence[Sequence[float]], first: Sequence[float], last: Sequence[float]) -> bool:
    """Whether lines go from what the weights of the layers were to what they became, as means over some steps do: one line for
    each layer, or one over the layers."""
    bands = [(min(pair) * (1 - DRIFT), max(pair) * (1 + DRIFT)) for pair in zip(first, last, strict=False)]
    if len(bands) <= FEWEST_HIDDEN:
        return False
    held = sum(any(all(low <= value <= high for value in line) for line in lines) for low, high in bands)
    over_layers = any(
        len(line) == len(bands) and all(low <= value <= high for value, (low, high) in zip(line, bands, strict=True))
        for line in lines
    )
    return over_layers or held >= len(bands) - 1


def _hold(values: Sequence[float], sizes: Sequence[float]) -> bool:
    """Whether most of the sizes are among the values."""
    found = sum(bool(np.isclose(values, size, rtol=1e-4).any()) for size in sizes) if len(values) else 0
    return len(sizes) > FEWEST_HIDDEN and found >= len(sizes) - 1


def one_tensor_for_all_steps(observed: Observed) -> str:
    """A sentence where a line a layer is drawn over the steps, and all steps have the gradients of one; '' elsewhere."""
    for panel in observed.panels:
        heights = [line.line.y[0] for line in panel.lines if len(line.line.y) >= FLAT and len(set(line.line.y)) == 1]
        if any(gradients_shown_by(source, heights) for source in observed.sources):
            if any(map(_moves, (line for _, line in gradient_lines(observed)))):
                return (
                    f"The lines in {panel.place} are flat: they show the gradients that the last batch of another network has "
                    "left. Read those of the network that is trained there."
                )
            return (
                f"The lines in {panel.place} are flat: each step holds the gradients of the last one. `p.grad` is one tensor, "
                "which the next batch overwrites; keep a copy of it, or a number, such as `p.grad.norm().item()`."
            )
    return ""


def _moves(line: ShownLine) -> bool:
    """Whether a line over the steps shows gradients that change from one to the next."""
    return len(set(line.line.y)) > 1 and any(each.along == OVER_THE_STEPS for each in line.gradients)


def is_of_after_training(observed: Observed, shown: GradientsShown) -> bool:
    """Whether the last of the gradients that a line shows were read when the training was over, by a line of code that had not
    read any before."""
    (source,) = (each for each in observed.sources if each.source == shown.source)
    steps = {run.id: run.steps for run in source.runs}
    own = [each for each in source.gradients if each.network == shown.network]
    early = {each.place for each in own if each.run is None or each.steps < steps.get(each.run, 0)}
    last = [each for each in own if each.run is not None and each.steps == shown.steps]
    return any(each.place not in early and each.steps >= steps.get(each.run or 0, 0) for each in last)


def read_from(observed: Observed, shown: GradientsShown) -> np.ndarray | None:
    """The first samples (N, ...) that gradients of a network were read from; None where they were not told."""
    (source,) = (each for each in observed.sources if each.source == shown.source)
    named = (each.inputs for each in source.gradients if each.network == shown.network)
    return next((source.material[each] for each in named if each in source.material), None)
