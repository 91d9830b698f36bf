"""Whether the images whose activation maps are shown were prepared as those that the network was trained on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import torch

from autograder.trace.graphs import GraphError, compute, operator_name, tensors
from autograder.trace.observed import Experiment

CONVOLUTIONS: Final = ("conv2d", "convolution")  # operators
LARGEST_SHARE: Final = 2.0  # of pixels as shares of 1; larger ones are from 0 to 255
SCALES: Final = {"pixels": "from 0 to 255", "shares": "from 0 to 1", "centred": "normalised, around 0"}


def prepared_otherwise(images: Sequence[np.ndarray], experiment: Experiment) -> str:
    """A sentence where a first convolution was asked for maps of images (channels, height, width) of another scale than it was
    trained on; '' where it was not, or the training's are not known."""
    trained = _before_the_first_convolution(experiment)
    if trained is None or not images:
        return ""
    own, shown = _scale(trained), _scale(np.concatenate([image.ravel() for image in images]))
    if own == shown:
        return ""
    return (
        f"The images are given to the network with numbers {SCALES[shown]}, and it was trained on numbers {SCALES[own]}, so "
        "the maps are not what it makes of these images. Prepare them as for the training; draw the image as it was."
    )


def _scale(numbers: np.ndarray) -> str:
    if float(numbers.min()) < 0:
        return "centred"
    return "pixels" if float(numbers.max()) > LARGEST_SHARE else "shares"


def _before_the_first_convolution(experiment: Experiment) -> np.ndarray | None:
    """What a network's first convolution was given in the first step of the training; None where that is not known."""
    network, part = experiment.network, experiment.run.first_part
    weights = experiment.source.weights(experiment.run, "before")
    inputs = experiment.source.material.get(part.inputs or "") if part is not None else None
    if network is None or network.graph is None or weights is None or inputs is None:
        return None
    graph = _up_to_its_input(network.graph)
    if not graph:
        return None
    try:
        with torch.no_grad():
            return compute(graph, tensors(weights), torch.from_numpy(np.array(inputs)), False).numpy()
    except GraphError:
        return None


def _up_to_its_input(graph: Sequence[Any]) -> list[Any]:
    """The network up to what goes into its first convolution, as a network of its own; [] if it has none."""
    for place, node in enumerate(graph):
        if node[0] == "op" and operator_name(node[2]) in CONVOLUTIONS:
            return [*graph[:place], ["out", [node[3][0]]]]
    return []
