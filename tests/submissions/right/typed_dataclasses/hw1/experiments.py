"""The comparisons: each one is a dictionary of configurations that a Trainer goes through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from .config import Activation, MLPConfig, TrainingConfig
from .networks import CNN_REGISTRY, ConvNet, MultilayerPerceptron, count_parameters
from .optimizers import OPTIMIZER_REGISTRY
from .training import History, Loader, make_trainer


@dataclass(frozen=True)
class Experiment:
    build: Callable[[], nn.Module]
    training: TrainingConfig
    seed: int = 0

    def run(self, train_loader: Loader, test_loader: Loader, **options: bool) -> tuple[nn.Module, History]:
        torch.manual_seed(self.seed)
        trainer = make_trainer(self.build(), self.training)
        return trainer.model, trainer.fit(train_loader, test_loader, **options)


def mlp(config: MLPConfig) -> Callable[[], nn.Module]:
    return lambda: MultilayerPerceptron(config)


def compare_activations(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> dict[str, dict[str, Any]]:
    results = {}
    for activation in Activation:
        experiment = Experiment(mlp(MLPConfig(activation=activation)), TrainingConfig(epochs=epochs))
        _, history = experiment.run(train_loader, test_loader)
        results[activation.value] = {
            "train_loss": [metrics.loss for metrics in history.train],
            "test_accuracy": history.test[-1].accuracy,
        }
    return results


def compare_optimizers(train_loader: Loader, test_loader: Loader, epochs: int = 20) -> dict[str, dict[str, Any]]:
    results = {}
    for name in OPTIMIZER_REGISTRY:
        experiment = Experiment(mlp(MLPConfig()), TrainingConfig(optimizer=name, epochs=epochs))
        _, history = experiment.run(train_loader, test_loader)
        results[name] = {
            "train_loss": [metrics.loss for metrics in history.train],
            "test_accuracy": [metrics.accuracy for metrics in history.test],
            "seconds": history.seconds,
        }
    return results


def compare_regularization(
    train_loader: Loader, test_loader: Loader, epochs: int = 10
) -> dict[str, dict[str, list[float]]]:
    experiments = {
        "none": Experiment(mlp(MLPConfig()), TrainingConfig(epochs=epochs)),
        "l2": Experiment(mlp(MLPConfig()), TrainingConfig(epochs=epochs, weight_decay=0.001)),
        "dropout": Experiment(mlp(MLPConfig(dropout=0.5)), TrainingConfig(epochs=epochs)),
    }
    results = {}
    for name, experiment in experiments.items():
        _, history = experiment.run(train_loader, test_loader, measure_train=True)
        results[name] = {
            "train_accuracy": [metrics.accuracy for metrics in history.train],
            "test_accuracy": [metrics.accuracy for metrics in history.test],
        }
    return results


def compare_architectures(train_loader: Loader, test_loader: Loader, epochs: int = 10) -> dict[str, dict[str, Any]]:
    results = {}
    for name, config in CNN_REGISTRY.items():
        experiment = Experiment(lambda config=config: ConvNet(config), TrainingConfig(epochs=epochs))
        model, history = experiment.run(train_loader, test_loader)
        results[name] = {
            "parameters": count_parameters(model),
            "seconds": history.seconds,
            "test_accuracy": history.test[-1].accuracy,
        }
    return results
