"""Comparisons of trainings that differ in more than what is compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from autograder.report.wording import listed
from autograder.trace.observed import Experiment


def differences(experiments: Mapping[str, Experiment], *, of_epochs: bool = True) -> Iterator[str]:
    """A sentence for the numbers of epochs, and one for the batch sizes, where trainings that are compared differ in these."""
    epochs = {kind: each.epochs for kind, each in experiments.items() if each.epochs}
    if of_epochs and len(set(epochs.values())) > 1:
        yield _told(epochs, "epochs", "the one that trains longer has an advantage. Train all of them equally long")
    batches = {kind: size for kind, each in experiments.items() if (size := batch_size(each))}
    if len(set(batches.values())) > 1:
        yield _told(
            batches, "samples in a batch", "smaller batches make more steps in an epoch. Use the same size for all"
        )


def batch_size(experiment: Experiment) -> int:
    """How many samples a batch of its training has; 0 where that was not told."""
    trained = (experiment.source.dataset(each.data) for each in experiment.training)
    if told := next((about.batch for about in trained if about and about.batch), 0):
        return told
    part = experiment.run.first_part
    inputs = experiment.source.material.get(part.inputs or "") if part is not None else None
    return len(inputs) if inputs is not None and inputs.ndim > 1 else 0


def _told(values: Mapping[str, int], unit: str, why: str) -> str:
    groups: dict[int, list[str]] = {}
    for kind, value in values.items():
        groups.setdefault(value, []).append(kind)
    first, *others = groups.items()
    each = [f"{first[0]} {unit} for {listed(first[1])}", *(f"{value} for {listed(kinds)}" for value, kinds in others)]
    return f"The networks that are compared are trained with {', with '.join(each)}: {why}."
