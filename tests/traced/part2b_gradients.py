"""Problem 2B: gradients of deep networks, layer by layer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from autograder.checks import Evidence, Failed, Partial
from autograder.judging import NotShown, conclude, shows
from autograder.quoting import quoted
from autograder.report.wording import listed
from autograder.trace.gradients import MEANS
from autograder.trace.observed import Observed, Panel, ShownLine
from traced import showing, steps
from traced.curves import Faults
from traced.deep import (
    gradient_lines,
    is_of_after_training,
    of_all_layers,
    of_weights,
    one_tensor_for_all_steps,
    probed,
    read_from,
)
from traced.learned import unregistered
from traced.named import activation_in
from traced.pictures import are_noise
from traced.roles import activation_among, shallow, without_activation
from traced.shared_layers import one_for_several

GRADIENTS: Final = ("sigmoid", "ReLU")
OF_ALL_LAYERS: Final = (
    "The graph in {} has one number for all layers together, in which those that vanish can't be seen: gradients of each "
    "layer are asked for."
)
OF_WEIGHTS: Final = "The graph in {} shows how large the weights themselves are; their gradients are asked for."
FROM_OUTPUT: Final = re.compile(
    r"output|out\b|last|revers|backward|deepest|ausgabe|sortie|salida|saída|выход", re.IGNORECASE
)

FROM_INPUT: Final = re.compile(
    r"(input|first|eingabe|entr|вход)\w*\b.*(output|last|ausgabe|sort|sal|saí|выход)", re.IGNORECASE
)


@shows("2B.network")
def deep_networks_with_sigmoid_and_with_relu_are_run(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """Networks of five or more hidden layers, with sigmoid and with ReLU after each of them, are run."""
    found = {name: each for each in probed(observed) if (name := activation_among(each.layers)) in GRADIENTS}
    if not found:
        raise NotShown
    fewest = int(thresholds["fewest_hidden_layers"])
    first = next(iter(found.values()))
    evidence.at(first.made)
    evidence.fact("hidden layers", [each.hidden for each in found.values()], f"at least {fewest}")
    faults: Faults = []
    shallowest = min(each.hidden for each in found.values())
    if shallowest < fewest:
        cost = 0.5 if shallowest == fewest - 1 else 1.0  # who counts the output layer as one misses one
        faults.append((cost, f"The deep network has {shallowest} hidden layers; at least {fewest} are asked for."))
    if missing := [name for name in GRADIENTS if name not in found]:
        faults.append((0.5, f"No deep network with {listed(missing)} is run."))
    if all(any(layer.kind == "norm" for layer in each.layers) for each in found.values()):
        faults.append(
            (
                0.5,
                "The deep networks have normalisation after their layers, which keeps gradients from vanishing: leave it out, "
                "since that they vanish is what is to be seen.",
            )
        )
    depths = [each.hidden for each in found.values()]
    if len(set(depths)) > 1 and shallowest >= fewest:
        told = f"The two networks have {listed(list(map(str, depths)))} hidden layers: let them differ in their activation alone."
        faults.append((0.5, told))
    if lacking := [name for name, each in found.items() if without_activation(each.layers)]:
        faults.append((0.5, f"The network with {listed(lacking)} has hidden layers without an activation."))
    if sentence := next(filter(None, (one_for_several(each.layers) for each in found.values())), ""):
        faults.append((0.5, sentence))
    keys = {each.key for each in found.values()}
    trainings = [each for each in observed.experiments if (each.source.source, each.run.network) in keys]
    if sentence := next(filter(None, map(unregistered, trainings)), ""):
        faults.append((0.5, sentence))
    conclude(faults)


@shows("2B.gradient-tracking")
def gradients_of_each_layer_are_tracked_during_training(observed: Observed, evidence: Evidence) -> None:
    """The gradients that are shown are those of each layer, of its weights or its outputs, taken while the network trains."""
    lines = gradient_lines(observed)
    if not lines:
        if (panel := of_weights(observed)) is not None:
            evidence.at(panel.place)
            raise Failed(OF_WEIGHTS.format(panel.place))
        if (panel := of_all_layers(observed)) is not None:
            evidence.at(panel.place)
            raise Partial(0.5, OF_ALL_LAYERS.format(panel.place))
        raise NotShown
    panel, _line = lines[-1]
    evidence.at(panel.place)
    shown = [each for _, one in lines for each in one.gradients]
    measures = list(dict.fromkeys(each.what for each in shown))
    evidence.fact("what is shown", measures, "a magnitude: mean |gradient|, or a norm")
    evidence.fact("backward passes of the short run that a line is made of", max(each.moments for each in shown))
    networks = {(each.source, each.network) for each in shown}
    trainings = [each for each in observed.experiments if (each.source.source, each.run.network) in networks]
    wrong = next(filter(None, map(steps.thrown_away, trainings)), "") or one_tensor_for_all_steps(observed)
    newly = (steps.first_told(next(iter(shallow(observed)), each), each) for each in trainings)
    if wrong := wrong or next(filter(None, newly), ""):
        raise Partial(0.5, wrong)
    if any(each.clipped for each in shown):
        raise Partial(
            0.5,
            "The gradients are read after `clip_grad_norm_` has cut them, so large ones all look alike: read them before that, "
            "right after `backward()`.",
        )
    if all(each.measure in MEANS for each in shown):
        raise Partial(
            0.5,
            f"What is drawn is the {shown[0].measure} of each layer, in which positive and negative gradients cancel: it can be "
            "near 0 where gradients are large. Take their magnitudes first, as `p.grad.abs().mean()` or `p.grad.norm()` do.",
        )
    faults: Faults = []
    if not any(each.steps > 0 or each.in_training for each in shown):
        count = max(each.moments for each in shown)
        batches = f"{count} batches" if count > 1 else "one batch"
        faults.append(
            (
                0.5,
                f"The gradients are taken from {batches}, before the network is trained; during training is asked for.",
            )
        )
    if all(are_noise(read_from(observed, each)) for each in shown):
        faults.append((0.5, "The gradients are those of random numbers; train on pictures of the data set."))
    conclude(faults)
    if all(is_of_after_training(observed, each) for each in shown):
        raise Partial(
            0.5,
            "The gradients are taken once, when the network has been trained; during training is asked for. Read them in the "
            "training loop, or after each epoch.",
        )


@shows("2B.plot", lines=True)
def gradients_of_sigmoid_and_relu_are_drawn_layer_by_layer(observed: Observed, evidence: Evidence) -> None:
    """A figure shows the gradients of each layer, of a network with sigmoid beside one with ReLU."""
    networks = {each.key: activation_among(each.layers) for each in probed(observed)}
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
    if not best and (panel_of_weights := of_weights(observed)) is not None:
        evidence.at(panel_of_weights.place)  # 2B.gradient-tracking has lost all for it
        raise Partial(0.5, OF_WEIGHTS.format(panel_of_weights.place))
    if not best and (panel_of_all := of_all_layers(observed)) is not None:
        evidence.at(panel_of_all.place)
        raise Partial(1 / 3, OF_ALL_LAYERS.format(panel_of_all.place))
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
            for _, line in gradient_lines(observed)
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
    if told := next(filter(None, (_out_of_order(*each) for each in gradient_lines(observed))), ""):
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
            "The layers are in the wrong order: the line has the gradients of all layers, but not one after the other. Names "
            "that are sorted as texts put 'net.11' before 'net.3'."
        )
    named = f"{panel.axes.x_label} {ticks[0]}"
    is_said = FROM_OUTPUT.search(named) is not None and FROM_INPUT.search(named) is None
    if is_said or not all(each.backwards for each in line.gradients):
        return ""
    return (
        f"The layers are in the reverse order: above {quoted(ticks[0])} stands the gradient of the output layer. "
        "Gradients are computed from the output on, and hooks are called in this order."
    )


def _wrong_names(observed: Observed, networks: Mapping[tuple[str, int], str]) -> Faults:
    """Lines that are named for another activation than their network's. Where no network has the activation that is named, the
    network is wrong, and not the legend."""
    every = [(line, _kind_of_line(shown, line, networks)) for shown, line in gradient_lines(observed)]
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
