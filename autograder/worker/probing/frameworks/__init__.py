"""The frameworks that a submission may be written in. All that differs between them lies here, so that probes need not ask.

A process works for one submission, and so in one framework: a session says which by `use`, the grader's own side stays
with PyTorch. Keras runs on PyTorch: its models are `torch.nn.Module`s, their outputs are tensors, and what watches
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
    """What the probes need of a framework; a module has these functions."""

    MODEL: str  # what a model is, in words for students
    TO_TRAIN: str  # how they switch the training mode on, and how off
    TO_EVALUATE: str
    CHANNELS_LAST: bool  # pictures are (B, height, width, channels), kernels (..., inputs, outputs)
    KEEPS_GRADIENTS: bool  # a forward pass keeps gradients until it is told not to
    L2_IS_A_PENALTY: bool  # L2 is a penalty on kernels, part of the loss; else it is the optimizers' weight decay

    def inputs(self, array: np.ndarray) -> Any:
        """Inputs (B, ...), pictures as (B, channels, height, width), as the framework's code takes them; a copy."""

    def labels(self, array: np.ndarray) -> Any:
        """Labels (B,) as the framework's code takes them; a copy."""

    def loader(self, batches: Any) -> Any:
        """Batches of tensors, iterable and with a length, as a loader that the framework's code takes."""

    def build(self, layers: Sequence[Sequence[Any]]) -> nn.Module:
        """A network from a description; see `networks.build`."""

    def is_model(self, value: Any) -> bool:
        """Whether a student's function returned a model of this framework."""

    def forward(self, model: nn.Module, x: Any, *, training: bool) -> Any:
        """One forward pass in training or in evaluation mode. Gradients are the caller's affair."""

    def in_training(self, model: nn.Module) -> bool:
        """Whether the forward pass that is running, or has just run, is one in training mode."""

    def prepare(self, model: nn.Module, x: Any) -> None:
        """Let a model make its parameters, where it waits for its first input to do so."""

    def parameters(self, model: nn.Module) -> list[nn.Parameter]:
        """The parameters that training can change, in the order in which they were made."""

    def statistics(self, model: nn.Module) -> list[torch.Tensor]:
        """What a model keeps beside its parameters, such as the means of batch normalisation."""

    def freeze(self, model: nn.Module, indices: Iterable[int]) -> None:
        """Keep the parameters of these numbers from being trained."""

    def optimizer(self, settings: Mapping[str, Any], parameters: Iterable[nn.Parameter]) -> Any:
        """An optimizer from `{"kind": "SGD", "lr": 0.1, "momentum": 0.9}`; what is not set is the framework's default."""

    def is_optimizer(self, value: Any) -> bool:
        """Whether a student's function returned an optimizer of this framework."""

    def on_step(self, optimizer: Any, action: Callable[[], None]) -> None:
        """Call `action` after each step of the optimizer."""

    def stepping(self, make: Callable[[Any], Any], parameters: Sequence[nn.Parameter]) -> Callable[[], None]:
        """A function that takes one step of the optimizer `make(parameters)`, along the parameters' gradients."""

    def loss(self, name: str) -> Any:
        """A loss by name: 'cross-entropy' of logits or 'binary cross-entropy'; the mean over the batch."""


_current: Framework | None = None


def named(name: str) -> Framework:
    """The framework 'pytorch' or 'keras'; importing Keras takes seconds, the first time."""
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
