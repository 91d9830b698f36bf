"""The optimizers and losses that the grader hands to a student's training function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import nn


def optimizer(settings: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    """An optimizer from `{"kind": "SGD", "lr": 0.1, "momentum": 0.9}`: the class's name in torch.optim and its options."""
    options = {name: value for name, value in settings.items() if name != "kind"}
    return getattr(torch.optim, settings["kind"])(parameters, **options)  # type: ignore[no-any-return]


def loss(name: str) -> nn.Module:
    """A loss by name: 'cross-entropy' or 'binary cross-entropy'; the mean over the batch."""
    losses: dict[str, type[nn.Module]] = {"cross-entropy": nn.CrossEntropyLoss, "binary cross-entropy": nn.BCELoss}
    return losses[name]()


def plain_loss(value: Any) -> Any:
    """A returned loss as a float where it is one: a number, a tensor with one entry, or a tuple that begins with one."""
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        return float(value.detach())
    if isinstance(value, tuple) and value and not isinstance(value[0], str):
        return plain_loss(value[0])
    return value
