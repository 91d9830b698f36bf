"""Problem 3: convolutional networks on CIFAR-10, and what their first layer sees."""

from __future__ import annotations

import time

import numpy as np
import torch
from torch import Tensor, nn

from .problem1 import Comparison, Loader, LossFunction, default_device, evaluate, train_epoch

CLASSES = 10


# Part A: basic CNN


def build_cnn() -> nn.Sequential:
    """The network of the assignment: images (B, 3, 32, 32) give logits (B, 10). It has 545 098 parameters."""
    return nn.Sequential(
        nn.Conv2d(3, 32, kernel_size=3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, kernel_size=3, padding="same"),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(64 * 8 * 8, 128),
        nn.ReLU(),
        nn.Linear(128, CLASSES),
    )


def train_cnn(
    model: nn.Module, train_loader: Loader, validation_loader: Loader, epochs: int = 20
) -> dict[str, list[float]]:
    """Train with Adam, learning rate 0.001, and measure the validation set after every epoch.

    Returns `{"train_loss": [..], "validation_loss": [..], "validation_accuracy": [..]}`, with a float per
    epoch.
    """
    loss_fn = nn.CrossEntropyLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    history: dict[str, list[float]] = {"train_loss": [], "validation_loss": [], "validation_accuracy": []}
    for _ in range(epochs):
        train_loss = train_epoch(model, train_loader, optimizer, loss_fn)
        validation_loss, validation_accuracy = _loss_and_accuracy(model, validation_loader, loss_fn)
        history["train_loss"].append(train_loss)
        history["validation_loss"].append(validation_loss)
        history["validation_accuracy"].append(validation_accuracy)
    return history


def _loss_and_accuracy(model: nn.Module, loader: Loader, loss_fn: LossFunction) -> tuple[float, float]:
    """Mean loss per sample and fraction classified right, in one pass over the loader in evaluation mode."""
    device = next(model.parameters()).device
    total_loss = 0.0
    correct = 0
    samples = 0
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            x = x.to(device)
            y = y.to(device)
            logits = model(x)
            total_loss += loss_fn(logits, y).item() * len(y)
            predicted = logits.argmax(dim=1)
            correct += (predicted == y).sum().item()
            samples += len(y)
    model.train(was_training)
    return total_loss / samples, correct / samples


def confusion_matrix(model: nn.Module, loader: Loader) -> np.ndarray:
    """How often each class was taken for which: int64 (10, 10), true classes in rows, predicted in
    columns."""
    device = next(model.parameters()).device
    matrix = np.zeros((CLASSES, CLASSES), dtype=np.int64)
    was_training = model.training
    model.eval()
    with torch.no_grad():
        for x, y in loader:
            true = y.cpu().numpy()
            predicted = model(x.to(device)).argmax(dim=1).cpu().numpy()
            np.add.at(matrix, (true, predicted), 1)
    model.train(was_training)
    return matrix


# Part B: architecture experimentation


def build_cnn_variants() -> dict[str, nn.Module]:
    """Three untrained networks for images (B, 3, 32, 32), giving logits (B, 10).

    "CNN_A" is the network of part A (545 098 parameters). "CNN_B" has a third convolution and a wider dense
    layer (1 080 042). "CNN_C" has more filters, 5 by 5 kernels and average pooling (1 259 786).
    """
    return {
        "CNN_A": build_cnn(),
        "CNN_B": nn.Sequential(
            nn.Conv2d(3, 32, kernel_size=3, padding="same"),
            nn.ReLU(),
            nn.Conv2d(32, 32, kernel_size=3, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, kernel_size=3, padding="same"),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(64 * 8 * 8, 256),
            nn.ReLU(),
            nn.Linear(256, CLASSES),
        ),
        "CNN_C": nn.Sequential(
            nn.Conv2d(3, 64, kernel_size=5, padding="same"),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Conv2d(64, 128, kernel_size=5, padding="same"),
            nn.ReLU(),
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(128 * 8 * 8, 128),
            nn.ReLU(),
            nn.Linear(128, CLASSES),
        ),
    }


def count_parameters(model: nn.Module) -> int:
    """The number of trainable parameters; frozen ones do not count."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def compare_architectures(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> Comparison:
    """Train each variant with Adam, learning rate 0.001.

    Returns `{name: {"parameters": int, "seconds": float, "test_accuracy": float}}`: the time of the training
    alone, and the accuracy after the last epoch.
    """
    device = default_device()
    loss_fn = nn.CrossEntropyLoss()
    comparison: Comparison = {}
    for name, model in build_cnn_variants().items():
        model.to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
        start = time.perf_counter()
        for _ in range(epochs):
            train_epoch(model, train_loader, optimizer, loss_fn)
        seconds = time.perf_counter() - start
        comparison[name] = {
            "parameters": count_parameters(model),
            "seconds": seconds,
            "test_accuracy": evaluate(model, test_loader),
        }
    return comparison


# Part C: visualizing learned features


def first_layer_filters(model: nn.Module) -> np.ndarray:
    """The kernels of the first convolution, an array (filters, height, width, channels).

    Raises ValueError when the model has no convolution.
    """
    weight = _first_convolution(model).weight.detach()
    return weight.permute(0, 2, 3, 1).cpu().numpy().copy()


def activation_maps(model: nn.Module, images: Tensor) -> np.ndarray:
    """The first convolution's output for images (B, 3, H, W), before the activation: (B, filters, H, W).

    Raises ValueError when the model has no convolution.
    """
    convolution = _first_convolution(model)
    with torch.no_grad():
        maps: Tensor = convolution(images.to(convolution.weight.device))
    return maps.cpu().numpy()


def _first_convolution(model: nn.Module) -> nn.Conv2d:
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            return layer
    raise ValueError(f"{type(model).__name__} has no convolution, so it has no filters to show")
