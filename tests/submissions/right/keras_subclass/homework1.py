"""Homework 1 in Keras 3: networks as subclasses of `keras.Model`, training by hand."""

from time import perf_counter

import keras
import numpy as np
import torch
from keras import ops
from matplotlib.figure import Figure

SIZES = (784, 128, 64, 10)
cross_entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


# Problem 1 ------------------------------------------------------------------------------------------------------------


class MLP(keras.Model):
    """Its layers know their sizes when they see the first batch."""

    ACTIVATIONS = {"relu": ops.relu, "sigmoid": ops.sigmoid, "tanh": ops.tanh}

    def __init__(self, layer_sizes, activation="relu", dropout=0.0):
        super().__init__()
        if activation not in self.ACTIVATIONS:
            raise ValueError(f"{activation}: not one of {sorted(self.ACTIVATIONS)}")
        self.activate = self.ACTIVATIONS[activation]
        self.hidden = [keras.layers.Dense(size) for size in layer_sizes[1:-1]]
        self.drop = [keras.layers.Dropout(dropout, seed=number) for number, _ in enumerate(self.hidden)]
        self.out = keras.layers.Dense(layer_sizes[-1])

    def call(self, x, training=False):
        for dense, drop in zip(self.hidden, self.drop):
            x = drop(self.activate(dense(x)), training=training)
        return self.out(x)


def build_mlp(layer_sizes, activation="relu"):
    return MLP(layer_sizes, activation)


def step(model, x, y, optimizer, loss_fn):
    """One step on one batch; returns the loss and the gradients of the kernels."""
    model.zero_grad()
    loss = loss_fn(y, model(x, training=True))
    for penalty in model.losses:
        loss = loss + penalty
    loss.backward()
    variables = model.trainable_variables
    gradients = [variable.value.grad for variable in variables]
    sizes = [ops.mean(ops.abs(gradient)).item() for gradient in gradients if gradient.ndim > 1]
    with torch.no_grad():
        optimizer.apply(gradients, variables)
    return loss.item(), sizes


def train_epoch(model, loader, optimizer, loss_fn):
    return float(np.mean([step(model, x, y, optimizer, loss_fn)[0] for x, y in loader]))


def logits_and_labels(model, loader):
    with torch.no_grad():
        pairs = [(ops.convert_to_numpy(model(x, training=False)), y) for x, y in loader]
    return tuple(np.concatenate(column) for column in zip(*pairs))


def evaluate(model, loader):
    logits, labels = logits_and_labels(model, loader)
    return (logits.argmax(axis=1) == labels).mean()


def compare_activations(train_loader, test_loader, epochs=10):
    table = {}
    for activation in MLP.ACTIVATIONS:
        model, adam = build_mlp(SIZES, activation), keras.optimizers.Adam(1e-3)
        losses = [train_epoch(model, train_loader, adam, cross_entropy) for _ in range(epochs)]
        table[activation] = {"train_loss": losses, "test_accuracy": evaluate(model, test_loader)}
    return table


class XOR(keras.Model):
    def __init__(self, hidden=4):
        super().__init__()
        self.inner = keras.layers.Dense(hidden, activation="sigmoid", kernel_initializer="random_normal")
        self.outer = keras.layers.Dense(1)

    def call(self, x):
        return ops.sigmoid(self.outer(self.inner(x)))


def build_xor_model(hidden=4):
    return XOR(hidden)


def train_xor(model=None):
    x, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32), np.array([[0], [1], [1], [0]], np.float32)
    for _ in range(20):
        model = model or build_xor_model()
        adam, loss_fn = keras.optimizers.Adam(0.1), keras.losses.BinaryCrossentropy()
        for _ in range(400):
            loss, _ = step(model, x, y, adam, loss_fn)
            if loss < 0.02:
                return model
        model = None
    raise RuntimeError("XOR was not learned")


def decision_boundary(model, resolution=200):
    xx, yy = np.meshgrid(*[np.linspace(-1, 2, resolution, dtype=np.float32)] * 2)
    probabilities = model.predict(np.c_[xx.ravel(), yy.ravel()], batch_size=4096, verbose=0)
    return xx, yy, probabilities.reshape(xx.shape)


# Problem 2 ------------------------------------------------------------------------------------------------------------


def build_optimizer(name, parameters):
    optimizers = keras.optimizers
    match name:
        case "SGD":
            optimizer = optimizers.SGD(0.01)
        case "SGD+Momentum":
            optimizer = optimizers.SGD(0.01, momentum=0.9)
        case "RMSprop":
            optimizer = optimizers.RMSprop(0.001)
        case "Adam":
            optimizer = optimizers.Adam(0.001)
        case _:
            raise ValueError(name)
    optimizer.build(list(parameters))
    return optimizer


