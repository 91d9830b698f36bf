"""The bonus: a network with published weights, fine-tuned on CIFAR-10, beside the CNN of 3A."""

from __future__ import annotations

import math
from collections.abc import Sequence

from autograder.checks import Evidence, Failed, NeedsReview, Partial
from autograder.judging import NotShown, conclude, shows
from autograder.quoting import name_or_quoted
from autograder.report.wording import listed
from autograder.trace.observed import Experiment, Observed
from autograder.trace.rows import Row
from traced import steps
from traced.cnn import layer_words, the_cnn
from traced.curves import Faults
from traced.published import (
    far_too_small,
    freezes_in_vain,
    freezes_the_wrong_end,
    given_in_use,
    has_published_weights,
    loads_in_vain,
    made_without,
    nearly_constant,
)
from traced.roles import cnns
from traced.schedules import is_scheduled, stepped_each_batch
from traced.shown import is_shown, was_before

CLASSES = 10
NEARBY = 12  # printed lines between two accuracies that stand beside each other


def transfers(observed: Observed) -> list[Experiment]:
    """Trainings of networks that were given published weights, or asked for them."""
    return [each for each in observed.experiments if has_published_weights(each.network)]


def last_weights(experiment: Experiment) -> tuple[str, ...]:
    """Names of the weights that make a network's output, wherever its module lists them. Without a graph: those with as many
    rows or columns as there are outputs."""
    if experiment.output_layers:
        return tuple(layer.weight for layer in experiment.output_layers)
    shapes = experiment.network.shapes if experiment.network is not None else {}
    return tuple(name for name, shape in shapes.items() if len(shape) > 1 and {*experiment.output} & {*shape})


def outputs(experiment: Experiment) -> tuple[int, ...]:
    """How many numbers a network answers: as its last layer has them, and as they came out of it."""
    sizes = (*(layer.size_out for layer in experiment.output_layers), *experiment.output[:1])
    return tuple(dict.fromkeys(sizes))


@shows("bonus.code")
def a_network_with_published_weights_is_fine_tuned(observed: Observed, evidence: Evidence) -> None:
    """A network with published weights gets a new last layer of ten outputs, and is trained on CIFAR-10."""
    found = transfers(observed)
    if not found:
        raise _only_made(observed)
    experiment = found[-1]
    network = experiment.network
    assert network is not None
    evidence.at(experiment.place)
    evidence.fact("published weights asked for", name_or_quoted(network.pretrained))
    learned = experiment.run.learned or network.trainable
    evidence.fact("weights that are trained", f"{learned:,} of {network.parameters:,}")
    faults: Faults = []
    last, sizes = last_weights(experiment), outputs(experiment)
    named = f" {listed([name_or_quoted(each) for each in last])}" if last else ""
    given = " or ".join(map(str, sizes))
    evidence.fact("last layer", f"{named} {given} outputs".strip(), f"{CLASSES} outputs")
    if sizes and CLASSES not in sizes:
        faults.append((0.3, f"The last layer{named} has {given} outputs, not {CLASSES}: it was not replaced."))
    elif last and {*network.frozen, *experiment.run.left_out}.issuperset(last):
        faults.append((0.4, f"The last layer{named} is new and is not trained."))
    elif sentence := _thawed_for_nothing(experiment) or freezes_the_wrong_end(experiment):
        faults.append((0.2, sentence))
    sets = {about.set for each in experiment.training if (about := experiment.source.dataset(each.data)) is not None}
    if sets and all(
        "mnist" in each.lower() for each in sets
    ):  # others, as arrays that were prepared, may be unknown here
        faults.append(
            (
                0.4,
                f"The network is trained on {' and '.join(map(name_or_quoted, sorted(sets)))}; CIFAR-10 is asked for.",
            )
        )
    if experiment.replayed.step in steps.WRONG_STEPS:
        faults.append((0.3, steps.WRONG_STEPS[experiment.replayed.step]))
    if sentence := nearly_constant(experiment):
        faults.append((0.25, sentence))
    if is_scheduled(experiment) and (sentence := stepped_each_batch(observed.code)):
        evidence.remark(sentence)
    if sentence := freezes_in_vain(observed.code, network):
        evidence.remark(sentence)
    if sentence := far_too_small(experiment):
        evidence.remark(sentence)
    if last and not faults and all(_trains_the_last_layer_alone(each) for each in found if each.network is network):
        evidence.remark(
            "Only the new last layer is trained, and the published ones give it features as they are. Fine-tuning trains some of "
            "those as well, with a small learning rate."
        )
    conclude(faults)


