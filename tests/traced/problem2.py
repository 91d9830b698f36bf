"""Problem 2: optimizers, gradients, regularization."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from autograder.checks import Evidence, Partial
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import listed
from autograder.trace.graphs import Layer, layers
from autograder.trace.histories import History
from autograder.trace.observed import Experiment, Observed, Panel, ShownLine
from autograder.trace.records import Place
from autograder.trace.rows import Row
from traced import steps
from traced.curves import (
    Drawn,
    Faults,
    best_panel,
    drawn_together,
    handed_on,
    label_faults,
    losses,
    of_another,
    test_accuracies,
)
from traced.roles import (
    CONFIGURATIONS,
    OPTIMIZERS,
    KindOf,
    activation_among,
    activation_in,
    compared,
    configuration_in,
    configuration_of,
    has_dropout,
    has_weight_decay,
    is_mlp,
    mlps,
    optimizer_in,
    optimizer_of,
    shallow,
    sizes,
    trained_on_test,
    weight_decays,
    without_activation,
)
from traced.tables import nearby, states_time

GRADIENTS: Final = ("sigmoid", "ReLU")


def the_four(observed: Observed) -> dict[str, Experiment]:
    """The trainings that compare optimizers. Raises NotShown."""
    plain = [each for each in shallow(observed) if not has_dropout(each) and not has_weight_decay(each)]
    found = compared(observed, plain or mlps(observed), tuple(OPTIMIZERS), optimizer_of)
    if len(found) < 2:
        raise NotShown
    return found


@shows("2A.optimizers")
def four_optimizers_with_the_settings_of_the_assignment_train_fresh_networks(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """SGD, SGD with momentum, RMSprop and Adam, set as the assignment says, each train a fresh network for 20 epochs."""
    experiments = the_four(observed)
    evidence.at(next(iter(experiments.values())).place)
    faults: Faults = []
    if missing := [name for name in OPTIMIZERS if name not in experiments]:
        faults.append((0.25 * len(missing), f"No network is trained with {listed(missing)}."))
    for name, experiment in experiments.items():
        asked = OPTIMIZERS[name]
        settings = experiment.run.settings
        rate = experiment.run.rates[0][1] if experiment.run.rates else settings.get("lr")
        found = {
            "lr": settings.get("lr") or rate,
            **({"momentum": settings.get("momentum")} if "momentum" in asked else {}),
        }
        evidence.fact(
            name,
            ", ".join(f"{key} {value:g}" for key, value in found.items() if value is not None),
            ", ".join(f"{key} {value:g}" for key, value in asked.items()),
        )
        for key, value in asked.items():
            if found.get(key) is None or abs(float(found[key] or 0) - value) > 1e-9 + 1e-6 * value:
                word = {"lr": "learning rate", "momentum": "momentum"}[key]
                faults.append((0.25, f"{name} has a {word} of {found.get(key) or 0:g}; {value:g} is asked for."))
        if name == "SGD" and settings.get("nesterov"):
            faults.append((0.25, "Plain SGD has Nesterov's momentum."))
        if (
            not experiment.replayed.proved
            and experiment.replayed.step in steps.WRONG_STEPS
            and not steps.told_before(next(iter(shallow(observed)), experiment), experiment)
        ):
            faults.append((0.25, f"{name}: {steps.WRONG_STEPS[experiment.replayed.step]}"))
    apart = [name for name, each in experiments.items() if each.run.holds_other_weights and not each.replayed.proved]
    if apart:
        faults.append(
            (
                0.75,
                f"The optimizers {listed(apart)} hold the parameters of another network, so their networks do not learn: make "
                "each optimizer after its network.",
            )
        )
    faults += handed_on(experiments, 0.5)
    epochs = {each.epochs for each in experiments.values() if each.epochs}
    asked_epochs = int(thresholds["epochs"])
    evidence.fact("epochs", sorted(epochs), asked_epochs)
    if epochs and max(epochs) < asked_epochs:
        faults.append(
            (
                0.25,
                f"The networks are trained for {listed([str(each) for each in sorted(epochs)])} epochs; {asked_epochs} are "
                "asked for.",
            )
        )
    conclude(faults)


@shows("2A.loss-plot")
def loss_curves_of_the_four_optimizers_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """One graph shows the training losses of the four optimizers."""
    _four_lines(observed, evidence, "loss")


@shows("2A.accuracy-plot")
def accuracy_curves_of_the_four_optimizers_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """One graph shows the test accuracies of the four optimizers after each epoch."""
    _four_lines(observed, evidence, "accuracy")


def _four_lines(observed: Observed, evidence: Evidence, what: str) -> None:
    right = losses if what == "loss" else test_accuracies
    kind_of = _kinds(observed)

    def fits(experiment: Experiment, history: History) -> bool:
        return is_mlp(experiment) and right(experiment, history)

    def other(experiment: Experiment, history: History) -> bool:
        return is_mlp(experiment) and history.what == what

    chosen = best_panel(observed, OPTIMIZERS, kind_of, fits, optimizer_in)
    elsewhere = False
    if len(chosen) < 3:
        more = best_panel(observed, OPTIMIZERS, kind_of, other, optimizer_in)
        chosen, elsewhere = (more, True) if len(more) > len(chosen) else (chosen, False)
    if len(chosen) < 2:
        steps.expect_no_stale_picture(observed, OPTIMIZERS, optimizer_in, ("loss",) if what == "loss" else ("acc",))
        raise NotShown
    panel = next(iter(chosen.values())).panel
    evidence.at(panel.place)
    title = "Training losses of the four optimizers" if what == "loss" else "Test accuracies of the four optimizers"
    steps.show(panel, evidence, title)
    faults: Faults = []
    if missing := [name for name in OPTIMIZERS if name not in chosen]:
        faults.append((0.25 * len(missing), steps.not_drawn(missing, panel)))
    faults += label_faults(chosen, optimizer_in, 0.5)
    if elsewhere and what == "accuracy":
        faults.append((1.0, "The lines are training accuracies; those on the test set are asked for."))
    elif elsewhere:
        faults.append((0.5, "The lines are losses on the test set; those of the training are asked for."))
    conclude(faults)


def _kinds(observed: Observed) -> KindOf:
    """The optimizer of an experiment; of the four that are compared, the one that it stands for."""
    try:
        stands_for = {id(each): name for name, each in the_four(observed).items()}
    except NotShown:
        stands_for = {}
    return lambda experiment: stands_for.get(id(experiment), "") or optimizer_of(experiment)


@shows("2A.comparison")
def accuracy_and_time_of_the_four_optimizers_are_told(observed: Observed, evidence: Evidence) -> None:
    """A table tells the final test accuracy and the training time of each optimizer."""
    experiments = the_four(observed)

    def times(found: Mapping[str, Row]) -> Faults:
        without = [
            name for name, row in found.items() if not states_time(row, nearby(observed.rows, row), experiments[name])
        ]
        return (
            [(0.5 * len(without) / len(found), f"The training time of {listed(without)} does not stand in the table.")]
            if without
            else []
        )

    steps.side_by_side(observed, evidence, experiments, OPTIMIZERS, optimizer_in, times)


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


def _probed(observed: Observed) -> list[Probed]:
    """Networks of Problem 2B: those as deep as one whose gradients a picture shows; else the deepest MLPs that were run."""
    every = [
        Probed(network.made, layers(network.graph, network.shapes), (source.source, network.id))
        for source in observed.sources
        for network in source.networks
    ]
    found = [
        each
        for each in every
        if (linear := [layer for layer in each.layers if layer.kind == "linear"])
        and linear[0].size_in == 784
        and not any(layer.kind == "conv" for layer in each.layers)
    ]
    drawn = {
        (panel.source.source, each.network) for panel, line in _gradient_lines(observed) for each in line.gradients
    }
    depths = {each.hidden for each in found if each.key in drawn}
    shown = [each for each in found if each.hidden in depths]
    most = max((each.hidden for each in found), default=0)
    return shown or [each for each in found if each.hidden == most and most > 2]


@shows("2B.gradient-tracking")
def gradients_of_each_layer_are_tracked_during_training(observed: Observed, evidence: Evidence) -> None:
    """The gradients that are shown are those of each layer's weights, taken while the network trains."""
    lines = _gradient_lines(observed)
    if not lines:
        raise NotShown
    panel, _line = lines[-1]
    evidence.at(panel.place)
    shown = [each for _, one in lines for each in one.gradients]
    measures = list(dict.fromkeys(each.measure for each in shown))
    evidence.fact("what is shown", measures, "a magnitude: mean |gradient|, or a norm")
    evidence.fact("backward passes that it is made of", max(each.moments for each in shown))
    if not any(each.moments > 1 or each.steps > 0 or each.in_training for each in shown):
        raise Partial(
            0.5, "The gradients are taken from one batch, before the network is trained; during training is asked for."
        )


