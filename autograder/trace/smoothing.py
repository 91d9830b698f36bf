"""Lines that are made of the losses of a training's steps: averaged over steps, thinned out, or their logarithm.

Each usual way of making one has at most two settings, which are inferred from the line itself: the factor of a moving average,
the width of a window, the steps that are skipped. The line is then computed from the recorded losses, and must come out the same
at every point, so another curve does not fit by chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

FEWEST: Final = 6  # points of a line: two may determine the settings, the others prove them
RELATIVE: Final = 1e-4  # of each value
OF_THE_WAY: Final = 1e-3  # of the way from the highest to the lowest value: flat lines are close to each other anyway
HALVINGS: Final = 60
LARGEST_LOGARITHM: Final = 100.0
MOST_TRIED: Final = 200  # settings of one way; where losses stay the same for long, many fit the first points

RUNNING_MEAN: Final = "running mean of the "
WITH_ZEROS: Final = "running mean, with zeros beyond its ends, of the "

Candidates = Iterator[tuple[str, np.ndarray]]


def made_of(line: Sequence[float], losses: Sequence[float], epoch: int = 0) -> str:
    """How a line is made of the losses of all steps, in words that go before "of the loss"; '' if it is not.

    `epoch`: the number of steps per epoch, if all epochs have the same; else 0. NaN at the ends of a line, as left by a window,
    is ignored.
    """
    values, steps = _without_ends(np.asarray(line, dtype=np.float64)), np.asarray(losses, dtype=np.float64)
    if min(len(values), len(steps)) < FEWEST or not np.isfinite(values).all() or not np.isfinite(steps).all():
        return ""
    lowest, highest = min(0.0, float(steps.min())), float(steps.max())
    for before, each in _undone(values):
        slack = RELATIVE * (highest - lowest)
        if each.min() < lowest - slack or each.max() > highest + slack:
            continue  # a mean can't lie outside
        for how, own in _candidates(each, steps, epoch):
            if _are_close(each, own):
                return f"{before}{how}"
    return ""


def _without_ends(values: np.ndarray) -> np.ndarray:
    known = np.flatnonzero(~np.isnan(values))
    return values[known[0] : known[-1] + 1] if len(known) else values[:0]


def _undone(values: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """The values that a line may have been drawn from: those that it shows, or others whose logarithm it shows."""
    yield "", values
    if np.abs(values).max() < LARGEST_LOGARITHM:
        yield "logarithm of the ", np.exp(values)
        yield "logarithm of the ", np.power(10.0, values)


def _are_close(values: np.ndarray, own: np.ndarray) -> bool:
    way = float(np.ptp(own)) if len(own) == len(values) and np.isfinite(own).all() else 0.0
    return way > 0 and bool((np.abs(values - own) <= np.minimum(RELATIVE * np.abs(own) + 1e-9, OF_THE_WAY * way)).all())


def _candidates(values: np.ndarray, steps: np.ndarray, epoch: int) -> Candidates:
    by_epoch = steps.reshape(-1, epoch) if 1 < epoch < len(steps) and len(steps) % epoch == 0 else None
    if len(values) == len(steps):
        yield "", steps
        for own in _moving_averages(values, steps):
            yield "moving average of the ", own
        yield "mean so far of the ", _means_so_far(steps)
        if by_epoch is not None:
            yield "mean so far of the ", np.concatenate([_means_so_far(each) for each in by_epoch])
    yield from _windows(values, steps)
    for rows in (steps[None], *([] if by_epoch is None else [by_epoch])):
        for own in _thinned(values, rows):
            yield "part of the ", own
        for own in _blocks(values, rows):
            yield "mean over some steps of the ", own


def _means_so_far(steps: np.ndarray) -> np.ndarray:
    found: np.ndarray = steps.cumsum() / np.arange(1, len(steps) + 1)
    return found


def _moving_averages(values: np.ndarray, steps: np.ndarray) -> Iterator[np.ndarray]:
    """Exponential moving averages that start at 0, or at the first loss, or are bias-corrected for a start at 0."""
    new, before, now = steps[1:], values[:-1], values[1:]
    away = before - new
    if away @ away > 0:
        factor = float(away @ (now - new) / (away @ away))  # of now = factor * before + (1 - factor) * new
        if 0 < factor < 1:
            yield _averaged(steps, factor, 0.0)
            yield _averaged(steps, factor, float(steps[0]))
    at = int(np.abs(now - before).argmax()) + 1
    if values[at] != values[at - 1]:
        weight = 1 + float((steps[at] - values[at]) / (values[at] - values[at - 1]))
        factor = _factor_of(weight, at + 1)
        if 0 < factor < 1:
            yield _averaged(steps, factor, 0.0) / (1 - factor ** np.arange(1, len(steps) + 1))


def _averaged(steps: np.ndarray, factor: float, start: float) -> np.ndarray:
    found, mean = [], start
    for each in steps.tolist():
        mean = factor * mean + (1 - factor) * each
        found.append(mean)
    return np.array(found)


def _factor_of(weight: float, count: int) -> float:
    """The factor whose first `count` powers, from 1 on, sum to this weight; 0 if there is none between 0 and 1."""
    if not 1 < weight < count:
        return 0.0
    low, high = 0.0, 1.0
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if (1 - middle**count) / (1 - middle) < weight else (low, middle)
    return low


def _windows(values: np.ndarray, steps: np.ndarray) -> Candidates:
    """Means over windows of steps: of whole windows only, of windows that reach over the ends with zero padding, and of the steps
    that a window still covers at the ends."""
    count, sums = len(steps), np.concatenate([[0.0], steps.cumsum()])
    places = np.arange(len(values))

    def means(first: Any, width: Any, filled: bool) -> np.ndarray:
        begin, end = np.clip(first, 0, count), np.clip(first + width, 0, count)
        found: np.ndarray = (sums[end] - sums[begin]) / (width if filled else np.maximum(end - begin, 1))
        return found

    if len(values) < count:
        yield RUNNING_MEAN, means(places, count - len(values) + 1, True)
    elif len(values) > count:
        yield WITH_ZEROS, means(places - (len(values) - count), len(values) - count + 1, True)
        for middle in (
            count // 2,
            (count - 1) // 2,
        ):  # of `mode="same"`, whose line is as long as the longer of the two
            yield WITH_ZEROS, means(places - (len(values) - 1) + middle, len(values), True)
    else:
        apart = np.flatnonzero(np.abs(values - _means_so_far(steps)) > RELATIVE * np.abs(values))
        if len(apart) and apart[0] > 1:  # the first index at which a step has left the window
            yield RUNNING_MEAN, means(places - apart[0] + 1, apart[0], False)
        widths = np.arange(2, count)
        for left in (widths // 2, (widths - 1) // 2):
            for filled, how in ((True, WITH_ZEROS), (False, RUNNING_MEAN)):
                seen = [_is_near(means(place - left, widths, filled), values[place]) for place in _spread(count)]
                for number in np.flatnonzero(np.all(seen, axis=0))[:MOST_TRIED]:
                    yield how, means(places - left[number], widths[number], filled)


def _spread(count: int) -> list[int]:
    return [0, count // 4, count // 2, count - 1]


def _is_near(values: np.ndarray, value: float) -> np.ndarray:
    found: np.ndarray = np.abs(values - value) <= 2 * RELATIVE * abs(value) + 1e-9
    return found


def _thinned(values: np.ndarray, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Every n-th step of each row; and its first or its last steps, if they are most of it: the last epoch alone does not show a
    training."""
    length = rows.shape[1]
    share = len(values) // len(rows)
    if len(values) != share * len(rows) or not 0 < share < length:
        return
    if 2 * share > length:
        yield rows[:, :share].ravel()
        yield rows[:, -share:].ravel()
    starts = np.flatnonzero(_is_near(rows[0, : -(-length // share)], values[0]))
    for start in starts[:MOST_TRIED]:
        widest = (length - 1 - start) // max(share - 1, 1)
        apart = np.arange(max(-(-(length - start) // share), int(start) + 1), widest + 1)
        seen = [_is_near(rows[0, start + apart * place], values[place]) for place in {0, share // 2, share - 1}]
        for each in apart[np.all(seen, axis=0)][: MOST_TRIED if share > 1 else 1]:
            yield rows[:, start::each].ravel()


def _blocks(values: np.ndarray, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Means over consecutive blocks of n steps of each row, with or without a shorter one at its end."""
    length = rows.shape[1]
    share = len(values) // len(rows)
    if len(values) != share * len(rows) or not 0 < share < length:
        return
    widths = np.arange(2, length + 1)
    fitting = (length // widths == share) | (-(-length // widths) == share)
    near = _is_near(_means_so_far(rows[0])[1:], values[0])
    for width in widths[fitting & near][:MOST_TRIED]:
        whole = length // width * width
        own = rows[:, :whole].reshape(len(rows), -1, width).mean(2)
        if length // width < share:
            own = np.concatenate([own, rows[:, whole:].mean(1, keepdims=True)], axis=1)
        yield own.ravel()
