from __future__ import annotations

import torch
from torch.utils.data import DataLoader, Dataset, random_split
from torchvision import datasets, transforms as T

from .config import SETTINGS


def mnist_loaders() -> tuple[DataLoader, DataLoader]:
    tf = T.Compose([T.ToTensor(), T.Normalize((0.1307,), (0.3081,))])
    train = datasets.MNIST(SETTINGS.data_dir, train=True, transform=tf, download=True)
    test = datasets.MNIST(SETTINGS.data_dir, train=False, transform=tf, download=True)
    return _loader(train, True), _loader(test, False)


def cifar_sets(tf=None):
    tf = tf or T.Compose([T.ToTensor(), T.Normalize((0.5,) * 3, (0.5,) * 3)])
    train = datasets.CIFAR10(SETTINGS.data_dir, train=True, transform=tf, download=True)
    test = datasets.CIFAR10(SETTINGS.data_dir, train=False, transform=tf, download=True)
    return train, test


def cifar_loaders(tf=None) -> tuple[DataLoader, DataLoader, DataLoader]:
    """train / validation / test, 10 % of the training images are held out for validation."""
    full, test = cifar_sets(tf)
    n_val = len(full) // 10
    g = torch.Generator().manual_seed(SETTINGS.seed)
    train, val = random_split(full, [len(full) - n_val, n_val], generator=g)
    return _loader(train, True), _loader(val, False), _loader(test, False)


def _loader(ds: Dataset, train: bool) -> DataLoader:
    return DataLoader(ds, batch_size=SETTINGS.batch_size if train else 512, shuffle=train)
