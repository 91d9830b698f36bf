"""Problem 2C: no regularization, L2 and dropout compared."""

from __future__ import annotations

import itertools
from typing import Any

from autograder.checks import Evidence, Failed, NeedsReview, Partial
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import counted, listed
from autograder.trace.observed import Experiment, Observed
from traced import showing
from traced.accuracy_curves import accuracy_bars, fullest_curves, lacking_curves, with_wrong_names
from traced.bars import bar_faults
from traced.curves import (
    Faults,
    carried_over,
    drawn_together,
    handed_on,
    of_last_batches,
)
from traced.dropping import drops_whole_samples, left_in_evaluation, never_called, not_scaled
from traced.fairness import batch_size, differences
from traced.learned import that_learn_nothing
from traced.named import configuration_in
from traced.roles import (
    CONFIGURATIONS,
    KindOf,
    adds_what_is_not_known,
    compared,
    configuration_of,
    has_dropout,
    is_mlp,
    mlps,
    sizes,
    stops_early,
    trained_on_test,
    weight_decays,
    wrong_penalty,
)
from traced.wrong_data import on_random_numbers


@shows("2C.dropout")
def dropout_is_on_the_hidden_layers_and_off_in_evaluation(observed: Observed, evidence: Evidence) -> None:
    """A network with dropout after its hidden activations, and none after its output, is trained; evaluated, it drops nothing."""
    found = [each for each in mlps(observed) if has_dropout(each)]
    if not found and (sentence := never_called(observed.bare_code)):
        raise Failed(sentence)
    if not found:
        raise NotShown
    experiment = found[-1]
    evidence.at(experiment.network.made if experiment.network else experiment.place)
    rates = [layer.rate for layer in experiment.layers if layer.kind == "dropout"]
    evidence.fact("dropout rates", rates)
    faults: Faults = []
    places = [index for index, layer in enumerate(experiment.layers) if layer.kind == "linear"]
    kinds = [layer.kind for layer in experiment.layers]
    on_hidden = any("dropout" in kinds[start:end] for start, end in itertools.pairwise(places))
    if "dropout" in kinds[places[-1] :]:
        instead = "" if on_hidden else " There is none on the hidden layers, where it belongs."
        faults.append((0.5, f"There is dropout after the last layer: it drops classes.{instead}"))
    elif not on_hidden:
        faults.append((0.5, "There is no dropout on the hidden layers."))
    elif without := sum("dropout" not in kinds[start:end] for start, end in itertools.pairwise(places)):
        told = f"{without} of {counted(len(places) - 1, 'hidden layer')}" if len(places) > 2 else "it"
        faults.append((0.25, f"Dropout is asked for on the hidden layers: {told} has none."))
    if "dropout" in kinds[: places[0]]:
        evidence.fact("dropout before the first layer", "yes: it drops pixels")
    if any(rate >= 0.95 for rate in rates):
        faults.append((0.5, f"A dropout rate of {max(rates):g} leaves nothing to learn with."))
    if sentence := left_in_evaluation(experiment):
        faults.append((0.5, sentence))
    if sentence := not_scaled(experiment) or drops_whole_samples(experiment):
        faults.append((0.5, sentence))
    random = [each for one in found for each in one.evaluations("test") if each.training_mode or each.random]
    if random:
        how = (
            "call `model.eval()` before"
            if any(each.training_mode for each in random)
            else "`F.dropout` and the like do not know of `model.eval()`, unless they are given `training=self.training`"
        )
        faults.append((0.5, f"Dropout is at work while the accuracy is measured ({random[0].place}): {how}."))
    conclude(faults)


def the_three(observed: Observed) -> dict[str, Experiment]:
    """The trainings that compare regularization. Raises NotShown."""
    found = compared(observed, mlps(observed), CONFIGURATIONS, _kinds(observed))
    if len(found) < 2:
        raise NotShown
    return found


