"""Whether the images whose activation maps are shown were prepared as those that the network was trained on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.trace.graphs import GraphError, compute, operator_name, tensors
from autograder.trace.observed import Experiment
from autograder.trace.records import Network
from traced.pictures import COLOURS

CONVOLUTIONS: Final = ("conv2d", "convolution")  # operators
LARGEST_SHARE: Final = 2.0  # of pixels as shares of 1; larger ones are from 0 to 255
SCALES: Final = {"pixels": "from 0 to 255", "shares": "from 0 to 1", "centred": "normalised, around 0"}


def prepared_otherwise(images: Sequence[np.ndarray], experiment: Experiment) -> str:
    """A sentence where maps were made of images (channels, height, width) of another scale than the network, or its first
    convolution behind what scales its input, was trained on; '' where they were not, or the training's are not known."""
    part = experiment.run.first_part
    inputs = experiment.source.material.get(part.inputs or "") if part is not None else None
    weights = experiment.source.weights(experiment.run, "before")
    if inputs is None or weights is None or not images:
        return ""
    convolved = before_the_first_convolution(experiment.network, weights, inputs)
    if convolved is None:
        return ""
    own, shown = _scale(inputs), _scale(np.concatenate([image.ravel() for image in images]))
    if shown in (own, _scale(convolved)):
        return ""
    return (
        f"The images are given to the network with numbers {SCALES[shown]}, and it was trained on numbers {SCALES[own]}, so "
        "the maps are not what it makes of these images. Prepare them as for the training; draw the image as it was."
    )


def _scale(numbers: np.ndarray) -> str:
    if float(numbers.min()) < 0:
        return "centred"
    return "pixels" if float(numbers.max()) > LARGEST_SHARE else "shares"


def before_the_first_convolution(
    network: Network | None, weights: Mapping[str, np.ndarray], inputs: np.ndarray
) -> np.ndarray | None:
    """What a network's first convolution is given for these inputs of the network, pictures in either layout: (B, channels,
    height, width). None where that is not known."""
    graph = _up_to_its_input(network.graph) if network is not None and network.graph is not None else []
    found = computed(graph, weights, inputs) if graph and inputs.ndim == 4 else None
    return found if found is not None and found.shape[1] in COLOURS else None


def computed(graph: Sequence[Any], weights: Mapping[str, np.ndarray], images: np.ndarray) -> np.ndarray | None:
    """What a part of a network makes of images (N, channels, height, width): the same of its output; None where it can't be."""
    for laid in (images, np.moveaxis(images, 1, -1)):  # as Keras has them
        try:
            with torch.no_grad():
                output = compute(graph, tensors(weights), torch.from_numpy(np.array(laid, dtype=np.float32)), False)
        except GraphError:
            continue
        return output.numpy() if output.dim() == 4 else None
    return None


def _up_to_its_input(graph: Sequence[Any]) -> list[Any]:
    """The network up to what goes into its first convolution, as a network of its own; [] if it has none."""
    for place, node in enumerate(graph):
        if node[0] == "op" and operator_name(node[2]) in CONVOLUTIONS:
            return [*graph[:place], ["out", [node[3][0]]]]
    return []