def _gradient_lines(observed: Observed) -> list[tuple[Panel, ShownLine]]:
    return [(panel, line) for panel in observed.panels for line in panel.lines if line.gradients]


@shows("2B.plot")
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
    steps.show(panel, evidence, "Gradients of sigmoid and ReLU")
    kinds = {kind for *_, kind in best}
    faults: Faults = []
    if missing := [name for name in GRADIENTS if name not in kinds]:
        everywhere = {
            networks.get((p.source.source, line.gradients[0].network), "") for p, line in _gradient_lines(observed)
        }
        both = all(name in everywhere for name in GRADIENTS)
        faults.append(
            (
                0.25 if both else 0.5,
                f"The figure does not show the gradients of {listed(missing)}"
                + ("; they are in a figure of their own." if both else "."),
            )
        )
    exchanged = [
        (line.label, kind) for _, line, kind in best if (name := activation_in(line.label)) and kind and name != kind
    ]
    if exchanged:
        label, kind = exchanged[0]
        faults.append((0.5, f"The legend labels the wrong lines: the line labelled '{label}' is the one of {kind}."))
    conclude(faults)


def _kind_of_line(panel: Panel, line: ShownLine, networks: Mapping[tuple[str, int], str]) -> str:
    """Whose gradients a line shows; where several networks have the same, whose its label or its axes name."""
    kinds = [networks.get((panel.source.source, each.network), "") for each in line.gradients]
    name = activation_in(line.label) or activation_in(panel.axes.title)
    return name if name in kinds else kinds[0]


