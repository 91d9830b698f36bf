from __future__ import annotations

from collections import defaultdict

import matplotlib.pyplot as plt
import torch

from .config import SETTINGS, TrainConfig
from .data import mnist_loaders
from .engine import fit
from .models import MLP
from .report import curves, md_table, save

OPTIMIZERS: dict[str, TrainConfig] = {
    "SGD": TrainConfig(epochs=20, optimizer="sgd", lr=0.01),
    "SGD + momentum": TrainConfig(epochs=20, optimizer="sgd", lr=0.01, momentum=0.9),
    "RMSprop": TrainConfig(epochs=20, optimizer="rmsprop", lr=0.001),
    "Adam": TrainConfig(epochs=20, optimizer="adam", lr=0.001),
}


def part_a() -> None:
    train, test = mnist_loaders()
    runs = {}
    for name, cfg in OPTIMIZERS.items():
        torch.manual_seed(SETTINGS.seed)
        model = MLP(784, [128, 64], 10, "relu")
        runs[name] = list(fit(model, cfg, train, test))
    curves({k: [s.train_loss for s in v] for k, v in runs.items()}, "2a_loss", "training loss", "Optimizers: training loss")
    curves({k: [s.eval_acc for s in v] for k, v in runs.items()}, "2a_acc", "test accuracy", "Optimizers: test accuracy")
    md_table("2A optimizers", ["optimizer", "final test accuracy", "training time (s)"],
             [[k, f"{v[-1].eval_acc:.4f}", f"{sum(s.seconds for s in v):.1f}"] for k, v in runs.items()])


class GradientRecorder:
    """Callable for ``fit(on_step=...)``: L2 norm of every layer's weight gradient."""

    def __init__(self) -> None:
        self.history: dict[str, list[float]] = defaultdict(list)

    def __call__(self, model: MLP) -> None:
        for i, layer in enumerate([*model.hidden, model.out], start=1):
            self.history[f"layer {i}"].append(layer.weight.grad.norm().item())

    def means(self) -> list[float]:
        return [sum(v) / len(v) for v in self.history.values()]


def part_b() -> None:
    train, test = mnist_loaders()
    recorders = {}
    for act in ("sigmoid", "relu"):
        torch.manual_seed(SETTINGS.seed)
        model = MLP(784, [128] * 6, 10, act)      # 6 hidden layers
        recorders[act] = rec = GradientRecorder()
        for _ in fit(model, TrainConfig(epochs=5), train, test, on_step=rec):
            pass

    fig, axes = plt.subplots(1, 3, figsize=(17, 4.5))
    for ax, (act, rec) in zip(axes, recorders.items()):
        for name, values in rec.history.items():
            ax.plot(values[::10], label=name, lw=0.9)
        ax.set(yscale="log", title=f"{act}: gradient norm during training", xlabel="step / 10", ylabel="||dL/dW||")
        ax.legend(fontsize=7)
    for act, rec in recorders.items():
        axes[2].plot(range(1, 8), rec.means(), "o-", label=act)
    axes[2].set(yscale="log", title="mean over training", xlabel="layer (1 = input side)")
    axes[2].legend()
    save(fig, "2b_gradients")
    md_table("2B mean gradient norm", ["layer", *recorders],
             [[i, *(f"{v:.2e}" for v in vals)] for i, vals in enumerate(zip(*(r.means() for r in recorders.values())), 1)])


def part_c() -> None:
    train, test = mnist_loaders()
    setups = {
        "baseline": (0.0, TrainConfig(epochs=20)),
        "L2 (wd=0.001)": (0.0, TrainConfig(epochs=20, weight_decay=1e-3)),
        "dropout 0.5": (0.5, TrainConfig(epochs=20)),
    }
    fig, ax = plt.subplots(figsize=(8, 5))
    rows = []
    for color, (name, (p, cfg)) in zip(("C0", "C1", "C2"), setups.items()):
        torch.manual_seed(SETTINGS.seed)
        stats = list(fit(MLP(784, [128, 64], 10, "relu", dropout=p), cfg, train, test))
        ax.plot([s.train_acc for s in stats], color=color, label=f"{name} train")
        ax.plot([s.eval_acc for s in stats], color=color, ls="--", label=f"{name} test")
        last = stats[-1]
        rows.append([name, f"{last.train_acc:.4f}", f"{last.eval_acc:.4f}", f"{last.train_acc - last.eval_acc:.4f}"])
    ax.set(xlabel="epoch", ylabel="accuracy", title="Regularization")
    ax.legend()
    save(fig, "2c_regularization")
    md_table("2C regularization", ["setup", "train acc", "test acc", "gap"], rows)
