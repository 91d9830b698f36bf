"""Problem 3A: a CNN on CIFAR-10."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from autograder.checks import Evidence, Failed, Partial
from autograder.data import ImageSet
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import counted, listed
from autograder.trace.arguments import nodes_in
from autograder.trace.histories import OF_LAST_BATCH, History, totals_of
from autograder.trace.observed import Experiment, Observed, ShownLine
from autograder.trace.records import Network, Pass
from autograder.trace.stepping import is_buffer
from traced import showing, steps
from traced.choosing import kept_in_vain
from traced.class_names import out_of_order
from traced.cnn import ASKED, accuracy_panel, curves_of, layer_words, loss_panel, the_cnn
from traced.confusion import confusion, matrices
from traced.curves import Faults, carried_over, remark_on_losses
from traced.roles import cnns, shallow, stops_early, trained_on_test
from traced.samples import same_order, wrong_samples
from traced.schedules import is_scheduled, stepped_each_batch
from traced.shown import is_shown, other_count
from traced.validation import validated_on_training_data
from traced.wrong_data import NOTHING_TO_LEARN, learns_from_noise

Images = Callable[[str, str], ImageSet]
TEST_PICTURES: Final = 2_000
TRAIN_PICTURES: Final = 5_000
BATCH: Final = 32


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
    used = parameters_used(network)
    if used < network.parameters:
        evidence.fact("parameters that its forward pass uses", f"{used:,}")
    faults: Faults = []
    if tuple(found) != ASKED:
        faults += _network_faults(found, experiment)
    elif thresholds["parameters"] not in (used, network.parameters, network.trainable):  # a frozen mean is no layer
        faults.append((0.25, f"The CNN has {used:,} parameters; {thresholds['parameters']:,.0f} are asked for."))
    conclude(faults)


def parameters_used(network: Network) -> int:
    """The numbers of those weights that go into the network's output: a layer that is made and never called has others."""
    named = {node[1]: node[2] for node in network.graph or () if node[0] == "in" and node[2] is not None}
    used = {
        named[each] for node in network.graph or () if node[0] != "in" for each in nodes_in(node[1:]) if each in named
    }
    weights = {name: shape for name, shape in network.shapes.items() if name not in network.buffers}
    counts = [math.prod(shape) for name, shape in weights.items() if name in used and not is_buffer(name)]
    return sum(counts) if counts else network.parameters


def _network_faults(found: Sequence[str], experiment: Experiment) -> Faults:
    faults: Faults = []
    convolutions = [each for each in experiment.layers if each.kind == "conv"]
    linear = [each for each in experiment.layers if each.kind == "linear"]
    pools = [each for each in experiment.layers if "pool" in each.kind]
    activations = {each.name for each in experiment.layers if each.kind == "activation"}
    if [each.size_out for each in convolutions] != [32, 64]:
        counts = " and ".join(str(each.size_out) for each in convolutions)
        faults.append((0.4, f"The CNN's convolutions have {counts} filters; 32 and 64 are asked for."))
    if any(each.kernel != 3 for each in convolutions):
        faults.append(
            (
                0.3,
                f"The CNN's kernels are {listed([f'{each.kernel}×{each.kernel}' for each in convolutions])}; 3×3 are asked for.",
            )
        )
    elif not all(each.same for each in convolutions):
        faults.append((0.3, "The CNN's convolutions make the picture smaller: give them same padding, `padding=1`."))
    if [each.kind for each in pools] != ["max pool", "max pool"] or any(each.kernel != 2 for each in pools):
        faults.append(
            (
                0.3,
                f"The CNN's pooling is {listed([f'{each.kind} {each.kernel}' for each in pools])}; max pooling of 2×2 after "
                "each convolution is asked for.",
            )
        )
    if [each.size_out for each in linear] != [128, 10]:
        faults.append(
            (
                0.3,
                f"The CNN's dense layers have {' and '.join(map(str, (each.size_out for each in linear)))} units; "
                "128 and 10 are asked for.",
            )
        )
    if activations != {"relu"}:
        faults.append((0.4, f"The CNN's activations are {listed(sorted(activations))}; ReLU is asked for."))
    elif (lacking := 3 - sum(each.kind == "activation" for each in experiment.layers)) > 0:
        faults.append((0.2 * lacking, f"ReLU is missing after {lacking} of its three hidden layers."))
    return faults or [(0.2, f"The CNN's layers are {', '.join(found)}; {', '.join(ASKED)} are asked for.")]


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
        if steps.ends_in_softmax_before_another(experiment):
            evidence.shows_bug("build_cnn.softmax-at-the-end")
    asked = int(thresholds["epochs"])
    evidence.fact("epochs", experiment.epochs, asked)
    if experiment.epochs and experiment.epochs < asked and not stops_early(observed):
        faults.append((0.5, f"The CNN is trained for {counted(experiment.epochs, 'epoch')}; {asked} are asked for."))
    if is_scheduled(experiment) and (sentence := stepped_each_batch(observed.code)):
        faults.append((0.5, sentence))
    if sentence := same_order(experiment):
        evidence.remark(sentence)
    if trained_on_test(experiment):
        faults.append((0.5, "The CNN is trained on the test data."))
    if learns_from_noise(experiment):
        faults.append((0.5, f"The CNN is trained on {NOTHING_TO_LEARN}"))
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


