"""Trainings that were repeated, for example with other seeds, and what a figure or a table may show of them all: the mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from autograder.trace.histories import History

if TYPE_CHECKING:
    from autograder.trace.observed import Experiment

MOST: Final = 20  # repetitions in a group


def repeated(experiments: Sequence[Experiment]) -> list[tuple[Experiment, ...]]:
    """Groups of two or more trainings of the same source and line, of fresh networks with the same layers, with the same settings
    and the same number of epochs."""
    groups: dict[tuple[object, ...], list[Experiment]] = {}
    for each in experiments:
        if each.run.continues is None and each.layers:
            settings = repr(sorted(each.run.settings.items()))
            key = (each.source.source, str(each.place), tuple(each.layers), each.run.optimizer, settings, each.epochs)
            groups.setdefault(key, []).append(each)
    return [tuple(group[:MOST]) for group in groups.values() if len(group) > 1]


def mean_histories(group: Sequence[Experiment]) -> Iterator[History]:
    """The mean over the group of each history that all its trainings have, attributed to the last training."""
    for histories in zip(*(each.histories for each in group), strict=False):
        last = histories[-1]
        alike = {
            (each.what, each.split, each.epochs, each.total, each.miscounted, len(each.values)) for each in histories
        }
        if len(alike) == 1 and last.epochs:
            mean = np.mean([each.values for each in histories], axis=0)
            yield replace(last, values=tuple(mean.tolist()), how=f"mean of {len(group)} trainings' ")


def mean_final_accuracy(group: Sequence[Experiment], split: str) -> list[float]:
    """The mean of the accuracies after the last step, as a list of one; empty if one of them was not measured."""
    finals = [each.final_accuracies(split)[:1] for each in group]
    return [float(np.mean(finals))] if all(finals) else []
