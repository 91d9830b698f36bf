"""Histories of a training run, and which of them a line of a figure shows: matched by value, whatever the line is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from autograder.trace.records import Pass, Run, SourceTrace
from autograder.trace.smoothing import made_of

RELATIVE: Final = 1e-4
ABSOLUTE: Final = 1e-6
OF_BATCHES: Final = "a sum over the batches"
OF_SAMPLES: Final = "a sum over the samples"
OF_BATCHES_BY_SAMPLES: Final = "a sum over the batches divided by the number of samples"
OF_BATCHES_BY_OTHERS: Final = "a sum over its batches divided by the number of training batches"
OF_LAST_BATCH: Final = "that of the epoch's last batch"
OF_ALL_EPOCHS: Final = "that of all epochs so far together"
OF_ALL_BY_ONE: Final = "a sum over all epochs so far, divided by the length of one"
CARRIED_OVER: Final = frozenset({OF_ALL_EPOCHS, OF_ALL_BY_ONE})
FEWEST_SAMPLES: Final = 32  # of an accuracy, if the data has that many
FEWEST: Final = 3  # epochs of a history that is looked for in a longer line


@dataclass(frozen=True)
class History:
    """A number for each epoch, or for each step if not `epochs`. `what` is 'loss' or 'accuracy'. `split` says on what: 'training'
    for the training pass itself, else the data's 'train' or 'test', or '' if not known. `data` is the data set that was iterated
    over, if any. `miscounted` says what hits were divided by instead of the number of samples. `epoch` is the number of steps
    per epoch, if all epochs have the same. `how` says how a line is made of the values, if it is not these themselves: "moving
    average of the ". `total` says what a loss is, if it is not a mean, and an accuracy, if it is not that of all samples."""

    run: int
    what: str
    split: str
    values: tuple[float, ...]
    data: int | None = None
    epochs: bool = True
    miscounted: str = ""
    epoch: int = 0
    how: str = ""
    total: str = ""

    def __str__(self) -> str:
        on = {"training": "", "": " on other data"}.get(self.split, f" on the {self.split} set")
        return f"{self.how}{self.what}{on} in training {self.run + 1}"


def histories(source: SourceTrace) -> list[History]:
    """All histories of a notebook or script, in the order of its training runs."""
    return [history for run in source.runs for history in histories_of(source, run)]


def histories_of(source: SourceTrace, run: Run) -> Iterator[History]:
    """The histories of one training run."""
    own = [each for each in source.passes if each.run == run.id]
    training = [each for each in own if each.steps > 0 and each.data is not None]
    yield from _measured(source, run.id, "training", training[0].data if training else None, training)
    for data in sorted({each.data for each in own if each.steps == 0 and each.data is not None}):
        about = source.dataset(data)
        seen = [each for each in own if each.steps == 0 and each.data == data]
        yield from _measured(source, run.id, about.split if about else "", data, seen)
    steps = tuple(value for value in run.losses if value is not None)
    if len(steps) == run.steps > 1:
        lengths = {each.steps for each in training}
        yield History(run.id, "loss", "training", steps, epochs=False, epoch=lengths.pop() if len(lengths) == 1 else 0)


def _measured(source: SourceTrace, run: int, split: str, data: int | None, passes: Sequence[Pass]) -> Iterator[History]:
    """Of several passes without a step between them the last one counts; or the first one, since weights may be restored after
    the last epoch, such as the best ones, and measured again."""
    yield from dict.fromkeys(
        history
        for of_each_epoch in (_last_of_each, _first_of_each)
        for history in _of_epochs(source, run, split, data, passes, of_each_epoch)
    )


