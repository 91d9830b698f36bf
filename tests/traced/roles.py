"""Which training run is which: told by what was trained and how, never by a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby, pairwise
from typing import Final

from autograder.trace.layers import Layer
from autograder.trace.observed import Experiment, Observed
from autograder.trace.penalties import grows, is_by_hand, may_have_one
from judging import problem2
from traced.published import has_published_weights

ACTIVATIONS: Final = ("ReLU", "sigmoid", "tanh")
OPTIMIZERS: Final[Mapping[str, Mapping[str, float]]] = {
    name: {key: float(value) for key, value in settings.items() if key != "kind"}
    for name, settings in problem2.OPTIMIZERS.items()
}
L1: Final = "The penalty is the sum of the weights' absolute values, that is L1; L2 adds the sum of their squares."
CONFIGURATIONS: Final = ("no regularization", "L2", "dropout")
DEEP: Final = 5  # hidden layers
HELD_OUT: Final = "on pictures that were held out of the training set; those on the test set are asked for."

KindOf = Callable[[Experiment], str]


def is_held_out(experiment: Experiment, data: int | None) -> bool:
    """Whether data are a part of the training set on which a network is not trained, as by `validation_split`."""
    about = experiment.source.dataset(data)
    return about is not None and about.split == "train" and not experiment.is_trained_on(data)


def mlps(observed: Observed) -> list[Experiment]:
    """Trainings of fully connected networks from 784 pixels to 10 classes."""
    return [each for each in observed.experiments if is_mlp(each)]


def is_mlp(experiment: Experiment) -> bool:
    linear = linear_layers(experiment)
    whole = not any(layer.kind == "conv" for layer in experiment.layers)
    return bool(linear) and whole and linear[0].size_in == 784 and linear[-1].size_out == 10


ENLARGED: Final = 64  # pixels across, twice CIFAR-10's


def shallow(observed: Observed) -> list[Experiment]:
    return [each for each in mlps(observed) if hidden_layers(each) < DEEP]


def cnns(observed: Observed) -> list[Experiment]:
    """Trainings of networks with convolutions, from pictures of three channels to 10 classes; those with published weights, or
    made for them, left aside."""
    found = []
    for each in observed.experiments:
        if has_published_weights(each.network) or (each.network and max(each.network.input[1:], default=0) >= ENLARGED):
            continue
        convolutions = [layer for layer in each.layers if layer.kind == "conv"]
        last = next((layer for layer in reversed(each.layers) if layer.kind in ("linear", "conv")), None)
        if convolutions and convolutions[0].size_in == 3 and last is not None and last.size_out == 10:
            found.append(each)
    return found


def linear_layers(experiment: Experiment) -> list[Layer]:
    return [layer for layer in experiment.layers if layer.kind == "linear"]


def hidden_layers(experiment: Experiment) -> int:
    return len(linear_layers(experiment)) - 1


def sizes(experiment: Experiment) -> tuple[int, ...]:
    """(784, 128, 64, 10)."""
    linear = linear_layers(experiment)
    return (linear[0].size_in, *(layer.size_out for layer in linear)) if linear else ()


def activation_of(experiment: Experiment) -> str:
    """'ReLU', 'sigmoid' or 'tanh' where it is the network's only activation before its last layer; else ''."""
    return activation_among(experiment.layers)


def activation_among(layers: Sequence[Layer]) -> str:
    names = activations_among(layers)
    return names[0] if len(names) == 1 and names[0] in ACTIVATIONS else ""


def activations_among(layers: Sequence[Layer]) -> list[str]:
    """All activations before the last layer, each once."""
    names = dict.fromkeys(layer.name for layer in before_last(layers) if layer.kind == "activation")
    return ["ReLU" if name == "relu" else name for name in names]


def before_last(layers: Sequence[Layer]) -> Sequence[Layer]:
    """The layers before the last linear one."""
    places = [index for index, layer in enumerate(layers) if layer.kind == "linear"]
    return layers[: places[-1]] if places else []


def without_activation(layers: Sequence[Layer]) -> int:
    """After how many hidden layers there is no activation."""
    places = [index for index, layer in enumerate(layers) if layer.kind == "linear"]
    return sum(not any(layer.kind == "activation" for layer in layers[start:end]) for start, end in pairwise(places))


def optimizer_of(experiment: Experiment) -> str:
    """'SGD', 'SGD+Momentum', 'RMSprop' or 'Adam', whatever its settings; else ''."""
    run = experiment.rule
    if run.optimizer == "SGD":
        return "SGD+Momentum" if run.settings.get("momentum") else "SGD"
    if run.optimizer == "AdamW" and not run.settings.get("weight_decay"):
        return "Adam"  # the same steps
    return run.optimizer if run.optimizer in OPTIMIZERS else ""


def has_dropout(experiment: Experiment) -> bool:
    return any(layer.kind == "dropout" and layer.rate > 0 for layer in experiment.layers)


def trained_on_test(experiment: Experiment) -> bool:
    """Whether its training passes went through test data."""
    return any(
        (about := experiment.source.dataset(each.data)) and about.split in ("test", "both")
        for each in experiment.training
    )


def weight_decays(experiment: Experiment) -> tuple[float, ...]:
    """What may be meant as the weight decay: that of the optimizer; of a penalty of squares, whether Keras or code adds it to the
    loss, its factor, or twice that, which changes the weights as a decay does. Empty without either."""
    settings = experiment.rule.settings
    if decay := settings.get("weight_decay"):
        return (float(decay),)
    factor = float(settings.get("l2") or 0.0)
    if not factor and may_have_one(experiment.run) and (loss := experiment.replayed.loss) is not None:
        factor = max((squares for _, squares in loss.penalties.values()), default=0.0)
    return (factor, 2 * factor) if factor else ()


