from __future__ import annotations
import torch
from torch import Tensor


class Metric:
    """update / compute / reset, in the manner of torchmetrics."""
    def reset(self) -> None: raise NotImplementedError
    def update(self, logits: Tensor, target: Tensor) -> None: raise NotImplementedError
    def compute(self): raise NotImplementedError


class MeanLoss(Metric):
    def __init__(self): self.reset()
    def reset(self): self.total, self.count = 0.0, 0
    def update(self, logits, target):
        self.total += torch.nn.functional.cross_entropy(logits.float(), target, reduction="sum").item()
        self.count += len(target)
    def compute(self) -> float: return self.total / max(self.count, 1)


class ConfusionMatrix(Metric):
    def __init__(self, k: int = 10): self.k = k; self.reset()
    def reset(self): self.m = torch.zeros(self.k, self.k, dtype=torch.int64)
    def update(self, logits, target):
        idx = target.cpu() * self.k + logits.argmax(dim=-1).cpu()
        self.m += torch.bincount(idx, minlength=self.k ** 2).reshape(self.k, self.k)
    def compute(self) -> Tensor: return self.m      # rows: true, columns: predicted


class Accuracy(ConfusionMatrix):
    """Share of right answers (the trace of the confusion matrix over its sum)."""
    def compute(self) -> float: return (self.m.trace() / self.m.sum()).item()