@shows("2C.dropout")
def dropout_is_on_the_hidden_layers_and_off_in_evaluation(observed: Observed, evidence: Evidence) -> None:
    """A network with dropout after its hidden activations, and none after its output, is trained; evaluated, it drops nothing."""
    found = [each for each in mlps(observed) if has_dropout(each)]
    if not found:
        raise NotShown
    experiment = found[-1]
    evidence.at(experiment.network.made if experiment.network else experiment.place)
    rates = [layer.rate for layer in experiment.layers if layer.kind == "dropout"]
    evidence.fact("dropout rates", rates)
    faults: Faults = []
    places = [index for index, layer in enumerate(experiment.layers) if layer.kind == "linear"]
    kinds = [layer.kind for layer in experiment.layers]
    if "dropout" in kinds[places[-1] :]:
        faults.append((0.5, "There is dropout after the last layer: it drops classes."))
    if "dropout" in kinds[: places[0]]:
        evidence.fact("dropout before the first layer", "yes: it drops pixels")
    if not any("dropout" in kinds[start:end] for start, end in itertools.pairwise(places)):
        faults.append((0.5, "There is no dropout on the hidden layers."))
    if any(rate >= 0.95 for rate in rates):
        faults.append((0.5, f"A dropout rate of {max(rates):g} leaves nothing to learn with."))
    if not any(each.training_mode for each in experiment.training) and experiment.training:
        faults.append((0.5, "The network is trained in evaluation mode, so dropout never acts: call `model.train()`."))
    random = [each for one in found for each in one.evaluations("test") if each.training_mode]
    if random:
        faults.append(
            (0.5, f"Dropout is at work while the accuracy is measured ({random[0].place}): call `model.eval()` before.")
        )
    conclude(faults)


def the_three(observed: Observed) -> dict[str, Experiment]:
    """The trainings that compare regularization. Raises NotShown."""
    found = compared(observed, mlps(observed), CONFIGURATIONS, configuration_of)
    if len(found) < 2:
        raise NotShown
    return found