def _of_epochs(
    source: SourceTrace,
    run: int,
    split: str,
    data: int | None,
    passes: Sequence[Pass],
    of_each_epoch: Callable[[Sequence[Pass]], list[Pass]],
) -> Iterator[History]:
    """The histories of the passes that `of_each_epoch` selects, of all with a loss, and of all with an accuracy."""
    about = source.dataset(data)
    whole = about.whole if about else 0
    batches = _training_batches(source, run, data)
    with_loss = of_each_epoch([each for each in passes if each.losses])
    if with_loss:
        for losses, total in (
            ([each.loss_means / each.losses for each in with_loss], ""),
            ([each.loss_weighted / max(each.samples, 1) for each in with_loss], ""),
            ([each.loss_means for each in with_loss], OF_BATCHES),
            ([each.loss_weighted for each in with_loss], OF_SAMPLES),
            ([each.last_loss or 0.0 for each in with_loss], OF_LAST_BATCH),
            ([each.loss_means / max(each.samples, 1) for each in with_loss], OF_BATCHES_BY_SAMPLES),
            ([each.loss_weighted / whole for each in with_loss] if whole else [], ""),
            ([each.loss_means / whole for each in with_loss] if whole else [], OF_BATCHES_BY_SAMPLES),
            ([each.loss_means / batches for each in with_loss] if batches else [], OF_BATCHES_BY_OTHERS),
            *_carried_over([each.loss_means for each in with_loss], [each.losses for each in with_loss]),
            *_carried_over([each.loss_weighted for each in with_loss], [each.samples for each in with_loss]),
        ):
            if losses:
                yield History(run, "loss", split, tuple(losses), data, total=total)
    if alone := of_each_epoch([each for each in passes if each.cross_entropy > 0 and not each.losses]):
        # computed from all answers together, or with NumPy
        yield History(run, "loss", split, tuple(each.cross_entropy / max(each.samples, 1) for each in alone), data)
    fewest = (
        min(FEWEST_SAMPLES, about.samples) if about else 0
    )  # with one picture, any line of 0 and 1 may be a history
    counted = of_each_epoch([each for each in passes if each.accuracy is not None and each.samples >= fewest])
    if counted:
        yield History(run, "accuracy", split, tuple(each.accuracy or 0.0 for each in counted), data)
        if all(each.balanced is not None for each in counted):  # as a library's metric may do by default
            yield History(run, "accuracy", split, tuple(each.balanced or 0.0 for each in counted), data)
        if whole:  # hits, or misses, divided by the length of the uncut data set
            yield History(run, "accuracy", split, tuple((each.correct or 0) / whole for each in counted), data)
            missed = tuple(1 - (each.samples - (each.correct or 0)) / whole for each in counted)
            yield History(run, "accuracy", split, missed, data)
        if all(each.batches > 1 and each.last_accuracy is not None for each in counted):
            values = tuple(each.last_accuracy or 0.0 for each in counted)
            yield History(run, "accuracy", split, values, data, total=OF_LAST_BATCH)
        for shares, total in _carried_over([each.correct or 0 for each in counted], [each.samples for each in counted]):
            yield History(run, "accuracy", split, tuple(shares), data, total=total)
        for divisor, name in miscounts(source, run, counted[-1]):
            values = tuple((each.correct or 0) / divisor for each in counted)
            yield History(run, "accuracy", split, values, data, miscounted=name)


def _carried_over(sums: Sequence[float], lengths: Sequence[int]) -> Iterator[tuple[list[float], str]]:
    """What each epoch has where its sum, or this and what it is divided by, is not set to 0 after the epoch before. `sums` and
    `lengths` are those of each epoch alone."""
    if len(sums) < FEWEST:  # two epochs are told apart by one number only
        return
    so_far = np.cumsum(sums)
    yield (so_far / np.maximum(np.cumsum(lengths), 1)).tolist(), OF_ALL_EPOCHS
    yield (so_far / np.maximum(lengths, 1)).tolist(), OF_ALL_BY_ONE


def _training_batches(source: SourceTrace, run: int, data: int | None) -> int:
    """How many batches a training epoch has, if these are other data with a different number of batches; else 0."""
    training = next((each.data for each in source.passes if each.run == run and each.steps), None)
    own, other = source.dataset(data), source.dataset(training)
    if own is None or other is None or own.id == other.id or own.batches == other.batches:
        return 0
    return other.batches or 0


