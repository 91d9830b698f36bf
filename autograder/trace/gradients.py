"""Which recorded gradients a line of a figure shows: over the layers, or of one layer over the steps; found by value.

Gradients of the weights come first; those with respect to the layers' outputs or inputs show vanishing gradients, too.
Students take them from one batch, or from each; every few steps; as means over an epoch or over the whole training; of all
weights, or without the last layer; as they are, or as logarithms. Each of these is looked for.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from autograder.trace.layers import layers
from autograder.trace.records import Gradients, SourceTrace

MAGNITUDES: Final = ("mean |gradient|", "norm", "largest |gradient|", "root mean square")
SPREADS: Final = ("standard deviation", "standard deviation of a sample")
MEANS: Final = ("mean gradient", "|mean gradient|")  # in which positive and negative gradients cancel
OF: Final = {"weights": "", "outputs": "of the layers' outputs", "inputs": "of the layers' inputs"}
OVER_THE_STEPS: Final = "of a layer over the steps"
RELATIVE: Final = 1e-3
INTERVALS: Final = range(2, 51)  # steps between two readings
EPOCHS: Final = range(2, 31)
MOST_PLACES: Final = 2  # in the code, whose readings are looked at by themselves
FEWEST: Final = 3  # values of a line
FEWEST_MIXED: Final = 5  # values of a line whose layers may be in any order

Rows = tuple[tuple[Any, ...], ...]  # of one reading


@dataclass(frozen=True)
class GradientsShown:
    """What a line shows: of which source's network, by which measure, along what.

    `of` is '' for its weights, else 'of the layers' outputs'; `moments` are the backward passes that it is made of, `steps` the
    training steps that the network had taken before the last of them. `in_training`: they were taken by the loop that trains
    it, or from changing weights; `clipped`: they were read after their norm was clipped; `backwards`: a line over the layers
    goes from the output to the input; `mixed`: its layers are in neither order."""

    source: str
    network: int
    measure: str
    along: str
    moments: int
    steps: int
    in_training: bool
    of: str = ""
    clipped: bool = False
    backwards: bool = False
    mixed: bool = False

    @property
    def what(self) -> str:
        """The measure, and what it is a measure of."""
        return f"{self.measure} {self.of}".strip()

    def __str__(self) -> str:
        when = f"{self.moments} backward passes" if self.moments > 1 else "one backward pass"
        before = (
            f"in {self.steps + 1} steps of training"
            if self.steps
            else "in training"
            if self.in_training
            else "before any training"
        )
        return f"{self.what} {self.along}, from {when} {before}, of network {self.network + 1}"


def gradients_shown_by(source: SourceTrace, line: Sequence[float]) -> list[GradientsShown]:
    """The recorded gradients whose values a line has: at most one entry per network. Empty for a line of other values."""
    values = np.asarray(line, dtype=np.float64)
    if len(values) < FEWEST or not np.isfinite(values).all():
        return []
    scales = [values, 10**values, np.exp(values)] if (values < 0).any() and values.max() < 5 else [values]
    found = []
    for network in dict.fromkeys(reading.network for reading in source.gradients):
        every = [reading for reading in source.gradients if reading.network == network]
        cut, apart = _clipped(source, network, every), _by_place(every)
        for mixed, own in itertools.chain(
            ((False, each) for each in (every, *apart, cut, _as_used(source, network, every))),
            ((True, each) for each in (every, *apart)),
        ):
            shown = [
                replace(shown, of=words, mixed=mixed, clipped=own is cut)
                for of, words in OF.items()
                for each in scales
                for shown in _shown(
                    source.source, network, [reading for reading in own if reading.of == of], each, mixed
                )
            ]
            if shown:
                found.append(shown[0])
                break
    return found


def _by_place(readings: Sequence[Gradients]) -> list[list[Gradients]]:
    """The readings of each of the places in the code that have most of them, such as a training loop and a callback; none if all
    are of one."""
    places = Counter(map(_line_of, readings))
    if len(places) < 2:
        return []
    return [[each for each in readings if _line_of(each) == place] for place, _ in places.most_common(MOST_PLACES)]


def _as_used(source: SourceTrace, network: int, readings: Sequence[Gradients]) -> list[Gradients]:
    """The readings of a network that uses a layer several times, with a row for each use; none of other networks."""
    about = source.network(network)
    used = [each.weight for each in layers(about.graph, about.shapes) if each.kind == "linear"] if about else []
    if len(set(used)) == len(used):
        return []
    rows = [{row[0]: row for row in reading.rows} for reading in readings]
    return [
        reading.model_copy(update={"rows": tuple(own[name] for name in used if name in own)})
        for reading, own in zip(readings, rows, strict=True)
    ]


def _line_of(reading: Gradients) -> str:
    """Where in the code it was taken."""
    return f"{reading.place}:{reading.place.line}"


def shows_all_layers_together(source: SourceTrace, line: Sequence[float]) -> bool:
    """Whether a line over the steps is one number for all layers of a network: the mean of their magnitudes, the mean over all
    weights, or the norm of all gradients."""
    values = np.asarray(line, dtype=np.float64)
    if len(values) < FEWEST or not np.isfinite(values).all():
        return False
    for network in dict.fromkeys(reading.network for reading in source.gradients):
        readings = [each for each in source.gradients if each.network == network and each.of == "weights"]
        for kept in _with_and_without_biases(readings):
            if len(kept[0]) < 2:
                continue
            for together in _together(kept):
                for _, along in _over_the_steps(together[:, None], len(values)):
                    if _equal(values, along[:, 0]):
                        return True
    return False


def _together(readings: Sequence[Sequence[tuple[Any, ...]]]) -> Iterator[np.ndarray]:
    """One number for all layers of each reading, as (readings,), in each way in which it may be taken."""
    tables = dict(_tables(readings))
    for measure in MAGNITUDES:
        yield tables[measure].mean(1)
    norm, root_mean_square = tables["norm"], tables["root mean square"]
    yield np.sqrt((norm**2).sum(1))
    counts = (norm / np.maximum(root_mean_square, 1e-300)) ** 2
    yield (tables["mean |gradient|"] * counts).sum(1) / np.maximum(counts.sum(1), 1)


def _clipped(source: SourceTrace, network: int, readings: Sequence[Gradients]) -> list[Gradients]:
    """The gradients of a network's weights after `clip_grad_norm_`, as it was called in the first steps of its training; none if
    it was not."""
    steps = [step for run in source.runs if run.network == network for step in run.kept]
    clips = [step.clip for step in steps if step.clip and step.clip.get("kind") == "clip_grad_norm_"]
    bound = float(clips[0].get("bound", 0) or 0) if clips and clips[0].get("norm", 2) == 2 else 0.0
    if bound <= 0:
        return []
    return [_cut(each, bound) for each in readings if each.of == "weights"]


def _cut(reading: Gradients, bound: float) -> Gradients:
    total = float(np.linalg.norm([row[3] for row in reading.rows]))
    factor = min(1.0, bound / (total + 1e-6))  # as torch.nn.utils.clip_grad_norm_ does
    rows = tuple((row[0], row[1], *(factor * number for number in row[2:])) for row in reading.rows)
    return reading.model_copy(update={"rows": rows})


def _shown(
    source: str, network: int, readings: Sequence[Gradients], values: np.ndarray, mixed: bool
) -> Iterator[GradientsShown]:
    """What these values are; if `mixed`, over the layers in any order."""
    if mixed and len(values) < FEWEST_MIXED:
        return
    loop = {_line_of(reading) for reading in readings if reading.run is not None}
    trained = [reading.run is not None or reading.moved or _line_of(reading) in loop for reading in readings]
    for kept in _with_and_without_biases(readings):
        for measure, table in _tables(kept):
            for chosen, across in _over_the_layers(table, len(values)):
                parts = _parts(np.sort(across) if mixed and len(across) == len(values) else across, len(values))
                orders = ((False, np.sort(values)),) if mixed else ((False, values), (True, values[::-1]))
                for backwards, order in orders:
                    if any(_equal(order, part) for part in parts):
                        last, taken = readings[chosen[-1]].steps, trained[chosen[-1]]
                        about = source, network, measure, "over the layers", len(chosen), last, taken
                        yield GradientsShown(*about, backwards=backwards)
                        break
            for chosen, along in () if mixed else _over_the_steps(table, len(values)):
                if any(_equal(values, one) for one in along.T):
                    last, taken = readings[chosen[-1]].steps, trained[chosen[-1]]
                    yield GradientsShown(source, network, measure, OVER_THE_STEPS, len(chosen), last, taken)


def _with_and_without_biases(readings: Sequence[Gradients]) -> Iterator[list[list[tuple[Any, ...]]]]:
    """The rows of each reading: of the weights alone, then of all parameters, then of each layer's together; if all readings have
    as many."""
    ways: tuple[Callable[[Rows], Sequence[tuple[Any, ...]]], ...] = (_of_weights, tuple, _of_whole_layers)
    for way in ways:  # one after the other: most lines are known by the first
        kept = [list(way(reading.rows)) for reading in readings]
        if kept and kept[0] and len({len(rows) for rows in kept}) == 1:
            yield kept


def _of_weights(rows: Rows) -> list[tuple[Any, ...]]:
    return [row for row in rows if row[1] > 1]


@lru_cache(maxsize=20_000)  # asked for each line of each figure
def _of_whole_layers(rows: Rows) -> list[tuple[Any, ...]]:
    """A row for each layer, as of one vector with its weights and its biases."""
    layers: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        layers.setdefault(row[0].rpartition(".")[0], []).append(row)
    return [_of_one_vector(name, each) for name, each in layers.items()]


def _of_one_vector(name: str, rows: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    numbers = np.array([row[2:] for row in rows], dtype=np.float64)
    mean, norm, largest, root_mean_square, signed = numbers.T
    counts = (norm / np.maximum(root_mean_square, 1e-300)) ** 2
    total = max(float(counts.sum()), 1.0)
    whole = float(np.sqrt((norm**2).sum()))
    means = (float((each * counts).sum() / total) for each in (mean, signed))
    return (name, 2, next(means), whole, float(largest.max()), whole / np.sqrt(total), next(means))


def _tables(readings: Sequence[Sequence[tuple[Any, ...]]]) -> Iterator[tuple[str, np.ndarray]]:
    """The values of each measure, as (readings, layers)."""
    numbers = np.array([[row[2:] for row in rows] for rows in readings], dtype=np.float64)
    *magnitudes, signed = np.moveaxis(numbers, -1, 0)
    norm, root_mean_square = magnitudes[1], magnitudes[3]
    count = (norm / np.maximum(root_mean_square, 1e-300)) ** 2
    spread = np.sqrt(np.maximum(root_mean_square**2 - signed**2, 0))
    of_a_sample = spread * np.sqrt(count / np.maximum(count - 1, 1))
    every = *magnitudes, spread, of_a_sample, signed, np.abs(signed)
    yield from zip((*MAGNITUDES, *SPREADS, *MEANS), every, strict=True)


def _parts(across: np.ndarray, length: int) -> list[np.ndarray]:
    """All layers, or all but the first or the last, starting at the input."""
    return [across[start : start + length] for start in range(len(across) - length + 1)]


def _over_the_layers(table: np.ndarray, length: int) -> Iterator[tuple[list[int], np.ndarray]]:
    """A value for each layer, with the readings that the values are made of."""
    count, layers = table.shape
    if not length <= layers <= length + 1:
        return
    every = list(range(count))
    if count > 1:
        yield every, table.mean(0)
        yield every, np.median(table, 0)
        yield every, table.max(0)
    for index in every:
        yield [index], table[index]
    for interval in INTERVALS:
        if interval < count:
            yield every[::interval], table[::interval].mean(0)
    sums = table.cumsum(0)
    for index in every[1:-1]:
        yield every[: index + 1], sums[index] / (index + 1)
    for epochs in EPOCHS:
        if count % epochs == 0 and count > epochs:
            size = count // epochs
            for epoch in range(epochs):
                yield every[epoch * size : (epoch + 1) * size], table[epoch * size : (epoch + 1) * size].mean(0)


def _over_the_steps(table: np.ndarray, length: int) -> Iterator[tuple[list[int], np.ndarray]]:
    """A column of `length` values for each layer, with the readings that they are made of."""
    count, _ = table.shape
    every = list(range(count))
    if count == length:
        yield every, table
        yield every, table.cumsum(0) / np.arange(1, count + 1)[:, None]
    for interval in INTERVALS:
        if len(every[::interval]) == length:
            yield every[::interval], table[::interval]
    if count > length and count % length == 0:
        chunks = table.reshape(length, count // length, -1)
        yield every, chunks.mean(1)
        yield every, chunks[:, -1]
        yield every, chunks[:, 0]


def _equal(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, rtol=RELATIVE, atol=1e-12))
