"""Steps of a training: right ones, wrong ones by their names, and where the grader's own training leads."""

from __future__ import annotations

import numpy as np

from autograder.checks import Evidence, Failed, NeedsReview, Partial
from autograder.data import ImageSet
from autograder.judging.training import NotTrainable, are_numbers_of_classes, not_trained, trained
from autograder.trace.losses import OF_CLASSES, SOFTMAX_TWICE
from autograder.trace.observed import Experiment
from judging.changed_pictures import mixed_with_changed
from judging.drawn_pictures import Pictures
from judging.material import Material
from traced.learned import left_out, still, unregistered, untouched

WRONG_STEPS = {
    "gradients are never cleared": "Gradients accumulate from batch to batch: `optimizer.zero_grad()` is missing.",
    "the step is up the slope": "The step goes up the slope: the loss grows. Look at the sign of the loss.",
}

OF_KERAS = ("sparse_categorical_crossentropy", "categorical_crossentropy")
HIDDEN = ("relu", "tanh", "sigmoid", "leaky_relu", "elu", "gelu")

DRAWS = 3  # of weights: none of these is as good as a trained one by chance
ENDS = 5  # steps at the end of a training whose median loss is looked at
GROWN = 2  # times the first loss: more is no noise
MOST_EPOCHS = 100  # more passes through a loader are single batches
ONCE_MORE = 0.005  # deviation; of digits from 0 to 1 it is 0.3
MOST_APART = (
    1.4  # times the deviation of other samples that are scaled alike: batches of MNIST and CIFAR-10 differ by 1.1
)


def expect_right(experiment: Experiment, evidence: Evidence) -> None:
    """End unless the first steps of a training were proved: by the name of the wrong step, or for a person to look at."""
    result = experiment.replayed
    if result.proved:
        how = f"{result.steps}, largest difference {result.difference:.1g}"
        if result.followed:
            how = f"{result.followed} values of the loss in the first step"
        evidence.fact("training steps repeated by the grader", how)
    if wrong := wrong_step(experiment):
        raise Partial(*wrong)
    if not result.proved:
        raise NeedsReview(f"The grader could not repeat the training steps: {result.why}.")


def wrong_step(experiment: Experiment) -> tuple[float, str] | None:
    """The share that a wrong step leaves, and a sentence on it; None for right steps, and where they could not be repeated."""
    result, last = experiment.replayed, experiment.layers[-1].name if experiment.layers else ""
    if experiment.diverged:
        return 1 / 3, diverges(experiment)
    if sentence := thrown_away(experiment) or left_early(experiment):
        return 0.5, sentence
    if sentence := unregistered(experiment) or untouched(experiment):
        return 1 / 3, sentence
    if sentence := left_out(experiment):
        return 0.5, sentence
    if not result.proved:
        named = WRONG_STEPS.get(result.step) or f"{result.step[:1].upper()}{result.step[1:]}."
        return (1 / 3, named) if result.step else None
    if sentence := wrong_target(experiment):
        return 1 / 3, sentence
    if experiment.layers and experiment.layers[-1].kind == "softmax" and experiment.layers[-1].dim == 0:
        return (
            0.5,
            "The softmax is taken over the batch (`dim=0`), so each picture's answer depends on the others: take it over the "
            "classes, `dim=1`.",
        )
    if ends_in_softmax_before_another(experiment):
        told = (
            "The network ends in a softmax, and `CrossEntropyLoss` takes the softmax of that once more: give it logits."
        )
        return 0.5, told
    if sentence := activated_output(experiment):
        return 0.5, sentence
    if loss_of(experiment) == "nll_loss" and last in ("softmax", "_softmax"):
        return (
            0.5,
            "The network ends in a softmax, and `NLLLoss` takes logarithms: it gets probabilities, so the loss is negative and "
            "measures nothing. End in `log_softmax`, or give logits to `CrossEntropyLoss`.",
        )
    if loss_of(experiment) == SOFTMAX_TWICE:
        return (
            0.5,
            "A softmax is taken of the logits, and `CrossEntropyLoss` takes the softmax of that: give it the logits.",
        )
    return None


def ends_in_softmax_before_another(experiment: Experiment) -> bool:
    """Whether a network's last layer is a softmax, and its loss takes one as well."""
    last = experiment.layers[-1].name if experiment.layers else ""
    return loss_of(experiment) in ("cross_entropy", "nll_of_softmax") and last in ("softmax", "_softmax")


