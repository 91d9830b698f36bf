from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Callable

import pandas as pd
import torch
from torch import nn

from .callbacks import ProgressPrinter, Stopwatch
from .data import DataModule
from .engine import Callback, Trainer

OptFactory = Callable[..., torch.optim.Optimizer]


@dataclass
class Experiment:
    """One training run: a model factory, an optimizer factory, data and a number of epochs."""

    name: str
    model: Callable[[], nn.Module]
    data: DataModule
    epochs: int
    optimizer: OptFactory = partial(torch.optim.Adam, lr=1e-3)
    evaluate_on: tuple[str, ...] = ("test",)
    callbacks: Callable[[nn.Module], list[Callback]] = lambda model: []
    seed: int = 7
    trainer: Trainer = field(init=False, repr=False)
    watch: Stopwatch = field(init=False, repr=False)
    extra: list[Callback] = field(init=False, repr=False)

    def run(self) -> "Experiment":
        torch.manual_seed(self.seed)
        net = self.model().to("cuda" if torch.cuda.is_available() else "cpu")
        self.watch, self.extra = Stopwatch(), self.callbacks(net)
        self.trainer = Trainer(net, self.optimizer(net.parameters()),
                               [self.watch, ProgressPrinter(self.name), *self.extra])
        self.trainer.fit(self.data.train(), self.data.splits(*self.evaluate_on), self.epochs)
        return self

    @property
    def net(self) -> nn.Module:
        return self.trainer.model

    @property
    def history(self) -> pd.DataFrame:
        return pd.DataFrame(self.trainer.rows).assign(run=self.name)

    def score(self, split: str = "test") -> float:
        """Accuracy of the current weights."""
        return self.trainer.evaluate(self.data.splits(split)[split])["accuracy"]


class Sweep(dict):
    """Several experiments that differ in one respect."""

    def __init__(self, make: Callable[..., Experiment], variants: dict):
        super().__init__({name: make(name, v) for name, v in variants.items()})

    def run(self) -> "Sweep":
        for exp in self.values():
            exp.run()
        return self

    @property
    def history(self) -> pd.DataFrame:
        return pd.concat([e.history for e in self.values()], ignore_index=True)

    def table(self, **columns: Callable[[Experiment], object]) -> pd.DataFrame:
        return pd.DataFrame({c: {n: f(e) for n, e in self.items()} for c, f in columns.items()})
