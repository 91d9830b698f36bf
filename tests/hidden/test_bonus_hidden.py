"""Hidden check of the bonus."""

from __future__ import annotations

import numpy as np

from autograder.checks import expect, item
from judging.bonus import ask_pretrained
from probes import transfer


@item("bonus.comparison", seconds=180, random=True)
def test_the_pre_trained_network_beats_the_cnn_under_the_same_budget(student, reference, images, evidence):
    """After one epoch of the same few pictures, the pre-trained network classifies more test pictures right than the CNN."""
    train, test = images("cifar10", "train"), images("cifar10", "test")
    run = {
        "images": np.asarray(train.images[:400]),
        "labels": np.asarray(train.labels[:400]),
        "test_images": np.asarray(test.images[:200]),
        "batch_size": 16,
    }
    labels = np.asarray(test.labels[:200])
    found = ask_pretrained(student, transfer.learn, **run)
    accuracy = float((found == labels).mean())
    scratch = float((reference.ask(transfer.learn_from_scratch, **run) == labels).mean())
    evidence.fact("test accuracy of the pre-trained network after one epoch of 400 pictures", accuracy)
    evidence.fact("test accuracy of the CNN of 3A after the same", scratch)
    expect(
        accuracy > scratch,
        f"The pre-trained network reaches {accuracy:.3f} and the CNN of 3A {scratch:.3f} after the same 400 pictures: "
        "nothing that was learned on ImageNet helps.",
    )
