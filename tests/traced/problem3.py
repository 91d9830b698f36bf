"""Problem 3: convolutional networks on CIFAR-10."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from autograder.checks import Evidence, Failed, Partial
from autograder.data import ImageSet
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import listed
from autograder.trace.graphs import Layer
from autograder.trace.histories import History
from autograder.trace.observed import Experiment, Observed, Panel, ShownLine
from autograder.trace.records import Pass
from autograder.trace.rows import Row
from traced import pictures, steps
from traced.curves import Faults, handed_on
from traced.roles import cnns, shallow, trained_on_test
from traced.tables import nearby, states_time, tables

Images = Callable[[str, str], ImageSet]

TEST_PICTURES: Final = 2_000
TRAIN_PICTURES: Final = 5_000
BATCH: Final = 32
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
    drawn = [each for each in found if _loss_panel(observed, each) is not None and fits[id(each)] <= best + 4]
    return max(drawn[:1] or closest, key=lambda each: each.epochs)


def _differences(experiment: Experiment) -> int:
    found = layer_words(experiment.layers)
    return sum(one != other for one, other in zip(found, ASKED, strict=False)) + abs(len(found) - len(ASKED))


@shows("3A.network")
def the_cnn_has_the_layers_of_the_assignment(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """The CNN that is trained has the layers of the assignment, in its order: two convolutions with ReLU and max pooling, and
    two dense layers."""
    experiment = the_cnn(observed)
    network = experiment.network
    assert network is not None
    evidence.at(network.made)
    found = layer_words(experiment.layers)
    evidence.fact("layers", ", ".join(found), ", ".join(ASKED))
    evidence.fact("parameters", f"{network.parameters:,}", f"{thresholds['parameters']:,.0f}")
    faults: Faults = []
    if tuple(found) != ASKED:
        faults += _network_faults(found, experiment)
    elif network.parameters != thresholds["parameters"]:
        faults.append(
            (0.25, f"It has {network.parameters:,} parameters; {thresholds['parameters']:,.0f} are asked for.")
        )
    conclude(faults)


def _network_faults(found: Sequence[str], experiment: Experiment) -> Faults:
    faults: Faults = []
    convolutions = [each for each in experiment.layers if each.kind == "conv"]
    linear = [each for each in experiment.layers if each.kind == "linear"]
    pools = [each for each in experiment.layers if "pool" in each.kind]
    activations = {each.name for each in experiment.layers if each.kind == "activation"}
    if [each.size_out for each in convolutions] != [32, 64]:
        counts = " and ".join(str(each.size_out) for each in convolutions)
        faults.append((0.4, f"Its convolutions have {counts} filters; 32 and 64 are asked for."))
    if any(each.kernel != 3 for each in convolutions):
        faults.append(
            (
                0.3,
                f"Its kernels are {listed([f'{each.kernel}×{each.kernel}' for each in convolutions])}; 3×3 are asked for.",
            )
        )
    elif not all(each.same for each in convolutions):
        faults.append((0.3, "Its convolutions make the picture smaller: same padding is asked for, `padding=1`."))
    if [each.kind for each in pools] != ["max pool", "max pool"] or any(each.kernel != 2 for each in pools):
        faults.append(
            (
                0.3,
                f"Its pooling is {listed([f'{each.kind} {each.kernel}' for each in pools])}; max pooling of 2×2 after "
                "each convolution is asked for.",
            )
        )
    if [each.size_out for each in linear] != [128, 10]:
        faults.append(
            (
                0.3,
                f"Its dense layers have {' and '.join(str(each.size_out) for each in linear)} units; 128 and 10 are asked for.",
            )
        )
    if activations != {"relu"}:
        faults.append((0.4, f"Its activations are {listed(sorted(activations))}; ReLU is asked for."))
    elif (lacking := 3 - sum(each.kind == "activation" for each in experiment.layers)) > 0:
        faults.append((0.2 * lacking, f"ReLU is missing after {lacking} of its three hidden layers."))
    return faults or [(0.2, f"Its layers are {', '.join(found)}; asked for are {', '.join(ASKED)}.")]


def validations(experiment: Experiment) -> list[Pass]:
    """Its passes without a step, after an epoch, over data that it is not trained on."""
    training = {each.data for each in experiment.training}
    return [
        each
        for each in experiment.passes
        if each.steps == 0 and each.data is not None and each.data not in training and each.after
    ]


@shows("3A.training")
def the_cnn_is_trained_for_twenty_epochs_and_validated_after_each(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """Twenty epochs of right steps, repeated by the grader, each followed by a validation in evaluation mode."""
    experiment = the_cnn(observed)
    evidence.at(experiment.place)
    faults: Faults = []
    try:
        steps.expect_right(experiment, evidence)
    except Partial as wrong:
        if not any(steps.told_before(each, experiment) for each in shallow(observed)[:1]):
            faults.append((0.5, str(wrong)))
    asked = int(thresholds["epochs"])
    evidence.fact("epochs", experiment.epochs, asked)
    if experiment.epochs and experiment.epochs < asked:
        faults.append((0.5, f"The CNN is trained for {experiment.epochs} epochs; {asked} are asked for."))
    if trained_on_test(experiment):
        faults.append((0.5, "The CNN is trained on the test data."))
    known = validations(experiment)
    validated = [each for each in known if each.losses or each.correct is not None]
    measured = {each.after for each in validated}
    if not validated:
        faults.append(
            (0.5, "The CNN is not validated: no loss on other data than the training's is measured after its epochs.")
        )
    elif len(measured) < 0.9 * experiment.epochs:
        faults.append((0.25, f"The CNN is validated after {len(measured)} of its {experiment.epochs} epochs."))
    elif any(each.training_mode for each in validated) and steps.mode_matters(experiment):
        faults.append((0.25, "The validation runs in training mode: call `model.eval()` before."))
    if any(each.gradients for each in validated):
        evidence.fact("gradients while it is validated", "kept", "none: `torch.no_grad()`")
    conclude(faults)


def _same_samples(experiment: Experiment, data: int | None) -> bool:
    own, other = experiment.source.dataset(experiment.training[-1].data), experiment.source.dataset(data)
    if own is None or other is None or own.set != other.set or not own.split == other.split == "train":
        return False
    return experiment.is_trained_on(data) or bool(set(own.first) & set(other.first)) or own.whole >= own.base > 0


Curves = dict[str, tuple[ShownLine, History]]


def _loss_panel(observed: Observed, experiment: Experiment) -> tuple[Panel, Curves] | None:
    """The axes that show losses of this training, with the lines by 'training' and 'validation'; the fullest, then the last."""
    best: tuple[Panel, Curves] | None = None
    for panel in observed.panels:
        found = _curves(panel, experiment)
        if found and (best is None or len(found) >= len(best[1])):
            best = panel, found
    return best


def _curves(panel: Panel, experiment: Experiment) -> Curves:
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


@shows("3A.curves")
def training_and_validation_loss_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """One graph shows the CNN's training loss and its validation loss."""
    experiment = the_cnn(observed)
    found = _loss_panel(observed, experiment)
    if found is None:
        for panel in observed.panels:
            if any(
                each is experiment and history.what == "loss" for line in panel.lines for each, history in line.holds
            ):
                evidence.at(panel.place)
                steps.expect_no_grown_lists([panel])
        raise NotShown
    panel, lines = found
    evidence.at(panel.place)
    steps.show(panel, evidence, "Losses of the CNN")
    faults: Faults = []
    missing = [name for name in ("training", "validation") if name not in lines]
    if missing:
        elsewhere = {kind for other in observed.panels for kind in _curves(other, experiment)}
        apart = set(missing) <= elsewhere
        what = "is on axes of its own, so the two can't be compared" if apart else "is not drawn"
        faults.append((0.25 if apart else 0.5, f"The {missing[0]} loss {what}."))
    if "validation" in lines and _same_samples(experiment, lines["validation"][1].data):
        faults.append(
            (2 / 3, "The validation data are training data, so their curve says nothing new: keep them apart.")
        )
    labels = {kind: line.label.lower() for kind, (line, _) in lines.items()}
    if len(lines) == 2 and "train" in labels["validation"] and "val" in labels["training"]:
        faults.append((0.5, "The legend labels the wrong lines: training and validation loss are exchanged."))
    elif len(lines) == 2 and not any(labels.values()):
        faults.append((0.25, "Nothing says which line is which: give each line a label, and call `legend()`."))
    conclude(faults)


