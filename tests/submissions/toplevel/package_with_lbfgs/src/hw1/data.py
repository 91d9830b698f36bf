from __future__ import annotations
import torch
from torch.utils.data import DataLoader, Subset
from torchvision import datasets, transforms as T

ROOT = "data"


def _split(ds, share=0.1, seed=0):
    p = torch.randperm(len(ds), generator=torch.Generator().manual_seed(seed)).tolist()
    k = int(len(ds) * share)
    return Subset(ds, p[k:]), Subset(ds, p[:k])


def loaders(name: str, batch: int, *, limit: int | None = None, resize: int | None = None):
    """-> train, val (10 % of the training set), test"""
    if name == "mnist":
        tf = T.Compose([T.ToTensor(), T.Normalize(0.1307, 0.3081)]); cls = datasets.MNIST
    else:
        stats = ([.485, .456, .406], [.229, .224, .225]) if resize else ([.4914, .4822, .4465], [.247, .2435, .2616])
        tf = T.Compose(([T.Resize(resize, antialias=True)] if resize else []) + [T.ToTensor(), T.Normalize(*stats)]); cls = datasets.CIFAR10
    full, test = cls(ROOT, train=True, download=True, transform=tf), cls(ROOT, train=False, download=True, transform=tf)
    train, val = _split(full)
    if limit: train = Subset(train, range(min(limit, len(train))))
    return DataLoader(train, batch, shuffle=True), DataLoader(val, 512), DataLoader(test, 512)
