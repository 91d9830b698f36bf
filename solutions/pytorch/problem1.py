"""Problem 1: multilayer perceptrons on MNIST, their activation functions, and XOR."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

Loader: TypeAlias = Iterable[tuple[Tensor, Tensor]]
LossFunction: TypeAlias = Callable[[Tensor, Tensor], Tensor]
Comparison: TypeAlias = dict[str, dict[str, Any]]

LAYER_SIZES = [784, 128, 64, 10]
ACTIVATIONS: dict[str, type[nn.Module]] = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}

XOR_INPUTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
XOR_TARGETS = [[0.0], [1.0], [1.0], [0.0]]


def default_device() -> torch.device:
    """The GPU where there is one, else the CPU."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


# Part A: MLP implementation


def build_mlp(layer_sizes: Sequence[int], activation: str = "relu") -> nn.Sequential:
    """A fully connected network with an activation after every layer but the last.

    `layer_sizes` are the numbers of inputs, of neurons in each hidden layer, and of outputs: (B, first) gives
    (B, last). The outputs are logits; softmax is left to the loss, which computes it more accurately.
    Raises ValueError when `activation` is not one of "relu", "sigmoid" and "tanh".
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"unknown activation {activation!r}; choose one of {', '.join(ACTIVATIONS)}")
    layers: list[nn.Module] = []
    for inputs, outputs in pairwise(layer_sizes):
        layers.append(nn.Linear(inputs, outputs))
        layers.append(ACTIVATIONS[activation]())
    layers.pop()
    return nn.Sequential(*layers)


def train_epoch(model: nn.Module, loader: Loader, optimizer: Optimizer, loss_fn: LossFunction) -> float:
    """Train on every batch once, in training mode. Returns the loss per sample, averaged over the epoch.

    `loss_fn` gives the mean over a batch. Batches count by their size, so a short last one weighs no more
    than its share.
    """
    device = next(model.parameters()).device
    total_loss = 0.0
    samples = 0
    model.train()
    for x, y in loader:
        x = x.to(device)
        y = y.to(device)
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        total_loss += loss.item() * len(y)
        samples += len(y)
    return total_loss / samples


def evaluate(model: nn.Module, loader: Loader) -> float:
    """The fraction of all samples that the model gets right, in evaluation mode. Its mode is restored."""
    device = next(model.parameters()).device
    correct = 0
    samples = 0
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            predicted = model(x).argmax(dim=1)
            correct += (predicted == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return correct / samples


# Part B: activation function comparison


def compare_activations(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> Comparison:
    """Train the network of part A with each activation, from the same initial weights.

    All use Adam with learning rate 0.001. Returns `{activation: {"train_loss": [a float per epoch],
    "test_accuracy": float}}`; the accuracy is the final one.
    """
    device = default_device()
    loss_fn = nn.CrossEntropyLoss()
    initial_weights = build_mlp(LAYER_SIZES).state_dict()
    comparison: Comparison = {}
    for activation in ACTIVATIONS:
        model = build_mlp(LAYER_SIZES, activation).to(device)
        model.load_state_dict(initial_weights)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
        train_loss = []
        for _ in range(epochs):
            loss = train_epoch(model, train_loader, optimizer, loss_fn)
            train_loss.append(loss)
        test_accuracy = evaluate(model, test_loader)
        comparison[activation] = {"train_loss": train_loss, "test_accuracy": test_accuracy}
    return comparison


# Part C: solving XOR


def build_xor_model(hidden: int = 4) -> nn.Sequential:
    """A network with one hidden layer: inputs (B, 2) give probabilities (B, 1).

    The assignment allows 2 to 4 hidden neurons.
    """
    return nn.Sequential(
        nn.Linear(2, hidden),
        nn.Tanh(),
        nn.Linear(hidden, 1),
        nn.Sigmoid(),
    )


def train_xor(model: nn.Module | None = None) -> nn.Module:
    """Train a model (by default a new one with 4 hidden neurons) until it gets all four XOR cases right.

    Small networks sometimes get stuck, so one whose loss stays high starts again from fresh weights, up to 19
    times. A model that still has not learned the cases is returned as it is.
    """
    if model is None:
        model = build_xor_model().to(default_device())
    device = next(model.parameters()).device
    x = torch.tensor(XOR_INPUTS, device=device)
    y = torch.tensor(XOR_TARGETS, device=device)
    loss_fn = nn.BCELoss()
    model.train()
    for attempt in range(20):
        if attempt > 0:
            model.apply(_reset_parameters)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.1)
        for _ in range(200):
            optimizer.zero_grad()
            loss = loss_fn(model(x), y)
            # A mean below 0.01 leaves no case above 0.04: the right answers have probabilities over 0.96.
            if loss.item() < 0.01:
                return model
            loss.backward()
            optimizer.step()
    return model


def _reset_parameters(layer: nn.Module) -> None:
    if isinstance(layer, nn.Linear):
        layer.reset_parameters()


def decision_boundary(model: nn.Module, resolution: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The model's probabilities on a grid over [-0.5, 1.5] by [-0.5, 1.5], around the four XOR cases.

    Returns `(xx, yy, probabilities)`, each (resolution, resolution): first input, second input, and output.
    The first input grows along the columns, the second along the rows, as in `numpy.meshgrid`.
    """
    device = next(model.parameters()).device
    ticks = np.linspace(-0.5, 1.5, resolution)
    xx, yy = np.meshgrid(ticks, ticks)
    points = np.column_stack([xx.ravel(), yy.ravel()])
    x = torch.tensor(points, dtype=torch.float32, device=device)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        probabilities = model(x).cpu().numpy()
    model.train(was_training)
    return xx, yy, probabilities.reshape(resolution, resolution)
