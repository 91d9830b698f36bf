"""Probes of Problem 3, parts A and B: convolutional networks, their training, their confusion matrix."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.worker.probing import frameworks, loaders, networks, training
from autograder.worker.probing.errors import Unsuitable, describe
from autograder.worker.probing.loaders import FixedBatches
from autograder.worker.probing.recording import Recording
from autograder.worker.probing.tracing import trace

Batches = Sequence[tuple[np.ndarray, np.ndarray]]
PICTURE = (3, 32, 32)


def cnn_structure(code: Any, *, rows: int) -> dict[str, Any]:
    """The operations of `build_cnn`'s network, its trainable parameters and the shape of its output for so many pictures."""
    return _structure(networks.require_model(code.build_cnn(), "build_cnn"), rows)


def cnn_logits(code: Any, *, weights: networks.Weights, x: np.ndarray) -> np.ndarray:
    """What `build_cnn`'s network gives for pictures (B, 3, 32, 32) with the given weights in it: (B, 10)."""
    model = networks.require_model(code.build_cnn(), "build_cnn")
    inputs = networks.inputs(x)
    networks.set_weights(model, weights, inputs[:2])
    return networks.output(model, inputs)


def variants(code: Any, *, rows: int) -> dict[str, dict[str, Any]]:
    """Each network of `build_cnn_variants` by its name: as `cnn_structure` tells it."""
    returned = code.build_cnn_variants()
    if isinstance(returned, list | tuple):
        returned = {str(number): model for number, model in enumerate(returned, start=1)}
    if not isinstance(returned, Mapping):
        raise Unsuitable(f"`build_cnn_variants` returned {describe(returned)}; a dictionary of models was expected.")
    return {
        str(name): _structure(networks.require_model(model, f"build_cnn_variants()[{name!r}]"), rows)
        for name, model in returned.items()
    }


def parameter_count(code: Any, *, network: Sequence[Sequence[Any]], frozen: Sequence[int]) -> Any:
    """What `count_parameters` says of the grader's own network when its `frozen` parameters need no gradients."""
    model = networks.build(network)
    networks.output(model, networks.inputs(np.zeros((2, *PICTURE), np.float32)))  # Keras makes its parameters now
    frameworks.current().freeze(model, frozen)
    return training.plain_loss(code.count_parameters(model))


def train_cnn(
    code: Any,
    *,
    network: Sequence[Sequence[Any]],
    weights: networks.Weights,
    train_batches: Batches,
    validation_batches: Batches,
    epochs: int,
    keep_weights: tuple[int, ...] = (),
) -> dict[str, Any]:
    """What `train_cnn` returned for the grader's own `network`, with a recording of what it really did.

    `keep_weights` are the numbers of the batches before whose step the weights are kept.
    """
    model = networks.build(network)
    networks.set_weights(model, weights, networks.inputs(train_batches[0][0])[:2])
    recording = Recording(keep_weights=keep_weights)
    both = (("train", train_batches), ("validation", validation_batches))
    watched = [recording.watch(name, FixedBatches(loaders.tensors(batches))) for name, batches in both]
    model.eval()
    with recording:
        returned = code.train_cnn(model, *watched, epochs=epochs)
    return {"returned": plain(returned), **recording.to_dict()}


def confusion(
    code: Any, *, network: Sequence[Sequence[Any]], weights: networks.Weights, batches: Batches
) -> dict[str, Any]:
    """What `confusion_matrix` returns for the grader's own network, in training mode when it is handed over.

    Returns the `matrix` and whether weights and statistics stayed `unchanged`.
    """
    model = networks.build(network)
    networks.set_weights(model, weights, networks.inputs(batches[0][0])[:2])
    before = networks.state(model)
    model.train()
    matrix = code.confusion_matrix(model, loaders.fixed(batches))
    unchanged = all(bool((one == other).all()) for one, other in zip(before, networks.state(model), strict=True))
    return {"matrix": plain(matrix), "unchanged": unchanged}


def learn_pictures(
    code: Any,
    *,
    images: np.ndarray,
    labels: np.ndarray,
    first: int,
    validation: int,
    start: int = 0,
    test_images: np.ndarray,
    epochs: int,
    batch_size: int,
) -> dict[str, Any]:
    """Train `build_cnn`'s network by `train_cnn` on the `first` pictures from `start` on, with the `validation` next ones beside
    them.

    Returns the `history` as returned, the `predictions` on `test_images`, and the `seconds` of the training.
    """
    model = networks.require_model(code.build_cnn(), "build_cnn")
    spans = (slice(start, start + first), slice(start + first, start + first + validation))
    both = [
        loaders.memory(images[span], labels[span], batch_size=batch_size, shuffle=number == 0)
        for number, span in enumerate(spans)
    ]
    started = time.perf_counter()
    history = plain(code.train_cnn(model, *both, epochs=epochs))
    seconds = time.perf_counter() - started
    return {"history": history, "predictions": predictions(model, test_images), "seconds": seconds}


def predictions(model: nn.Module, images: np.ndarray, batch_size: int = 250) -> np.ndarray:
    """The class with the largest output for each picture, uint8 (N,), in evaluation mode; `images` are uint8."""
    loader = loaders.memory(images, np.zeros(len(images), np.uint8), batch_size=batch_size)
    return np.concatenate([networks.output(model, x).argmax(axis=1) for x, _ in loader]).astype(np.uint8)


def plain(returned: Any) -> Any:
    """What a function returned, with tensors as arrays or, of one number, as numbers, all the way down."""
    match returned:
        case Mapping():
            return {str(key): plain(value) for key, value in returned.items()}
        case torch.Tensor() if returned.numel() != 1:
            return returned.detach().cpu().numpy()
        case list() | tuple():
            return [plain(value) for value in returned]
    if hasattr(returned, "to_numpy"):  # a table of pandas
        return returned.to_numpy()
    return returned if isinstance(returned, np.ndarray) else training.plain_loss(returned)


def _structure(model: nn.Module, rows: int) -> dict[str, Any]:
    example = networks.inputs(np.zeros((rows, *PICTURE), np.float32))
    output = networks.output(model, example)
    return {
        "steps": trace(model, example),
        "parameters": networks.count(model),
        "output_shape": list(output.shape),
    }
