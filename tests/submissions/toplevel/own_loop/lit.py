"""A very small copy of the Lightning idea: LitModel says what a step is, Runner loops.

Only what this homework needs.
"""
import time
from collections import defaultdict

import torch
from torch import nn
from tqdm.auto import tqdm

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
AMP = torch.cuda.is_available()


class MetricLogger:
    """Weighted means of whatever was logged in an epoch; .curves keeps one value an epoch."""

    def __init__(self):
        self.curves = defaultdict(list)
        self._reset()

    def _reset(self):
        self._sum = defaultdict(float)
        self._n = defaultdict(int)

    def log(self, key, value, n):
        self._sum[key] += float(value) * n
        self._n[key] += n

    def close_epoch(self):
        for key in self._sum:
            self.curves[key].append(self._sum[key] / self._n[key])
        self._reset()

    def last(self, key):
        return self.curves[key][-1]

    def __str__(self):
        return ", ".join(f"{k}={v[-1]:.4f}" for k, v in self.curves.items())


class LitModel(nn.Module):
    """Wraps a network for classification."""

    def __init__(self, network, optimizer=torch.optim.Adam, **optim_kwargs):
        super().__init__()
        self.network = network
        self.loss = nn.CrossEntropyLoss()
        self.optimizer_class = optimizer
        self.optim_kwargs = optim_kwargs or {"lr": 1e-3}
        self.logger = MetricLogger()

    def forward(self, x):
        return self.network(x)

    def _shared(self, batch, stage):
        x, y = batch
        logits = self(x)
        loss = self.loss(logits, y)
        acc = (logits.argmax(1) == y).float().mean()
        self.logger.log(f"{stage}_loss", loss.detach(), len(y))
        self.logger.log(f"{stage}_acc", acc, len(y))
        return loss

    def training_step(self, batch, batch_idx):
        return self._shared(batch, "train")

    def validation_step(self, batch, batch_idx):
        self._shared(batch, "val")

    def configure_optimizers(self):
        return self.optimizer_class(self.network.parameters(), **self.optim_kwargs)


class Callback:
    def on_fit_start(self, module): ...
    def on_after_backward(self, module): ...
    def on_epoch_end(self, module): ...


class Runner:
    def __init__(self, max_epochs, callbacks=(), progress=True, amp=AMP):
        self.max_epochs = max_epochs
        self.callbacks = list(callbacks)
        self.progress = progress
        self.amp = amp
        self.train_time = 0.0

    def _call(self, hook, module):
        for cb in self.callbacks:
            getattr(cb, hook)(module)

    @staticmethod
    def _to(batch):
        return [t.to(DEVICE, non_blocking=True) for t in batch]

    def fit(self, module, train_loader, val_loader):
        module.to(DEVICE)
        optimizer = module.configure_optimizers()
        scaler = torch.amp.GradScaler("cuda", init_scale=1024.0, enabled=torch.cuda.is_available() and self.amp)
        self._call("on_fit_start", module)
        bar = tqdm(range(self.max_epochs), disable=not self.progress, desc="epochs")
        for epoch in bar:
            tic = time.perf_counter()
            module.train()
            for i, batch in enumerate(train_loader):
                optimizer.zero_grad(set_to_none=True)
                with torch.autocast(device_type="cuda", dtype=torch.float16, enabled=self.amp):
                    loss = module.training_step(self._to(batch), i)
                scaler.scale(loss).backward()
                scaler.unscale_(optimizer)
                self._call("on_after_backward", module)
                scaler.step(optimizer)
                scaler.update()
            self.train_time += time.perf_counter() - tic

            self._validate(module, val_loader)
            module.logger.close_epoch()
            self._call("on_epoch_end", module)
            bar.set_postfix_str(str(module.logger))
        return module

    def _validate(self, module, loader):
        module.eval()
        with torch.inference_mode():
            for i, batch in enumerate(loader):
                module.validation_step(self._to(batch), i)

    def predict(self, module, loader):
        module.to(DEVICE).eval()
        preds, targets = [], []
        with torch.inference_mode():
            for x, y in loader:
                preds.append(module(x.to(DEVICE)).argmax(1).cpu())
                targets.append(y)
        return torch.cat(preds), torch.cat(targets)

    def score(self, module, loader):
        preds, targets = self.predict(module, loader)
        return (preds == targets).double().mean().item()
