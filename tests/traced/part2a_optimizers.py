"""Problem 2A: four optimizers compared."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from typing import Any, Final

from autograder.checks import Evidence, Failed, NeedsReview
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import counted, listed
from autograder.trace.histories import History
from autograder.trace.observed import Experiment, Observed
from autograder.trace.rows import Row
from traced import showing, steps
from traced.curves import (
    Faults,
    best_panel,
    carried_over,
    expect_one_graph,
    handed_on,
    label_faults,
    labelled,
    losses,
    of_last_batches,
    remark_on_losses,
    test_accuracies,
)
from traced.learned import that_learn_nothing
from traced.named import optimizer_in
from traced.roles import (
    HELD_OUT,
    OPTIMIZERS,
    KindOf,
    compared,
    has_dropout,
    has_weight_decay,
    is_held_out,
    is_mlp,
    mlps,
    optimizer_of,
    shallow,
    steps_by_hand,
    stops_early,
)
from traced.times import Telling, without_time
from traced.wrong_data import on_random_numbers, on_test_data
from traced.wrong_times import wrong_times

# Optimizers that are taken for one of the four
RELATED: Final = {"AdamW": "Adam", "NAdam": "Adam", "RAdam": "Adam", "Adamax": "Adam"}


def the_four(observed: Observed) -> dict[str, Experiment]:
    """The trainings that compare optimizers. Raises NotShown."""
    every = [each for each in shallow(observed) if not has_dropout(each)]
    plain = [each for each in every if not has_weight_decay(each)]
    alike = [each for each in every if each in plain or each.rule.optimizer in RELATED]
    if not _at_one_place(alike, optimizer_of) and (instead := _at_one_place(alike, _optimizer_or_related)):
        return instead
    found = compared(observed, plain or mlps(observed), tuple(OPTIMIZERS), optimizer_of)
    if len(found) < 2:
        raise NotShown
    return found


def _optimizer_or_related(experiment: Experiment) -> str:
    return optimizer_of(experiment) or RELATED.get(experiment.rule.optimizer, "")


def _at_one_place(trainings: Sequence[Experiment], kind_of: KindOf) -> dict[str, Experiment]:
    """The trainings of all four kinds at one place in the code, as in a loop over optimizers; empty where no place has them."""
    groups: dict[str, dict[str, Experiment]] = {}
    for each in trainings:
        groups.setdefault(f"{each.source.source} {each.place}", {})[kind_of(each)] = each
    whole = (group for group in groups.values() if group.keys() >= OPTIMIZERS.keys())
    return next(({name: group[name] for name in OPTIMIZERS} for group in whole), {})


@shows("2A.optimizers")
def four_optimizers_with_the_settings_of_the_assignment_train_fresh_networks(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """SGD, SGD with momentum, RMSprop and Adam, set as the assignment says, each train a fresh network for 20 epochs."""
    experiments = the_four(observed)
    evidence.at(next(iter(experiments.values())).place)
    faults: Faults = []
    if missing := [name for name in OPTIMIZERS if name not in experiments]:
        if steps_by_hand(observed):
            raise NeedsReview(f"Weights are changed by hand here, so no optimizer was recorded for {listed(missing)}.")
        faults.append((0.25 * len(missing), f"No network is trained with {listed(missing)}."))
    for name, experiment in experiments.items():
        asked = OPTIMIZERS[name]
        rule = optimizer_of(experiment)
        if rule and rule.partition("+")[0] != name.partition("+")[0]:
            faults.append((0.25, f"What stands for {name} is {rule}: no network is trained with {name}."))
            continue
        if not rule and RELATED.get(other := experiment.rule.optimizer) == name:
            decay = ", which has a weight decay unless it is told to have none" if other == "AdamW" else ""
            faults.append((0.25, f"What stands for {name} is {other}, another optimizer{decay}."))
            continue
        settings = experiment.rule.settings
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
        first = next(iter(shallow(observed)), experiment)
        sentence = steps.first_told(first, experiment)
        if not steps.told_before(first, experiment):
            sentence = sentence or steps.diverges(experiment) or steps.left_early(experiment)
        if sentence:
            faults.append((0.25, f"{name}: {sentence}"))
    faults += [(0.5, sentence) for each in experiments.values() if (sentence := steps.wrong_target(each))][:1]
    faults += that_learn_nothing(experiments, 0.75)
    faults += on_random_numbers(experiments, 0.5)
    faults += handed_on(experiments, 0.5)
    epochs = {each.epochs for each in experiments.values() if each.epochs}
    asked_epochs = int(thresholds["epochs"])
    evidence.fact("epochs", sorted(epochs), asked_epochs)
    if epochs and max(epochs) < asked_epochs and not stops_early(observed):
        told = [*map(str, sorted(epochs)[:-1]), counted(max(epochs), "epoch")]
        faults.append((0.25, f"The networks are trained for {listed(told)}; {asked_epochs} are asked for."))
    conclude(faults)


@shows("2A.loss-plot", lines=True)
def loss_curves_of_the_four_optimizers_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """One graph shows the training losses of the four optimizers."""
    _four_lines(observed, evidence, "loss")


@shows("2A.accuracy-plot", lines=True)
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
        expect_one_graph(observed, evidence, OPTIMIZERS, kind_of, fits, optimizer_in)
        _expect_what_it_is_named_for(observed, what)
        showing.expect_no_stale_picture(observed, OPTIMIZERS, optimizer_in, ("loss",) if what == "loss" else ("acc",))
        raise NotShown
    panel = next(iter(chosen.values())).panel
    evidence.at(panel.place)
    title = "Training losses of the four optimizers" if what == "loss" else "Test accuracies of the four optimizers"
    showing.show(panel, evidence, title)
    faults: Faults = []
    if missing := [name for name in OPTIMIZERS if name not in chosen]:
        faults.append((0.25 * len(missing), showing.not_drawn(missing, panel)))
    faults += label_faults(chosen, optimizer_in, 0.5)
    if elsewhere and what == "accuracy":
        if all(is_held_out(one.experiment, one.history.data) for one in chosen.values()):
            faults.append((0.5, f"The lines are accuracies {HELD_OUT}"))
        else:
            faults.append((1.0, "The lines are training accuracies; those on the test set are asked for."))
    elif elsewhere:
        faults.append((0.5, "The lines are losses on the test set; those of the training are asked for."))
    drawn = [(one.line, one.history) for one in chosen.values()]
    trained = {kind: one.experiment for kind, one in chosen.items()}
    faults += on_random_numbers(trained, 0.5)
    if what == "loss":
        remark_on_losses(evidence, drawn)
    else:
        faults += on_test_data(trained, 2 / 3)
        faults += of_last_batches(drawn, 0.25)
    faults += carried_over(drawn, 0.25)
    conclude(faults)


def _expect_what_it_is_named_for(observed: Observed, what: str) -> None:
    """End where a graph that is named for this shows the other one of the two. Raises Failed."""
    other, word = ("loss", "acc") if what == "accuracy" else ("accuracy", "loss")
    for panel in observed.panels:
        lines = labelled(panel, OPTIMIZERS, lambda experiment, history: history.what == other, optimizer_in)
        if len(lines) > 1 and word in panel.words.lower() and other[:3] not in panel.words.lower():
            names = {"loss": "losses", "accuracy": "accuracies"}
            raise Failed(f"The graph in {panel.place} is named for {names[what]}, and its lines are {names[other]}.")


def _kinds(observed: Observed) -> KindOf:
    """The optimizer of an experiment; of the four that are compared, the one that it stands for."""
    try:
        stands_for = {id(each): name for name, each in the_four(observed).items()}
    except NotShown:
        stands_for = {}
    return lambda experiment: stands_for.get(id(experiment), "") or optimizer_of(experiment)


@shows("2A.comparison")
def accuracy_and_time_of_the_four_optimizers_are_told(observed: Observed, evidence: Evidence) -> None:
    """A table shows the final test accuracy and the training time of each optimizer."""
    experiments = the_four(observed)

    def times(found: Mapping[str, Row]) -> Faults:
        # A training that was repeated elsewhere with the same results may have taken longer there.
        trained = {name: [each for each in shallow(observed) if optimizer_of(each) == name] for name in found}
        together = _in_one_go(experiments, trained)
        if told := wrong_times([(row, together[name]) for name, row in found.items()], observed.rows, "optimizer"):
            return [(0.5, told)]
        telling = [Telling(row, (experiments[name], *trained[name])) for name, row in found.items()]
        lacking = without_time(observed, telling, observed.rows, optimizer_in)
        without = [name for place, name in enumerate(found) if place in lacking]
        if without:
            told = f"The training time of {listed(without)} is missing from the table."
            return [(0.5 * len(without) / len(found), told)]
        return []

    showing.side_by_side(observed, evidence, experiments, OPTIMIZERS, optimizer_in, times)


def _in_one_go(
    experiments: Mapping[str, Experiment], trained: Mapping[str, Sequence[Experiment]]
) -> dict[str, Experiment]:
    """The experiments, of several with the same results each the one that was trained next to the others."""
    alike = {
        name: [other for other in trained.get(name, ()) if other.run.losses == each.run.losses] or [each]
        for name, each in experiments.items()
    }
    alone = [each.run.began for each, *others in alike.values() if not others] or [
        each.run.began for each in experiments.values()
    ]
    middle = statistics.median(alone)
    return {name: min(each, key=lambda one: abs(one.run.began - middle)) for name, each in alike.items()}
