from __future__ import annotations

from typing import Iterable

import torch
from torch import nn
from torch.utils.data import DataLoader


class Callback:
    """All hooks are optional. `t` is the running Trainer."""

    def on_fit_start(self, t: "Trainer"): ...
    def on_epoch_start(self, t: "Trainer"): ...
    def on_batch_end(self, t: "Trainer"): ...
    def on_train_end(self, t: "Trainer"): ...   # training part of the epoch is over
    def on_epoch_end(self, t: "Trainer"): ...   # metrics of the epoch are known
    def on_fit_end(self, t: "Trainer"): ...


class Trainer:
    def __init__(self, model: nn.Module, optimizer: torch.optim.Optimizer, callbacks: Iterable[Callback] = (),
                 loss_fn: nn.Module | None = None, device: str | None = None):
        self.device = device or ("cuda" if torch.cuda.is_available() else "cpu")
        self.model = model.to(self.device)
        self.optimizer = optimizer
        self.loss_fn = loss_fn or nn.CrossEntropyLoss()
        self.callbacks = list(callbacks)
        self.rows: list[dict] = []
        self.epoch = self.step = 0

    def _emit(self, event: str) -> None:
        for cb in self.callbacks:
            getattr(cb, event)(self)

    def fit(self, train: DataLoader, evals: dict[str, DataLoader], epochs: int) -> "Trainer":
        self._emit("on_fit_start")
        for _ in range(epochs):
            self.epoch += 1
            self._emit("on_epoch_start")
            self.model.train()
            running = torch.zeros((), device=self.device)
            seen = 0
            for x, y in train:
                x, y = x.to(self.device, non_blocking=True), y.to(self.device, non_blocking=True)
                self.optimizer.zero_grad()
                loss = self.loss_fn(self.model(x), y)
                loss.backward()
                self.optimizer.step()
                self.step += 1
                running += loss.detach() * len(y)
                seen += len(y)
                self._emit("on_batch_end")
            self._emit("on_train_end")
            self._log("fit", loss=running.item() / seen)
            for name, loader in evals.items():
                self._log(name, **self.evaluate(loader))
            self._emit("on_epoch_end")
        self._emit("on_fit_end")
        return self

    def _log(self, split: str, **metrics: float) -> None:
        self.rows += [dict(epoch=self.epoch, split=split, metric=k, value=v) for k, v in metrics.items()]

    def last(self, split: str, metric: str) -> float:
        return next(r["value"] for r in reversed(self.rows) if r["split"] == split and r["metric"] == metric)

    @torch.inference_mode()
    def predict(self, loader: DataLoader) -> tuple[torch.Tensor, torch.Tensor]:
        """All logits and all labels of a loader, on the CPU."""
        self.model.eval()
        pairs = [(self.model(x.to(self.device)).cpu(), y) for x, y in loader]
        logits, labels = map(torch.cat, zip(*pairs))
        return logits, labels

    def evaluate(self, loader: DataLoader) -> dict[str, float]:
        logits, labels = self.predict(loader)
        return dict(
            loss=self.loss_fn(logits, labels).item(),
            accuracy=(logits.argmax(1) == labels).double().mean().item(),
        )
