"""Faults of what a training was shown: labels, classes and pictures that are not those of the data set."""

from __future__ import annotations

from typing import Final

import numpy as np

from autograder.data import ImageSet
from autograder.trace.observed import Experiment
from autograder.trace.samples import Shown, shown_to

SHARE: Final = 0.02  # of wrong or repeated samples, from which on it is no accident of a picture that occurs twice
FEWEST: Final = 3
CHANCE: Final = 1e-6  # of right samples to look wrong
OFTEN: Final = 0.1  # of the pictures
NOISE: Final = 1 / 3  # of the usual resemblance of neighbouring pixels


def wrong_samples(experiment: Experiment, train: ImageSet, test: ImageSet) -> str:
    """A sentence where the first samples of a training are not as the data set has them; '' where they are, where pictures are
    augmented, and where nothing can be told."""
    shown = shown_to(experiment.source, experiment.run, np.asarray(train.images), np.asarray(train.labels))
    if shown is None:
        return ""
    spatial = any(layer.kind == "conv" for layer in experiment.layers)
    if spatial and (sentence := _wrong_pixels(shown)):
        return sentence
    if shown.mislabelled >= max(FEWEST, SHARE * shown.found):
        return (
            f"{shown.mislabelled} of the first {shown.found} training pictures have another label than the data set gives them: "
            "train on the labels as they are."
        )
    if shown.repeated >= max(FEWEST, SHARE * shown.found):
        return (
            f"Among the first {shown.found} training pictures {shown.repeated} appear in their batch a second time: the "
            "training set repeats a few pictures. Train on all of them."
        )
    classes = len(np.unique(np.asarray(train.labels)))
    if 0 < shown.classes < classes and classes * (1 - 1 / classes) ** shown.count < CHANCE:
        return (
            f"The first {shown.count} training pictures are of {shown.classes} classes, and the data set has {classes}: train on "
            "all classes, and shuffle the pictures."
        )
    return _of_the_test_set(experiment, shown, test)


def mirrored_digits(experiment: Experiment, train: ImageSet) -> str:
    """A sentence where a training on digits is shown mirrored ones; '' where it is not, or nothing is known."""
    shown = shown_to(experiment.source, experiment.run, np.asarray(train.images), np.asarray(train.labels))
    if shown is None or shown.mirrored < max(FEWEST, OFTEN * shown.count):
        return ""
    return (
        f"{shown.mirrored} of the first {shown.count} training pictures are mirrored. A mirrored 2 is no 2, and the test set "
        "has no such pictures: leave `RandomHorizontalFlip` to photographs."
    )


def same_order(experiment: Experiment) -> str:
    """A sentence where each epoch has gone through the training samples in the same order; '' where it has not, or was the only
    one, and where that is not known."""
    passed = {each.data for each in experiment.training}
    data = experiment.source.dataset(passed.pop()) if len(passed) == 1 else None
    if data is None or not data.in_order or (data.batches or 0) < 2 or len(experiment.training) < 2:
        return ""
    return (
        "Each epoch goes through the training samples in the same order, in the same batches: give the loader of the training "
        "`shuffle=True`."
    )


def _wrong_pixels(shown: Shown) -> str:
    if shown.scrambled:
        return (
            "The pixels of the training pictures are in the wrong order: `reshape` does not move the channels to another place. "
            "Use `transpose` or `permute`."
        )
    if shown.resemblance < NOISE * shown.usual:
        return (
            f"In the training pictures neighbouring pixels hardly resemble each other (correlation {shown.resemblance:.2f}; "
            f"{shown.usual:.2f} in the data set): they are drowned in noise, or their pixels are out of order."
        )
    return ""


def _of_the_test_set(experiment: Experiment, shown: Shown, test: ImageSet) -> str:
    if shown.found > 0.9 * shown.count:
        return ""
    other = shown_to(experiment.source, experiment.run, np.asarray(test.images), np.asarray(test.labels))
    if other is None or other.found < max(FEWEST, SHARE * other.count):
        return ""
    return f"{other.found} of the first {other.count} training pictures are pictures of the test set."