@shows("3A.curves", lines=True)
def training_and_validation_loss_are_drawn(observed: Observed, evidence: Evidence) -> None:
    """One graph shows the CNN's training loss and its validation loss."""
    experiment = the_cnn(observed)
    found = loss_panel(observed, experiment)
    if found is None:
        for panel in observed.panels:
            if any(
                each is experiment and history.what == "loss" for line in panel.lines for each, history in line.holds
            ):
                evidence.at(panel.place)
                showing.expect_no_grown_lists([panel])
        if (other := accuracy_panel(observed, experiment)) is not None:
            evidence.at(other.place)
            raise Partial(0.4, f"The graph in {other.place} shows accuracies; the losses are asked for.")
        raise NotShown
    panel, lines = found
    evidence.at(panel.place)
    showing.show(panel, evidence, "Losses of the CNN")
    faults: Faults = []
    missing = [name for name in ("training", "validation") if name not in lines]
    if missing:
        elsewhere = {kind for other in observed.panels for kind in curves_of(other, experiment)}
        apart = set(missing) <= elsewhere
        what = "is on axes of its own, so the two can't be compared" if apart else "is not drawn"
        faults.append((0.25 if apart else 0.5, f"The {missing[0]} loss {what}."))
    if "validation" in lines:
        faults += validated_on_training_data(experiment, lines["validation"][1].data)
    if learns_from_noise(experiment):
        faults.append((0.5, f"The CNN is trained on {NOTHING_TO_LEARN}"))
    if carried := carried_over(lines.values(), 0.25):
        faults += carried
    elif len(lines) == 2:
        faults += _unlike_totals(experiment, lines)
    if not faults:
        remark_on_losses(evidence, lines.values())
    labels = {kind: line.label.lower() for kind, (line, _) in lines.items()}
    if len(lines) == 2 and "train" in labels["validation"] and "val" in labels["training"]:
        faults.append((0.5, "The legend labels the wrong lines: training and validation loss are swapped."))
    elif len(lines) == 2 and not any(labels.values()):
        faults.append((0.25, "Nothing says which line is which: give each line a label, and call `legend()`."))
    conclude(faults)


def _unlike_totals(experiment: Experiment, lines: Mapping[str, tuple[ShownLine, History]]) -> Faults:
    """A fault where one loss is a mean and the other is none, so that they lie far from each other for no reason."""
    totals = {
        kind: totals_of(line.line.y, history, experiment.histories)
        for kind, (line, history) in lines.items()
        if not history.how
    }
    if len(totals) < 2 or set.intersection(*totals.values()) or any(OF_LAST_BATCH in each for each in totals.values()):
        return []
    words = [f"the {kind} loss is {min(each) or 'a mean'}" for kind, each in totals.items()]
    return [(0.25, f"The two can't be compared: {' and '.join(words)}. Divide both sums by the number of batches.")]


