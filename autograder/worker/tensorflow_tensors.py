"""What TensorFlow's tensors can and PyTorch's can't: record on a tape, be read while gradients are tracked, mix with arrays."""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import numpy as np
import torch


class GradientTape:
    """`tf.GradientTape`: PyTorch records all computations anyway, so a tape only asks it for gradients."""

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        pass

    def watch(self, tensor: Any) -> None:
        """Track a tensor's gradients; structures of tensors are ignored."""
        if isinstance(tensor, torch.Tensor) and tensor.is_leaf:
            tensor.requires_grad_(True)

    def gradient(self, target: Any, sources: Any, **_: Any) -> Any:
        """The gradients of the sum of `target` with respect to each source, in their structure; None where there is none."""
        single = not isinstance(sources, list | tuple)
        wanted = [_value(each) for each in ([sources] if single else sources)]
        before = [each.grad for each in wanted]
        for each in wanted:
            each.grad = None
        value = _value(target)
        value = value if value.dim() == 0 else value.sum()
        value.backward(retain_graph=self._persistent)  # not torch.autograd.grad, which isn't watched
        found = [each.grad for each in wanted]
        for each, old in zip(wanted, before, strict=True):
            each.grad = old
        return found[0] if single else found


def _value(source: Any) -> torch.Tensor:
    value: torch.Tensor = getattr(source, "value", source)
    return value() if callable(value) else value


def let_tensors_be_read() -> None:
    """Let PyTorch's tensors, like TensorFlow's, be read while gradients are tracked and be combined with NumPy arrays, from now
    on."""
    for name in ("numpy", "__array__"):
        setattr(torch.Tensor, name, _detached(getattr(torch.Tensor, name)))
    for name in "add radd sub rsub mul rmul truediv rtruediv matmul pow".split():
        setattr(torch.Tensor, f"__{name}__", _with_arrays(getattr(torch.Tensor, f"__{name}__")))


def _detached(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def read(self: torch.Tensor, *arguments: Any, **keywords: Any) -> Any:
        return original(self.detach(), *arguments, **keywords)

    return read


def _with_arrays(original: Callable[..., Any]) -> Callable[..., Any]:
    """An operator that takes an array as a tensor. Otherwise NumPy would compute the result, without a gradient."""

    @functools.wraps(original)
    def compute(self: torch.Tensor, other: Any) -> Any:
        if isinstance(other, np.ndarray):
            other = torch.as_tensor(other).to(self.dtype if self.is_floating_point() else None)
        return original(self, other)

    return compute
