"""Figures, made without pyplot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def _figure(rows: int = 1, columns: int = 1, size: tuple[float, float] = (6, 4)) -> tuple[Figure, np.ndarray]:
    figure = Figure(figsize=(size[0] * columns, size[1] * rows))
    return figure, figure.subplots(rows, columns, squeeze=False)


def _curves(axes: Axes, curves: Mapping[str, Sequence[float]], *, title: str, y: str) -> None:
    for name, values in curves.items():
        axes.plot(range(1, len(values) + 1), values, label=name)
    axes.set(title=title, xlabel="Epoch", ylabel=y)
    axes.legend()


def _column(results: Mapping[str, Mapping[str, Any]], key: str) -> dict[str, Any]:
    return {name: entry[key] for name, entry in results.items()}


def plot_activations(results: Mapping[str, Mapping[str, Any]]) -> Figure:
    figure, axes = _figure()
    _curves(axes[0, 0], _column(results, "train_loss"), title="Activation functions", y="Training loss")
    return figure


def plot_decision_boundary(boundary: tuple[np.ndarray, np.ndarray, np.ndarray]) -> Figure:
    figure, axes = _figure(size=(6, 5))
    filled = axes[0, 0].contourf(*boundary, levels=20, cmap="viridis")
    figure.colorbar(filled, ax=axes[0, 0], label="Probability")
    for label, marker, points in (("0", "o", [(0, 0), (1, 1)]), ("1", "X", [(0, 1), (1, 0)])):
        axes[0, 0].scatter(*zip(*points), marker=marker, color="white", edgecolor="black", s=90, label=label)
    axes[0, 0].set(title="Decision boundary", xlabel="First input", ylabel="Second input")
    axes[0, 0].legend(title="XOR")
    return figure


def plot_optimizers(results: Mapping[str, Mapping[str, Any]]) -> Figure:
    figure, axes = _figure(columns=2)
    _curves(axes[0, 0], _column(results, "train_loss"), title="Training loss", y="Loss")
    _curves(axes[0, 1], _column(results, "test_accuracy"), title="Test accuracy", y="Accuracy")
    return figure


def plot_gradients(gradients: Mapping[str, np.ndarray]) -> Figure:
    figure, axes = _figure()
    for name, magnitudes in gradients.items():
        layers = np.arange(1, magnitudes.shape[1] + 1)
        center, spread = magnitudes.mean(axis=0), magnitudes.std(axis=0)
        axes[0, 0].errorbar(layers, center, yerr=spread, marker="o", capsize=3, label=name)
    axes[0, 0].set(yscale="log", title="Gradient magnitude", xlabel="Layer", ylabel="Mean |gradient|")
    axes[0, 0].legend()
    return figure


def plot_regularization(results: Mapping[str, Mapping[str, Any]]) -> Figure:
    figure, axes = _figure(columns=len(results), size=(4, 4))
    for panel, (name, entry) in zip(axes[0], results.items()):
        curves = {"Train": entry["train_accuracy"], "Test": entry["test_accuracy"]}
        _curves(panel, curves, title=f"Regularization: {name}", y="Accuracy")
        panel.set_ylim(0, 1.02)
    return figure


def plot_training(history: Mapping[str, Sequence[float]]) -> Figure:
    figure, axes = _figure(columns=2)
    losses = {"Training": history["train_loss"], "Validation": history["validation_loss"]}
    _curves(axes[0, 0], losses, title="Loss", y="Cross-entropy")
    _curves(axes[0, 1], {"Validation": history["validation_accuracy"]}, title="Accuracy", y="Accuracy")
    return figure


def plot_confusion_matrix(matrix: np.ndarray) -> Figure:
    figure, axes = _figure(size=(8, 7))
    panel = axes[0, 0]
    # colours show the share of each true class, numbers the counts
    shares = matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)
    figure.colorbar(panel.imshow(shares, cmap="Purples", vmin=0, vmax=1), ax=panel)
    for (row, column), count in np.ndenumerate(matrix):
        panel.text(column, row, f"{count}", ha="center", va="center", fontsize=8)
    panel.set_xticks(range(10), CLASSES, rotation=45, ha="right")
    panel.set_yticks(range(10), CLASSES)
    panel.set(title="Confusion matrix", xlabel="Predicted", ylabel="True")
    return figure


def _grid(pictures: np.ndarray, *, columns: int, title: str, cmap: str | None = None) -> Figure:
    rows = -(-len(pictures) // columns)
    figure, axes = _figure(rows, columns, size=(1.2, 1.2))
    for panel in axes.flat:
        panel.axis("off")
    for panel, picture in zip(axes.flat, pictures):
        panel.imshow(picture, cmap=cmap)
    figure.suptitle(title)
    return figure


def plot_filters(filters: np.ndarray) -> Figure:
    low = filters.min(axis=(1, 2, 3), keepdims=True)
    high = filters.max(axis=(1, 2, 3), keepdims=True)
    return _grid((filters - low) / (high - low), columns=8, title="Filters of the first convolution")


def plot_activation_maps(maps: np.ndarray) -> Figure:
    shown = maps[:3, :8]
    pictures = shown.reshape(-1, *shown.shape[2:])
    return _grid(pictures, columns=shown.shape[1], title="Activation maps (one image per row)", cmap="gray")
