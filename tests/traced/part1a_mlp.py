"""Problem 1A: an MLP on MNIST."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from autograder.checks import Evidence, Failed, NeedsReview, Partial
from autograder.data import ImageSet
from autograder.judging import NotShown, conclude, shows
from autograder.report.wording import listed
from autograder.trace.observed import Experiment, Observed
from traced import steps
from traced.curves import Faults, labelled, one_for_all
from traced.depth import any_depth, fixed_depth
from traced.learned import untouched
from traced.named import activation_in
from traced.roles import (
    ACTIVATIONS,
    activation_of,
    has_dropout,
    is_mlp,
    mlps,
    plain,
    shallow,
    sizes,
    steps_by_hand,
    trained_on_test,
    without_activation,
)
from traced.samples import mirrored_digits, same_order, wrong_samples
from traced.shown import is_shown, other_count
from traced.told_accuracies import told_accuracies
from traced.wrong_data import learns_from_noise

Images = Callable[[str, str], ImageSet]


def the_mlp(observed: Observed) -> Experiment:
    """The first training of an MLP with few layers; where it only tries an epoch or two out, the first long one of the same
    layers. Raises NotShown."""
    found = plain(observed) or shallow(observed)
    if not found:
        raise NotShown
    first = found[0]
    if first.epochs > TRIED_OUT:
        return first
    return next((each for each in found if sizes(each) == sizes(first) and each.epochs >= LONG), first)


TRIED_OUT: Final = 2  # epochs
LONG: Final = 5  # epochs
LEARNS: Final = 0.5  # test accuracy that any training of a right network passes on MNIST, however weak its settings


@shows("1A.network")
def the_network_is_an_mlp_of_the_layers_asked_for(observed: Observed, evidence: Evidence) -> None:
    """An MLP of 784, 128, 64 and 10 units is trained, with an activation after each hidden layer, and others can be made."""
    experiment = the_mlp(observed)
    evidence.at(experiment.network.made if experiment.network else experiment.place)
    chains = {sizes(each): each for each in mlps(observed)}
    evidence.fact("layers", " → ".join(map(str, sizes(experiment))), "784 → 128 → 64 → 10")
    faults: Faults = []
    if (784, 128, 64, 10) not in chains:
        faults.append(
            (0.25, f"The layers asked for are 784, 128, 64 and 10; those trained are {' and '.join(map(str, chains))}.")
        )
    if lacking := without_activation(experiment.layers):
        faults.append(
            (
                0.5,
                f"There is no activation after {lacking} of its hidden layers, so they are one linear layer together.",
            )
        )
    start = experiment.source.weights(experiment.run, "before") or {}
    if start and all(not np.asarray(value).any() for value in start.values()):
        faults.append(
            (0.5, "All of its weights start at zero, so its hidden units stay alike, and never learn anything.")
        )
    last = experiment.layers[-1] if experiment.layers else None
    if last is not None and last.kind == "activation":
        faults.append((0.25, f"The last layer is followed by {last.name}: logits should be left as they are."))
    if fixed := fixed_depth(observed, experiment):
        faults.append((0.25, fixed))
    conclude(faults)
    if not any_depth(observed):
        raise NeedsReview(
            "The network is right as it was run. No network of another depth was made in the same way, so whether it takes any "
            "number of layers was not shown."
        )


@shows("1A.activations")
def networks_with_each_of_the_three_activations_are_trained(observed: Observed, evidence: Evidence) -> None:
    """MLPs with ReLU, with sigmoid and with tanh are trained."""
    found = {name: each for each in reversed(mlps(observed)) if (name := activation_of(each))}  # the first of each
    if not found:
        raise NotShown
    evidence.at(next(iter(found.values())).place)
    trained = [name for name in ACTIVATIONS if name in found]
    evidence.fact("activations of the networks that were trained", trained, list(ACTIVATIONS))
    missing = [name for name in ACTIVATIONS if name not in found]
    if any(each.run.continues is not None for each in mlps(observed)) and missing:
        raise NotShown  # a network that is handed on has the operators of its first training in the trace
    if missing == list(ACTIVATIONS[1:]) or missing == list(ACTIVATIONS[:2]) or (missing and steps_by_hand(observed)):
        raise NotShown
    if missing and _one_is_drawn_for_another(observed):  # which 1B tells, and says nothing of what could be chosen
        raise NeedsReview(
            f"No network with {listed(missing)} is trained, but the losses of another one are drawn in its place: a person "
            "checks whether the code lets it be chosen."
        )
    if missing:
        raise Partial(round(1 - len(missing) / 3, 2), f"No network with {listed(missing)} is trained.")


def _one_is_drawn_for_another(observed: Observed) -> bool:
    """Whether a figure holds the very same line for several activations."""
    drawn = (
        labelled(panel, ACTIVATIONS, lambda experiment, history: is_mlp(experiment), activation_in)
        for panel in observed.panels
    )
    return any(map(one_for_all, drawn))


@shows("1A.training-step")
def each_step_of_the_training_is_the_right_one(observed: Observed, evidence: Evidence, images: Images) -> None:
    """Repeated by the grader from the same weights and batches, the first training steps lead to the same weights."""
    experiment = the_mlp(observed)
    evidence.at(experiment.place)
    if sentence := same_order(experiment):
        evidence.remark(sentence)
    if sentence := steps.divided_twice(experiment):
        evidence.remark(sentence)
    if sentence := mirrored_digits(experiment, images("mnist", "train")):
        evidence.remark(sentence)
    steps.expect_right(experiment, evidence)
    training = experiment.training
    if training and all(not each.training_mode for each in training) and has_dropout(experiment):
        raise Partial(0.5, "The network is trained in evaluation mode: call `model.train()` before each epoch.")


@shows("1A.evaluation")
def accuracy_is_counted_over_all_test_samples(observed: Observed, evidence: Evidence) -> None:
    """The accuracy that is shown is the one of the network on all test samples, in evaluation mode."""
    experiment = the_mlp(observed)
    found = [each for each in experiment.evaluations("test") if each.accuracy is not None]
    if not found:
        raise NotShown
    evidence.at(found[0].place)
    about = experiment.source.dataset(found[-1].data)
    faults: Faults = []
    if _batches_are_alike(observed):
        evidence.changes_nothing("evaluate.mean-of-batches")
    if all(each.gradients for each in found):
        evidence.fact("gradients while the accuracy is measured", "kept", "none: `torch.no_grad()`")
    random = [
        each
        for other in mlps(observed)
        if has_dropout(other)
        for each in other.evaluations("test")
        if each.training_mode and each.place == found[-1].place
    ]
    if random:
        faults.append((0.5, "The accuracy is measured with dropout at work: call `model.eval()` before."))
    if sentence := steps.scaled_apart(experiment):
        faults.append((0.5, sentence))
    share = found[-1].accuracy or 0.0
    evidence.fact("accuracy on the test samples of the short run", share)
    if about is not None and about.samples and found[-1].samples < 0.9 * about.samples:
        faults.append((0.5, f"The accuracy is counted over {found[-1].samples} of {about.samples} test samples."))
    if not is_shown(observed, experiment, [value for each in found for value in experiment.shares(each)]):
        other = other_count(observed, experiment, found)
        if not other:
            raise NeedsReview(
                "The network is evaluated on the test samples, but its accuracy was not found among what is shown."
            )
        faults.append((1.0, other))
    conclude(faults)


def _batches_are_alike(observed: Observed) -> bool:
    """Whether no batch is shorter than the others, wherever a network of this kind is evaluated on test samples."""
    seen = [each.source.dataset(one.data) for each in mlps(observed) for one in each.evaluations("test")]
    return all(bool(about and about.batch and about.whole % about.batch == 0) for about in seen)


@shows("1A.accuracy")
def the_grader_trains_the_network_above_the_threshold(
    observed: Observed, evidence: Evidence, thresholds: Any, images: Images, sampled: bool, secret: int
) -> None:
    """Training and test accuracy are shown. Trained by the grader on all digits with the same settings and epochs, the
    network passes the threshold."""
    experiment = the_mlp(observed)
    evidence.at(experiment.place)
    if trained_on_test(experiment):
        raise Failed(
            "The network is trained on the test data, so its test accuracy says nothing: train on the training set."
        )
    if learns_from_noise(experiment):
        raise Failed("The network is trained on random numbers; the accuracies on MNIST are asked for.")
    if sentence := wrong_samples(experiment, images("mnist", "train"), images("mnist", "test")):
        raise Failed(sentence)
    faults = told_accuracies(observed, experiment, evidence)
    if untouched(experiment):
        faults.append((0.5, "The accuracies that are shown are those of a network that was not trained."))
    bound = thresholds["sample_accuracy" if sampled else "test_accuracy"]
    most = int(thresholds["sample_epochs" if sampled else "budget_epochs"])
    reached: list[float] = []
    for each in _settings(observed, experiment):
        reached = _reached(each, images, most, bound, evidence, secret, exact=not sampled)
        evidence.measure("test accuracy, trained by the grader", max(reached), above=bound)
        evidence.fact("epochs, trained by the grader", len(reached), f"at most {most}")
        line = {f"{each.rule.optimizer}": reached}
        evidence.curves("Test accuracy, trained by the grader", line, y_label="accuracy", threshold=bound)
        if each is experiment and max(reached) < LEARNS:
            faults.append((0.5, _does_not_learn(each, max(reached))))
        if max(reached) > bound:
            conclude(faults)
            return
    raise Failed(
        f"Trained by the grader on all digits with the same settings, the network reaches {max(reached):.2%} within "
        f"{len(reached)} epochs; more than {bound:.0%} is asked for. {steps.grows(experiment)}".rstrip()
    )


def _does_not_learn(experiment: Experiment, reached: float) -> str:
    rate = experiment.rule.settings.get("lr")
    here = f" (a learning rate of {rate:g})" if isinstance(rate, int | float) else ""
    return (
        f"With its own settings{here} the network reaches {reached:.0%} when the grader trains it; with those of another "
        "training it learns."
    )


def _settings(observed: Observed, first: Experiment) -> list[Experiment]:
    """The trainings of such a network by different optimizers, at most three: the first one, then those with adaptive rates."""
    alike = [
        each
        for each in plain(observed)
        if sizes(each) == sizes(first) and each.replayed.proved and not each.diverged and not trained_on_test(each)
    ]
    different = {
        (each.rule.optimizer, each.rule.settings.get("lr"), each.rule.settings.get("momentum")): each
        for each in reversed(alike)
    }
    others = [each for each in different.values() if each is not first]
    others.sort(key=lambda each: each.rule.optimizer not in ("Adam", "RMSprop", "AdamW"))
    learns = first.replayed.proved and not first.diverged
    return ([first, *others] if learns else [*others[:2], first])[:3]


def _reached(
    experiment: Experiment, images: Images, most: int, bound: float, evidence: Evidence, secret: int, *, exact: bool
) -> list[float]:
    """Test accuracies after each epoch until one is above the bound. Raises NeedsReview where it can't be trained."""
    about = experiment.source.dataset(experiment.training[0].data if experiment.training else None)
    epochs = min(experiment.epochs or most, most) if exact else most
    batch = about.batch if about and about.batch else 64
    train, test = images("mnist", "train"), images("mnist", "test")
    return steps.trained_until(experiment, train, test, epochs, batch, bound, evidence, secret)