@shows("3A.accuracy")
def the_final_accuracy_is_told_and_the_grader_reaches_one_as_well(
    observed: Observed, evidence: Evidence, thresholds: Any, images: Images, sampled: bool
) -> None:
    """The final test accuracy is told, and trained by the grader with the same settings, the CNN learns pictures."""
    experiment = the_cnn(observed)
    evidence.at(experiment.place)
    faults: Faults = []
    values = experiment.final_accuracies("test")
    if values and steps.is_shown(observed, experiment, values):
        evidence.fact("final test accuracy of the short run", values[0])
    else:
        every = [share for each in experiment.evaluations("test") for share in experiment.shares(each)]
        if not (every and steps.is_shown(observed, experiment, every[-2:])):
            faults.append(
                (
                    0.5,
                    steps.other_count(observed, experiment, experiment.evaluations("test"))
                    or "The final accuracy on the test set is nowhere shown.",
                )
            )
    train, test = images("cifar10", "train"), images("cifar10", "test")
    if not sampled:
        train, test = _first(train, TRAIN_PICTURES), _first(test, TEST_PICTURES)
    bound = thresholds["sample_accuracy" if sampled else "accuracy"]
    most = int(thresholds["sample_epochs" if sampled else "more_epochs"])
    reached = steps.trained_until(experiment, train, test, most, BATCH, bound)
    evidence.measure("test accuracy, trained by the grader", max(reached), above=bound)
    evidence.curves("Test accuracy, trained by the grader", {"the CNN": reached}, y_label="accuracy", threshold=bound)
    if max(reached) <= bound:
        told = (
            f"Trained by the grader on {len(train.labels):,} pictures with the same settings, the CNN reaches "
            f"{max(reached):.1%} on pictures that it has not seen; more than {bound:.0%} is needed."
        )
        raise Failed(f"{told} {steps.grows(experiment)}".rstrip())
    conclude(faults)


