"""Problem 2B: gradients of deep networks, layer by layer."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from autograder.checks import Evidence, Failed, Partial
from autograder.judging import NotShown, conclude, shows
from autograder.quoting import quoted
from autograder.report.wording import listed
from autograder.trace.gradients import MEANS, GradientsShown, gradients_shown_by
from autograder.trace.layers import Layer, layers
from autograder.trace.observed import Experiment, Observed, Panel, ShownLine
from autograder.trace.records import Gradients, Network, Place, SourceTrace
from traced import showing, steps
from traced.curves import Faults
from traced.learned import unregistered
from traced.roles import activation_among, activation_in, shallow, without_activation

GRADIENTS: Final = ("sigmoid", "ReLU")
PIXELS: Final = 784
FEWEST_HIDDEN: Final = 3  # layers of a network that may be the deep one
FLAT: Final = 3  # steps of a line that should not be
FROM_OUTPUT: Final = re.compile(
    r"output|out\b|last|revers|backward|deepest|ausgabe|sortie|salida|saída|выход", re.IGNORECASE
)


@shows("2B.network")
def deep_networks_with_sigmoid_and_with_relu_are_run(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """Networks of five or more hidden layers, with sigmoid and with ReLU after each of them, are run."""
    found = {name: each for each in _probed(observed) if (name := activation_among(each.layers)) in GRADIENTS}
    if not found:
        raise NotShown
    fewest = int(thresholds["fewest_hidden_layers"])
    first = next(iter(found.values()))
    evidence.at(first.made)
    evidence.fact("hidden layers", [each.hidden for each in found.values()], f"at least {fewest}")
    faults: Faults = []
    shallowest = min(each.hidden for each in found.values())
    if shallowest < fewest:
        faults.append((1.0, f"The deep network has {shallowest} hidden layers; at least {fewest} are asked for."))
    if missing := [name for name in GRADIENTS if name not in found]:
        faults.append((0.5, f"No deep network with {listed(missing)} is run."))
    if lacking := [name for name, each in found.items() if without_activation(each.layers)]:
        faults.append((0.5, f"The network with {listed(lacking)} has hidden layers without an activation."))
    keys = {each.key for each in found.values()}
    trainings = [each for each in observed.experiments if (each.source.source, each.run.network) in keys]
    if sentence := next(filter(None, map(unregistered, trainings)), ""):
        faults.append((0.5, sentence))
    conclude(faults)


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


def _probed(observed: Observed) -> list[Probed]:
    """Networks of Problem 2B: those as deep as one whose gradients a picture shows; else the deepest MLPs that were run on
    digits."""
    every = [
        Probed(network.made, layers(network.graph, network.shapes), (source.source, network.id))
        for source in observed.sources
        for network in source.networks
        if _had_gradients(source, network)
    ]
    found = [each for each in every if each.size_in == PIXELS]
    drawn = {(each.source, each.network) for _, line in _gradient_lines(observed) for each in line.gradients}
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


@shows("2B.gradient-tracking")
def gradients_of_each_layer_are_tracked_during_training(observed: Observed, evidence: Evidence) -> None:
    """The gradients that are shown are those of each layer, of its weights or its outputs, taken while the network trains."""
    lines = _gradient_lines(observed)
    if not lines:
        if (panel := _of_weights(observed)) is not None:
            evidence.at(panel.place)
            raise Failed(
                f"The graph in {panel.place} shows how large the weights themselves are; asked for are their gradients."
            )
        raise NotShown
    panel, _line = lines[-1]
    evidence.at(panel.place)
    shown = [each for _, one in lines for each in one.gradients]
    measures = list(dict.fromkeys(each.what for each in shown))
    evidence.fact("what is shown", measures, "a magnitude: mean |gradient|, or a norm")
    evidence.fact("backward passes of the short run that a line is made of", max(each.moments for each in shown))
    networks = {(each.source, each.network) for each in shown}
    trainings = [each for each in observed.experiments if (each.source.source, each.run.network) in networks]
    wrong = next(filter(None, map(steps.thrown_away, trainings)), "") or _one_tensor_for_all_steps(observed)
    if wrong := wrong or next(filter(None, (_wrong_step(observed, each) for each in trainings)), ""):
        raise Partial(0.5, wrong)
    if all(each.measure in MEANS for each in shown):
        raise Partial(
            0.5,
            f"What is drawn is the {shown[0].measure} of each layer, in which positive and negative gradients cancel: it can be "
            "near 0 where gradients are large. Take their magnitudes first, as `p.grad.abs().mean()` or `p.grad.norm()` do.",
        )
    if not any(each.moments > 1 or each.steps > 0 or each.in_training for each in shown):
        raise Partial(
            0.5, "The gradients are taken from one batch, before the network is trained; during training is asked for."
        )
    if all(_is_of_after_training(observed, each) for each in shown):
        raise Partial(
            0.5,
            "The gradients are taken once, when the network has been trained; during training is asked for. Read them in the "
            "training loop, or after each epoch.",
        )


def _wrong_step(observed: Observed, experiment: Experiment) -> str:
    """A sentence where the steps of a training are wrong, and it is the first that has them; '' elsewhere."""
    first = next(iter(shallow(observed)), experiment)
    if experiment.replayed.proved or steps.told_before(first, experiment):
        return ""
    return steps.WRONG_STEPS.get(experiment.replayed.step, "")


def _is_of_after_training(observed: Observed, shown: GradientsShown) -> bool:
    """Whether the last of the gradients that a line shows were read when the training was over, by a line of code that had not
    read any before."""
    (source,) = (each for each in observed.sources if each.source == shown.source)
    steps = {run.id: run.steps for run in source.runs}
    own = [each for each in source.gradients if each.network == shown.network]
    early = {_line(each) for each in own if each.run is None or each.steps < steps.get(each.run, 0)}
    last = [each for each in own if each.run is not None and each.steps == shown.steps]
    return any(_line(each) not in early and each.steps >= steps.get(each.run or 0, 0) for each in last)


def _line(reading: Gradients) -> tuple[Place, int]:
    return reading.place, reading.place.line


def _of_weights(observed: Observed) -> Panel | None:
    """A pair of axes whose lines end in, or are over the layers, what the weights of a deep network are in magnitude."""
    deep = {(each.key): each.hidden for each in _probed(observed)}
    for experiment in observed.experiments:
        if deep.get((experiment.source.source, experiment.run.network or 0), 0) < FEWEST_HIDDEN:
            continue
        for moment in ("last", "before"):
            matrices = [
                each for each in (experiment.source.weights(experiment.run, moment) or {}).values() if each.ndim == 2
            ]
            means, norms = (
                [float(measure(each)) for each in matrices] for measure in (lambda x: np.abs(x).mean(), np.linalg.norm)
            )
            for sizes in (means, norms):
                for panel in observed.panels:
                    ends = [line.line.y[-1] for line in panel.lines if line.line.y]
                    if any(_hold(values, sizes) for values in (ends, *(line.line.y for line in panel.lines))):
                        return panel
    return None


def _hold(values: Sequence[float], sizes: Sequence[float]) -> bool:
    """Whether most of the sizes are among the values."""
    found = sum(bool(np.isclose(values, size, rtol=1e-4).any()) for size in sizes) if len(values) else 0
    return len(sizes) > FEWEST_HIDDEN and found >= len(sizes) - 1


def _one_tensor_for_all_steps(observed: Observed) -> str:
    """A sentence where a line a layer is drawn over the steps, and all steps have the gradients of one; '' elsewhere."""
    for panel in observed.panels:
        heights = [line.line.y[0] for line in panel.lines if len(line.line.y) >= FLAT and len(set(line.line.y)) == 1]
        if any(gradients_shown_by(source, heights) for source in observed.sources):
            return (
                f"The lines in {panel.place} are flat: each step holds the gradients of the last one. `p.grad` is one tensor, "
                "which the next batch overwrites; keep a copy of it, or a number, such as `p.grad.norm().item()`."
            )
    return ""


def _gradient_lines(observed: Observed) -> list[tuple[Panel, ShownLine]]:
    return [(panel, line) for panel in observed.panels for line in panel.lines if line.gradients]


@shows("2B.plot", lines=True)
def gradients_of_sigmoid_and_relu_are_drawn_layer_by_layer(observed: Observed, evidence: Evidence) -> None:
    """A figure shows the gradients of each layer, of a network with sigmoid beside one with ReLU."""
    networks = {each.key: activation_among(each.layers) for each in _probed(observed)}
    best: list[tuple[Panel, ShownLine, str]] = []
    for own in observed.figures:
        lines = [
            (panel, line, _kind_of_line(panel, line, networks))
            for panel in own
            for line in panel.lines
            if line.gradients
        ]
        if (
            len({kind for *_, kind in lines} & set(GRADIENTS)) >= len({kind for *_, kind in best} & set(GRADIENTS))
            and lines
        ):
            best = lines
    if not best:
        raise NotShown
    panel = best[0][0]
    evidence.at(panel.place)
    showing.show(panel, evidence, "Gradients of sigmoid and ReLU")
    kinds = {kind for *_, kind in best}
    faults: Faults = []
    if missing := [name for name in GRADIENTS if name not in kinds]:
        everywhere = {
            networks.get((each.source, each.network), "")
            for _, line in _gradient_lines(observed)
            for each in line.gradients[:1]
        }
        both = all(name in everywhere for name in GRADIENTS)
        faults.append(
            (
                0.25 if both else 0.5,
                f"The figure does not show the gradients of {listed(missing)}"
                + ("; they are in a figure of their own." if both else "."),
            )
        )
    if told := next(filter(None, (_out_of_order(panel, line) for panel, line, _ in best)), ""):
        faults.append((0.5, told))
    conclude(faults + _wrong_names(observed, networks))


def _out_of_order(panel: Panel, line: ShownLine) -> str:
    """A sentence where a line goes from the output to the input, or in no order, over layers named in theirs; else ''."""
    ticks = [tick for tick in panel.axes.x_ticks if tick]
    numbers = [int(digits[0]) for tick in ticks if (digits := re.findall(r"\d+", tick))]
    if not numbers or numbers[0] >= numbers[-1]:
        return ""
    if all(each.mixed for each in line.gradients) and numbers == sorted(numbers):
        return (
            "The layers are in a wrong order: the line has the gradients of all layers, but not one after the other. Names that "
            "are sorted as texts put 'net.11' before 'net.3'."
        )
    if not all(each.backwards for each in line.gradients) or FROM_OUTPUT.search(f"{panel.axes.x_label} {ticks[0]}"):
        return ""
    return (
        f"The layers are in the reverse order: above {quoted(ticks[0])} stands the gradient of the output layer. "
        "Gradients are computed from the output on, and hooks are called in this order."
    )


def _wrong_names(observed: Observed, networks: Mapping[tuple[str, int], str]) -> Faults:
    """Lines that are named for another activation than their network's. Where no network has the activation that is named, the
    network is wrong, and not the legend."""
    every = [(line, _kind_of_line(shown, line, networks)) for shown, line in _gradient_lines(observed)]
    wrong = [
        (line.label, name, kind)
        for line, kind in every
        if (name := activation_in(line.label)) and kind and name != kind
    ]
    if not wrong:
        return []
    label, name, kind = wrong[0]
    if name not in networks.values():
        return [
            (
                0.0,
                f"The line labelled {quoted(label)} is of a network with {kind}: look at what is built for that name.",
            )
        ]
    return [(0.5, f"The legend labels the wrong lines: the line labelled {quoted(label)} is the one of {kind}.")]


def _kind_of_line(panel: Panel, line: ShownLine, networks: Mapping[tuple[str, int], str]) -> str:
    """Whose gradients a line shows; where several networks have the same, whose its label or its axes name."""
    kinds = [networks.get((each.source, each.network), "") for each in line.gradients]
    name = activation_in(line.label) or activation_in(panel.axes.title)
    return name if name in kinds else kinds[0]
