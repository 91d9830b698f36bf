"""Figures of the results: each function draws what the function of the same part returned.

A figure belongs to no window; save it with `figure.savefig(path)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

CIFAR10_CLASSES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]
"""Four that colour-blind people can tell apart (Okabe and Ito, "Color Universal Design", 2008)."""
GRID_COLUMNS = 8


# Problem 1


def plot_activations(comparison: Mapping[str, Mapping[str, Any]]) -> Figure:
    """The training loss of each activation over the epochs, from `compare_activations`."""
    figure = Figure(figsize=(7, 4.5), layout="constrained")
    axes = figure.subplots()
    for colour, (activation, result) in zip(cycle(COLOURS), comparison.items()):
        _draw_epochs(axes, result["train_loss"], label=activation, color=colour)
    _finish(axes, "Training loss by activation function", "Epoch", "Training loss")
    return figure


def plot_decision_boundary(boundary: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Figure:
    """The probabilities of `decision_boundary`, the line where they are 0.5, and the four cases."""
    xx, yy, probabilities = boundary
    figure = Figure(figsize=(6.5, 5.2), layout="constrained")
    axes = figure.subplots()
    surface = axes.contourf(xx, yy, probabilities, levels=np.linspace(0, 1, 21), cmap="RdBu_r", alpha=0.85)
    axes.contour(xx, yy, probabilities, levels=[0.5], colors="black", linewidths=1.5)
    figure.colorbar(surface, ax=axes, label="Probability of 1", ticks=[0, 0.25, 0.5, 0.75, 1])
    case_style: dict[str, Any] = {"s": 110, "edgecolors": "black", "linewidths": 1.2, "zorder": 3}
    axes.scatter([0, 1], [0, 1], color="#2166ac", marker="o", label="XOR = 0", **case_style)
    axes.scatter([0, 1], [1, 0], color="#b2182b", marker="s", label="XOR = 1", **case_style)
    axes.set_title("Decision boundary learned for XOR")
    axes.set_xlabel("First input")
    axes.set_ylabel("Second input")
    axes.set_aspect("equal")
    axes.legend(loc="upper right", framealpha=0.95)
    return figure


# Problem 2


def plot_optimizers(comparison: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Training loss (left) and test accuracy (right) of each optimizer, from `compare_optimizers`."""
    figure = Figure(figsize=(12, 4.5), layout="constrained")
    loss_axes, accuracy_axes = figure.subplots(1, 2)
    for colour, (name, result) in zip(cycle(COLOURS), comparison.items()):
        _draw_epochs(loss_axes, result["train_loss"], label=name, color=colour)
        _draw_epochs(accuracy_axes, result["test_accuracy"], label=name, color=colour)
    _finish(loss_axes, "Training loss by optimizer", "Epoch", "Training loss")
    _finish(accuracy_axes, "Test accuracy by optimizer", "Epoch", "Test accuracy")
    return figure


def plot_gradients(gradients: Mapping[str, np.ndarray]) -> Figure:
    """Gradient magnitudes across the layers (left) and during training (right), both on a logarithmic scale.

    `gradients` is `{"sigmoid": array, "relu": array}`, each array (steps, layers) from `track_gradients`.
    Left: the mean over the steps, with the range between the smallest and the largest. Right: the first and
    the last layer of each network.
    """
    figure = Figure(figsize=(13, 4.5), layout="constrained")
    layer_axes, step_axes = figure.subplots(1, 2)
    for colour, (activation, magnitudes) in zip(cycle(COLOURS), gradients.items()):
        layers = np.arange(1, magnitudes.shape[1] + 1)
        steps = np.arange(1, magnitudes.shape[0] + 1)
        layer_axes.plot(layers, magnitudes.mean(axis=0), marker="o", label=activation, color=colour)
        smallest, largest = magnitudes.min(axis=0), magnitudes.max(axis=0)
        layer_axes.fill_between(layers, smallest, largest, color=colour, alpha=0.15)
        step_axes.plot(steps, magnitudes[:, 0], "-", label=f"{activation}, first layer", color=colour)
        step_axes.plot(steps, magnitudes[:, -1], "--", label=f"{activation}, last layer", color=colour)
    layer_axes.set_yscale("log")
    step_axes.set_yscale("log")
    _finish(layer_axes, "Gradient magnitude across layers", "Layer, from the input", "Mean absolute gradient")
    _finish(step_axes, "Gradient magnitude during training", "Training step", "Mean absolute gradient")
    step_axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return figure