def activated_output(experiment: Experiment) -> str:
    """A sentence where the last layer has a hidden layer's activation, and the classes' scores come out of that; '' elsewhere."""
    layers = experiment.layers
    last = max((index for index, layer in enumerate(layers) if layer.kind == "linear"), default=len(layers))
    behind = [layer.name for layer in layers[last + 1 :] if layer.kind == "activation" and layer.name in HIDDEN]
    if not behind or layers[last].size_out < 3 or loss_of(experiment) not in (*OF_CLASSES, *OF_KERAS):
        return ""
    return (
        f"The output layer has an activation of the hidden layers, {behind[0]}, which cuts or squeezes the scores of the "
        "classes: leave it out there."
    )


def thrown_away(experiment: Experiment) -> str:
    """A sentence where most batches of a training change no weights; '' where they do."""
    run = experiment.run
    if run.thrown <= run.steps:
        return ""
    return (
        f"Of {run.steps + run.thrown} batches of the short run only {run.steps} change the weights: for the others no "
        "`optimizer.step()` is called, and their gradients are cleared."
    )


def left_early(experiment: Experiment) -> str:
    """A sentence where most epochs of a training leave out most of their batches; '' where they do not. Code that takes single
    batches from new iterations goes through many of them, and an error ends the last epoch wherever it is."""
    training = experiment.training[:-1] if _met_an_error(experiment) else experiment.training
    known = [(each, experiment.source.dataset(each.data)) for each in training]
    early = [(each, about) for each, about in known if about and 2 * each.batches <= (about.batches or 0)]
    if 2 * len(early) <= len(training) or len(training) > MOST_EPOCHS:
        return ""
    one, about = early[-1]
    return (
        f"Each epoch ends after {one.batches} of the {about.batches} batches of the short run: look where the loop over the "
        "batches is left."
    )


def _met_an_error(experiment: Experiment) -> bool:
    """Whether an error was raised in the cell, or in the script, in which the network was trained."""
    place = experiment.run.place
    errors = (each.place for each in experiment.source.failures)
    return (place.file_at_work, place.cell_at_work) in ((each.file_at_work, each.cell_at_work) for each in errors)


def scaled_apart(experiment: Experiment) -> str:
    """A sentence where the test samples are scaled otherwise than those of the training; '' where they are not. Where each pixel
    was scaled by itself, so that no picture is known, little data has pixels that are nearly always 0, and then far from it."""
    evaluations = experiment.evaluations("test")
    about = [experiment.source.dataset(each.data) for each in evaluations]
    if any(each is not None and not each.set for each in about):
        return ""
    trained = next((each.scale for each in experiment.training if each.scale), None)
    tested = next((each.scale for each in evaluations if each.scale), None)
    if trained is None or tested is None:
        return ""
    (mean, deviation), (other_mean, other_deviation) = trained, tested
    widths = sorted((max(deviation, 1e-6), max(other_deviation, 1e-6)))
    if widths[1] <= MOST_APART * widths[0] and abs(mean - other_mean) <= widths[1] / 2:
        return ""
    return (
        f"The test pictures are scaled otherwise than those of the training: mean {other_mean:.2f} and deviation "
        f"{other_deviation:.2f} against {mean:.2f} and {deviation:.2f}. Give both the same transform."
    )


def divided_twice(experiment: Experiment) -> str:
    """A sentence where the pictures of a training are divided by 255 once too often; '' where they are not."""
    mean, deviation = next((each.scale for each in experiment.training if each.scale), (0.0, 1.0))
    if mean <= 0 or deviation > ONCE_MORE:
        return ""
    return (
        f"The pictures that the network is given are nearly 0 (mean {mean:.2g}, deviation {deviation:.2g}): they are divided by "
        "255 twice. `transforms.ToTensor()` gives numbers from 0 to 1 already."
    )


def wrong_target(experiment: Experiment) -> str:
    """A sentence where the loss holds all outputs against the number of the class; '' where it does not."""
    told, layers = experiment.replayed.labels, [each for each in experiment.layers if each.kind == "linear"]
    outputs = layers[-1].size_out if layers else 1
    if (
        told is None
        or outputs == 1
        or loss_of(experiment) not in ("mse_loss", "l1_loss", "smooth_l1_loss", "huber_loss")
    ):
        return ""
    column = told.ndim == 2 and told.shape[1] == 1
    if not column and not are_numbers_of_classes(told):
        return ""
    return (
        f"The loss compares each of the {outputs} outputs with the number of the class, as if a 7 were more than a 3: use "
        "`CrossEntropyLoss`, or one-hot labels."
    )