def built(model, shape):
    model(np.zeros((1, *shape), np.float32))
    return model


def compare_optimizers(train_loader, test_loader, epochs=20):
    table = {}
    for name in ("SGD", "SGD+Momentum", "RMSprop", "Adam"):
        model = built(build_mlp(SIZES), (784,))
        optimizer = build_optimizer(name, model.trainable_variables)
        row = {"train_loss": [], "test_accuracy": [], "seconds": 0.0}
        for _ in range(epochs):
            begin = perf_counter()
            row["train_loss"].append(train_epoch(model, train_loader, optimizer, cross_entropy))
            row["seconds"] += perf_counter() - begin
            row["test_accuracy"].append(evaluate(model, test_loader))
        table[name] = row
    return table


def build_deep_mlp(activation, hidden_layers=6, width=256):
    return MLP([784] + hidden_layers * [width] + [10], activation)


def gradient_magnitudes(model, x, y, loss_fn):
    variables = [variable for variable in model.trainable_variables if len(variable.shape) == 2]
    loss = loss_fn(y, model(x, training=True))
    gradients = torch.autograd.grad(loss, [variable.value for variable in variables])
    return np.array([gradient.abs().mean().item() for gradient in gradients])


def track_gradients(model, loader, optimizer, loss_fn, steps):
    rows = []
    while True:
        for x, y in loader:
            rows.append(step(model, x, y, optimizer, loss_fn)[1])
            if len(rows) == steps:
                return np.array(rows)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return MLP(layer_sizes, dropout=dropout)


def compare_regularization(train_loader, test_loader, epochs=10):
    table = {}
    for name, dropout, decay in (("none", 0, 0), ("l2", 0, 0.001), ("dropout", 0.5, 0)):
        model = MLP(SIZES, dropout=dropout)
        adam = keras.optimizers.AdamW(1e-3, weight_decay=decay) if decay else keras.optimizers.Adam(1e-3)
        row = {"train_accuracy": [], "test_accuracy": []}
        for _ in range(epochs):
            train_epoch(model, train_loader, adam, cross_entropy)
            row["train_accuracy"].append(evaluate(model, train_loader))
            row["test_accuracy"].append(evaluate(model, test_loader))
        table[name] = row
    return table


# Problem 3 ------------------------------------------------------------------------------------------------------------


class CNN(keras.Model):
    def __init__(self, filters=((32,), (64,)), kernel=3, pooling="max", dense=128):
        super().__init__()
        pool = {"max": keras.layers.MaxPool2D, "average": keras.layers.AvgPool2D}[pooling]
        self.blocks = []
        for block in filters:
            for count in block:
                self.blocks.append(keras.layers.Conv2D(count, kernel, padding="same"))
                self.blocks.append(keras.layers.ReLU())
            self.blocks.append(pool(2))
        self.flatten = keras.layers.Flatten()
        self.dense = keras.layers.Dense(dense, activation="relu")
        self.out = keras.layers.Dense(10)

    def call(self, x):
        for layer in self.blocks:
            x = layer(x)
        return self.out(self.dense(self.flatten(x)))


def build_cnn():
    return built(CNN(), (32, 32, 3))


def build_cnn_variants():
    return {
        "A": build_cnn(),
        "B": built(CNN(filters=((16, 16), (32, 32))), (32, 32, 3)),
        "C": built(CNN(filters=((24,), (48,)), kernel=5, pooling="average", dense=64), (32, 32, 3)),
    }


def train_cnn(model, train_loader, validation_loader, epochs=20):
    adam = keras.optimizers.Adam(1e-3)
    history = {"train_loss": [], "validation_loss": [], "validation_accuracy": []}
    for _ in range(epochs):
        history["train_loss"].append(train_epoch(model, train_loader, adam, cross_entropy))
        logits, labels = logits_and_labels(model, validation_loader)
        history["validation_loss"].append(float(cross_entropy(labels, logits)))
        history["validation_accuracy"].append((logits.argmax(1) == labels).mean())
    return history


def confusion_matrix(model, loader):
    logits, labels = logits_and_labels(model, loader)
    return np.bincount(10 * labels + logits.argmax(axis=1), minlength=100).reshape(10, 10)


def count_parameters(model):
    return sum(variable.value.numel() for variable in model.trainable_variables)


