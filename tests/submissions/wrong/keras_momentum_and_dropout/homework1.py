"""Problem 2 in Keras: optimizers, vanishing gradients, regularization."""
import time

import keras
import numpy as np
from keras import layers

SIZES = [784, 128, 64, 10]


def mlp(sizes, activation="relu"):
    hidden = [layers.Dense(size, activation=activation) for size in sizes[1:-1]]
    return keras.Sequential([keras.Input((sizes[0],)), *hidden, layers.Dense(sizes[-1])])


def train(model, loader):
    total, samples = 0.0, 0
    for x, y in loader:
        total += float(model.train_on_batch(x, y)) * len(y)
        samples += len(y)
    return total / samples


def accuracy(model, loader):
    return float(np.concatenate([model.predict_on_batch(x).argmax(1) == y for x, y in loader]).mean())


def crossentropy():
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def build_optimizer(name, parameters=None):
    if name == "SGD":
        return keras.optimizers.SGD(learning_rate=0.01)
    if name == "SGD+Momentum":
        return keras.optimizers.SGD(learning_rate=0.01, momentum=0.09)
    if name == "RMSprop":
        return keras.optimizers.RMSprop(learning_rate=0.001)
    return keras.optimizers.Adam(learning_rate=0.001)


def compare_optimizers(train_loader, test_loader, epochs=20):
    results = {}
    for name in ("SGD", "SGD+Momentum", "RMSprop", "Adam"):
        model = mlp(SIZES)
        model.compile(optimizer=build_optimizer(name), loss=crossentropy())
        losses, accuracies, seconds = [], [], 0.0
        for _ in range(epochs):
            start = time.perf_counter()
            losses.append(train(model, train_loader))
            seconds += time.perf_counter() - start
            accuracies.append(accuracy(model, test_loader))
        results[name] = {"train_loss": losses, "test_accuracy": accuracies, "seconds": seconds}
    return results


def build_deep_mlp(activation, hidden_layers=6, width=256):
    return mlp([784] + [width] * hidden_layers + [10], activation)


def gradients(model, x, y, loss_fn):
    model.zero_grad()
    loss_fn(y, model(x, training=True)).backward()
    return [variable.value.grad for variable in model.trainable_variables]


def gradient_magnitudes(model, x, y, loss_fn):
    return [float(gradient.abs().mean()) for gradient in gradients(model, x, y, loss_fn)]


def track_gradients(model, loader, optimizer, loss_fn, steps):
    rows = []
    while len(rows) < steps:
        for x, y in loader:
            if len(rows) < steps:
                found = gradients(model, x, y, loss_fn)
                rows.append([float(gradient.abs().mean()) for gradient in found])
                optimizer.apply(found, model.trainable_variables)
    return np.array(rows)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    model = keras.Sequential([keras.Input((layer_sizes[0],))])
    for size in layer_sizes[1:-1]:
        model.add(layers.Dense(size, activation="relu"))
        model.add(layers.Dropout(dropout))
    model.add(layers.Dense(layer_sizes[-1]))
    model.add(layers.Dropout(dropout))
    return model


def compare_regularization(train_loader, test_loader, epochs=10):
    results = {}
    for name in ("none", "l2", "dropout"):
        model = build_regularized_mlp(SIZES) if name == "dropout" else mlp(SIZES)
        decay = 0.01 if name == "l2" else None
        model.compile(optimizer=keras.optimizers.Adam(0.001, weight_decay=decay), loss=crossentropy())
        results[name] = {"train_accuracy": [], "test_accuracy": []}
        for _ in range(epochs):
            train(model, train_loader)
            results[name]["train_accuracy"].append(accuracy(model, train_loader))
            results[name]["test_accuracy"].append(accuracy(model, test_loader))
    return results
