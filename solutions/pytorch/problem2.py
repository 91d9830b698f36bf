"""Problem 2: optimizers, vanishing gradients and regularization on MNIST."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Sequence
from itertools import chain, islice, pairwise, repeat

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from .problem1 import (
    LAYER_SIZES,
    Comparison,
    Loader,
    LossFunction,
    build_mlp,
    default_device,
    evaluate,
    train_epoch,
)

OPTIMIZERS = ["SGD", "SGD+Momentum", "RMSprop", "Adam"]


# Part A: optimizer comparison


def build_optimizer(name: str, parameters: Iterable[nn.Parameter]) -> Optimizer:
    """The optimizer of that name with the settings of the assignment.

    Raises ValueError when `name` is not one of "SGD", "SGD+Momentum", "RMSprop" and "Adam".
    """
    if name == "SGD":
        return torch.optim.SGD(parameters, lr=0.01)
    if name == "SGD+Momentum":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    if name == "RMSprop":
        return torch.optim.RMSprop(parameters, lr=0.001)
    if name == "Adam":
        return torch.optim.Adam(parameters, lr=0.001)
    raise ValueError(f"unknown optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}")


def compare_optimizers(train_loader: Loader, test_loader: Loader, epochs: int = 20) -> Comparison:
    """Train the network of problem 1A with each optimizer, from the same initial weights.

    Returns `{name: {"train_loss": [..], "test_accuracy": [..], "seconds": float}}`, a float per epoch in the
    lists. The seconds are those of the training alone, without the evaluations between the epochs.
    """
    loss_fn = nn.CrossEntropyLoss()
    initial_model = build_mlp(LAYER_SIZES).to(default_device())
    comparison: Comparison = {}
    for name in OPTIMIZERS:
        model = copy.deepcopy(initial_model)
        optimizer = build_optimizer(name, model.parameters())
        train_loss = []
        test_accuracy = []
        seconds = 0.0
        for _ in range(epochs):
            start = time.perf_counter()
            loss = train_epoch(model, train_loader, optimizer, loss_fn)
            seconds += time.perf_counter() - start
            accuracy = evaluate(model, test_loader)
            train_loss.append(loss)
            test_accuracy.append(accuracy)
        comparison[name] = {"train_loss": train_loss, "test_accuracy": test_accuracy, "seconds": seconds}
    return comparison


# Part B: gradient analysis


def build_deep_mlp(activation: str, hidden_layers: int = 6, width: int = 256) -> nn.Sequential:
    """A network for MNIST, (B, 784) to logits (B, 10), with `hidden_layers` layers of `width` neurons each.

    Raises ValueError for an unknown activation, as `build_mlp` does.
    """
    hidden_sizes = [width] * hidden_layers
    return build_mlp([784, *hidden_sizes, 10], activation)


def gradient_magnitudes(model: nn.Module, x: Tensor, y: Tensor, loss_fn: LossFunction) -> list[float]:
    """The mean absolute gradient of each weight matrix on one batch, input layer first; biases are left out.

    No step is taken: the weights stay as they were, and the gradients are cleared before and after.
    """
    device = next(model.parameters()).device
    x = x.to(device)
    y = y.to(device)
    model.zero_grad()
    loss = loss_fn(model(x), y)
    loss.backward()
    magnitudes = _weight_gradients(model)
    model.zero_grad()
    return magnitudes


def track_gradients(
    model: nn.Module, loader: Loader, optimizer: Optimizer, loss_fn: LossFunction, steps: int
) -> np.ndarray:
    """Train for a number of steps and note the gradient magnitudes of each, as in `gradient_magnitudes`.

    One step takes one batch; the loader starts again when it runs out. Returns an array (steps, layers).
    """
    device = next(model.parameters()).device
    endless_batches = chain.from_iterable(repeat(loader))
    history = []
    model.train()
    for x, y in islice(endless_batches, steps):
        x = x.to(device)
        y = y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        history.append(_weight_gradients(model))
        optimizer.step()
    return np.array(history)


def _weight_gradients(model: nn.Module) -> list[float]:
    magnitudes = []
    for parameter in model.parameters():
        is_weight = parameter.ndim > 1
        if is_weight and parameter.grad is not None:
            magnitude = parameter.grad.abs().mean()
            magnitudes.append(magnitude.item())
    return magnitudes


# Part C: regularization effects


def build_regularized_mlp(layer_sizes: Sequence[int], dropout: float = 0.5) -> nn.Sequential:
    """A ReLU network like that of `build_mlp`, with dropout after each hidden layer.

    In training mode each hidden neuron is dropped with probability `dropout`, in [0, 1].
    """
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(layer_sizes[:-1]):
        layers.append(nn.Linear(inputs, outputs))
        layers.append(nn.ReLU())
        layers.append(nn.Dropout(dropout))
    layers.append(nn.Linear(layer_sizes[-2], layer_sizes[-1]))
    return nn.Sequential(*layers)


def compare_regularization(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> Comparison:
    """Train the network of problem 1A without regularization, with L2 and with dropout.

    L2 is weight decay 0.001, dropout has probability 0.5; all three start from the same weights and use Adam
    with learning rate 0.001. Returns `{"none" / "l2" / "dropout": {"train_accuracy": [..], "test_accuracy":
    [..]}}`, a float per epoch in each list. Both accuracies are taken after the epoch, in evaluation mode, so
    that their difference is the overfitting.
    """
    configurations = {
        "none": {"dropout": 0.0, "weight_decay": 0.0},
        "l2": {"dropout": 0.0, "weight_decay": 0.001},
        "dropout": {"dropout": 0.5, "weight_decay": 0.0},
    }
    device = default_device()
    loss_fn = nn.CrossEntropyLoss()
    initial_weights = build_regularized_mlp(LAYER_SIZES).state_dict()
    comparison: Comparison = {}
    for name, settings in configurations.items():
        model = build_regularized_mlp(LAYER_SIZES, settings["dropout"]).to(device)
        model.load_state_dict(initial_weights)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=settings["weight_decay"])
        train_accuracy = []
        test_accuracy = []
        for _ in range(epochs):
            train_epoch(model, train_loader, optimizer, loss_fn)
            train_accuracy.append(evaluate(model, train_loader))
            test_accuracy.append(evaluate(model, test_loader))
        comparison[name] = {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy}
    return comparison
