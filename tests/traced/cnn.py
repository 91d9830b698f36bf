"""Which training is that of the basic CNN, and which axes show its losses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz.distance import Levenshtein

from autograder.judging import NotShown
from autograder.trace.histories import History
from autograder.trace.layers import Layer
from autograder.trace.observed import Experiment, Observed, Panel, ShownLine
from traced.roles import cnns

ASKED: Final = (
    "conv 32 3×3 same",
    "relu",
    "max pool 2",
    "conv 64 3×3 same",
    "relu",
    "max pool 2",
    "linear 128",
    "relu",
    "linear 10",
)
Curves = dict[str, tuple[ShownLine, History]]


def layer_words(layers: Sequence[Layer]) -> list[str]:
    """The layers of a CNN as the assignment lists them; dropout, normalisation and a softmax at the end are left out."""
    found = []
    for layer in layers:
        match layer.kind:
            case "conv":
                found.append(f"conv {layer.size_out} {layer.kernel}×{layer.kernel}{' same' if layer.same else ''}")
            case "max pool" | "avg pool":
                found.append(f"{layer.kind} {layer.kernel}")
            case "linear":
                found.append(f"linear {layer.size_out}")
            case "activation":
                found.append(layer.name)
    return found


def the_cnn(observed: Observed) -> Experiment:
    """The training of the basic CNN: of those whose layers are closest to the assignment's, the first of the longest. Raises
    NotShown."""
    found = cnns(observed)
    if not found:
        raise NotShown
    fits = {id(each): _differences(each) for each in found}
    best = min(fits.values())
    closest = [each for each in found if fits[id(each)] == best]
    drawn = [each for each in found if loss_panel(observed, each) is not None and fits[id(each)] <= best + 4]
    return max(drawn[:1] or closest, key=lambda each: each.epochs)


def _differences(experiment: Experiment) -> int:
    """How many layers must be put in, taken out or changed to have those that are asked for."""
    return int(Levenshtein.distance(layer_words(experiment.layers), ASKED))


def loss_panel(observed: Observed, experiment: Experiment) -> tuple[Panel, Curves] | None:
    """The axes that show losses of this training, with the lines by 'training' and 'validation'; the fullest, then the last."""
    best: tuple[Panel, Curves] | None = None
    for panel in observed.panels:
        found = curves_of(panel, experiment)
        if found and (best is None or len(found) >= len(best[1])):
            best = panel, found
    return best


def accuracy_panel(observed: Observed, experiment: Experiment) -> Panel | None:
    """A pair of axes with two accuracies of this training over its epochs, as of training and validation."""
    for panel in observed.panels:
        own = [
            line
            for line in panel.lines
            if any(each is experiment and history.what == "accuracy" for each, history in line.shows)
        ]
        if len(own) >= 2:
            return panel
    return None


def curves_of(panel: Panel, experiment: Experiment) -> Curves:
    """The losses of a training among the lines of a panel. A loss that is measured on the training data is that of the training,
    unless another line is."""
    shown = [
        (line, history)
        for line in panel.lines
        for each, history in line.shows
        if each.run.id == experiment.run.id and each.source is experiment.source and history.what == "loss"
    ]
    own = [entry for entry in shown if entry[1].split == "training"]
    measured = [entry for entry in shown if entry not in own and experiment.is_trained_on(entry[1].data)]
    apart = [entry for entry in shown if entry not in own and entry not in measured]
    training, validation = (own or measured)[:1], (apart or (measured if own else []))[:1]
    return {kind: entry for kind, entries in (("training", training), ("validation", validation)) for entry in entries}
