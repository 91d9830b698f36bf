"""Weights of a network that its training leaves as they are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from autograder.quoting import name_or_quoted
from autograder.report.wording import listed
from autograder.trace.observed import Experiment
from traced.curves import Faults

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


def that_learn_nothing(experiments: Mapping[str, Experiment], cost: float) -> Faults:
    """Where networks that are compared do not learn, with what keeps them from it."""
    held = [kind for kind, each in experiments.items() if each.run.holds_other_weights and not each.replayed.proved]
    faults: Faults = []
    if held:
        faults.append(
            (
                cost,
                f"The networks of {listed(held)} do not learn: their optimizers were made before them, and hold the parameters "
                "of another network.",
            )
        )
    if still := {kind: why for kind, each in experiments.items() if kind not in held and (why := _why_still(each))}:
        why = next(iter(still.values()))
        faults.append((cost, f"The networks of {listed(list(still))} do not learn: {why}"))
    return faults


def untouched(experiment: Experiment) -> str:
    """A sentence where a network's weights are after the training what they were before; '' elsewhere."""
    run = experiment.run
    if run.holds_other_weights and run.first and run.first == run.last:
        return (
            "The network does not learn: its optimizer was made before it, and holds the parameters of another network. Make "
            "the optimizer after its network."
        )
    return still(experiment)


def still(experiment: Experiment) -> str:
    """A sentence where the steps of its own optimizer move no weight; '' elsewhere."""
    why = _why_still(experiment)
    return f"The network does not learn: {why}" if why else ""


def _why_still(experiment: Experiment) -> str:
    """Why neither the first steps nor the whole training change a weight of the optimizer's own; '' where they do. Weights that
    are put back after a training, as for the next one, are moved by its steps."""
    run = experiment.run
    backward = any(part.loss is not None and part.loss.backward is not None for step in run.kept for part in step.parts)
    moved = _have_moved(experiment)
    if not run.first or run.first != run.last or (backward if moved is None else moved):
        return ""
    if not backward:
        return "no gradients are computed before `optimizer.step()`: `loss.backward()` is missing."
    if experiment.rule.settings.get("lr") == 0:
        return "its learning rate is 0."
    return "the steps of the optimizer change none of its weights."


def _have_moved(experiment: Experiment) -> bool | None:
    """Whether the first steps changed a weight; None where the weights were not told."""
    source, run = experiment.source, experiment.run
    before = source.weights(run, "before")
    after = source.weights(run, "after") or (source.weights(run, "last") if run.steps == len(run.kept) else None)
    if before is None or after is None:
        return None
    return any(not np.array_equal(before[name], after[name]) for name in before.keys() & after.keys())


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
