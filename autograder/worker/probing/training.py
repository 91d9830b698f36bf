"""The optimizers and losses that the grader hands to a student's training function."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import torch
from torch import nn

from autograder.worker.probing import frameworks
from autograder.worker.probing.frameworks.in_pytorch import tensor


def optimizer(settings: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> Any:
    """An optimizer of the submission's framework from `{"kind": "SGD", "lr": 0.1, "momentum": 0.9}`: the name of its class,
    and its options under PyTorch's names."""
    return frameworks.current().optimizer(settings, parameters)


def loss(name: str) -> Any:
    """A loss of the submission's framework: 'cross-entropy' of logits or 'binary cross-entropy'; the mean over the batch."""
    return frameworks.current().loss(name)


def gradients(model: nn.Module, x: Any, y: np.ndarray) -> None:
    """Leave the gradients of the cross-entropy of one batch in the model's parameters, in training mode."""
    outputs = frameworks.of(model).forward(model, x, training=True)
    nn.functional.cross_entropy(outputs, tensor(y)).backward()


def plain_loss(value: Any) -> Any:
    """A returned loss as a float if possible: from a number, a tensor with one entry, or a tuple that starts with one."""
    if isinstance(value, torch.Tensor) and value.numel() == 1:
        return float(value.detach())
    if isinstance(value, tuple) and value and not isinstance(value[0], str):
        return plain_loss(value[0])
    return value
