"""Weights of a network that its training leaves as they are."""

from __future__ import annotations

from collections.abc import Mapping

from autograder.quoting import name_or_quoted
from autograder.report.wording import listed
from autograder.trace.observed import Experiment

MOST_NAMED = 4


def unregistered(experiment: Experiment) -> str:
    """A sentence where a network keeps layers in a plain list, and its optimizer does not have their weights; '' elsewhere."""
    network = experiment.network
    if network is None or not network.unregistered or experiment.run.learned > network.trainable:
        return ""
    kept = name_or_quoted(network.unregistered[0].partition(".")[0])
    return (
        f"The layers in {kept} are in a plain list, so the network does not know them as its own: they are neither trained nor "
        "counted. Use `nn.ModuleList`."
    )


def held_by_others(experiments: Mapping[str, Experiment]) -> list[str]:
    """The kinds whose optimizer holds other weights than their network's, and whose steps could not be repeated."""
    return [kind for kind, each in experiments.items() if each.run.holds_other_weights and not each.replayed.proved]


def untouched(experiment: Experiment) -> str:
    """A sentence where the optimizer has none of the network's weights, and these are after the training what they were before;
    '' elsewhere."""
    run = experiment.run
    if not run.holds_other_weights or not run.first or run.first != run.last:
        return ""
    return (
        "The network does not learn: its optimizer was made before it, and holds the parameters of another network. Make the "
        "optimizer after its network."
    )


def left_out(experiment: Experiment) -> str:
    """A sentence where no optimizer has some of the weights that the network computes with; '' where all are in one, are
    frozen, or the network was trained by others before."""
    network, run = experiment.network, experiment.run
    if network is None or network.graph is None or network.pretrained or run.continues is not None:
        return ""
    together = [  # of one that steps after another nothing says whose weights it has
        each
        for each in experiment.source.runs
        if each.id != run.id
        and each.network in (run.network, None)
        and each.began < run.ended
        and run.began < each.ended
    ]
    used = {node[2] for node in network.graph if node[0] == "in"}
    missing = [
        name
        for name in run.left_out
        if name in used and name not in network.frozen and all(name in each.left_out for each in together)
    ]
    if not missing or len(missing) == len(used & network.shapes.keys()):
        return ""
    more = len(missing) - MOST_NAMED
    named = [name_or_quoted(name) for name in missing[: MOST_NAMED + (more == 1)]] + (
        [f"{more} more"] if more > 1 else []
    )
    return (
        f"The optimizer does not have all of the network's weights: {listed(named)} {'stay' if len(missing) > 1 else 'stays'} as "
        "first drawn. Give it `model.parameters()`."
    )