def _kinds(observed: Observed) -> KindOf:
    """What each training is of the three. Where dropout is never tried alone, or else L2 is not, a training with both stands for
    it."""
    alone = {configuration_of(each) for each in mlps(observed)}
    both = next((name for name in ("dropout", "L2") if name not in alone), "")
    return lambda experiment: configuration_of(experiment) or both


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
    if both := [name for name, each in experiments.items() if not configuration_of(each)]:
        other = {"dropout": "a weight decay", "L2": "dropout"}[both[0]]
        faults.append(
            (0.25, f"The network with {both[0]} has {other} as well, so what {both[0]} does alone is not seen.")
        )
    if "L2" in experiments and (wrong := wrong_penalty(experiments["L2"])):
        faults.append((0.5, wrong))
    elif "L2" in experiments and adds_what_is_not_known(experiments["L2"]):
        raise NeedsReview(
            "What is added to the loss of the network with L2 is not a penalty on its weights that the grader knows, or its "
            f"steps could not be repeated: {experiments['L2'].replayed.why}."
        )
    elif "L2" in experiments:
        decays, asked = weight_decays(experiments["L2"]), thresholds["weight_decay"]
        evidence.fact("weight decay", " or ".join(f"{each:g}" for each in decays) or 0, asked)
        if not any(abs(each - asked) <= 1e-6 * asked for each in decays):
            decay = decays[0] if decays else 0
            batch = batch_size(experiments["L2"])
            by_batch = batch and any(abs(each - asked * batch) <= 1e-4 * each for each in decays)
            why = f", {asked:g} times the {batch} samples of a batch" if by_batch else ""
            faults.append((0.5, f"The weight decay is {decay:g}{why}; {asked:g} is asked for."))
    if "dropout" in experiments and configuration_of(experiments["dropout"]) == "no regularization":
        evidence.remark("The network that is compared as the one with dropout drops nothing while it is trained.")
    for sentence in differences(experiments, of_epochs=not stops_early(observed)):
        evidence.remark(sentence)
    faults += handed_on(experiments, 1 / 3)
    faults += that_learn_nothing(experiments, 0.5)
    faults += on_random_numbers(experiments, 0.5)
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


@shows("2C.plot", lines=True)
def train_and_test_accuracies_of_the_three_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """A figure shows the accuracies on training and on test data of all three configurations."""
    kind_of = _kinds(observed)
    curves = fullest_curves(observed, kind_of)
    if not curves and (bars := accuracy_bars(observed, kind_of)) is not None:
        panel, told = bars
        evidence.at(panel.place)
        showing.show(panel, evidence, "Train and test accuracies")
        conclude(bar_faults(panel, told, [each for each in observed.panels if each.figure is panel.figure]))
        return
    if not curves:
        _expect_no_grown_lists(observed)
        _expect_no_losses_in_their_place(observed, kind_of)
        raise NotShown
    evidence.at(curves.panel.place)
    showing.show(curves.panel, evidence, "Train and test accuracies")
    faults: Faults = []
    if any(trained_on_test(one.experiment) for one in curves.on_train.values()):
        faults.append((0.5, "The lines of training accuracy are of networks that were trained on the test data."))
    faults = with_wrong_names(observed, curves, kind_of, [*faults, *lacking_curves(curves)])
    drawn = [(one.line, one.history) for one in curves.every]
    faults += of_last_batches(drawn, 0.25) or carried_over(drawn, 0.25)
    if "dropout" in curves.on_train and curves.on_train["dropout"].history.split == "training":
        evidence.remark(
            "The training accuracy of the network with dropout is counted during the training, while dropout is at work, so the "
            "gap to its test accuracy looks smaller than it is: measure it after each epoch, with `model.eval()`."
        )
    conclude(faults)


def _expect_no_grown_lists(observed: Observed) -> None:
    """End where lines that are named for the configurations go on from one training to the next."""
    for panel in observed.panels:
        names = {configuration_in(f"{panel.axes.title} {line.label}") for line in panel.lines} & set(CONFIGURATIONS)
        held = (each for line in panel.lines for each in line.holds)
        if names and any(is_mlp(experiment) and history.what == "accuracy" for experiment, history in held):
            showing.expect_no_grown_lists([panel])


def _expect_no_losses_in_their_place(observed: Observed, kind_of: KindOf) -> None:
    """End where a figure shows losses of the configurations. Raises Partial."""

    def of_loss(experiment: Experiment, history: Any) -> bool:
        return is_mlp(experiment) and history.what == "loss"

    found = [drawn_together(panels, CONFIGURATIONS, kind_of, of_loss, configuration_in) for panels in observed.figures]
    lines = max(found, key=len, default={})
    if {"L2", "dropout"} <= lines.keys():
        place = next(iter(lines.values())).panel.place
        raise Partial(
            0.25,
            f"The figure in {place} shows the losses of {listed(list(lines))}: train and test accuracies are asked for.",
        )
