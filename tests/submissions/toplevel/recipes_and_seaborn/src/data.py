from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch
from torch.utils.data import DataLoader, Dataset, Subset
from torchvision import transforms as T
from torchvision.datasets import CIFAR10, MNIST

ROOT = Path("~/.cache/torchvision-data").expanduser()


@dataclass
class DataModule:
    train_set: Dataset
    test_set: Dataset
    val_set: Dataset | None = None
    batch_size: int = 100
    classes: tuple[str, ...] = tuple("0123456789")

    def train(self) -> DataLoader:
        return DataLoader(self.train_set, self.batch_size, shuffle=True, drop_last=False)

    def _eval(self, ds) -> DataLoader:
        return DataLoader(ds, 500)

    def splits(self, *names: str) -> dict[str, DataLoader]:
        """Evaluation loaders (no shuffling) by name: 'train', 'val', 'test'."""
        return {n: self._eval(getattr(self, f"{n}_set")) for n in names}


def mnist(batch_size: int = 100) -> DataModule:
    tf = T.Compose([T.ToTensor(), T.Normalize(0.1307, 0.3081)])
    return DataModule(
        MNIST(ROOT, train=True, download=True, transform=tf),
        MNIST(ROOT, train=False, download=True, transform=tf),
        batch_size=batch_size,
    )


def cifar10(batch_size: int = 100, holdout: float = 0.1, train_tf=None, eval_tf=None, seed: int = 0) -> DataModule:
    default = T.Compose([T.ToTensor(), T.Normalize((0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616))])
    train_tf, eval_tf = train_tf or default, eval_tf or default
    fit_view = CIFAR10(ROOT, train=True, download=True, transform=train_tf)
    val_view = CIFAR10(ROOT, train=True, download=True, transform=eval_tf)
    order = torch.randperm(len(fit_view), generator=torch.Generator().manual_seed(seed)).tolist()
    cut = round(len(order) * (1 - holdout))
    return DataModule(
        train_set=Subset(fit_view, order[:cut]),
        val_set=Subset(val_view, order[cut:]),
        test_set=CIFAR10(ROOT, train=False, download=True, transform=eval_tf),
        batch_size=batch_size,
        classes=tuple(fit_view.classes),
    )