@shows("3A.accuracy")
def the_final_accuracy_is_told_and_the_grader_reaches_one_as_well(
    observed: Observed, evidence: Evidence, thresholds: Any, images: Images, sampled: bool, secret: int
) -> None:
    """The final test accuracy is shown. Trained by the grader with the same settings, the CNN learns pictures."""
    experiment = the_cnn(observed)
    evidence.at(experiment.place)
    faults = _faults_of_the_test(observed, experiment, evidence)
    if trained_on_test(experiment):
        raise Failed(
            "The CNN is trained on the test data, so its test accuracy says nothing: train on the training set."
        )
    train, test = images("cifar10", "train"), images("cifar10", "test")
    if sentence := wrong_samples(experiment, train, test):
        raise Failed(sentence)
    if not sampled:
        train, test = _first(train, TRAIN_PICTURES), _first(test, TEST_PICTURES)
    bound = thresholds["sample_accuracy" if sampled else "accuracy"]
    most = int(thresholds["sample_epochs" if sampled else "more_epochs"])
    reached = steps.trained_until(experiment, train, test, most, BATCH, bound, evidence, secret)
    evidence.measure("test accuracy, trained by the grader", max(reached), above=bound)
    evidence.curves("Test accuracy, trained by the grader", {"the CNN": reached}, y_label="accuracy", threshold=bound)
    if max(reached) <= bound:
        told = (
            f"Trained by the grader on {len(train.labels):,} pictures with the same settings, the CNN reaches "
            f"{max(reached):.1%} on pictures that it has not seen; more than {bound:.0%} is needed."
        )
        raise Failed(f"{told} {steps.grows(experiment)}".rstrip())
    conclude(faults)


def _faults_of_the_test(observed: Observed, experiment: Experiment, evidence: Evidence) -> Faults:
    """What is wrong with the final accuracy as it is told, and with the pictures on which it is measured."""
    faults: Faults = []
    values = experiment.final_accuracies("test")
    if values and is_shown(observed, experiment, values):
        evidence.fact("final test accuracy of the short run", values[0])
    else:
        every = [share for each in experiment.evaluations("test") for share in experiment.shares(each)]
        if not (every and is_shown(observed, experiment, every[-2:])):
            faults.append(
                (
                    0.5,
                    other_count(observed, experiment, experiment.evaluations("test"))
                    or "The final accuracy on the test set is not shown anywhere.",
                )
            )
    if sentence := kept_in_vain([experiment]):
        evidence.remark(sentence)
    if sentence := steps.scaled_apart(experiment):
        faults.append((0.5, sentence))
    measured = [experiment.source.dataset(each.data) for each in experiment.evaluations("test")]
    if measured and all(each is not None and each.augmented for each in measured):
        faults.append(
            (
                0.25,
                "The test pictures are changed at random, as those of the training may be: give the test set a transform without "
                "augmentation.",
            )
        )
    return faults


def _first(images: ImageSet, count: int) -> ImageSet:
    return replace(images, images=images.images[:count], labels=images.labels[:count])


@shows("3A.confusion-matrix")
def the_confusion_matrix_is_that_of_the_cnn_on_the_test_set(
    observed: Observed, evidence: Evidence, thresholds: Any
) -> None:
    """The confusion matrix that is drawn or printed counts the CNN's answers on the test set: true classes against predicted."""
    found = confusion(observed, cnns(observed))
    if found is None:
        raise NotShown
    evidence.at(found.place)
    if found.panel is not None:
        showing.show(found.panel, evidence, "Confusion matrix")
    evidence.fact("what it counts", found.words)
    faults: Faults = []
    if found.split == "train":
        faults.append(
            (0.5, "The confusion matrix counts answers on the training data; those on the test set are asked for.")
        )
    if found.shuffled:
        faults.append(
            (
                2 / 3,
                "The confusion matrix has the right totals, but it compares predictions with labels in a different order: the "
                "loader shuffles on every pass. Take both in one pass.",
            )
        )
    if found.batch:
        faults.append(
            (
                2 / 3,
                f"The confusion matrix counts {found.batch} of the {found.samples} pictures of the short run, as of one batch. "
                "What a loop leaves in its variables is of the last batch alone; collect labels and predictions of all of them.",
            )
        )
    if all(map(learns_from_noise, cnns(observed))):
        faults.append((0.5, "The confusion matrix is that of a network which was trained on random numbers."))
    if found.early:
        faults.append((0.5, "The confusion matrix is taken before the CNN is trained to its end."))
    if found.mislabelled:
        told = (
            "The confusion matrix has its axes swapped: the rows are predicted classes, and are labelled as true ones."
        )
        faults.append((0.6, told))
    drawn = [panel for panel, *_ in matrices(observed) if panel is not None]
    if sentence := next(filter(None, map(out_of_order, drawn)), ""):
        faults.append((0.25, sentence))
    if found.panel is not None and not found.named:
        faults.append((0.2, "Nothing says which classes are the true ones and which the predicted: label both axes."))
    conclude(faults)
