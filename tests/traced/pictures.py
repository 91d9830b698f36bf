"""What pictures of filters and of activation maps have in common."""

from __future__ import annotations

from typing import Final

import numpy as np

from autograder.trace.layers import Layer
from autograder.trace.observed import Experiment

ALIKE: Final = 0.999  # correlation of a picture with what it shows; pictures are often rescaled, and rounded to bytes
MOST_PICTURES: Final = 600


def colours(array: np.ndarray) -> np.ndarray:
    found = array[..., :3] if array.ndim == 3 and array.shape[-1] == 4 else array
    return np.asarray(found, dtype=np.float64)


def standardised(rows: np.ndarray) -> np.ndarray:
    """Each row less its mean, of length 1; rows that are flat or not finite become zero."""
    centred = rows - rows.mean(1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    usable = np.isfinite(length) & (length > 1e-9)
    return np.where(usable, centred / np.where(usable, length, 1.0), 0.0)


def weights_of(experiment: Experiment, layer: Layer, moment: str) -> np.ndarray | None:
    """A convolution's weights (out, in, k, k) before or at the end of a training; None where they were not told."""
    found = (experiment.source.weights(experiment.run, moment) or {}).get(layer.weight)
    if found is None or found.ndim != 4:
        return None
    return found.transpose(layer.order) if layer.order else found
