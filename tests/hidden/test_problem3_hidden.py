"""Hidden checks of Problem 3."""

from __future__ import annotations

import numpy as np

from autograder.checks import Failed, NeedsReview, expect_close, expect_number, item
from autograder.checks.recordings import log_softmax
from autograder.worker.protocol import Stored
from judging.changed_pictures import mixed_with_changed
from judging.drawn_pictures import drawn_pictures, renamed
from judging.first_steps import in_words
from judging.problem2 import expect_long_enough, expect_within
from judging.problem3 import ArchitectureComparison, expect_learning, seen_in_first_steps, steps_run
from probes import cnn

TEST_PICTURES = 2_000
PAUSE = 0.05  # seconds, at each batch: what is timed must take some time
SHAPES = [(32, 3, 3, 3), (64, 32, 3, 3), (128, 4096), (10, 128)]


@item("3A.network")
def test_the_cnns_logits_equal_the_reference_under_copied_weights(student, reference, material, evidence):
    """With the same weights, the CNN gives the same outputs as the reference: order, padding and pooling are right."""
    x = material.noise("3A logits inputs", material.number("3A logits rows", 6, 12), 3, 32, 32)
    run = {"weights": material.conv_weights("3A logits weights", SHAPES), "x": x}
    found, expected = student.ask(cnn.cnn_logits, **run), reference.ask(cnn.cnn_logits, **run)
    evidence.fact("largest difference of an output", float(np.abs(found - expected).max()), "0, up to rounding")
    # A log-softmax at the end moves all logits of a sample by the same amount: the same classes, the same loss.
    expect_close(log_softmax(found), log_softmax(expected), "The output of `build_cnn()` under copied weights")


@item("3A.training")
def test_the_steps_of_the_training_are_those_of_an_optimizer(student, images, material, evidence):
    """The first steps of `train_cnn` are those of a common optimizer on the cross-entropy of each batch."""
    run = steps_run(student, images, material)
    run.expect_every_epoch()
    steps = run.first_steps()
    settings = steps.common_optimizer()
    if settings is not None:
        evidence.fact("optimizer, as its steps show it", f"{settings['kind']}, {in_words(settings)}")
        return
    if steps.common_optimizer(clearing=False) is not None:
        raise Failed(
            "Gradients add up from batch to batch in `train_cnn`: call `optimizer.zero_grad()` for each batch."
        )
    raise NeedsReview("`train_cnn` takes steps of an optimizer, or on a loss, that the grader does not know.")


@item("3A.accuracy", seconds=240, random=True, assigned_seconds=7200)
def test_pictures_are_learned_within_the_budget(student, images, material, thresholds, assigned, evidence):
    """`train_cnn` makes `build_cnn`'s network pass the calibrated accuracy on pictures that it has not seen."""
    budgets = [thresholds["assigned_epochs"]] if assigned else [thresholds["epochs"], thresholds["more_epochs"]]
    bound = thresholds["assigned_accuracy"] if assigned else thresholds["accuracy"]
    train, test = images("cifar10", "train"), images("cifar10", "test")
    first, validation = (45_000, 5_000) if assigned else (5_000, 500)
    start = material.number("3A first training picture", 0, len(train.labels) - first - validation)
    count = len(test.labels) if assigned else TEST_PICTURES
    asked = mixed_with_changed(
        material, "3A budget test pictures", drawn_pictures(material, "3A budget test pictures", test, count)
    )
    best = 0.0
    for epochs in budgets:  # a slow optimizer gets more epochs; a good one is through after the few
        found = student.ask(
            cnn.learn_pictures,
            images=Stored("cifar10/train-images"),
            labels=renamed(material, train.labels),
            first=first,
            validation=validation,
            start=start,
            test_images=asked.images,
            epochs=int(epochs),
            batch_size=128 if assigned else 32,
        )
        accuracy, _ = expect_learning(found, asked.labels, evidence, counted=~asked.changed)
        best = max(best, accuracy)
        evidence.measure(f"test accuracy after {epochs:.0f} epochs", accuracy, above=bound)
        if accuracy > bound:
            asked.expect_known(found["predictions"], evidence)
            return
    raise Failed(
        f"The accuracy on {count:,} test pictures is {best:.3f}; more than {bound:g} is needed."
        + seen_in_first_steps(student, images, material)
    )


@item("3B.comparison", seconds=60)
def test_training_times_of_the_architectures_are_given_in_seconds(student, images, material, evidence):
    """The reported seconds of each architecture are those that its training took."""
    comparison = ArchitectureComparison(student, images, material, pause=PAUSE)
    comparison.expect_fresh_networks()
    shortest = min(sum(end - start for start, end in spans(one)) for one in comparison.trainings)
    for name, entry in comparison.entries.items():
        seconds = expect_number(entry["seconds"], f"`seconds` of {name}")
        evidence.fact(f"{name}: seconds", seconds, f"at least {shortest:.2f}")
        expect_long_enough(seconds, shortest, name)
    times = comparison.times()
    evidence.fact("seconds of all together", sum(times), f"at most {comparison.seconds:.2f}, the whole call")

    def again():
        return ArchitectureComparison(student, images, material, pause=PAUSE).times()

    expect_within(times, comparison.seconds, "architecture", again)


def spans(training):
    return [run.span for run in training.training()]
