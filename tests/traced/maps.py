"""Activation maps of a first convolution, found by their values in pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.trace.graphs import operator_name
from autograder.trace.observed import Experiment, Observed, Panel, may_draw
from autograder.trace.places import Place
from autograder.trace.records import Asked, SourceTrace
from autograder.trace.rows import numbers_in
from traced.map_inputs import CONVOLUTIONS, before_the_first_convolution, computed
from traced.pictures import ALIKE, COLOURS, MOST_PICTURES, are_noise, colours, standardised, weights_of

FEWEST_LEFT: Final = 0.1  # of a picture's pixels, where the others were cut off
SMALLEST_MAP: Final = 6  # pixels of a side
MOST_ASKED: Final = 12  # images of which later maps are computed


@dataclass(frozen=True, eq=False)
class Convolution:
    weight: np.ndarray  # (out, in, k, k)
    stepped: bool  # whether an optimizer has stepped the network that it belongs to


@dataclass(frozen=True, eq=False)
class Maps:
    panel: Panel
    count: int
    images: int
    made_by: Sequence[Convolution]
    pooled: bool  # none of them as large as the convolution gives them
    inputs: Sequence[np.ndarray]  # of the convolution, an image each: (channels, height, width)

    @property
    def of_noise(self) -> bool:
        """Whether none of the images is a picture of something."""
        return all(are_noise(each[None]) for each in self.inputs)

    @property
    def place(self) -> Place:
        return self.panel.place


Alike = Callable[[np.ndarray, np.ndarray], np.ndarray]


def maps(observed: Observed, experiments: Sequence[Experiment]) -> Maps | None:
    """The pictures that are outputs of a first convolution, before or after its activation and pooling, for images that it was
    asked about; or what a normalisation between the two makes of them. A convolution of no network, such as a filter that finds
    edges, is left aside, unless its weights are those of one of the experiments."""
    known = [each for moment in ("last", "before") for each in _of_first_convolutions(experiments, moment)]
    return _maps(observed, known, _are_alike) or _maps(observed, known, _are_alike_above_the_floor)


def _maps(observed: Observed, known: Sequence[np.ndarray], are_alike: Alike) -> Maps | None:
    shown: dict[tuple[str, int, int], set[int]] = {}
    made_by: dict[tuple[str, int], Convolution] = {}
    inputs: dict[tuple[str, int, int], np.ndarray] = {}
    first: Panel | None = None
    pooled = True
    for source in observed.sources:
        outputs = [
            (number, image, each)
            for number, asked in enumerate(source.asked)
            if asked.network is not None or _is_among(source.material.get(asked.weight or ""), known)
            for image, each in enumerate(_outputs(source, asked))
        ]
        sizes = {
            kind.shape[1:] for shape in {each.shape: each for *_, each in outputs}.values() for kind in _kinds(shape)
        }
        pictures: dict[tuple[int, ...], list[tuple[Panel, np.ndarray]]] = {}
        for panel in observed.panels:
            if may_draw(panel.source, source):
                for shape, rows in _windows(panel, sizes):
                    pictures.setdefault(shape, []).append((panel, rows))
        every = {shape: np.concatenate([rows for _, rows in drawn]) for shape, drawn in pictures.items()}
        for number, image, output in outputs:
            for kind in _kinds(output):
                shape = kind.shape[1:]
                if shape not in every:
                    continue
                alike = are_alike(kind.reshape(len(kind), -1).astype(np.float64), every[shape])
                if found := set(np.flatnonzero(alike.any(1)).tolist()):
                    key = source.source, *_image_key(source, number, image, outputs)
                    shown.setdefault(key, set()).update(found)
                    made_by.setdefault((source.source, number), _convolution(source, source.asked[number]))
                    inputs[key] = source.material[source.asked[number].inputs or ""][image]
                    pooled &= shape != output.shape[1:]
                    first = first or _that_holds(pictures[shape], int(alike.any(0).argmax()))
    if first is None:
        return None
    return Maps(first, sum(map(len, shown.values())), len(shown), tuple(made_by.values()), pooled, [*inputs.values()])


def later_maps(observed: Observed, experiments: Sequence[Experiment]) -> tuple[Panel, int] | None:
    """A picture of what a later convolution makes of an image that was asked about, and which convolution it is, from 2; None
    where there is none."""
    known: dict[tuple[int, ...], list[tuple[SourceTrace, int, np.ndarray]]] = {}  # by the size of a map
    for experiment in experiments:
        for number, output in _later_outputs(experiment):
            for kind in _kinds(output):
                rows = kind.reshape(len(kind), -1).astype(np.float64)
                known.setdefault(kind.shape[1:], []).append((experiment.source, number, rows))
    sizes = {size for size in known if min(size) >= SMALLEST_MAP}
    for panel in observed.panels:
        for size, pictures in _windows(panel, sizes):
            for source, number, rows in known[size]:
                if may_draw(panel.source, source) and _are_alike(rows, pictures).any():
                    return panel, number
    return None


def _later_outputs(experiment: Experiment) -> Iterator[tuple[int, np.ndarray]]:
    """What each convolution behind the first one, by its number, makes of the first images that were asked about: (channels,
    height, width)."""
    network, weights = experiment.network, experiment.source.weights(experiment.run, "last")
    if network is None or network.graph is None or weights is None:
        return
    asked = (experiment.source.material.get(each.inputs or "") for each in experiment.source.asked)
    images = {image.tobytes(): image for told in asked if told is not None and told.ndim == 4 for image in told}
    for number, graph in enumerate(_up_to_each_convolution(network.graph)[1:], 2):
        for image in list(images.values())[:MOST_ASKED]:
            output = computed(graph, weights, image[None])
            if output is not None:
                yield number, output[0]


def _up_to_each_convolution(graph: Sequence[Any]) -> list[list[Any]]:
    """The network up to each of its convolutions, as networks of their own."""
    return [
        [*graph[: place + 1], ["out", [{"node": node[1]}]]]
        for place, node in enumerate(graph)
        if node[0] == "op" and operator_name(node[2]) in CONVOLUTIONS
    ]


def fresh_convolutions(
    observed: Observed, experiments: Sequence[Experiment]
) -> Iterator[tuple[SourceTrace, np.ndarray]]:
    """The weights (out, in, k, k) of the first convolutions that were asked about pictures and were not trained."""
    for source in observed.sources:
        asked = {each.weight: each for each in source.asked if each.weight in source.material}
        for each in asked.values():
            convolution = _convolution(source, each)
            is_first = convolution.weight.ndim == 4 and convolution.weight.shape[1] in COLOURS
            if is_first and are_untrained([convolution], experiments):
                yield source, convolution.weight


def are_untrained(convolutions: Sequence[Convolution], experiments: Sequence[Experiment]) -> bool:
    """Whether no training ended with their weights, and one of a fresh network began with them, or torch drew them."""
    first = _of_first_convolutions((each for each in experiments if each.run.continues is None), "before")
    last = _of_first_convolutions(experiments, "last")
    return all(
        not _is_among(each.weight, last)
        and (_is_among(each.weight, first) or (not each.stepped and _is_as_drawn(each.weight)))
        for each in convolutions
    )


def _is_as_drawn(weight: np.ndarray) -> bool:
    """Whether the weights are as `torch.nn.Conv2d` draws them: evenly within 1 / sqrt(inputs of a pixel), which a step of an
    optimizer takes the outermost of them beyond."""
    bound = 1 / np.sqrt(np.prod(weight.shape[1:]))
    return bool(0.97 * bound < np.abs(weight).max() <= bound * (1 + 1e-6))


def _convolution(source: SourceTrace, asked: Asked) -> Convolution:
    is_stepped = asked.network is not None and any(run.network == asked.network for run in source.runs)
    return Convolution(source.material[asked.weight or ""], is_stepped)


def trained_with(convolution: Convolution, experiments: Sequence[Experiment]) -> Experiment | None:
    """The training that ended with the weights of a convolution; None if there is none."""
    return next(
        (each for each in experiments if _is_among(convolution.weight, _of_first_convolutions([each], "last"))), None
    )


def _of_first_convolutions(experiments: Iterable[Experiment], moment: str) -> list[np.ndarray]:
    firsts = [(each, next((layer for layer in each.layers if layer.kind == "conv"), None)) for each in experiments]
    found = [weights_of(each, layer, moment) for each, layer in firsts if layer is not None]
    return [each for each in found if each is not None]


def _is_among(weight: np.ndarray | None, others: Sequence[np.ndarray]) -> bool:
    return weight is not None and any(np.array_equal(weight, each) for each in others)


def _are_alike(outputs: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """Which outputs (M, n) which standardised pictures (N, n) are, up to brightness and contrast: (M, N)."""
    found: np.ndarray = standardised(outputs) @ pictures.T > ALIKE
    return found


def _are_alike_above_the_floor(outputs: np.ndarray, pictures: np.ndarray) -> np.ndarray:
    """The same for pictures whose lowest values were cut off after brightness and contrast had been changed, as ReLU does after
    batch normalisation: what is left is alike, and what was cut off was lower."""
    found = np.zeros((len(outputs), len(pictures)), dtype=bool)
    for number, picture in enumerate(pictures):
        left = picture > picture.min() + 1e-6
        if not FEWEST_LEFT * len(left) <= left.sum() < len(left):
            continue
        kept, cut = outputs[:, left], outputs[:, ~left]
        lower = cut.max(1) <= kept.min(1) + 1e-3 * np.ptp(kept, axis=1)
        found[:, number] = lower & _are_alike(kept, standardised(picture[None, left]))[:, 0]
    return found


def _that_holds(drawn: Sequence[tuple[Panel, np.ndarray]], row: int) -> Panel:
    """The panel whose pictures the row of this number is among, when those of all stand one below the other."""
    for panel, rows in drawn:
        if row < len(rows):
            return panel
        row -= len(rows)
    raise IndexError(row)


def _windows(panel: Panel, sizes: set[tuple[int, ...]]) -> Iterator[tuple[tuple[int, ...], np.ndarray]]:
    """The pictures of an axes, each as a standardised row: those of one of these sizes, and those that a grid of such holds."""
    for array in panel.axes.arrays[:MOST_PICTURES]:
        if array.ndim > 3 or min(array.shape[:2]) < SMALLEST_MAP:
            continue
        picture = colours(array)
        grey = picture.mean(-1) if picture.ndim == 3 else picture
        for size in sizes:
            height, width = size
            if grey.shape == size:
                yield size, standardised(grey.reshape(1, -1))
            elif grey.shape[0] >= height and grey.shape[1] >= width and grey.shape not in sizes:
                cut = [
                    grey[row : row + height, column : column + width].ravel()
                    for padding in range(4)
                    for row in range(padding, grey.shape[0] - height + 1, height + padding)
                    for column in range(padding, grey.shape[1] - width + 1, width + padding)
                ]
                if cut:
                    yield size, standardised(np.array(cut))


def _kinds(output: np.ndarray) -> list[np.ndarray]:
    """What may be shown of a convolution's output (channels, height, width): itself, activated, pooled."""
    kinds = [output, np.maximum(output, 0)]
    if output.shape[1] % 2 == 0 and output.shape[2] % 2 == 0:
        parts = output.reshape(len(output), output.shape[1] // 2, 2, output.shape[2] // 2, 2)
        kinds += [parts.max((2, 4)), np.maximum(parts, 0).max((2, 4)), np.maximum(parts, 0).mean((2, 4))]
    return kinds


def _image_key(source: SourceTrace, number: int, image: int, outputs: Sequence[Any]) -> tuple[int, int]:
    """The same for the same image, when it was asked about several times."""
    own = source.material[source.asked[number].inputs or ""][image]
    for other, place, _ in outputs:
        if np.array_equal(source.material[source.asked[other].inputs or ""][place], own):
            return other, place
    return number, image


def _outputs(source: SourceTrace, asked: Asked) -> list[np.ndarray]:
    """What the convolution makes of each image: (channels, height, width). What another layer gave is no image."""
    given, weight, bias = (source.material.get(name or "") for name in (asked.inputs, asked.weight, asked.bias))
    if given is None or weight is None or given.ndim != 4 or weight.ndim != 4 or weight.shape[1] not in COLOURS:
        return []
    own = next((run for run in source.runs if run.network == asked.network), None)
    weights = (source.weights(own, "last") if own is not None else None) or {}
    scaled = before_the_first_convolution(source.network(asked.network), weights, given)
    inputs = given if scaled is None or scaled.shape[1] != weight.shape[1] else scaled
    try:
        padding: Any = (
            "same" if "same" in asked.padding else tuple(int(each.value) for each in numbers_in(asked.padding)) or 0
        )
        output = torch.nn.functional.conv2d(
            _tensor(inputs), _tensor(weight), None if bias is None else _tensor(bias), tuple(asked.stride) or 1, padding
        )
    except (RuntimeError, ValueError, TypeError):
        return []
    return list(output.numpy())


def _tensor(array: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.array(array, dtype=np.float32))