def _first(images: ImageSet, count: int) -> ImageSet:
    return replace(images, images=images.images[:count], labels=images.labels[:count])


@shows("3A.confusion-matrix")
def the_confusion_matrix_is_that_of_the_cnn_on_the_test_set(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """The confusion matrix that is drawn or printed counts the CNN's answers on the test set: true classes against predicted."""
    found = pictures.confusion(observed, cnns(observed))
    if found is None:
        raise NotShown
    evidence.at(found.place)
    if found.panel is not None:
        steps.show(found.panel, evidence, "Confusion matrix")
    evidence.fact("what it counts", found.words)
    faults: Faults = []
    if found.split == "train":
        faults.append((0.5, "It counts answers on the training data; those on the test set are asked for."))
    if found.shuffled:
        faults.append(
            (
                2 / 3,
                "Its totals are right, but it sets predictions beside the labels of other pictures: the loader shuffles, so the "
                "order is another one each time. Take both in one pass.",
            )
        )
    if found.early:
        faults.append((0.5, "It is taken before the CNN is trained to its end."))
    if found.mislabelled:
        faults.append((0.6, "Its axes are exchanged: the rows are predicted classes, and are labelled as true ones."))
    if found.panel is not None and not found.named:
        faults.append((0.2, "Nothing says which classes are the true ones and which the predicted: label both axes."))
    conclude(faults)


@dataclass(frozen=True, eq=False)
class Compared:
    """Trainings of CNNs that differ in their layers, and what a table tells of each: parameters, time, accuracy."""

    experiments: tuple[Experiment, ...]
    told: tuple[tuple[bool, bool, bool], ...]
    place: Row | None


def architectures(observed: Observed) -> Compared:
    """What the fullest table compares; the last training of each architecture where no table tells anything."""
    alike: dict[tuple[str, ...], list[Experiment]] = {}
    for each in cnns(observed):
        alike.setdefault((*layer_words(each.layers), *_rest(each)), []).append(each)
    last = tuple(group[-1] for group in alike.values())
    best = Compared(last, ((False, False, False),) * len(last), None)
    for rows in tables(observed, len(alike)):
        found: list[Experiment] = []
        told: list[tuple[bool, bool, bool]] = []
        for group in alike.values():
            entries = [(_told(rows, each), each) for each in group]
            most, experiment = max(entries, key=lambda entry: sum(entry[0]))
            found.append(experiment)
            told.append(most)
        if sum(map(sum, told)) and sum(map(sum, told)) >= sum(map(sum, best.told)):
            place = next((row for row in rows if any(_tells(row, each) for each in found)), None)
            best = Compared(tuple(found), tuple(told), place)
    return _without_bystanders(best, the_cnn(observed))


def _without_bystanders(compared: Compared, the_first: Experiment) -> Compared:
    """Without trainings that were made elsewhere than those that the table tells of, and without 3A's own."""
    entries = list(zip(compared.experiments, compared.told, strict=True))
    sure = [each for each, told in entries if told[0]]
    if len(sure) < 2:
        sure = [each for each, told in entries if sum(told) > 1]
    places = {str(each.place) for each in sure}
    kept = [
        (each, told)
        for each, told in entries
        if not sure or each in sure or (str(each.place) in places and each is not the_first)
    ]
    return Compared(tuple(each for each, _ in kept), tuple(told for _, told in kept), compared.place)


def _told(rows: Sequence[Row], experiment: Experiment) -> tuple[bool, bool, bool]:
    """Whether rows that stand close together tell the number of parameters, the time and the accuracy of a training."""
    best = (False, False, False)
    for row in rows:
        if _tells(row, experiment):
            around = nearby(rows, row) if row.block.endswith("printed") else []
            every = (row, *around)
            told = (
                any(_states_parameters(each, experiment) for each in every),
                states_time(row, around, experiment),
                any(
                    each.states_share(value)
                    for each in every
                    for value in experiment.final_accuracies("test", miscounted=True)
                ),
            )
            best = max(best, told, key=sum)
    return best


def _rest(experiment: Experiment) -> tuple[str, ...]:
    return tuple(str(layer.rate or layer.kind) for layer in experiment.layers if layer.kind in ("dropout", "norm"))


def _states_parameters(row: Row, experiment: Experiment) -> bool:
    network = experiment.network
    if network is None:
        return False
    for number in row.stated():
        for scale in (1, 1e3, 1e6):
            for count in {network.parameters, network.trainable}:
                rough = number.is_value(count / scale) and (scale == 1 or number.decimals >= 1 or number.value >= 100)
                if number.value >= 0.01 and rough:
                    return True
    return False


@shows("3B.architectures")
def three_architectures_that_differ_are_trained(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """Three or more CNNs are trained, which between them differ in depth, filters, kernel sizes and pooling."""
    found = architectures(observed).experiments
    if len(found) < 2:
        raise NotShown
    evidence.at(found[-1].place)
    for each in found:
        evidence.fact(each.network.name if each.network else "network", ", ".join(layer_words(each.layers)))
    faults: Faults = []
    fewest = int(thresholds["fewest_architectures"])
    if len(found) < fewest:
        faults.append((0.5, f"{len(found)} architectures are trained; at least {fewest} are asked for."))
    convolutions = [[layer for layer in each.layers if layer.kind == "conv"] for each in found]
    varied = {
        "depth": len({sum(layer.kind in ("conv", "linear") for layer in each.layers) for each in found}) > 1,
        "numbers of filters": len({tuple(layer.size_out for layer in each) for each in convolutions}) > 1,
        "kernel sizes": len({layer.kernel for each in convolutions for layer in each}) > 1,
        "pooling": len({layer.kind for each in found for layer in each.layers if "pool" in layer.kind}) > 1,
    }
    same = [name for name, differs in varied.items() if not differs]
    if same:
        cost = 0.5 * len(same) * thresholds["credit_for_each_variation"]
        faults.append((cost, f"Between them, the architectures do not differ in {listed(same)}."))
    conclude(faults)


@shows("3B.comparison")
def parameters_time_and_accuracy_of_the_architectures_are_told(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """A table tells the number of parameters, the training time and the test accuracy of each architecture."""
    compared = architectures(observed)
    found = compared.experiments
    if len(found) < 2 or compared.place is None:
        raise NotShown
    evidence.at(compared.place.place)
    evidence.table(
        "Architectures of the short run: what was recorded, and whether the table tells it",
        ("network", "parameters", "told", "seconds", "told", "test accuracy", "told"),
        [
            (
                each.network.name if each.network else "",
                f"{each.network.parameters:,}" if each.network else "",
                told[0],
                round(each.run.seconds, 1),
                told[1],
                (each.final_accuracies("test") or [float("nan")])[0],
                told[2],
            )
            for each, told in zip(found, compared.told, strict=True)
        ],
    )
    faults: Faults = []
    fewest = int(thresholds["fewest_architectures"])
    for column, (name, cost) in enumerate(
        (("number of parameters", 0.25), ("training time", 0.25), ("test accuracy", 0.5))
    ):
        lacking = sum(not told[column] for told in compared.told)
        if lacking:
            faults.append(
                (
                    cost * lacking / len(found),
                    f"The {name} of {lacking} of {len(found)} architectures does not stand in the table.",
                )
            )
    if len(found) < fewest:
        faults.append((0.34, f"{len(found)} architectures are compared; at least {fewest} are asked for."))
    faults += handed_on(
        {each.network.name if each.network else str(index): each for index, each in enumerate(found)}, 0.25
    )
    conclude(faults)


def _tells(row: Row, experiment: Experiment) -> bool:
    return _states_parameters(row, experiment) or any(
        row.states_share(value) for value in experiment.final_accuracies("test", miscounted=True)
    )


@shows("3C.filters")
def eight_filters_of_the_trained_network_are_drawn(observed: Observed, evidence: Evidence, thresholds: Any) -> None:
    """Pictures show at least eight filters of the first convolution, as they are after training."""
    found = pictures.filters(observed, cnns(observed))
    if found is None:
        raise NotShown
    evidence.at(found.place)
    steps.show(found.panel, evidence, "Filters of the first convolution")
    evidence.fact("filters that are shown", found.count, f"at least {thresholds['fewest_filters']:g}")
    if found.layer > 1:
        raise Failed(f"The pictures show filters of convolution {found.layer}; those of the first are asked for.")
    faults: Faults = []
    if found.moment == "before":
        faults.append(
            (0.5, "The filters are those of a network that was not trained yet: they show no learned features.")
        )
    if found.count < thresholds["fewest_filters"]:
        faults.append(
            (0.5, f"{found.count} filters are shown; at least {thresholds['fewest_filters']:g} are asked for.")
        )
    conclude(faults)


@shows("3C.activation-maps")
def maps_of_the_first_convolution_are_drawn_for_two_images(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """Pictures show what the first convolution makes of two or three images, as the grader computes it too."""
    found = pictures.maps(observed)
    if found is None:
        raise NotShown
    evidence.at(found.place)
    steps.show(found.panel, evidence, "Activation maps of the first convolution")
    evidence.fact("images whose maps are shown", found.images, f"at least {thresholds['fewest_images']:g}")
    evidence.fact("maps that are shown", found.count)
    if found.images < thresholds["fewest_images"]:
        raise Partial(0.5, f"Maps of {found.images} image are shown; maps of 2 to 3 are asked for.")
