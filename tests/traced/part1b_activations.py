"""Problem 1B: three activations compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from autograder.checks import Evidence, Failed
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import listed
from autograder.trace.observed import Experiment, Observed
from traced import showing
from traced.curves import (
    Drawn,
    Faults,
    any_losses,
    best_panel,
    carried_over,
    expect_one_graph,
    handed_on,
    label_faults,
    labelled,
    losses,
    one_for_all,
    remark_on_losses,
)
from traced.learned import that_learn_nothing
from traced.named import activation_in
from traced.roles import ACTIVATIONS, activation_of, activations_among, compared, is_mlp, plain
from traced.wrong_data import on_random_numbers


@shows("1B.plot", lines=True)
def loss_curves_of_the_three_activations_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """One graph shows the training losses of networks with ReLU, sigmoid and tanh."""
    chosen = best_panel(observed, ACTIVATIONS, activation_of, _of_an_mlp(losses), activation_in)
    if len(chosen) < 2:
        chosen = best_panel(observed, ACTIVATIONS, activation_of, _of_an_mlp(any_losses), activation_in) or chosen
    named = _as_labelled(observed)
    if len(chosen) < 2:
        _expect_several_curves(named)
    if len(named) > len(chosen) and not one_for_all(
        named
    ):  # one that lacks has another activation than it is named for
        chosen = named
    if len(chosen) < 2:
        expect_one_graph(observed, evidence, ACTIVATIONS, activation_of, _of_an_mlp(any_losses), activation_in)
        showing.expect_no_stale_picture(observed, ACTIVATIONS, activation_in, ("loss",))
        raise NotShown
    panel = next(iter(chosen.values())).panel
    evidence.at(panel.place)
    showing.show(panel, evidence, "Training losses of the three activations")
    faults: Faults = []
    if missing := [name for name in ACTIVATIONS if name not in chosen]:
        faults.append((len(missing) / 3, showing.not_drawn(missing, panel)))
    faults += label_faults(chosen, activation_in, 0.5)
    faults += handed_on({kind: one.experiment for kind, one in chosen.items()}, 0.5)
    faults += _other_networks({kind: one.experiment for kind, one in chosen.items()})
    faults += that_learn_nothing({kind: one.experiment for kind, one in chosen.items()}, 0.5)
    faults += on_random_numbers({kind: one.experiment for kind, one in chosen.items()}, 0.5)
    if not all(losses(one.experiment, one.history) for one in chosen.values()):
        faults.append((0.25, "The lines are losses on the test set; those of the training were asked for."))
    drawn = [(one.line, one.history) for one in chosen.values()]
    faults += carried_over(drawn, 0.25)
    remark_on_losses(evidence, drawn)
    conclude(faults)


def _as_labelled(observed: Observed) -> dict[str, Drawn]:
    """The lines that are named for activations, whichever the networks behind them have."""
    found = [labelled(panel, ACTIVATIONS, _of_an_mlp(losses), activation_in) for panel in observed.panels]
    return max(found, key=len, default={})


def _expect_several_curves(lines: Mapping[str, Drawn]) -> None:
    if same := one_for_all(lines):
        raise Failed(same)


def _of_an_mlp(fits: Callable[..., bool]) -> Callable[..., bool]:
    return lambda experiment, history: is_mlp(experiment) and fits(experiment, history)


@shows("1B.comparison")
def final_accuracies_of_the_three_activations_are_told(observed: Observed, evidence: Evidence) -> None:
    """The final test accuracies of three fresh networks, one for each activation, stand side by side."""
    experiments = compared(observed, plain(observed), ACTIVATIONS, activation_of)
    lines = _as_labelled(observed)
    if len(experiments) < 2:
        _expect_several_curves(lines)
    named = {one.kind: one.experiment for one in lines.values()} if not one_for_all(lines) else {}
    of_one_kind = len({activation_of(each) for each in named.values()}) < len(
        named
    )  # which is the wrong one the names tell
    if len(named) > len(experiments) or (len(named) == len(ACTIVATIONS) and of_one_kind):
        experiments = named
    if len(experiments) < 2:
        raise NotShown
    others = _other_networks(experiments)
    showing.side_by_side(observed, evidence, experiments, ACTIVATIONS, activation_in, lambda found: others)


def _other_networks(experiments: Mapping[str, Experiment]) -> Faults:
    """Networks that do not have the activation that they are named for, or have it after some of their layers only."""
    found = {kind: activations_among(each.layers) for kind, each in experiments.items()}
    wrong = {kind: names for kind, names in found.items() if names and names != [kind]}
    if not wrong:
        return []
    first = next(iter(wrong.values()))
    alike = [kind for kind, names in wrong.items() if names == first]
    others = [kind for kind in wrong if kind not in alike]
    after = "after its hidden layers" if len(first) == 1 else "between its layers"
    if len(alike) > 1:
        told = f"The networks that are named for {listed(alike)} have {listed(first)} {after.replace('its', 'their')}"
    else:
        told = f"The network that is named for {alike[0]} has {listed(first)} {after}"
    also = f", and that of {listed(others)} has others as well" if others else ""
    cost = 0.75 * len(wrong) / len(ACTIVATIONS)
    return [(cost, f"{told}{also}: let all hidden layers have the activation that is compared.")]
