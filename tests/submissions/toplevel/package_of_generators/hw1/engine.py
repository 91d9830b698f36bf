from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import nn
from torch.utils.data import DataLoader

from .config import SETTINGS, TrainConfig
from .metrics import Accuracy, Mean

log = logging.getLogger(__name__)


@dataclass
class EpochStats:
    epoch: int
    train_loss: float
    train_acc: float
    eval_loss: float
    eval_acc: float
    seconds: float  # training only


def timed(fn: Callable) -> Callable:
    """Return (result, seconds)."""

    @functools.wraps(fn)
    def wrapper(*args, **kwargs):
        t0 = time.perf_counter()
        out = fn(*args, **kwargs)
        return out, time.perf_counter() - t0

    return wrapper


def make_optimizer(model: nn.Module, cfg: TrainConfig) -> torch.optim.Optimizer:
    params = (p for p in model.parameters() if p.requires_grad)
    match cfg.optimizer:
        case "sgd":
            return torch.optim.SGD(params, lr=cfg.lr, momentum=cfg.momentum, weight_decay=cfg.weight_decay)
        case "rmsprop":
            return torch.optim.RMSprop(params, lr=cfg.lr, weight_decay=cfg.weight_decay)
        case "adam":
            return torch.optim.Adam(params, lr=cfg.lr, weight_decay=cfg.weight_decay)
        case other:
            raise ValueError(other)


@timed
def train_one_epoch(model: nn.Module, loader: DataLoader, opt, on_step: Callable | None = None):
    model.train()
    for x, y in loader:
        x, y = x.to(SETTINGS.device), y.to(SETTINGS.device)
        loss = nn.functional.cross_entropy(model(x), y)
        opt.zero_grad(set_to_none=True)
        loss.backward()
        if on_step is not None:
            on_step(model)
        opt.step()


@torch.inference_mode()
def evaluate(model: nn.Module, loader: DataLoader, *extra) -> tuple[float, float]:
    """Mean loss and accuracy in eval mode; further metrics with .update() may be passed."""
    model.eval()
    loss, acc = Mean(), Accuracy()
    for x, y in loader:
        x, y = x.to(SETTINGS.device), y.to(SETTINGS.device)
        scores = model(x)
        loss.update(nn.functional.cross_entropy(scores, y).item(), len(y))
        for m in (acc, *extra):
            m.update(scores, y)
    return loss.compute(), acc.compute()


def fit(model, cfg: TrainConfig, train: DataLoader, held_out: DataLoader, on_step=None) -> Iterator[EpochStats]:
    """Train lazily: one ``EpochStats`` is yielded per epoch.

    The training loss is measured after the epoch in eval mode, so train and
    held-out numbers are comparable (no dropout, same weights).
    """
    model.to(SETTINGS.device)
    opt = make_optimizer(model, cfg)
    for epoch in range(1, cfg.epochs + 1):
        _, seconds = train_one_epoch(model, train, opt, on_step)
        stats = EpochStats(epoch, *evaluate(model, train), *evaluate(model, held_out), seconds)
        log.info("epoch %02d  loss %.4f/%.4f  acc %.4f/%.4f", epoch, stats.train_loss,
                 stats.eval_loss, stats.train_acc, stats.eval_acc)
        yield stats