def plot_regularization(comparison: Mapping[str, Mapping[str, Any]]) -> Figure:
    """Training accuracy (dashed) and test accuracy of each configuration, from `compare_regularization`."""
    figure = Figure(figsize=(8, 5), layout="constrained")
    axes = figure.subplots()
    for colour, (name, result) in zip(cycle(COLOURS), comparison.items()):
        _draw_epochs(axes, result["train_accuracy"], label=f"{name}, train", color=colour, linestyle="--")
        _draw_epochs(axes, result["test_accuracy"], label=f"{name}, test", color=colour)
    _finish(axes, "Training and test accuracy by regularization", "Epoch", "Accuracy")
    return figure


# Problem 3


def plot_training(history: Mapping[str, Sequence[float]]) -> Figure:
    """Training and validation loss (left) and validation accuracy (right), from `train_cnn`."""
    figure = Figure(figsize=(12, 4.5), layout="constrained")
    loss_axes, accuracy_axes = figure.subplots(1, 2)
    _draw_epochs(loss_axes, history["train_loss"], label="training", color=COLOURS[0])
    _draw_epochs(loss_axes, history["validation_loss"], label="validation", color=COLOURS[1])
    _draw_epochs(accuracy_axes, history["validation_accuracy"], label="validation", color=COLOURS[1])
    _finish(loss_axes, "Training and validation loss", "Epoch", "Loss")
    _finish(accuracy_axes, "Validation accuracy", "Epoch", "Accuracy")
    return figure


def plot_confusion_matrix(matrix: np.ndarray) -> Figure:
    """The counts of `confusion_matrix` as a heat map, with the names of the ten classes on both axes."""
    figure = Figure(figsize=(8.5, 7.5), layout="constrained")
    axes = figure.subplots()
    image = axes.imshow(matrix, cmap="Blues")
    figure.colorbar(image, ax=axes, label="Images", shrink=0.85)
    classes = range(len(CIFAR10_CLASSES))
    axes.set_xticks(classes, CIFAR10_CLASSES, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(classes, CIFAR10_CLASSES)
    for true, predicted in np.ndindex(matrix.shape):
        count = matrix[true, predicted]
        colour = "white" if count > matrix.max() / 2 else "black"
        axes.text(predicted, true, str(count), ha="center", va="center", color=colour, fontsize=9)
    axes.set_title("Confusion matrix")
    axes.set_xlabel("Predicted class")
    axes.set_ylabel("True class")
    return figure


def plot_filters(filters: np.ndarray) -> Figure:
    """Every filter of `first_layer_filters`, its weights scaled to [0, 1], in a grid of eight columns.

    Filters with three channels are shown in colour, others as the mean over their channels.
    """
    rows = int(np.ceil(len(filters) / GRID_COLUMNS))
    figure = Figure(figsize=(8, 1.1 * rows + 0.7), layout="constrained")
    panels = figure.subplots(rows, GRID_COLUMNS, squeeze=False).ravel()
    for axes in panels:
        axes.set_axis_off()
    for number, (axes, weights) in enumerate(zip(panels, filters, strict=False), start=1):
        in_colour = weights.shape[-1] == 3
        picture = _scaled(weights) if in_colour else _scaled(weights.mean(axis=-1))
        axes.imshow(picture, cmap="gray")
        axes.set_title(str(number), fontsize=8)
    figure.suptitle("Filters of the first convolutional layer")
    return figure


def plot_activation_maps(maps: np.ndarray) -> Figure:
    """What the first eight filters make of each image, an image a row, from `activation_maps`.

    Red is positive, blue is negative (ReLU makes it 0). A filter has the same scale for all images.
    """
    images = len(maps)
    filters = min(GRID_COLUMNS, maps.shape[1])
    figure = Figure(figsize=(1.3 * filters + 0.3, 1.3 * images + 0.8), layout="constrained")
    grid: Any = figure.subplots(images, filters, squeeze=False)
    for row, column in np.ndindex(grid.shape):
        axes = grid[row, column]
        limit = np.abs(maps[:, column]).max()
        axes.imshow(maps[row, column], cmap="RdBu_r", vmin=-limit, vmax=limit)
        axes.set_xticks([])
        axes.set_yticks([])
        if row == 0:
            axes.set_title(f"Filter {column + 1}", fontsize=9)
        if column == 0:
            axes.set_ylabel(f"Image {row + 1}")
    figure.suptitle("Activation maps of the first convolutional layer (red positive, blue negative)")
    return figure


def _draw_epochs(axes: Axes, values: Sequence[float], **style: Any) -> None:
    epochs = range(1, len(values) + 1)
    axes.plot(epochs, values, marker="o", markersize=4, **style)


def _finish(axes: Axes, title: str, x_label: str, y_label: str) -> None:
    axes.set_title(title)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend()


def _scaled(picture: np.ndarray) -> np.ndarray:
    """The picture stretched to [0, 1]; one of a single value becomes all 0."""
    span = picture.max() - picture.min()
    if span == 0:
        return np.zeros_like(picture)
    scaled: np.ndarray = (picture - picture.min()) / span
    return scaled
