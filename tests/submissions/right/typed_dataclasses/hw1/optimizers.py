from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import nn


@dataclass(frozen=True)
class OptimizerConfig:
    cls: type[torch.optim.Optimizer]
    lr: float
    momentum: float | None = None

    def build(self, parameters: Iterable[nn.Parameter], **options: float) -> torch.optim.Optimizer:
        if self.momentum is not None:
            options["momentum"] = self.momentum
        return self.cls(parameters, lr=self.lr, **options)


OPTIMIZER_REGISTRY = {
    "SGD": OptimizerConfig(torch.optim.SGD, lr=0.01),
    "SGD+Momentum": OptimizerConfig(torch.optim.SGD, lr=0.01, momentum=0.9),
    "RMSprop": OptimizerConfig(torch.optim.RMSprop, lr=0.001),
    "Adam": OptimizerConfig(torch.optim.Adam, lr=0.001),
}


def build_optimizer(
    name: str, parameters: Iterable[nn.Parameter], *, weight_decay: float = 0.0
) -> torch.optim.Optimizer:
    return OPTIMIZER_REGISTRY[name].build(parameters, weight_decay=weight_decay)
