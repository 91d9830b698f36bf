"""Whether a network is validated on other samples than those that it was trained on."""

from __future__ import annotations

from typing import Final

from autograder.trace.observed import Experiment
from traced.curves import Faults

OVERLAP: Final = 0.02  # of the validation samples


def validated_on_training_data(experiment: Experiment, data: int | None) -> Faults:
    """Where samples of the validation are the training's, too."""
    share = experiment.overlap(data)
    if share is None and _same_samples(experiment, data):
        share = 1.0
    if share is None or share < OVERLAP:
        return []
    if share > 1 - OVERLAP:
        return [(2 / 3, "The validation data are training data, so their curve says nothing new: keep them apart.")]
    return [
        (
            2 / 3,
            f"About {share:.0%} of the validation samples are among those of the training, so their curve says little new. Two "
            "calls of `random_split` draw two different splits: split once, or give both the same generator and seed.",
        )
    ]


def _same_samples(experiment: Experiment, data: int | None) -> bool:
    own = experiment.source.dataset(experiment.training[-1].data if experiment.training else None)
    other = experiment.source.dataset(data)
    if (
        own is None
        or other is None
        or (own.set, own.split) != (other.set, other.split)
        or own.split not in ("train", "test")
    ):
        return False
    if experiment.knows_apart(data):
        return False
    return experiment.is_trained_on(data) or bool(set(own.first) & set(other.first)) or own.whole >= own.base > 0