def diverges(experiment: Experiment) -> str:
    """A sentence for a training whose loss is no number any more; '' for others."""
    if not experiment.diverged:
        return ""
    rate = experiment.rule.settings.get("lr")
    here = f" (here {rate:g})" if isinstance(rate, int | float) else ""
    return (
        f"The loss is NaN or infinite from step {experiment.diverged} of the training on, so nothing is learned after it. Usual "
        f"causes are a learning rate that is too high{here}, the logarithm of 0, a division by 0, and NaN among the inputs."
    )


def mode_matters(experiment: Experiment) -> bool:
    """Whether the network computes something else in training mode: it has dropout or normalisation by batches."""
    return any((layer.kind == "dropout" and layer.rate > 0) or layer.kind == "norm" for layer in experiment.layers)


def told_before(first: Experiment, experiment: Experiment) -> bool:
    """Whether a wrong step of a training was counted against an earlier one already: it stands in the same lines."""
    here, there = first.place, experiment.place
    together = (here.source, here.cell, here.line) == (there.source, there.cell, there.line)
    return first is not experiment and together and wrong_step(first) is not None


def first_told(first: Experiment, experiment: Experiment) -> str:
    """The sentence on a training's wrong steps; '' where they are right, or were counted against the `first` one already."""
    if experiment.replayed.proved or told_before(first, experiment):
        return ""
    return WRONG_STEPS.get(experiment.replayed.step, "")


def loss_of(experiment: Experiment) -> str:
    """The name of the loss of the first step, as the grader has repeated it, or as it was recorded; '' where neither tells."""
    loss = experiment.replayed.loss
    return loss.name if loss is not None else told_loss(experiment)


def told_loss(experiment: Experiment) -> str:
    """The name of the loss of the first step, as it was recorded; '' where it was not."""
    kept = experiment.run.kept
    loss = kept[0].parts[0].loss if kept and kept[0].parts else None
    return loss.name if loss is not None else ""


def grows(experiment: Experiment) -> str:
    """A sentence for a training whose loss is NaN or far higher at its end than at its beginning; '' for others."""
    known = [loss for loss in experiment.run.losses if loss is not None]
    if experiment.diverged or len(known) < 2 * ENDS or not np.median(known[-ENDS:]) > GROWN * known[0] > 0:
        return diverges(experiment)
    rate = experiment.rule.settings.get("lr")
    here = f" of {rate:g}" if isinstance(rate, int | float) else ""
    return f"The loss grows from {known[0]:.3g} to {np.median(known[-ENDS:]):.3g}: the learning rate{here} is too high."


def why_wrong(experiment: Experiment) -> str:
    result = experiment.replayed
    if experiment.diverged:
        return diverges(experiment)
    if result.step in WRONG_STEPS:
        return WRONG_STEPS[result.step]
    return f"train longer, or start from other weights. It took {experiment.run.steps} steps."


def trained_until(
    experiment: Experiment,
    train: ImageSet,
    test: ImageSet,
    epochs: int,
    batch: int,
    bound: float,
    evidence: Evidence,
    secret: int,
) -> list[float]:
    """Test accuracies after each epoch of the grader's own training, until one is above the bound.

    Raises NeedsReview where the network can't be trained, and Failed where its loss became NaN, or where the network holds
    the test pictures: it does not know them once they are changed, by what is drawn from the secret.
    """
    pictures = Pictures(np.asarray(test.images), np.asarray(test.labels))
    asked = mixed_with_changed(Material(secret), "trained by the grader", pictures)
    reached: list[float] = []
    if sentence := diverges(experiment) or wrong_target(experiment) or still(experiment):
        raise Failed(sentence)
    try:
        if experiment.replayed.step:  # else it is not known which weights it learns
            expect_to_learn(experiment, pictures, bound, secret)
        for predicted in trained(experiment, np.asarray(train.images), np.asarray(train.labels), epochs, batch, 0):
            predictions = predicted(asked.images)
            reached.append(float((predictions == asked.labels)[~asked.changed].mean()))
            if reached[-1] > bound:
                asked.expect_known(predictions, evidence)
                break
    except NotTrainable as reason:
        raise NeedsReview(f"The grader could not train the network itself: {reason}.") from None
    return reached


def expect_to_learn(experiment: Experiment, test: Pictures, bound: float, secret: int) -> None:
    """End where a network answers more than the bound right with weights that are drawn anew, and not trained.

    Raises NotTrainable where that can't be computed.
    """
    known = 1.0
    for predicted in not_trained(experiment, DRAWS, secret):
        known = min(known, float((predicted(test.images) == test.labels).mean()))
        if known <= bound:
            return
    raise Failed(
        f"With weights that are drawn at random and not trained, the network answers {known:.0%} of the test pictures right: "
        "what it knows of them is written into its code and was not learned."
    )