def has_weight_decay(experiment: Experiment) -> bool:
    """Whether it has a weight decay, or a penalty on its weights that is meant as one, whichever."""
    return bool(weight_decays(experiment)) or has_penalty(experiment) or _is_l1_of_keras(experiment)


def _is_l1_of_keras(experiment: Experiment) -> bool:
    settings = experiment.rule.settings
    return bool(settings.get("l1")) and not settings.get("l2")


def has_penalty(experiment: Experiment) -> bool:
    """Whether code adds a penalty on the weights to its loss, and the grader has repeated it."""
    if not may_have_one(experiment.run) or (loss := experiment.replayed.loss) is None:
        return False
    return experiment.replayed.proved and is_by_hand(experiment.run, loss)


def adds_what_is_not_known(experiment: Experiment) -> bool:
    """Whether code adds something to its loss, has no other weight decay, and the grader does not know what that is."""
    return grows(experiment.run) and not weight_decays(experiment) and not experiment.replayed.proved


def wrong_penalty(experiment: Experiment) -> str:
    """What is wrong about a penalty that code adds to its loss, whatever its factor; '' where it is one of squares on all weights
    or on all matrices, where there is none, and where it is not known."""
    if _is_l1_of_keras(experiment):
        return L1
    loss = experiment.replayed.loss
    if loss is None or not has_penalty(experiment):
        return ""
    if loss.norms:
        return (
            "The penalty is the norm of the weights and not its square: whatever their size, it pulls them by the same small "
            "amount. L2 regularization adds the sum of their squares."
        )
    if any(ones for ones, _ in loss.penalties.values()):
        return L1
    if len(set(loss.penalties.values())) > 1:
        return (
            "The penalty is the mean of each layer's squares and not their sum, and so nearly nothing for large layers."
        )
    matrices = {layer.weight for layer in experiment.layers if layer.kind in ("linear", "conv")}
    left_out = matrices - set(loss.penalties)
    if loss.penalties and left_out == matrices:
        return "The penalty is on the biases alone: it is the weights of the layers that L2 regularization keeps small."
    if loss.penalties and left_out:
        return f"The penalty leaves out the weights of {len(left_out)} of the {len(matrices)} layers."
    return ""


def plain(observed: Observed) -> list[Experiment]:
    """Trainings of MLPs of few layers, without regularization."""
    return [each for each in shallow(observed) if not has_dropout(each) and not has_weight_decay(each)]


def configuration_of(experiment: Experiment) -> str:
    """'no regularization', 'L2' or 'dropout'; '' for both at once."""
    match has_dropout(experiment), has_weight_decay(experiment) or adds_what_is_not_known(experiment):
        case False, False:
            return "no regularization"
        case False, True:
            return "L2"
        case True, False:
            return "dropout"
    return ""


def with_claims(group: Sequence[Experiment], kinds: Sequence[str], kind_of: KindOf) -> dict[str, Experiment]:
    """Experiments by kind. Where one kind was trained twice at one place, and exactly one is missing, the second of the two is
    what should have been the missing one: so a wrong setting is told as what it is, and once."""
    found: dict[str, Experiment] = {}
    doubled: list[Experiment] = []
    for each in group:
        kind = kind_of(each)
        if kind in found and kind and each.run.continues is None:
            doubled.append(each)
        if kind:
            found.setdefault(kind, each)
    missing = [kind for kind in kinds if kind not in found]
    if len(missing) == 1 and len(doubled) == 1 and len({str(each.place) for each in group}) == 1:
        found[missing[0]] = doubled[0]
        return found
    return {kind: each for each in group if (kind := kind_of(each))}


def steps_by_hand(observed: Observed) -> bool:
    """Whether code changes weights by their gradients itself, without an optimizer: such trainings are not recorded."""
    changes = r"-=[^\n]*(\.grad\b|\bgrad|\bd[wb]\d?\b)"
    return any(re.search(changes, text, re.IGNORECASE) for text in observed.bare_code)


def stops_early(observed: Observed) -> bool:
    """Whether code ends trainings that make no progress: on little data that is sooner than on all."""
    counted = r"early_?\s?stop|[<>]=?\s*[\w.]*patience"  # and no schedule's patience, which ends nothing
    ends = r"\bbreak\b|\breturn\b|EarlyStopping|stop_training|should_stop"
    return any(re.search(counted, text, re.IGNORECASE) and re.search(ends, text) for text in observed.bare_code)


def compared(
    observed: Observed,
    candidates: Sequence[Experiment],
    kinds: Sequence[str],
    kind_of: KindOf,
    what: Sequence[str] = ("loss", "accuracy"),
) -> dict[str, Experiment]:
    """Those experiments that are set side by side, by kind: those that one picture shows together, or that were trained at one
    place, or else the last of each kind. The set with the most kinds is taken; empty when no set has two."""
    groups: list[list[Experiment]] = []
    for panel in observed.panels:
        shown = [
            each for line in panel.lines for each, history in line.shows if history.what in what and each in candidates
        ]
        groups.append(list(dict.fromkeys(shown)))
    # one after the other, as in a loop over all kinds; a trainer's one line may have trained much else
    windows = [list(candidates[start : start + len(kinds)]) for start in range(len(candidates) - len(kinds) + 1)]
    windows = [window for window in windows if {kind_of(each) for each in window} == set(kinds)]
    groups += sorted(windows, key=lambda window: len({each.epochs for each in window}))
    groups += [list(group) for _, group in groupby(candidates, lambda each: (each.source.source, str(each.place)))]
    groups.append(list(candidates))
    best: dict[str, Experiment] = {}
    for group in groups:
        by_kind = with_claims(group, kinds, kind_of)
        if len(by_kind) > max(len(best), 1):
            best = by_kind
    return best
