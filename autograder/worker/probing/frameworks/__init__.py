"""The frameworks that a submission may be written in. All differences between them are here, so that probes need no cases.

A process works for one submission, and so in one framework: a session sets it by `use`, the grader's own side stays
with PyTorch. Keras runs on PyTorch: its models are `torch.nn.Module`s, their outputs are tensors, and code that watches
PyTorch's operations sees them too.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, Protocol

import numpy as np
import torch
from torch import nn

PYTORCH: Final = "pytorch"
KERAS: Final = "keras"
_MODULES: Final = {PYTORCH: "in_pytorch", KERAS: "in_keras"}


class Framework(Protocol):
    """What the probes need of a framework, as functions of a module."""

    MODEL: str  # what a model is, in words for students
    TO_TRAIN: str  # how students switch the training mode on
    TO_EVALUATE: str  # and off
    CHANNELS_LAST: bool  # pictures are (B, height, width, channels), kernels (..., inputs, outputs)
    KEEPS_GRADIENTS: bool  # a forward pass records gradients unless told not to
    L2_IS_A_PENALTY: bool  # L2 is a penalty on kernels, part of the loss; otherwise it is the optimizers' weight decay

    def inputs(self, array: np.ndarray) -> Any:
        """Inputs (B, ...), pictures as (B, channels, height, width), in the form that the framework's code takes; a copy."""

    def labels(self, array: np.ndarray) -> Any:
        """Labels (B,) in the form that the framework's code takes; a copy."""

    def loader(self, batches: Any) -> Any:
        """A loader for the framework's code from batches of tensors, which are iterable and have a length."""

    def build(self, layers: Sequence[Sequence[Any]]) -> nn.Module:
        """A network from a description; see `networks.build`."""

    def is_model(self, value: Any) -> bool:
        """Whether a student's function returned a model of this framework."""

    def forward(self, model: nn.Module, x: Any, *, training: bool) -> Any:
        """One forward pass in training or in evaluation mode. Whether gradients are recorded is up to the caller."""

    def in_training(self, model: nn.Module) -> bool:
        """Whether the forward pass that is running, or has just run, is in training mode."""

    def prepare(self, model: nn.Module, x: Any) -> None:
        """Create the parameters of a model that does so only at its first input."""

    def parameters(self, model: nn.Module) -> list[nn.Parameter]:
        """The trainable parameters, in the order in which they were made."""

    def statistics(self, model: nn.Module) -> list[torch.Tensor]:
        """A model's state besides its parameters, such as the means of batch normalisation."""

    def freeze(self, model: nn.Module, indices: Iterable[int]) -> None:
        """Keep the parameters with these indices from being trained."""

    def optimizer(self, settings: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> Any:
        """An optimizer from `{"kind": "SGD", "lr": 0.1, "momentum": 0.9}`; other settings are the framework's defaults."""

    def is_optimizer(self, value: Any) -> bool:
        """Whether a student's function returned an optimizer of this framework."""

    def on_step(self, optimizer: Any, action: Callable[[], None]) -> None:
        """Call `action` after each step of the optimizer."""

    def stepping(self, make: Callable[[Any], Any], parameters: Sequence[nn.Parameter]) -> Callable[[], None]:
        """A function that takes one step of the optimizer `make(parameters)` with the parameters' gradients."""

    def loss(self, name: str) -> Any:
        """A loss by name: 'cross-entropy' of logits or 'binary cross-entropy'; the mean over the batch."""


_current: Framework | None = None


def named(name: str) -> Framework:
    """The framework 'pytorch' or 'keras'; importing Keras takes seconds the first time."""
    if name == KERAS:
        os.environ.setdefault("KERAS_BACKEND", "torch")
    module: Any = importlib.import_module(f"{__name__}.{_MODULES[name]}")
    return module  # type: ignore[no-any-return]


def use(name: str) -> None:
    """Work in this framework from now on."""
    global _current
    _current = named(name)


def current() -> Framework:
    """The framework of the submission that this process works for; PyTorch unless `use` said otherwise."""
    return _current or named(PYTORCH)


def of(model: nn.Module) -> Framework:
    """The framework that a model is written in."""
    keras = sys.modules.get("keras")
    return named(KERAS if keras is not None and isinstance(model, keras.Layer) else PYTORCH)