@shows("2C.comparison")
def three_configurations_are_trained_and_both_accuracies_told(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """Fresh networks without regularization, with a weight decay of 0.001 and with dropout are trained, and their accuracies on
    training and test data shown."""
    experiments = the_three(observed)
    evidence.at(next(iter(experiments.values())).place)
    faults: Faults = []
    if missing := [name for name in CONFIGURATIONS if name not in experiments]:
        faults.append((len(missing) / 3, f"No network is trained with {listed(missing)}."))
    if "L2" in experiments:
        decays, asked = weight_decays(experiments["L2"]), thresholds["weight_decay"]
        evidence.fact("weight decay", " or ".join(f"{each:g}" for each in decays) or 0, asked)
        if not any(abs(each - asked) <= 1e-6 * asked for each in decays):
            decay = decays[0] if decays else 0
            faults.append((0.5, f"The weight decay is {decay:g}; {asked:g} is asked for."))
    faults += handed_on(experiments, 1 / 3)
    if on_test := [name for name, each in experiments.items() if trained_on_test(each)]:
        faults.append((1.0, f"The networks with {listed(on_test)} are trained on the test data."))
    chains = {sizes(each) for each in experiments.values()}
    if len(chains) > 1:
        evidence.fact("layers", [" → ".join(map(str, chain)) for chain in chains], "the same for all")
    unseen = [
        name
        for name, each in experiments.items()
        if not each.final_accuracies("test") or not each.final_accuracies("train")
    ]
    if unseen:
        faults.append((len(unseen) / 6, f"Train and test accuracy of {listed(unseen)} are not both measured."))
    conclude(faults)


@shows("2C.plot")
def train_and_test_accuracies_of_the_three_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """A figure shows the accuracies on training and on test data of all three configurations."""
    best: tuple[dict[str, Drawn], dict[str, Drawn]] = {}, {}
    bars: Panel | None = None

    def on_train(experiment: Experiment, history: Any) -> bool:
        return is_mlp(experiment) and history.what == "accuracy" and history.split in ("training", "train")

    def on_test(experiment: Experiment, history: Any) -> bool:
        return is_mlp(experiment) and test_accuracies(experiment, history)

    for panels in observed.figures:
        both = tuple(
            drawn_together(panels, CONFIGURATIONS, configuration_of, fits, configuration_in)
            for fits in (on_train, on_test)
        )
        if len(both[0]) + len(both[1]) >= max(len(best[0]) + len(best[1]), 3):
            best = both  # type: ignore[assignment]
        for panel in panels:
            if len(panel.axes.bars) >= 6 and _bars_are_accuracies(panel, observed):
                bars = panel
    if not best[0] and not best[1]:
        if bars is None:
            for panel in observed.panels:
                names = {configuration_in(f"{panel.axes.title} {line.label}") for line in panel.lines} & set(
                    CONFIGURATIONS
                )
                if names and any(
                    is_mlp(each) and history.what == "accuracy" for line in panel.lines for each, history in line.holds
                ):
                    steps.expect_no_grown_lists([panel])
            raise NotShown
        evidence.at(bars.place)
        steps.show(bars, evidence, "Train and test accuracies")
        return
    lines = {
        **{f"{name} on training data": one for name, one in best[0].items()},
        **{f"{name} on test data": one for name, one in best[1].items()},
    }
    panel = next(iter(lines.values())).panel
    evidence.at(panel.place)
    steps.show(panel, evidence, "Train and test accuracies")
    faults: Faults = []
    if any(trained_on_test(one.experiment) for one in best[0].values()):
        faults.append((0.5, "The lines of training accuracy are of networks that were trained on the test data."))
    missing = [
        f"{name} on {where} data"
        for where, found in zip(("training", "test"), best, strict=True)
        for name in CONFIGURATIONS
        if name not in found
    ]
    if missing:
        faults.append((len(missing) / 6, f"The figure in {panel.place} lacks the accuracy of {listed(missing)}."))
    own = [each for each in observed.panels if each.figure is panel.figure]
    exchanged = [
        f"the {where} accuracy that is called '{name}' is that of the run with {kind}"
        for where, fits in (("train", on_train), ("test", on_test))
        for name, kind in of_another(own, CONFIGURATIONS, configuration_of, fits, configuration_in)
    ]
    if exchanged:
        faults = [(0.5, f"The figure shows the wrong curves: {'; '.join(exchanged)}.")]
    elif not missing and not any(one.line.label or one.panel.axes.title for one in lines.values()):
        faults.append((0.25, "Nothing says which line is which: give each line a label, and call `legend()`."))
    conclude(faults)


def _bars_are_accuracies(panel: Panel, observed: Observed) -> bool:
    known = [
        value * scale
        for each in mlps(observed)
        for split in ("train", "test")
        for value in each.final_accuracies(split)
        for scale in (1, 100)
    ]
    return sum(any(abs(bar - value) < 1e-4 * max(value, 1) for value in known) for bar in panel.axes.bars) >= 6