def _thawed_for_nothing(experiment: Experiment) -> str:
    """A sentence where some published layers are frozen, others are not, and the optimizer has none of those; '' elsewhere."""
    network = experiment.network
    assert network is not None
    if not network.frozen:  # what is left out is then frozen by that alone
        return ""
    layers = [name for name in experiment.run.left_out if len(network.shapes.get(name, ())) > 1]
    thawed = dict.fromkeys(name.partition(".")[0] for name in layers if name not in network.frozen)
    if not thawed:
        return ""
    return (
        f"The weights of {listed([name_or_quoted(each) for each in thawed])} are not frozen, but the optimizer does not have "
        "them, so they are never trained. Give it all parameters that have `requires_grad`."
    )


def _trains_the_last_layer_alone(experiment: Experiment) -> bool:
    """Whether an optimizer has as many weights to change as the last layer has, with its biases."""
    network = experiment.network
    assert network is not None
    own = {_layer_of(name) for name in last_weights(experiment)}
    shapes = [shape for name, shape in network.shapes.items() if _layer_of(name) in own]
    return 0 < experiment.run.learned <= sum(map(math.prod, shapes))


def _layer_of(weight: str) -> str:
    """'fc' of 'fc.weight', '_torch_params.dense' of Keras's '_torch_params.dense/kernel'."""
    return weight.rpartition("/" if "/" in weight else ".")[0]


def _only_made(observed: Observed) -> Exception:
    for network in (each.network for each in observed.experiments):
        if network is not None and network.pretrained:
            named = name_or_quoted(network.pretrained)
            return Failed(
                f"The network that is trained in {network.made} uses {given_in_use(network)} of the {network.published} layers "
                f"with the published weights {named} as they were given: take that network whole, or all but its last layers."
            )
    for source in observed.sources:
        for network in source.networks:
            if network.pretrained and network.part_of is None:
                named = name_or_quoted(network.pretrained)
                return Failed(
                    f"A network with the published weights {named} is made in {network.made}, and never trained."
                )
    if name := made_without(observed.bare_code):
        return Partial(
            0.3,
            f'`{name}` is made without its published weights, so it learns from scratch: ask for them, as `weights="DEFAULT"` '
            "does.",
        )
    if loads_in_vain(observed.bare_code):
        return Partial(
            0.3,
            "A file of published weights is read, and no network that is trained has any of them: with `strict=False` weights "
            "whose names the network does not have are left out without a word. Look at what `load_state_dict` returns.",
        )
    return NotShown()


@shows("bonus.comparison")
def its_accuracy_stands_beside_that_of_the_cnn(observed: Observed, evidence: Evidence) -> None:
    """The test accuracy of the network with published weights is shown beside that of the CNN of 3A."""
    found = transfers(observed)
    if not found:
        raise NotShown
    experiment = found[-1]
    seen = experiment.evaluations("test") or experiment.evaluations(
        ""
    )  # of pictures that were prepared, nothing may be known
    own = [share for each in seen for share in experiment.shares(each)]
    by_hand = all(each.data is None for each in experiment.training)
    if not own and by_hand:  # pictures that code has prepared are not known
        evidence.at(experiment.place)
        raise NeedsReview("On which pictures the network with published weights is measured could not be told.")
    told = [row for row in observed.rows if states(row, own) and not was_before(row, experiment)]
    if not told and not is_shown(observed, experiment, own):
        evidence.at(experiment.place)
        raise Failed("The test accuracy of the network with published weights is not shown anywhere.")
    for others in _others(observed, found):
        shares = [share for each in others for share in each.final_accuracies("test")]
        pairs = _side_by_side(observed, told, own, shares)
        if pairs:
            row, near = max(pairs, key=lambda pair: _closeness(*pair))
            evidence.at(row.place)
            evidence.table(
                "Test accuracies of the short run",
                ("network", "in your output"),
                [("with published weights", row.text[:80]), ("CNN of 3A", near.text[:80])],
            )
            if sentence := _of_another_cnn(observed, found, told, own):
                evidence.remark(sentence)
            return
    if told:
        evidence.at(told[-1].place)
    raise NeedsReview(
        "The test accuracy of the network with published weights is shown; that of the CNN of 3A is not shown beside it in "
        "this run. It may be copied from an earlier one, or compared in the text."
    )


