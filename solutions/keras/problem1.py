"""Problem 1 in Keras: multilayer perceptrons on MNIST, their activation functions, and XOR."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias

import numpy as np

import keras
from keras import layers

Loader: TypeAlias = Iterable[tuple[np.ndarray, np.ndarray]]
LossFunction: TypeAlias = Callable[[Any, Any], Any]
Comparison: TypeAlias = dict[str, dict[str, Any]]

LAYER_SIZES = [784, 128, 64, 10]
ACTIVATIONS = ["relu", "sigmoid", "tanh"]

XOR_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype="float32")
XOR_TARGETS = np.array([[0], [1], [1], [0]], dtype="float32")


# Part A: MLP implementation


def build_mlp(layer_sizes: Sequence[int], activation: str = "relu") -> keras.Model:
    """A fully connected network with an activation after every layer but the last.

    `layer_sizes` are the numbers of inputs, of neurons in each hidden layer, and of outputs: (B, first) gives
    (B, last). The outputs are logits; the loss takes them with `from_logits=True`.
    Raises ValueError when `activation` is not one of "relu", "sigmoid" and "tanh".
    """
    if activation not in ACTIVATIONS:
        raise ValueError(f"unknown activation {activation!r}; choose one of {', '.join(ACTIVATIONS)}")
    inputs, *hidden, outputs = layer_sizes
    model = keras.Sequential([keras.Input((inputs,))])
    for neurons in hidden:
        model.add(layers.Dense(neurons, activation=activation))
    model.add(layers.Dense(outputs))
    return model


def train_epoch(model: keras.Model, loader: Loader, optimizer: keras.Optimizer, loss_fn: LossFunction) -> float:
    """Train on every batch once. Returns the loss per sample, averaged over the epoch.

    Batches count by their size, so a short last one weighs no more than its share.
    """
    model.compile(optimizer=optimizer, loss=loss_fn)
    total_loss = 0.0
    samples = 0
    for x, y in loader:
        total_loss += float(model.train_on_batch(x, y)) * len(y)
        samples += len(y)
    return total_loss / samples


def evaluate(model: keras.Model, loader: Loader) -> float:
    """The fraction of all samples that the model gets right. `predict_on_batch` leaves dropout out."""
    correct = 0
    samples = 0
    for x, y in loader:
        predicted = model.predict_on_batch(x).argmax(axis=1)
        correct += int((predicted == y).sum())
        samples += len(y)
    return correct / samples


# Part B: activation function comparison


def compare_activations(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> Comparison:
    """Train the network of part A with each activation, from the same initial weights.

    All use Adam with learning rate 0.001. Returns `{activation: {"train_loss": [a float per epoch],
    "test_accuracy": float}}`; the accuracy is the final one.
    """
    initial_weights = build_mlp(LAYER_SIZES).get_weights()
    comparison: Comparison = {}
    for activation in ACTIVATIONS:
        model = build_mlp(LAYER_SIZES, activation)
        model.set_weights(initial_weights)
        optimizer = keras.optimizers.Adam(learning_rate=0.001)
        loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        train_loss = [train_epoch(model, train_loader, optimizer, loss_fn) for _ in range(epochs)]
        comparison[activation] = {"train_loss": train_loss, "test_accuracy": evaluate(model, test_loader)}
    return comparison


# Part C: solving XOR


def build_xor_model(hidden: int = 4) -> keras.Model:
    """A network with one hidden layer: inputs (B, 2) give probabilities (B, 1).

    The assignment allows 2 to 4 hidden neurons.
    """
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(hidden, activation="tanh"),
            layers.Dense(1, activation="sigmoid"),
        ]
    )


def train_xor(model: keras.Model | None = None) -> keras.Model:
    """Train a model (by default a new one with 4 hidden neurons) until it gets all four XOR cases right.

    Small networks sometimes get stuck, so one whose loss stays high starts again from fresh weights, up to 19
    times. A model that still has not learned the cases is returned as it is.
    """
    if model is None:
        model = build_xor_model()
    for attempt in range(20):
        if attempt > 0:
            fresh = keras.models.clone_model(model)
            model.set_weights(fresh.get_weights())
        model.compile(optimizer=keras.optimizers.Adam(0.1), loss=keras.losses.BinaryCrossentropy())
        for _ in range(200):
            loss = float(model.train_on_batch(XOR_INPUTS, XOR_TARGETS))
            # A mean below 0.01 leaves no case above 0.04: the right answers have probabilities over 0.96.
            if loss < 0.01:
                return model
    return model


def decision_boundary(model: keras.Model, resolution: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The model's probabilities on a grid over [-0.5, 1.5] by [-0.5, 1.5], around the four XOR cases.

    Returns `(xx, yy, probabilities)`, each (resolution, resolution): first input, second input, and output.
    The first input grows along the columns, the second along the rows, as in `numpy.meshgrid`.
    """
    ticks = np.linspace(-0.5, 1.5, resolution)
    xx, yy = np.meshgrid(ticks, ticks)
    points = np.column_stack([xx.ravel(), yy.ravel()]).astype("float32")
    probabilities = model.predict(points, batch_size=1024, verbose=0)
    return xx, yy, probabilities.reshape(resolution, resolution)