def compare_architectures(train_loader, test_loader, epochs=10):
    table = {}
    for name, model in build_cnn_variants().items():
        adam, begin = keras.optimizers.Adam(1e-3), perf_counter()
        for _ in range(epochs):
            train_epoch(model, train_loader, adam, cross_entropy)
        seconds = perf_counter() - begin
        table[name] = {
            "parameters": count_parameters(model),
            "seconds": seconds,
            "test_accuracy": evaluate(model, test_loader),
        }
    return table


def first_layer_filters(model):
    return np.transpose(ops.convert_to_numpy(model.blocks[0].kernel), (3, 0, 1, 2))


def activation_maps(model, images):
    with torch.no_grad():
        return ops.convert_to_numpy(ops.transpose(model.blocks[0](images), (0, 3, 1, 2)))


# Bonus ----------------------------------------------------------------------------------------------------------------


class Transfer(keras.Model):
    def __init__(self, num_classes, weights):
        super().__init__()
        self.enlarge = keras.layers.Resizing(96, 96)
        self.base = keras.applications.EfficientNetB0(include_top=False, weights=weights, pooling="avg")
        self.base.trainable = False
        self.head = keras.layers.Dense(num_classes)

    def call(self, x):
        return self.head(self.base(255 * self.enlarge(x), training=False))


def build_transfer_model(num_classes=10, pretrained=True):
    return Transfer(num_classes, "imagenet" if pretrained else None)


def fine_tune(model, train_loader, epochs=1):
    adam = keras.optimizers.Adam(1e-3)
    return {"train_loss": [train_epoch(model, train_loader, adam, cross_entropy) for _ in range(epochs)]}


# Plots ----------------------------------------------------------------------------------------------------------------


def lines(axes, series, title, x_label, y_label):
    for label, values in series.items():
        axes.plot(np.arange(1, len(values) + 1), values, label=label)
    axes.set_title(title)
    axes.set_xlabel(x_label)
    axes.set_ylabel(y_label)
    axes.legend()


def one(series, title, x_label, y_label):
    figure = Figure(layout="tight")
    lines(figure.add_subplot(), series, title, x_label, y_label)
    return figure


def plot_activations(comparison):
    return one({k: v["train_loss"] for k, v in comparison.items()}, "Activations", "Epoch", "Training loss")


def plot_decision_boundary(boundary):
    xx, yy, probabilities = boundary
    figure = Figure()
    axes = figure.add_subplot(title="XOR", xlabel="First input", ylabel="Second input")
    figure.colorbar(axes.pcolormesh(xx, yy, probabilities), label="Probability")
    axes.scatter([0, 0, 1, 1], [0, 1, 0, 1], c="white")
    return figure


def plot_optimizers(comparison):
    figure = Figure(figsize=(10, 4), layout="tight")
    for axes, key in zip(figure.subplots(1, 2), ("train_loss", "test_accuracy")):
        lines(axes, {k: v[key] for k, v in comparison.items()}, "Optimizers", "Epoch", key.replace("_", " "))
    return figure


def plot_gradients(gradients):
    means = {name: np.mean(values, axis=0) for name, values in gradients.items()}
    figure = one(means, "Vanishing gradients", "Layer", "Mean absolute gradient")
    figure.axes[0].set_yscale("log")
    return figure


def plot_regularization(comparison):
    series = {f"{k} {s}": v[f"{s}_accuracy"] for k, v in comparison.items() for s in ("train", "test")}
    return one(series, "Regularization", "Epoch", "Accuracy")


def plot_training(history):
    return one({k: history[f"{k}_loss"] for k in ("train", "validation")}, "CNN", "Epoch", "Loss")


def plot_confusion_matrix(matrix):
    names = "airplane automobile bird cat deer dog frog horse ship truck".split()
    figure = Figure(figsize=(7, 6), layout="tight")
    axes = figure.add_subplot(title="Confusion matrix", xlabel="Predicted", ylabel="True")
    figure.colorbar(axes.imshow(matrix))
    axes.set_xticks(range(10), names, rotation=45)
    axes.set_yticks(range(10), names)
    return figure


def gallery(pictures, title):
    figure = Figure(figsize=(8, len(pictures) / 8 + 1))
    figure.suptitle(title)
    for number, picture in enumerate(pictures, start=1):
        axes = figure.add_subplot(-(-len(pictures) // 8), 8, number)
        axes.imshow(picture)
        axes.axis("off")
    return figure


def plot_filters(filters):
    return gallery([(each - each.min()) / (np.ptp(each) + 1e-9) for each in filters], "Filters of the first layer")


def plot_activation_maps(maps):
    return gallery([each for image in maps for each in image[:8]], "Activation maps of the first layer")
