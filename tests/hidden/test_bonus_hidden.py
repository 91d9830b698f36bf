"""Hidden check of the bonus."""

from __future__ import annotations

from autograder.checks import expect, expect_array, item
from judging.bonus import ask_pretrained
from judging.changed_pictures import mixed_with_changed
from judging.drawn_pictures import drawn_pictures
from probes import transfer


@item("bonus.comparison", seconds=240, random=True)
def test_the_pre_trained_network_beats_the_cnn_under_the_same_budget(
    student, reference, images, material, thresholds, evidence
):
    """After a few epochs of 400 pictures, the pre-trained network classifies more test pictures right than the CNN."""
    train = drawn_pictures(material, "bonus training pictures", images("cifar10", "train"), 400)
    pictures = drawn_pictures(material, "bonus test pictures", images("cifar10", "test"), 200)
    test = mixed_with_changed(material, "bonus test pictures", pictures)
    for epochs in (thresholds["epochs"], thresholds["more_epochs"]):  # more only where the few do not do
        run = {
            "images": train.images,
            "labels": train.labels,
            "test_images": test.images,
            "batch_size": 16,
            "epochs": int(epochs),
        }
        found = ask_pretrained(student, transfer.learn, **run)
        predictions = expect_array(found, "The predictions").reshape(-1)
        expect(
            len(predictions) == len(test.labels),
            f"There are {len(predictions)} predictions for {len(test.labels)} pictures.",
        )
        accuracy = float((predictions == test.labels)[~test.changed].mean())
        known = reference.ask(transfer.learn_from_scratch, **run) == test.labels
        scratch = float(known[~test.changed].mean())
        bound = max(scratch, thresholds["accuracy"])
        evidence.measure(f"test accuracy of the pre-trained network, {epochs:.0f} epochs", accuracy, above=bound)
        evidence.fact(f"test accuracy of the CNN of 3A, {epochs:.0f} epochs", scratch, "chance: 0.1")
        if accuracy > bound:
            test.expect_known(predictions, evidence)
            return
    expect(
        False,
        f"The pre-trained network reaches {accuracy:.3f} and the CNN of 3A {scratch:.3f} after {epochs:.0f} epochs of the "
        f"same 400 pictures; more than {bound:.3f} is needed: nothing that was learned on ImageNet helps.",
    )
