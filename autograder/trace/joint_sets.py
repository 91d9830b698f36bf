"""Data sets that come in one piece, such as OpenML's: which parts are for training follows from what is done with them."""

from __future__ import annotations

from typing import Final

from autograder.trace.records import SourceTrace

JOINT: Final = "joint"
MOST_MET: Final = 0.5  # of the samples of test data: pictures may occur twice in a set


def with_splits(source: SourceTrace) -> SourceTrace:
    """The same trace, in which such data are 'train' if a network takes steps on them, or had been trained on most of them
    before it was evaluated, and otherwise 'test'."""
    if not any(each.split == JOINT for each in source.data):
        return source
    data = tuple(
        each.model_copy(update={"split": _split(source, each.id)}) if each.split == JOINT else each
        for each in source.data
    )
    return source.model_copy(update={"data": data})


def _split(source: SourceTrace, data: int) -> str:
    passes = [each for each in source.passes if each.data == data]
    if any(each.steps for each in passes):
        return "train"
    known = [each for each in passes if each.met is not None]
    met, samples = sum(each.met or 0 for each in known), sum(each.samples for each in known)
    return "train" if met > MOST_MET * samples else "test"
