from __future__ import annotations

from pathlib import Path
from time import perf_counter

import pandas as pd
import torch

from .engine import Callback, Trainer


def _sync() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


class Stopwatch(Callback):
    """Seconds spent in the training part of the epochs only."""

    def __init__(self):
        self.seconds = 0.0

    def on_epoch_start(self, t):
        _sync()
        self._t0 = perf_counter()

    def on_train_end(self, t):
        _sync()
        self.seconds += perf_counter() - self._t0


class ProgressPrinter(Callback):
    def __init__(self, tag: str):
        self.tag = tag

    def on_epoch_end(self, t: Trainer):
        now = [r for r in t.rows if r["epoch"] == t.epoch]
        print(f"{self.tag:<28} {t.epoch:>2} ", "  ".join(f"{r['split']}.{r['metric'][:4]}={r['value']:.4f}" for r in now))


class BestCheckpoint(Callback):
    """Writes the weights whenever `split`.loss improves and reloads the best ones after training."""

    def __init__(self, path: str | Path, split: str = "val"):
        self.path, self.split = Path(path), split
        self.best, self.epoch = float("inf"), None
        self.path.parent.mkdir(parents=True, exist_ok=True)

    def on_epoch_end(self, t):
        loss = t.last(self.split, "loss")
        if loss < self.best:
            self.best, self.epoch = loss, t.epoch
            torch.save(t.model.state_dict(), self.path)

    def on_fit_end(self, t):
        t.model.load_state_dict(torch.load(self.path, map_location=t.device))


class GradientRecorder(Callback):
    """Records the L2 norm of the gradient of selected weights via tensor hooks, every `every` steps."""

    def __init__(self, weights: dict[str, torch.nn.Parameter], every: int = 20):
        self.weights, self.every = weights, every
        self._norms: dict[str, list[torch.Tensor]] = {}
        self._step = 0

    def on_fit_start(self, t):
        self._handles = [w.register_hook(self._make_hook(name)) for name, w in self.weights.items()]
        self._norms = {name: [] for name in self.weights}

    def _make_hook(self, name):
        def hook(grad):
            if self._step % self.every == 0:
                self._norms[name].append(grad.detach().norm())
        return hook

    def on_batch_end(self, t):
        self._step = t.step

    def on_fit_end(self, t):
        for h in self._handles:
            h.remove()

    def frame(self) -> pd.DataFrame:
        df = pd.DataFrame({name: torch.stack(v).cpu().numpy() for name, v in self._norms.items()})
        df.index = df.index * self.every
        return df.rename_axis(index="step", columns="layer")
