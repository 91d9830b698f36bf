"""Loaders of the two data sets."""

from __future__ import annotations

import torch
from torch.utils.data import DataLoader


def loaders(name: str, batch_size: int = 128) -> tuple[DataLoader, DataLoader]:
    from torchvision import datasets, transforms

    transform = transforms.ToTensor()
    if name == "MNIST":
        transform = transforms.Compose([transform, torch.flatten])
    cls = getattr(datasets, name)
    train, test = (cls("data", train=train, download=True, transform=transform) for train in (True, False))
    return DataLoader(train, batch_size, shuffle=True), DataLoader(test, batch_size)
