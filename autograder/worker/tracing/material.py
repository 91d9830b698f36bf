"""Records arrays (weights, batches and generator states), each once and by name, up to a total size."""

from __future__ import annotations

import hashlib
from typing import Final

import torch
from torch import nn

from autograder.worker.tracing.seen import Emit

MAX_MATERIAL: Final = 640 * 2**20  # bytes in all
MAX_WEIGHTS: Final = 24 * 2**20  # bytes of one network that are kept
MAX_KEPT_INPUT: Final = 8 * 2**20  # bytes of one batch


class Material:
    """Records arrays and counts their bytes."""

    def __init__(self, emit: Emit) -> None:
        self._emit = emit
        self._bytes = 0

    def keep(self, name: str, value: torch.Tensor | None, bound: int = MAX_KEPT_INPUT) -> str | None:
        """Record a tensor, and return its name; None if there is none or it is too large."""
        if value is None or value.numel() * value.element_size() > bound or self._bytes > MAX_MATERIAL:
            return None
        self._bytes += value.numel() * value.element_size()
        order = layout_of(value)
        layout = {"order": order} if order else {}
        self._emit({"what": "material", "name": name, "array": value.detach().clone(), **layout})
        return name

    def keep_weights(self, name: str, module: nn.Module) -> list[str] | None:
        """Record a network's current parameters and buffers; returns their names, or None if they are too large."""
        state = {**dict(module.named_parameters()), **dict(module.named_buffers())}
        if sum(each.numel() * each.element_size() for each in state.values()) > MAX_WEIGHTS:
            return None
        kept = [self.keep(f"{name}/{key}", value, MAX_WEIGHTS) for key, value in state.items()]
        return None if None in kept else list(state)


def layout_of(value: torch.Tensor) -> list[int]:
    """The order of the axes in memory if it is not their own: [0, 2, 3, 1] for channels last, where convolutions sum in another
    order. Empty for tensors that are contiguous, or not dense."""
    strides: tuple[int, ...] = value.stride()
    order = sorted(range(value.dim()), key=lambda axis: -strides[axis])
    return order if not value.is_contiguous() and value.permute(order).is_contiguous() else []


def digest(module: nn.Module) -> str:
    """A short name for a network's current weights: equal for equal weights."""
    found = hashlib.blake2b(digest_size=8)
    for each in module.parameters():
        found.update(each.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes())
    return found.hexdigest()