def _of_another_cnn(observed: Observed, found: Sequence[Experiment], told: Sequence[Row], own: Sequence[float]) -> str:
    """A sentence where the accuracy of one CNN stands in the same row or table as that of the network with published weights, and
    3A's, which was measured too, does not; '' elsewhere."""
    *_, every = _others(observed, found)
    the_first = the_cnn(observed)
    shares = [share for each in every for share in each.final_accuracies("test")]
    near = [
        each for row, each in _side_by_side(observed, told, own, shares) if row is each or _is_in_a_table(row, each)
    ]
    stated = [
        each
        for each in every
        if any(row.states_share(share) for row in near for share in each.final_accuracies("test"))
    ]
    if not the_first.final_accuracies("test") or the_first in stated or len(stated) != 1:
        return ""
    return (
        f"The accuracy beside it is that of the network trained in {stated[0].place}, not that of 3A's CNN, which is trained in "
        f"{the_first.place}. A later training may have overwritten the variable."
    )


def _is_in_a_table(row: Row, other: Row) -> bool:
    return row.block == other.block and not row.block.endswith("printed")


def states(row: Row, shares: Sequence[float]) -> bool:
    """Whether a row states one of these shares. Where the published weights are not there, none of the few pictures of the short
    run may be recognised, and the row then states 0.00."""
    is_none_right = bool(shares) and not any(shares)
    return any(map(row.states_share, shares)) or (
        is_none_right and any(number.value == 0 and number.decimals > 1 for number in row.stated())
    )


def _others(observed: Observed, found: Sequence[Experiment]) -> list[list[Experiment]]:
    """The trainings of 3A's CNN, then those of all CNNs without published weights."""
    every = [each for each in cnns(observed) if each not in found]
    if not every:
        return []
    asked = layer_words(the_cnn(observed).layers)
    return [[each for each in every if layer_words(each.layers) == asked], every]


def _side_by_side(
    observed: Observed, told: Sequence[Row], own: Sequence[float], others: Sequence[float]
) -> list[tuple[Row, Row]]:
    """Pairs of rows that are the same or close to each other, one with a share of `own`, and one with another number that is one
    of the `others`."""
    beside = {(row.block, row.number): row for row in observed.rows if any(map(row.states_share, others))}
    return [
        (row, near)
        for row in told
        for apart in range(-NEARBY, NEARBY + 1)
        if (near := beside.get((row.block, row.number + apart))) is not None
        and (near is not row or _states_both(row, own, others))
    ]


def _states_both(row: Row, own: Sequence[float], others: Sequence[float]) -> bool:
    """Whether two numbers of a row are one of each."""
    numbers = row.stated()
    first = {place for place, number in enumerate(numbers) if any(map(number.is_share, own))}
    second = {place for place, number in enumerate(numbers) if any(map(number.is_share, others))}
    return bool(first and second) and len(first | second) > 1


def _closeness(row: Row, other: Row) -> tuple[bool, int, int]:
    """Tables before printed lines, close ones before others, and of these the last."""
    return not row.block.endswith("printed"), -abs(row.number - other.number), row.number
