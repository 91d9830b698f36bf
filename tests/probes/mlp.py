"""Probes of Problem 1, parts A and B: networks, training, evaluation, the comparison of activations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.worker.probing import frameworks, loaders, networks, training
from autograder.worker.probing.loaders import FixedBatches
from autograder.worker.probing.recording import Recording
from autograder.worker.probing.tracing import trace

Batches = Sequence[tuple[np.ndarray, np.ndarray]]


def mlp_logits(
    code: Any, *, layer_sizes: Sequence[int], activation: str, weights: networks.Weights, x: np.ndarray
) -> np.ndarray:
    """What `build_mlp`'s network gives for `x` with the given weights in it: (B, outputs)."""
    model = networks.require_model(code.build_mlp(list(layer_sizes), activation), "build_mlp")
    inputs = networks.inputs(x)
    networks.set_weights(model, weights, inputs[:2])
    return networks.output(model, inputs)


def mlp_structure(code: Any, *, layer_sizes: Sequence[int], activation: str | None, rows: int) -> dict[str, Any]:
    """The operations of `build_mlp`'s network in training mode, its parameter count and the shape of its output for so
    many `rows`.

    `activation` None leaves the default.
    """
    model = code.build_mlp(list(layer_sizes)) if activation is None else code.build_mlp(list(layer_sizes), activation)
    model = networks.require_model(model, "build_mlp")
    example = networks.inputs(np.zeros((rows, layer_sizes[0]), np.float32))
    output = networks.output(model, example)
    count = sum(parameter.numel() for parameter in networks.parameters(model))
    return {"steps": trace(model, example, training=True), "parameters": count, "output_shape": list(output.shape)}


def mlp_refusal(code: Any, *, activation: str) -> dict[str, Any]:
    """What `build_mlp` does with an activation that it does not know: the exception's type and text, or 'nothing'.

    Empty where the student's takes modules instead of names, or was not written as `build_mlp`: then nobody told its author
    how an unknown name is to be refused.
    """
    build_mlp = code.build_mlp
    if not code.named("build_mlp") or not code.takes("build_mlp", "activation"):
        return {}
    try:
        build_mlp([4, 3, 2], activation)
    except Exception as error:
        return {"raised": type(error).__name__, "is_value_error": isinstance(error, ValueError), "text": str(error)}
    return {"raised": "nothing", "is_value_error": False, "text": ""}


def train(
    code: Any,
    *,
    network: Sequence[Sequence[Any]],
    weights: networks.Weights,
    batches: Batches,
    optimizer: Mapping[str, Any],
    epochs: int = 1,
) -> dict[str, Any]:
    """Train the grader's own `network` by the submission's `train_epoch` on fixed batches.

    Returns the `losses` as returned, the `weights` afterwards, for each forward pass with gradients the model's `outputs` and
    whether it was in `training` mode, and the order of `events`: "backward" passes and optimizer "steps".
    """
    model = networks.build(network)
    example = networks.inputs(batches[0][0])[:2]
    networks.set_weights(model, weights, example)
    framework = frameworks.current()
    seen: list[tuple[bool, Any]] = []
    events: list[str] = []

    def watch(module: nn.Module, x: Any, y: torch.Tensor) -> None:
        if y.is_meta:  # Keras tries out what shapes come out
            return
        if y.requires_grad:  # a measurement after the epoch is no part of the training
            seen.append((framework.in_training(module), y.detach().clone()))
            y.register_hook(lambda gradient: events.append("backward"))

    handle = model.register_forward_hook(watch)
    steps = training.optimizer(optimizer, networks.parameters(model))
    framework.on_step(steps, lambda: events.append("step"))
    loader = loaders.fixed(batches, seeded=True)
    loss = training.loss("cross-entropy")
    model.eval()
    losses = [training.plain_loss(code.train_epoch(model, loader, steps, loss)) for _ in range(epochs)]
    handle.remove()
    return {
        "losses": losses,
        "weights": networks.get_weights(model, weights, example),
        "outputs": [output for _, output in seen],
        "training": [mode for mode, _ in seen],
        "events": events,
    }


def evaluate(
    code: Any, *, network: Sequence[Sequence[Any]], weights: networks.Weights, batches: Batches
) -> dict[str, Any]:
    """The submission's `evaluate` on the grader's own network.

    Returns the `accuracy` as returned, whether the weights are `unchanged`, whether `gradients` were kept during it.
    """
    model = networks.build(network)
    networks.set_weights(model, weights, networks.inputs(batches[0][0])[:2])
    before = networks.state(model)
    model.train()
    gradients: list[bool] = []
    model.register_forward_hook(lambda module, x, y: gradients.append(bool(y.requires_grad)))
    accuracy = training.plain_loss(code.evaluate(model, loaders.fixed(batches)))
    unchanged = all(bool((one == other).all()) for one, other in zip(before, networks.state(model), strict=True))
    kept = any(gradients) and frameworks.current().KEEPS_GRADIENTS
    return {"accuracy": accuracy, "unchanged": unchanged, "gradients": kept}


def learn_digits(
    code: Any,
    *,
    layer_sizes: Sequence[int],
    activation: str,
    images: np.ndarray,
    labels: np.ndarray,
    test_images: np.ndarray,
    epochs: int,
    batch_size: int = 128,
    learning_rate: float = 0.001,
) -> Iterator[dict[str, Any]]:
    """Train `build_mlp`'s network by `train_epoch` with Adam; after each epoch, the loss and predictions on `test_images`."""
    model = networks.require_model(code.build_mlp(list(layer_sizes), activation), "build_mlp")
    optimizer = training.optimizer({"kind": "Adam", "lr": learning_rate}, networks.parameters(model))
    loader = loaders.memory(images, labels, batch_size=batch_size, shuffle=True, flatten=True)
    loss = training.loss("cross-entropy")
    inputs = networks.inputs(np.asarray(test_images, np.float32).reshape(len(test_images), -1) / 255)
    for _ in range(epochs):
        value = training.plain_loss(code.train_epoch(model, loader, optimizer, loss))
        yield {"loss": value, "predictions": networks.output(model, inputs).argmax(axis=1).astype(np.uint8)}


def compare_activations(code: Any, *, train_batches: Batches, test_batches: Batches, epochs: int) -> dict[str, Any]:
    """What `compare_activations` returned, with a recording of what it really did."""
    recording = Recording()
    both = (("train", train_batches), ("test", test_batches))
    watched = [recording.watch(name, FixedBatches(loaders.tensors(batches))) for name, batches in both]
    with recording:
        returned = code.compare_activations(*watched, epochs=epochs)
    return {"returned": _plain(returned), **recording.to_dict()}


def _plain(returned: Any) -> Any:
    """Tensors with one number as numbers, all the way down."""
    match returned:
        case dict():
            return {key: _plain(value) for key, value in returned.items()}
        case list() | tuple():
            return [_plain(value) for value in returned]
    return training.plain_loss(returned)
