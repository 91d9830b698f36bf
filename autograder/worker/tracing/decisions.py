"""Replays the decisions that a forward pass bases on its tensors' values, as in `if (std == 0).any()`.

An export computes with tensors that have no values and can't decide. So a pass with values is recorded first, and its answers are
replayed one by one while the same code is exported.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final

import torch

ASKED: Final = ("__bool__", "item", "__float__", "__int__")
MACHINERY: Final = ("torch._", "torch.fx", "torch.export", "torch.utils", "torch.library")  # don't count


@contextlib.contextmanager
def listened_to() -> Iterator[list[Any]]:
    """Record the values that code other than torch's own machinery asks of tensors, in order."""
    answers: list[Any] = []

    def ask(original: Callable[..., Any], value: torch.Tensor) -> Any:
        answers.append(original(value))
        return answers[-1]

    with _asked(ask):
        yield answers


@contextlib.contextmanager
def answered(answers: list[Any]) -> Iterator[None]:
    """Answer with these, in order; when they run out, with the tensors' own values."""
    left = iter(answers)

    def ask(original: Callable[..., Any], value: torch.Tensor) -> Any:
        try:
            return next(left)
        except StopIteration:
            return original(value)

    with _asked(ask):
        yield


@contextlib.contextmanager
def _asked(ask: Callable[[Callable[..., Any], torch.Tensor], Any]) -> Iterator[None]:
    own = {name: vars(torch.Tensor).get(name) for name in ASKED}

    def method(name: str) -> Callable[[torch.Tensor], Any]:
        original = getattr(torch.Tensor, name)

        def asked(self: torch.Tensor) -> Any:
            caller = sys._getframe(1).f_globals.get("__name__", "")
            return original(self) if caller.startswith(MACHINERY) else ask(original, self)

        return asked

    for name in ASKED:
        setattr(torch.Tensor, name, method(name))
    try:
        yield
    finally:
        for name, value in own.items():
            if value is None:
                delattr(torch.Tensor, name)
            else:
                setattr(torch.Tensor, name, value)