def miscounts(source: SourceTrace, run: int, one: Pass) -> list[tuple[int, str]]:
    """Numbers that hits may be divided by in mistake for the number of samples, each with what it counts."""
    training = next(
        (each.data for each in source.passes if each.run == run and each.steps and each.data is not None), None
    )
    own, other = source.dataset(one.data), source.dataset(training)
    right = {one.samples, own.whole if own else 0, 0}
    found = [(one.batches, "the number of batches")]
    if own is not None and own.batch:
        found.append((one.batches * own.batch, "the number of batches times their size"))
    if other is not None and other.id != one.data:
        found += [(other.whole, "the size of the training set"), (other.samples, "the size of the training set")]
    return [(divisor, name) for divisor, name in found if divisor not in right]


def _last_of_each(passes: Sequence[Pass]) -> list[Pass]:
    """Of several passes without a step between them, the last."""
    return list({(each.after, each.steps): each for each in passes}.values())


def _first_of_each(passes: Sequence[Pass]) -> list[Pass]:
    return _last_of_each(passes[::-1])[::-1]


def shown_by(line: Sequence[float], known: Sequence[History]) -> list[History]:
    """The histories that equal a line's values, as they are or in percent. Two runs can have equal ones."""
    values = np.asarray(line, dtype=np.float64)
    if len(values) < 2:
        return []
    found: list[History] = []
    for history in known:
        if len(history.values) == len(values) and not any(
            (h.run, h.what, h.data, h.split) == (history.run, history.what, history.data, history.split) for h in found
        ):
            own = np.asarray(history.values)
            scales = (1.0, 100.0) if history.what == "accuracy" else (1.0,)
            if any(_equal(values, own * scale, ABSOLUTE * scale) for scale in scales):
                found.append(history)
    return found


def totals_of(line: Sequence[float], shown: History, known: Sequence[History]) -> set[str]:
    """All `total`s that a line of losses may have if it shows this history: with one batch per epoch, sums are means."""
    values = np.asarray(line, dtype=np.float64)
    return {shown.total} | {
        each.total
        for each in known
        if (each.run, each.what, each.data, each.split) == (shown.run, shown.what, shown.data, shown.split)
        and len(each.values) == len(values)
        and _equal(values, np.asarray(each.values), ABSOLUTE)
    }


def averaged_from(line: Sequence[float], known: Sequence[History]) -> list[tuple[History, History]]:
    """The step losses that a line is made of: each history as it is known, and with how the line is made of it."""
    found = [(each, made_of(line, each.values, each.epoch)) for each in known if not each.epochs]
    return [(each, replace(each, how=how)) for each, how in found if how]


def _equal(values: np.ndarray, own: np.ndarray, absolute: float) -> bool:
    """Whether a line equals a history; a history that ends in NaN is drawn up to there."""
    return np.allclose(values, own, rtol=RELATIVE, atol=absolute, equal_nan=True)


def held_by(line: Sequence[float], known: Sequence[History]) -> list[History]:
    """The histories that a longer line contains, one after the other or among others: as in a list that is never cleared."""
    values = np.asarray(line, dtype=np.float64)
    found = []
    for history in known:
        length = len(history.values)
        if FEWEST <= length < len(values) and np.isfinite(values).all():
            for scale in (1.0, 100.0) if history.what == "accuracy" else (1.0,):
                if _is_held(values, np.asarray(history.values) * scale, ABSOLUTE * scale):
                    found.append(history)
                    break
    return found


def _is_held(values: np.ndarray, own: np.ndarray, absolute: float) -> bool:
    """Whether a longer line contains these values. All are compared only where the first, middle and last ones match: comparing
    all positions with all values would take their product in time and memory."""
    places = np.arange(len(values) - len(own) + 1)
    for offset in (0, len(own) // 2, len(own) - 1):
        places = places[np.isclose(values[places + offset], own[offset], rtol=RELATIVE, atol=absolute)]
    return any(_equal(values[place : place + len(own)], own, absolute) for place in places)
