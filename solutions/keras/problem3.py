"""Problem 3 in Keras: convolutional networks on CIFAR-10, and what their first layer sees.

Pictures are (B, height, width, channels), as everywhere in Keras.
"""

from __future__ import annotations

import time

import numpy as np

import keras
from keras import layers

from .problem1 import Comparison, Loader, LossFunction, evaluate, train_epoch

CLASSES = 10


# Part A: basic CNN


def build_cnn() -> keras.Model:
    """The network of the assignment: pictures (B, 32, 32, 3) give logits (B, 10). It has 545 098 parameters."""
    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            layers.Conv2D(32, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(64, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dense(CLASSES),
        ]
    )


def train_cnn(
    model: keras.Model, train_loader: Loader, validation_loader: Loader, epochs: int = 20
) -> dict[str, list[float]]:
    """Train with Adam, learning rate 0.001, and measure the validation set after every epoch.

    Returns `{"train_loss": [..], "validation_loss": [..], "validation_accuracy": [..]}`, with a float per
    epoch.
    """
    optimizer = keras.optimizers.Adam(learning_rate=0.001)
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    history: dict[str, list[float]] = {"train_loss": [], "validation_loss": [], "validation_accuracy": []}
    for _ in range(epochs):
        train_loss = train_epoch(model, train_loader, optimizer, loss_fn)
        validation_loss, validation_accuracy = _loss_and_accuracy(model, validation_loader, loss_fn)
        history["train_loss"].append(train_loss)
        history["validation_loss"].append(validation_loss)
        history["validation_accuracy"].append(validation_accuracy)
    return history


def _loss_and_accuracy(model: keras.Model, loader: Loader, loss_fn: LossFunction) -> tuple[float, float]:
    """Mean loss per sample and fraction classified right, in one pass over the loader."""
    total_loss = 0.0
    correct = 0
    samples = 0
    for x, y in loader:
        logits = model.predict_on_batch(x)
        total_loss += float(loss_fn(y, logits)) * len(y)
        correct += int((logits.argmax(axis=1) == y).sum())
        samples += len(y)
    return total_loss / samples, correct / samples


def confusion_matrix(model: keras.Model, loader: Loader) -> np.ndarray:
    """How often each class was taken for which: int64 (10, 10), true classes in rows, predicted in columns."""
    matrix = np.zeros((CLASSES, CLASSES), dtype=np.int64)
    for x, y in loader:
        predicted = model.predict_on_batch(x).argmax(axis=1)
        np.add.at(matrix, (y, predicted), 1)
    return matrix


# Part B: architecture experimentation


def build_cnn_variants() -> dict[str, keras.Model]:
    """Three untrained networks for pictures (B, 32, 32, 3), giving logits (B, 10).

    "CNN_A" is the network of part A (545 098 parameters). "CNN_B" has a third convolution and a wider dense
    layer (1 080 042). "CNN_C" has more filters, 5 by 5 kernels and average pooling (1 259 786).
    """
    return {
        "CNN_A": build_cnn(),
        "CNN_B": keras.Sequential(
            [
                keras.Input((32, 32, 3)),
                layers.Conv2D(32, 3, padding="same", activation="relu"),
                layers.Conv2D(32, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Conv2D(64, 3, padding="same", activation="relu"),
                layers.MaxPooling2D(2),
                layers.Flatten(),
                layers.Dense(256, activation="relu"),
                layers.Dense(CLASSES),
            ]
        ),
        "CNN_C": keras.Sequential(
            [
                keras.Input((32, 32, 3)),
                layers.Conv2D(64, 5, padding="same", activation="relu"),
                layers.AveragePooling2D(2),
                layers.Conv2D(128, 5, padding="same", activation="relu"),
                layers.AveragePooling2D(2),
                layers.Flatten(),
                layers.Dense(128, activation="relu"),
                layers.Dense(CLASSES),
            ]
        ),
    }


def count_parameters(model: keras.Model) -> int:
    """The number of trainable parameters; frozen ones do not count."""
    return sum(int(np.prod(variable.shape)) for variable in model.trainable_variables)


def compare_architectures(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> Comparison:
    """Train each variant with Adam, learning rate 0.001.

    Returns `{name: {"parameters": int, "seconds": float, "test_accuracy": float}}`: the time of the training
    alone, and the accuracy after the last epoch.
    """
    comparison: Comparison = {}
    for name, model in build_cnn_variants().items():
        optimizer = keras.optimizers.Adam(learning_rate=0.001)
        loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
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


def first_layer_filters(model: keras.Model) -> np.ndarray:
    """The kernels of the first convolution, an array (filters, height, width, channels).

    Raises ValueError when the model has no convolution.
    """
    kernel, _ = _first_convolution(model).get_weights()  # (height, width, channels, filters)
    return np.moveaxis(kernel, -1, 0)


def activation_maps(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """The first convolution's output for images (B, H, W, 3), after its activation: (B, filters, H, W).

    Raises ValueError when the model has no convolution.
    """
    maps = keras.ops.convert_to_numpy(_first_convolution(model)(images))
    return np.moveaxis(maps, -1, 1)


def _first_convolution(model: keras.Model) -> layers.Conv2D:
    for layer in model.layers:
        if isinstance(layer, layers.Conv2D):
            return layer
    raise ValueError(f"{model.name} has no convolution, so it has no filters to show")
