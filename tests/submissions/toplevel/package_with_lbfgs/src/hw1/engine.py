from __future__ import annotations
import copy, time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Callable
import torch
from torch import nn
from .metrics import Accuracy, MeanLoss

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")
USE_AMP = DEVICE.type == "cuda"


class ScalarLog:
    """A SummaryWriter that writes into a dict: tag -> [(step, value)]."""
    def __init__(self): self.data = defaultdict(list)
    def add_scalar(self, tag: str, value: float, step: int): self.data[tag].append((step, float(value)))
    def steps(self, tag): return [s for s, _ in self.data[tag]]
    def values(self, tag): return [v for _, v in self.data[tag]]
    def last(self, tag): return self.data[tag][-1][1]


@dataclass
class FitResult:
    log: ScalarLog
    seconds: float
    epochs_run: int


@dataclass
class Recipe:
    epochs: int
    optimizer: Callable = lambda ps: torch.optim.Adam(ps, lr=1e-3)
    scheduler: Callable | None = None
    patience: int | None = None               # early stopping on the validation loss, None = off
    amp: bool = True
    on_step: Callable | None = None           # called between backward() and step()


@torch.no_grad()
def evaluate(model: nn.Module, loader, metrics: dict) -> dict:
    model.eval()
    for m in metrics.values(): m.reset()
    for x, y in loader:
        x, y = x.to(DEVICE), y.to(DEVICE)
        with torch.autocast(DEVICE.type, enabled=USE_AMP):
            out = model(x)
        for m in metrics.values(): m.update(out, y)
    return {k: m.compute() for k, m in metrics.items()}


def fit(model: nn.Module, recipe: Recipe, train, val, test=None) -> FitResult:
    """`val` steers (early stopping, curves); `test` is only recorded."""
    model.to(DEVICE)
    opt = recipe.optimizer(model.parameters())
    sched = recipe.scheduler(opt) if recipe.scheduler else None
    amp = recipe.amp and USE_AMP
    scaler = torch.amp.GradScaler(enabled=amp) if amp else None
    log, seconds, step = ScalarLog(), 0.0, 0
    best, best_state, bad = float("inf"), None, 0
    for epoch in range(1, recipe.epochs + 1):
        model.train()
        tick = time.perf_counter()
        running, n = torch.zeros((), device=DEVICE), 0
        for x, y in train:
            x, y = x.to(DEVICE, non_blocking=True), y.to(DEVICE, non_blocking=True)
            opt.zero_grad(set_to_none=True)
            with torch.autocast(DEVICE.type, enabled=amp):
                loss = nn.functional.cross_entropy(model(x), y)
            if scaler is not None:
                scaler.scale(loss).backward()
                if recipe.on_step:
                    scaler.unscale_(opt); recipe.on_step(model, step, log)
                scaler.step(opt); scaler.update()
            else:
                loss.backward()
                if recipe.on_step: recipe.on_step(model, step, log)
                opt.step()
            running += loss.detach() * len(y); n += len(y); step += 1
        if sched: sched.step()
        if DEVICE.type == "cuda": torch.cuda.synchronize()
        seconds += time.perf_counter() - tick
        log.add_scalar("loss/train", running.item() / n, epoch)
        log.add_scalar("acc/train", evaluate(model, train, {"a": Accuracy()})["a"], epoch)
        v = evaluate(model, val, {"loss": MeanLoss(), "acc": Accuracy()})
        log.add_scalar("loss/val", v["loss"], epoch); log.add_scalar("acc/val", v["acc"], epoch)
        if test is not None:
            log.add_scalar("acc/test", evaluate(model, test, {"a": Accuracy()})["a"], epoch)
        if recipe.patience is not None:
            if v["loss"] < best:
                best, best_state, bad = v["loss"], copy.deepcopy(model.state_dict()), 0
            else:
                bad += 1
                if bad >= recipe.patience: break
    if best_state is not None: model.load_state_dict(best_state)
    return FitResult(log, seconds, epoch)
