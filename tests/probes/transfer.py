"""Probes of the bonus: a network that was trained before, its new last layer, and its training."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.worker.probing import loaders, networks
from autograder.worker.probing.loaders import FixedBatches
from autograder.worker.probing.recording import Recording
from probes.cnn import plain, predictions

Batches = Sequence[tuple[np.ndarray, np.ndarray]]


def network(code: Any, *, num_classes: int, pretrained: bool, rows: int) -> dict[str, Any]:
    """What `build_transfer_model(num_classes, pretrained)` is made of.

    Returns `tensors`, one a parameter or statistic (`name`, `shape`, `trainable`, and `digest`, the SHA-256 of its float32
    bytes), `output_shape` for so many `rows` of pictures of CIFAR-10's size, and `head`, the name of the weights that are used
    last.
    """
    model = _model(code, num_classes, pretrained)
    example = networks.inputs(np.zeros((rows, 3, 32, 32), np.float32))
    output = networks.output(model, example)
    kernels = [parameter for parameter in networks.parameters_in_use(model, example) if parameter.ndim > 1]
    named = dict(model.named_parameters())
    trainable = {name for name, parameter in named.items() if parameter.requires_grad}
    tensors = [
        {"name": name, "shape": list(value.shape), "trainable": name in trainable, "digest": digest(value)}
        for name, value in model.state_dict().items()
        if value.is_floating_point()
    ]
    used_last = [name for name, parameter in named.items() if kernels and parameter is kernels[-1]]
    return {"tensors": tensors, "output_shape": list(output.shape), "head": "".join(used_last[:1])}


def fine_tuning(code: Any, *, batches: Batches, epochs: int, pretrained: bool) -> dict[str, Any]:
    """What `fine_tune` returned for a new `build_transfer_model`, with a recording of what it really did.

    `changed` names the trained tensors whose values are other ones afterwards.
    """
    model = _model(code, 10, pretrained)
    recording = Recording(keep_outputs=True)
    loader = recording.watch("train", FixedBatches(loaders.tensors(batches)))
    before = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
    with recording:
        returned = plain(code.fine_tune(model, loader, epochs=epochs))
    changed = [name for name, parameter in model.named_parameters() if not torch.equal(before[name], parameter)]
    return {"returned": returned, "changed": changed, **recording.to_dict()}


def learn(
    code: Any, *, images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, batch_size: int, epochs: int
) -> np.ndarray:
    """Predictions on `test_images`, uint8 (N,), after `fine_tune` for one epoch of these pictures, pre-trained."""
    model = _model(code, 10, pretrained=True)
    loader = loaders.memory(images, labels, batch_size=batch_size, shuffle=True)
    code.fine_tune(model, loader, epochs=epochs)
    return predictions(model, test_images, batch_size=50)


def learn_from_scratch(
    code: Any, *, images: np.ndarray, labels: np.ndarray, test_images: np.ndarray, batch_size: int, epochs: int
) -> np.ndarray:
    """As `learn`, for the network of Problem 3A, trained by `train_cnn`."""
    model = networks.require_model(code.build_cnn(), "build_cnn")
    loader = loaders.memory(images, labels, batch_size=batch_size, shuffle=True)
    code.train_cnn(model, loader, loader, epochs=epochs)
    return predictions(model, test_images)


def digest(value: torch.Tensor) -> str:
    """The SHA-256 of a tensor's float32 bytes."""
    array = value.detach().to("cpu", torch.float32).contiguous().numpy()
    return hashlib.sha256(array.tobytes()).hexdigest()


def _model(code: Any, num_classes: int, pretrained: bool) -> nn.Module:
    model = code.build_transfer_model(num_classes=num_classes, pretrained=pretrained)
    return networks.require_model(model, "build_transfer_model")
