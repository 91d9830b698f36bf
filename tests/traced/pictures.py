"""What pictures of filters and of activation maps have in common."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from autograder.trace.layers import Layer
from autograder.trace.observed import Experiment
from autograder.trace.samples import resemblance

ALIKE: Final = 0.999  # correlation of a picture with what it shows; pictures are often rescaled, and rounded to bytes
MOST_PICTURES: Final = 600
SMALLEST: Final = 12  # pixels of a side of a picture of something
NOISE: Final = (
    0.2  # mean correlation of neighbouring pixels; 0.7 and more in photographs and digits, about 0 of random numbers
)
COLOURS: Final = (1, 3, 4)  # channels of an image


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


def are_noise(samples: np.ndarray | None) -> bool:
    """Whether samples (N, ...), maybe with their pixels in a row, are as large as pictures and are random numbers, of which
    neighbours know nothing of each other. False where they are none of this form."""
    if samples is None or samples.ndim < 2 or not len(samples) or not np.isfinite(samples).all():
        return False
    size = math.prod(samples.shape[1:])
    if samples.ndim == 4 and samples.shape[-1] in COLOURS and samples.shape[1] not in COLOURS:
        pictures = np.moveaxis(samples, -1, 1)
    elif samples.ndim == 4:
        pictures = samples
    else:
        channels = next(
            (each for each in COLOURS if size % each == 0 and math.isqrt(size // each) ** 2 * each == size), 0
        )
        side = math.isqrt(size // channels) if channels else 0
        pictures = samples.reshape(len(samples), channels, side, side) if channels else samples[:, None, None]
    return min(pictures.shape[-2:]) >= SMALLEST and resemblance(pictures) < NOISE
