"""Tiny streaming metrics (I did not want another dependency for this)."""
from __future__ import annotations

import torch
from torch import Tensor


class Mean:
    def __init__(self) -> None:
        self.total, self.weight = 0.0, 0

    def update(self, value: float, n: int) -> None:
        self.total += value * n
        self.weight += n

    def compute(self) -> float:
        return self.total / max(self.weight, 1)


class Accuracy(Mean):
    def update(self, scores: Tensor, target: Tensor) -> None:  # type: ignore[override]
        hits = (scores.argmax(dim=1) == target).float().mean().item()
        super().update(hits, len(target))


class ConfusionMatrix:
    """Row = true class, column = predicted class."""

    def __init__(self, n_classes: int = 10) -> None:
        self.n = n_classes
        self.counts = torch.zeros(n_classes, n_classes, dtype=torch.long)

    def update(self, scores: Tensor, target: Tensor) -> None:
        idx = target.cpu() * self.n + scores.argmax(dim=1).cpu()
        self.counts += torch.bincount(idx, minlength=self.n**2).view(self.n, self.n)

    def compute(self) -> Tensor:
        return self.counts
