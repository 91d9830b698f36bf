"""PyTorch's implementation of `frameworks.Framework`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np
import torch
from torch import nn

MODEL: Final = "torch.nn.Module"
TO_TRAIN: Final = "call `model.train()` first"
TO_EVALUATE: Final = "call `model.eval()` first"
CHANNELS_LAST: Final = False
KEEPS_GRADIENTS: Final = True
L2_IS_A_PENALTY: Final = False


def device() -> torch.device:
    """Where probes compute: on the GPU if this worker may see one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def tensor(array: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
    """A copy of the array as a tensor on the probe's device."""
    return torch.tensor(np.asarray(array), dtype=dtype, device=device())


def inputs(array: np.ndarray) -> torch.Tensor:
    return tensor(array)


def labels(array: np.ndarray) -> torch.Tensor:
    return tensor(array)


def loader(batches: Any) -> Any:
    return batches


def build(layers: Sequence[Sequence[Any]]) -> nn.Module:
    kinds: dict[str, Any] = {
        "linear": nn.Linear,
        "relu": nn.ReLU,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "dropout": nn.Dropout,
        "batch-norm": nn.BatchNorm1d,
        "batch-norm-2d": nn.BatchNorm2d,
        "conv": lambda inputs, outputs, size: nn.Conv2d(inputs, outputs, size, padding=size // 2),
        "max-pool": nn.MaxPool2d,
        "flatten": nn.Flatten,
    }
    return nn.Sequential(*(kinds[kind](*arguments) for kind, *arguments in layers)).to(device())


def is_model(value: Any) -> bool:
    return isinstance(value, nn.Module)


def forward(model: nn.Module, x: Any, *, training: bool) -> Any:
    before = model.training
    model.train(training)
    try:
        return model(x)
    finally:
        model.train(before)


def in_training(model: nn.Module) -> bool:
    return model.training


def prepare(model: nn.Module, x: Any) -> None:
    """Does nothing: a PyTorch model has its parameters from the start."""


def parameters(model: nn.Module) -> list[nn.Parameter]:
    return list(model.parameters())


def statistics(model: nn.Module) -> list[torch.Tensor]:
    return list(model.buffers())


def freeze(model: nn.Module, indices: Iterable[int]) -> None:
    for index in indices:
        parameters(model)[index].requires_grad_(False)


def optimizer(settings: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
    options = {name: value for name, value in settings.items() if name != "kind"}
    return getattr(torch.optim, settings["kind"])(parameters, **options)  # type: ignore[no-any-return]


def is_optimizer(value: Any) -> bool:
    return isinstance(value, torch.optim.Optimizer)


def on_step(optimizer: Any, action: Callable[[], None]) -> None:
    optimizer.register_step_post_hook(lambda *_: action())


def stepping(make: Callable[[Any], Any], parameters: Sequence[nn.Parameter]) -> Callable[[], None]:
    step: Callable[[], None] = make(nn.ParameterList(parameters).parameters()).step
    return step


def loss(name: str) -> nn.Module:
    losses: dict[str, type[nn.Module]] = {"cross-entropy": nn.CrossEntropyLoss, "binary cross-entropy": nn.BCELoss}
    return losses[name]()
