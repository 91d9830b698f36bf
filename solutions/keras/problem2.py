"""Problem 2 in Keras: optimizers, vanishing gradients and regularization on MNIST."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from itertools import chain, islice, repeat
from typing import Any

import numpy as np

import keras
from keras import layers

from .problem1 import LAYER_SIZES, Comparison, Loader, LossFunction, build_mlp, evaluate, train_epoch

OPTIMIZERS = ["SGD", "SGD+Momentum", "RMSprop", "Adam"]


# Part A: optimizer comparison


def build_optimizer(name: str, parameters: Iterable[Any] = ()) -> keras.Optimizer:
    """The optimizer of that name with the settings of the assignment.

    Keras tells an optimizer its `parameters` when it takes the first step, so they are not needed here.
    Raises ValueError when `name` is not one of "SGD", "SGD+Momentum", "RMSprop" and "Adam".
    """
    if name == "SGD":
        return keras.optimizers.SGD(learning_rate=0.01)
    if name == "SGD+Momentum":
        return keras.optimizers.SGD(learning_rate=0.01, momentum=0.9)
    if name == "RMSprop":
        return keras.optimizers.RMSprop(learning_rate=0.001)
    if name == "Adam":
        return keras.optimizers.Adam(learning_rate=0.001)
    raise ValueError(f"unknown optimizer {name!r}; choose one of {', '.join(OPTIMIZERS)}")


def compare_optimizers(train_loader: Loader, test_loader: Loader, epochs: int = 20) -> Comparison:
    """Train the network of problem 1A with each optimizer, from the same initial weights.

    Returns `{name: {"train_loss": [..], "test_accuracy": [..], "seconds": float}}`, a float per epoch in the
    lists. The seconds are those of the training alone, without the evaluations between the epochs.
    """
    initial_weights = build_mlp(LAYER_SIZES).get_weights()
    comparison: Comparison = {}
    for name in OPTIMIZERS:
        model = build_mlp(LAYER_SIZES)
        model.set_weights(initial_weights)
        optimizer = build_optimizer(name)
        loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        train_loss = []
        test_accuracy = []
        seconds = 0.0
        for _ in range(epochs):
            start = time.perf_counter()
            train_loss.append(train_epoch(model, train_loader, optimizer, loss_fn))
            seconds += time.perf_counter() - start
            test_accuracy.append(evaluate(model, test_loader))
        comparison[name] = {"train_loss": train_loss, "test_accuracy": test_accuracy, "seconds": seconds}
    return comparison


# Part B: gradient analysis


def build_deep_mlp(activation: str, hidden_layers: int = 6, width: int = 256) -> keras.Model:
    """A network for MNIST, (B, 784) to logits (B, 10), with `hidden_layers` layers of `width` neurons each.

    Raises ValueError for an unknown activation, as `build_mlp` does.
    """
    return build_mlp([784, *[width] * hidden_layers, 10], activation)


def gradient_magnitudes(model: keras.Model, x: np.ndarray, y: np.ndarray, loss_fn: LossFunction) -> list[float]:
    """The mean absolute gradient of each weight matrix on one batch, input layer first; biases are left out.

    No step is taken: the weights stay as they were, and the gradients are cleared before and after.
    """
    _compute_gradients(model, x, y, loss_fn)
    magnitudes = _weight_gradients(model)
    model.zero_grad()
    return magnitudes


def track_gradients(
    model: keras.Model, loader: Loader, optimizer: keras.Optimizer, loss_fn: LossFunction, steps: int
) -> np.ndarray:
    """Train for a number of steps and note the gradient magnitudes of each, as in `gradient_magnitudes`.

    One step takes one batch; the loader starts again when it runs out. Returns an array (steps, layers).
    """
    endless_batches = chain.from_iterable(repeat(loader))
    history = []
    for x, y in islice(endless_batches, steps):
        _compute_gradients(model, x, y, loss_fn)
        history.append(_weight_gradients(model))
        variables = model.trainable_variables
        optimizer.apply([variable.value.grad for variable in variables], variables)
    return np.array(history)


def _compute_gradients(model: keras.Model, x: np.ndarray, y: np.ndarray, loss_fn: LossFunction) -> None:
    """Leave the gradients of the batch's loss in the variables: PyTorch computes them, as Keras has no function for it."""
    model.zero_grad()
    loss = loss_fn(y, model(x, training=True))
    loss.backward()


def _weight_gradients(model: keras.Model) -> list[float]:
    kernels = [variable for variable in model.trainable_variables if len(variable.shape) > 1]
    return [float(kernel.value.grad.abs().mean()) for kernel in kernels]


# Part C: regularization effects


def build_regularized_mlp(layer_sizes: Sequence[int], dropout: float = 0.5) -> keras.Model:
    """A ReLU network like that of `build_mlp`, with dropout after each hidden layer.

    In training mode each hidden neuron is dropped with probability `dropout`, in [0, 1].
    """
    return _build_regularized_mlp(layer_sizes, dropout, None)


def compare_regularization(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> Comparison:
    """Train the network of problem 1A without regularization, with L2 and with dropout.

    L2 is weight decay 0.001, dropout has probability 0.5; all three start from the same weights and use Adam
    with learning rate 0.001. Returns `{"none" / "l2" / "dropout": {"train_accuracy": [..], "test_accuracy":
    [..]}}`, a float per epoch in each list. Both accuracies are taken after the epoch, without dropout, so
    that their difference is the overfitting.
    """
    # Weight decay d adds d * w to the gradient of a weight w: that is the penalty d / 2 * w**2 on the loss.
    l2 = keras.regularizers.L2(0.001 / 2)
    models = {
        "none": _build_regularized_mlp(LAYER_SIZES, 0.0, None),
        "l2": _build_regularized_mlp(LAYER_SIZES, 0.0, l2),
        "dropout": _build_regularized_mlp(LAYER_SIZES, 0.5, None),
    }
    initial_weights = models["none"].get_weights()
    comparison: Comparison = {}
    for name, model in models.items():
        model.set_weights(initial_weights)
        optimizer = keras.optimizers.Adam(learning_rate=0.001)
        loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        train_accuracy = []
        test_accuracy = []
        for _ in range(epochs):
            train_epoch(model, train_loader, optimizer, loss_fn)
            train_accuracy.append(evaluate(model, train_loader))
            test_accuracy.append(evaluate(model, test_loader))
        comparison[name] = {"train_accuracy": train_accuracy, "test_accuracy": test_accuracy}
    return comparison


def _build_regularized_mlp(
    layer_sizes: Sequence[int], dropout: float, penalty: keras.regularizers.Regularizer | None
) -> keras.Model:
    inputs, *hidden, outputs = layer_sizes
    model = keras.Sequential([keras.Input((inputs,))])
    for neurons in hidden:
        model.add(layers.Dense(neurons, activation="relu", kernel_regularizer=penalty))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(outputs, kernel_regularizer=penalty))
    return model
