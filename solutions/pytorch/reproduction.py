"""The assignment's own experiments at its own budgets, with the figures that it prints.

`EXPERIMENTS` is run epoch by epoch, `TABLES` and `FIGURES` say how the results are shown. Printed figures are those in
the assignment's text, measured on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch
from matplotlib.figure import Figure
from torch import nn

from . import plots, problem1, problem2, problem3
from .problem1 import Loader, evaluate, train_epoch

Values = dict[str, Any]
History = Mapping[str, Sequence[Any]]
Trainee = tuple[nn.Module, torch.optim.Optimizer]
Epoch = Callable[[nn.Module, torch.optim.Optimizer, Loader, Loader], Values]


@dataclass(frozen=True)
class Experiment:
    """A network trained for `epochs`, each by `epoch(model, optimizer, train_loader, test_loader)`, which returns figures.

    `data` names the data set, "mnist" (flattened) or "cifar10". Experiments with the same `start` begin with equal weights.
    """

    name: str
    data: str
    epochs: int
    start: Callable[[], Trainee]
    epoch: Epoch


@dataclass(frozen=True)
class Table:
    """Figures of several experiments beside the printed ones.

    `rows` gives for each row's label the experiment and the printed figures by name; the figure "seconds" is the time of
    all epochs, "parameters" the number of trainable parameters, any other one the last epoch's value.
    """

    part: str
    title: str
    rows: Mapping[str, tuple[str, Mapping[str, float]]]


@dataclass(frozen=True)
class Drawing:
    """A plot of the assignment, drawn from the histories of these experiments."""

    part: str
    title: str
    experiments: Sequence[str]
    draw: Callable[[Mapping[str, History]], Figure]


def _loss_and_test_accuracy(
    model: nn.Module, optimizer: torch.optim.Optimizer, train_loader: Loader, test_loader: Loader
) -> Values:
    loss = train_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss())
    return {"train_loss": loss, "test_accuracy": evaluate(model, test_loader)}


def _both_accuracies(
    model: nn.Module, optimizer: torch.optim.Optimizer, train_loader: Loader, test_loader: Loader
) -> Values:
    values = _loss_and_test_accuracy(model, optimizer, train_loader, test_loader)
    return {"train_accuracy": evaluate(model, train_loader), **values}


def _cnn_epoch(model: nn.Module, optimizer: torch.optim.Optimizer, train_loader: Loader, test_loader: Loader) -> Values:
    loss_fn = nn.CrossEntropyLoss()
    train_loss = train_epoch(model, train_loader, optimizer, loss_fn)
    test_loss, test_accuracy = problem3._loss_and_accuracy(model, test_loader, loss_fn)
    return {"train_loss": train_loss, "validation_loss": test_loss, "test_accuracy": test_accuracy}


def _tracked(model: nn.Module, optimizer: torch.optim.Optimizer, train_loader: Loader, test_loader: Loader) -> Values:
    gradients = problem2.track_gradients(model, train_loader, optimizer, nn.CrossEntropyLoss(), steps=100)
    return {"gradients": gradients.tolist(), "first to last layer": float((gradients[:, 0] / gradients[:, -1]).mean())}


def _xor(model: nn.Module, optimizer: torch.optim.Optimizer, train_loader: Loader, test_loader: Loader) -> Values:
    problem1.train_xor(model)
    device = next(model.parameters()).device
    outputs = model(torch.tensor(problem1.XOR_INPUTS, device=device)).detach().cpu().numpy()
    right = (outputs > 0.5) == (np.asarray(problem1.XOR_TARGETS) > 0.5)
    return {"cases right": int(right.sum())}


def _mlp(activation: str = "relu", optimizer: str = "Adam") -> Trainee:
    model = problem1.build_mlp(problem1.LAYER_SIZES, activation).to(problem1.default_device())
    return model, problem2.build_optimizer(optimizer, model.parameters())


def _regularized(name: str) -> Trainee:
    model: nn.Module = problem1.build_mlp(problem1.LAYER_SIZES)
    if name == "dropout":
        model = problem2.build_regularized_mlp(problem1.LAYER_SIZES)
    model.to(problem1.default_device())
    decay = 0.001 if name == "l2" else 0.0
    return model, torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=decay)


def _deep(activation: str) -> Trainee:
    model = problem2.build_deep_mlp(activation).to(problem1.default_device())
    return model, torch.optim.Adam(model.parameters(), lr=0.001)


def _xor_model() -> Trainee:
    model = problem1.build_xor_model().to(problem1.default_device())
    return model, torch.optim.Adam(model.parameters(), lr=0.1)


def _cnn(variant: str) -> Trainee:
    model = problem3.build_cnn_variants()[variant].to(problem1.default_device())
    return model, torch.optim.Adam(model.parameters(), lr=0.001)


OPTIMIZERS = ("SGD", "SGD+Momentum", "RMSprop", "Adam")
VARIANTS = ("CNN_A", "CNN_B", "CNN_C")

EXPERIMENTS = (
    Experiment("xor", "mnist", 1, _xor_model, _xor),
    *(Experiment(f"gradients {name}", "mnist", 1, partial(_deep, name), _tracked) for name in ("sigmoid", "relu")),
    *(
        Experiment(f"activation {name}", "mnist", 10, partial(_mlp, name), _loss_and_test_accuracy)
        for name in ("relu", "sigmoid", "tanh")
    ),
    *(
        Experiment(f"optimizer {name}", "mnist", 20, partial(_mlp, "relu", name), _loss_and_test_accuracy)
        for name in OPTIMIZERS
    ),
    *(
        Experiment(f"regularization {name}", "mnist", 10, partial(_regularized, name), _both_accuracies)
        for name in ("none", "l2", "dropout")
    ),
    Experiment("cnn", "cifar10", 20, partial(_cnn, "CNN_A"), _cnn_epoch),
    *(
        Experiment(f"architecture {name}", "cifar10", 10, partial(_cnn, name), _loss_and_test_accuracy)
        for name in VARIANTS
    ),
)

TABLES = (
    Table("1A", "MLP on MNIST after 10 epochs", {"MLP": ("activation relu", {"test_accuracy": 0.9777})}),
    Table(
        "1B",
        "Test accuracy of each activation after 10 epochs",
        {
            name: (f"activation {name}", {"test_accuracy": printed})
            for name, printed in {"relu": 0.9778, "sigmoid": 0.9719, "tanh": 0.9760}.items()
        },
    ),
    Table("1C", "XOR", {"XOR network": ("xor", {"cases right": 4})}),
    Table(
        "2A",
        "Test accuracy and training time of each optimizer after 20 epochs",
        {
            name: (f"optimizer {name}", {"test_accuracy": accuracy, "seconds": seconds})
            for name, accuracy, seconds in zip(
                OPTIMIZERS, (0.9352, 0.9768, 0.9799, 0.9758), (137.88, 81.31, 92.74, 121.34), strict=True
            )
        },
    ),
    Table(
        "2B",
        "Gradient of the first layer as a share of the last layer's, mean of 100 steps (the assignment prints a plot only)",
        {name: (f"gradients {name}", {"first to last layer": float("nan")}) for name in ("sigmoid", "relu")},
    ),
    Table(
        "2C",
        "Accuracies after 10 epochs (the assignment prints a plot only)",
        {
            name: (f"regularization {name}", {"train_accuracy": float("nan"), "test_accuracy": float("nan")})
            for name in ("none", "l2", "dropout")
        },
    ),
    Table("3A", "CNN on CIFAR-10 after 20 epochs", {"CNN": ("cnn", {"test_accuracy": 0.7032, "train_loss": 0.0601})}),
    Table(
        "3B",
        "Parameters, training time and test accuracy of each architecture after 10 epochs",
        {
            name: (
                f"architecture {name}",
                {"parameters": parameters, "seconds": seconds, "test_accuracy": accuracy},
            )
            for name, parameters, seconds, accuracy in zip(
                VARIANTS,
                (545098, 1080042, 1259786),
                (374.31, 312.92, 646.17),
                (0.7187, 0.7379, 0.7253),
                strict=True,
            )
        },
    ),
)


def _by_last_word(histories: Mapping[str, History]) -> dict[str, History]:
    return {name.split(" ", 1)[1]: history for name, history in histories.items()}


def _draw_gradients(histories: Mapping[str, History]) -> Figure:
    named = _by_last_word(histories)
    return plots.plot_gradients({name: np.asarray(history["gradients"][0]) for name, history in named.items()})


def _draw_training(histories: Mapping[str, History]) -> Figure:
    history = histories["cnn"]
    return plots.plot_training({**history, "validation_accuracy": history["test_accuracy"]})


def _names(kind: str) -> list[str]:
    return [experiment.name for experiment in EXPERIMENTS if experiment.name.startswith(f"{kind} ")]


FIGURES = (
    Drawing(
        "1B",
        "Training loss of the activations",
        _names("activation"),
        lambda h: plots.plot_activations(_by_last_word(h)),
    ),
    Drawing("2A", "The four optimizers", _names("optimizer"), lambda h: plots.plot_optimizers(_by_last_word(h))),
    Drawing("2B", "Gradients across the layers", _names("gradients"), _draw_gradients),
    Drawing("2C", "Regularization", _names("regularization"), lambda h: plots.plot_regularization(_by_last_word(h))),
    Drawing("3A", "Training of the CNN", ["cnn"], _draw_training),
)
