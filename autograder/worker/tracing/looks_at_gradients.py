"""Notes the gradients between layers that student code looks at, by the hooks that it sets and what it retains."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from autograder.worker.tracing.readings import Readings


def watch(readings: Readings) -> None:
    """Note such gradients from now on, for the whole life of this process."""
    # A layer can have hooks of only one kind, so ours is of the same kind as the student's.
    for kind in ("register_full_backward_hook", "register_backward_hook"):
        _watch_hooks_of_layers(kind, getattr(nn.Module, kind), readings)
    hooked: Callable[..., Any] = torch.Tensor.register_hook

    def note(value: torch.Tensor) -> None:
        if value.grad_fn is not None and (number := readings.new_value()):
            hooked(value, functools.partial(readings.value, number))

    for name in ("register_hook", "retain_grad"):
        _note_before(name, getattr(torch.Tensor, name), note)


def _watch_hooks_of_layers(kind: str, original: Callable[..., Any], readings: Readings) -> None:
    @functools.wraps(original)
    def register(self: nn.Module, *arguments: Any, **keywords: Any) -> Any:
        handle = original(self, *arguments, **keywords)
        if readings.is_new(self):
            original(self, readings.layer)
        return handle

    setattr(nn.Module, kind, register)


def _note_before(name: str, original: Callable[..., Any], note: Callable[[torch.Tensor], None]) -> None:
    @functools.wraps(original)
    def method(self: torch.Tensor, *arguments: Any, **keywords: Any) -> Any:
        note(self)
        return original(self, *arguments, **keywords)

    setattr(torch.Tensor, name, method)
