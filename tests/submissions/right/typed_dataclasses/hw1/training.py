"""The Trainer, and the functions that use it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from .config import TrainingConfig
from .optimizers import build_optimizer

Loader = Iterable[tuple[Tensor, Tensor]]
LossFn = Callable[[Tensor, Tensor], Tensor]


@dataclass
class Average:
    """Running mean, weighted with the number of samples."""

    total: float = 0.0
    count: int = 0

    def update(self, value: float, n: int) -> None:
        self.total += value * n
        self.count += n

    @property
    def value(self) -> float:
        return self.total / self.count


@dataclass
class Metrics:
    loss: float
    accuracy: float


@dataclass
class History:
    train: list[Metrics] = field(default_factory=list)
    test: list[Metrics] = field(default_factory=list)
    seconds: float = 0.0


class Trainer:
    def __init__(
        self,
        model: nn.Module,
        optimizer: torch.optim.Optimizer | None = None,
        loss_fn: LossFn | None = None,
        config: TrainingConfig | None = None,
    ) -> None:
        self.config = config or TrainingConfig()
        self.model = model.to(self.config.device)
        self.optimizer = optimizer
        self.loss_fn = loss_fn or nn.CrossEntropyLoss()

    def _batches(self, loader: Loader) -> Iterable[tuple[Tensor, Tensor]]:
        for x, y in loader:
            yield x.to(self.config.device), y.to(self.config.device)

    def step(self, x: Tensor, y: Tensor) -> float:
        assert self.optimizer is not None, "this trainer can only evaluate"
        self.optimizer.zero_grad()
        loss = self.loss_fn(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def run_epoch(self, loader: Loader) -> float:
        self.model.train()
        average = Average()
        for x, y in self._batches(loader):
            average.update(self.step(x, y), len(y))
        return average.value

    @torch.inference_mode()
    def measure(self, loader: Loader) -> Metrics:
        self.model.eval()
        loss, accuracy = Average(), Average()
        for x, y in self._batches(loader):
            output = self.model(x)
            loss.update(self.loss_fn(output, y).item(), len(y))
            accuracy.update((output.argmax(dim=1) == y).double().mean().item(), len(y))
        return Metrics(loss.value, accuracy.value)

    def fit(self, train_loader: Loader, test_loader: Loader, *, measure_train: bool = False) -> History:
        history = History()
        for _ in range(self.config.epochs):
            started = time.monotonic()
            loss = self.run_epoch(train_loader)
            history.seconds += time.monotonic() - started
            accuracy = self.measure(train_loader).accuracy if measure_train else float("nan")
            history.train.append(Metrics(loss, accuracy))
            history.test.append(self.measure(test_loader))
        return history


def make_trainer(model: nn.Module, config: TrainingConfig) -> Trainer:
    optimizer = build_optimizer(config.optimizer, model.parameters(), weight_decay=config.weight_decay)
    return Trainer(model, optimizer, config=config)


def train_epoch(model: nn.Module, loader: Loader, optimizer: torch.optim.Optimizer, loss_fn: LossFn) -> float:
    return Trainer(model, optimizer, loss_fn).run_epoch(loader)


def evaluate(model: nn.Module, loader: Loader) -> float:
    return Trainer(model).measure(loader).accuracy


def train_cnn(
    model: nn.Module, train_loader: Loader, validation_loader: Loader, epochs: int = 20
) -> dict[str, list[float]]:
    history = make_trainer(model, TrainingConfig(epochs=epochs)).fit(train_loader, validation_loader)
    return {
        "train_loss": [metrics.loss for metrics in history.train],
        "validation_loss": [metrics.loss for metrics in history.test],
        "validation_accuracy": [metrics.accuracy for metrics in history.test],
    }


@torch.inference_mode()
def confusion_matrix(model: nn.Module, loader: Loader, classes: int = 10) -> np.ndarray:
    model.eval()
    device = next(model.parameters()).device
    matrix = torch.zeros(classes * classes, dtype=torch.long)
    for x, y in loader:
        predicted = model(x.to(device)).argmax(dim=1).cpu()
        index = y.cpu() * classes + predicted
        matrix.scatter_add_(0, index, torch.ones_like(index))
    return matrix.view(classes, classes).numpy()
