#!/usr/bin/env python3
"""
Deep Learning - Homework 1                                          A student B.

    python hw1.py                 runs everything (same as: python hw1.py all)
    python hw1.py optimizers      runs only one part, see --help for the list
    python hw1.py cnn --epochs 3  the defaults can be changed, but the defaults are what the assignment asks for

Outputs:  out/*.csv (all numbers), out/*.png (all plots), out/cnn_3a.pt (weights), out/hw1.log
"""
import argparse
import csv
import logging
import random
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Callable, Dict, List, Optional, Tuple

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader, TensorDataset
from torchvision import datasets
from torchvision.transforms.functional import to_tensor

log = logging.getLogger("hw1")
OUT = Path("out")
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


# =============================================================================================== configs
@dataclass
class TrainConfig:
    epochs: int = 10
    batch_size: int = 64
    optimizer: str = "adam"          # sgd | momentum | rmsprop | adam
    lr: float = 1e-3
    weight_decay: float = 0.0
    seed: int = 42


@dataclass
class MLPConfig:
    sizes: Tuple[int, ...] = (784, 128, 64, 10)
    activation: str = "relu"         # relu | sigmoid | tanh
    dropout: float = 0.0


@dataclass
class CNNConfig:
    name: str = "base"
    filters: Tuple[int, ...] = (32, 64)
    kernels: Tuple[int, ...] = (3, 3)
    pool: str = "max"                # max | avg
    pool_every: int = 1              # pool after every n-th convolution
    fc: int = 128
    description: str = ""


@dataclass
class History:
    train_loss: List[float] = field(default_factory=list)
    train_acc: List[float] = field(default_factory=list)
    test_loss: List[float] = field(default_factory=list)
    test_acc: List[float] = field(default_factory=list)
    seconds: float = 0.0             # pure training time


# =============================================================================================== helpers
def seed_everything(seed: int) -> None:
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)
    torch.cuda.manual_seed_all(seed)


def write_csv(name: str, header: List[str], rows: List[list]) -> None:
    path = OUT / name
    with path.open("w", newline="") as fh:
        w = csv.writer(fh)
        w.writerow(header)
        w.writerows(rows)
    log.info("wrote %s", path)
    # the same as a table in the log
    cells = [[f"{c:.4f}" if isinstance(c, float) else str(c) for c in r] for r in rows]
    if len(rows) <= 12:
        widths = [max(len(r[i]) for r in cells + [header]) for i in range(len(header))]
        for r in [header] + cells:
            log.info("   %s", "  ".join(c.ljust(n) for c, n in zip(r, widths)))


def write_history(name: str, runs: Dict[str, History]) -> None:
    rows = []
    for run, h in runs.items():
        for e, vals in enumerate(zip(h.train_loss, h.train_acc, h.test_loss, h.test_acc), start=1):
            rows.append([run, e, *vals])
    write_csv(name, ["run", "epoch", "train_loss", "train_acc", "test_loss", "test_acc"], rows)


def save_plot(fig, name: str) -> None:
    fig.tight_layout()
    fig.savefig(OUT / name, dpi=150)
    plt.close(fig)
    log.info("wrote %s", OUT / name)


def plot_runs(runs: Dict[str, History], attr: str, title: str, ylabel: str, fname: str, logy: bool = False) -> None:
    fig, ax = plt.subplots(figsize=(7, 5))
    for run, h in runs.items():
        ys = getattr(h, attr)
        ax.plot(range(1, len(ys) + 1), ys, marker="o", markersize=3, label=run)
    ax.set_title(title)
    ax.set_xlabel("Epoch")
    ax.set_ylabel(ylabel)
    if logy:
        ax.set_yscale("log")
    ax.grid(True, linestyle=":")
    ax.legend()
    save_plot(fig, fname)


# =============================================================================================== data
_cache: dict = {}


def get_data(which: str) -> Tuple[TensorDataset, TensorDataset]:
    """Converts all images once to normalized tensors and keeps them (ToTensor in each epoch is the slow part)."""
    if which in _cache:
        return _cache[which]
    cls = {"mnist": datasets.MNIST, "cifar10": datasets.CIFAR10}[which]
    mean, std = {"mnist": ([0.1307], [0.3081]),
                 "cifar10": ([0.4914, 0.4822, 0.4465], [0.2470, 0.2435, 0.2616])}[which]
    mean_t, std_t = torch.tensor(mean).view(-1, 1, 1), torch.tensor(std).view(-1, 1, 1)
    out = []
    for train in (True, False):
        ds = cls(root='./data', train=train, download=True)
        xs = torch.stack([(to_tensor(img) - mean_t) / std_t for img, _ in ds])
        ys = torch.tensor([label for _, label in ds])
        out.append(TensorDataset(xs, ys))
    log.info("%s: %d training and %d test images of shape %s", which, len(out[0]), len(out[1]), tuple(out[0][0][0].shape))
    _cache[which] = (out[0], out[1])
    return _cache[which]


def loaders(which: str, batch_size: int) -> Tuple[DataLoader, DataLoader]:
    tr, te = get_data(which)
    return DataLoader(tr, batch_size=batch_size, shuffle=True), DataLoader(te, batch_size=1024)


# =============================================================================================== models
ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class MLP(nn.Module):
    """Multilayer perceptron with any number of layers. Every layer is a weight and a bias parameter of its own;
    the forward pass is written out. Output: logits (softmax belongs to CrossEntropyLoss, see also probabilities())."""

    def __init__(self, cfg: MLPConfig):
        super().__init__()
        self.cfg = cfg
        self.act = ACTIVATIONS[cfg.activation]()
        self.dropout = nn.Dropout(cfg.dropout)
        self.weights = nn.ParameterList()
        self.biases = nn.ParameterList()
        for n_in, n_out in zip(cfg.sizes[:-1], cfg.sizes[1:]):
            k = n_in ** -0.5                                  # the same rule as in nn.Linear
            self.weights.append(nn.Parameter(torch.empty(n_out, n_in).uniform_(-k, k)))
            self.biases.append(nn.Parameter(torch.empty(n_out).uniform_(-k, k)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = x.reshape(x.shape[0], -1)
        last = len(self.weights) - 1
        for i, (w, b) in enumerate(zip(self.weights, self.biases)):
            x = x @ w.T + b
            if i < last:
                x = self.dropout(self.act(x))
        return x

    def probabilities(self, x: torch.Tensor) -> torch.Tensor:
        return self.forward(x).softmax(dim=-1)


class CNN(nn.Module):
    def __init__(self, cfg: CNNConfig, in_channels: int = 3, side: int = 32, classes: int = 10):
        super().__init__()
        self.cfg = cfg
        pool = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[cfg.pool]
        self.convs = nn.ModuleList()
        self.pools = nn.ModuleList()
        c = in_channels
        for i, (f, k) in enumerate(zip(cfg.filters, cfg.kernels), start=1):
            self.convs.append(nn.Conv2d(c, f, kernel_size=k, padding="same"))
            if i % cfg.pool_every == 0:
                self.pools.append(pool(kernel_size=2, stride=2))
                side //= 2
            else:
                self.pools.append(nn.Identity())
            c = f
        self.fc1 = nn.Linear(c * side * side, cfg.fc)
        self.fc2 = nn.Linear(cfg.fc, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for conv, pool in zip(self.convs, self.pools):
            x = pool(torch.relu(conv(x)))
        x = torch.relu(self.fc1(torch.flatten(x, 1)))
        return self.fc2(x)


def n_params(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


# =============================================================================================== training
def make_optimizer(model: nn.Module, cfg: TrainConfig) -> torch.optim.Optimizer:
    common = dict(lr=cfg.lr, weight_decay=cfg.weight_decay)
    if cfg.optimizer == "sgd":
        return torch.optim.SGD(model.parameters(), **common)
    if cfg.optimizer == "momentum":
        return torch.optim.SGD(model.parameters(), momentum=0.9, **common)
    if cfg.optimizer == "rmsprop":
        return torch.optim.RMSprop(model.parameters(), **common)
    if cfg.optimizer == "adam":
        return torch.optim.Adam(model.parameters(), **common)
    raise ValueError(cfg.optimizer)


@torch.no_grad()
def evaluate(model: nn.Module, loader: DataLoader) -> Tuple[float, float]:
    model.eval()
    loss_fn = nn.CrossEntropyLoss(reduction="sum")
    loss, right, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(DEVICE), y.to(DEVICE)
        out = model(x)
        loss += loss_fn(out, y).item()
        right += (out.argmax(1) == y).sum().item()
        n += y.numel()
    return loss / n, right / n


def train(model: nn.Module, dataset: str, cfg: TrainConfig, label: str,
          on_gradients: Optional[Callable[[nn.Module, int], None]] = None) -> History:
    """on_gradients(model, epoch) is called in every step after backward() and before the update"""
    log.info("--- %s: %s", label, asdict(cfg))
    tr, te = loaders(dataset, cfg.batch_size)
    opt = make_optimizer(model, cfg)
    loss_fn = nn.CrossEntropyLoss()
    h = History()
    for epoch in range(1, cfg.epochs + 1):
        model.train()
        t0, loss_sum, n = time.perf_counter(), 0.0, 0
        for x, y in tr:
            x, y = x.to(DEVICE), y.to(DEVICE)
            opt.zero_grad()
            loss = loss_fn(model(x), y)
            loss.backward()
            if on_gradients is not None:
                on_gradients(model, epoch)
            opt.step()
            loss_sum += loss.item() * y.numel()
            n += y.numel()
        h.seconds += time.perf_counter() - t0
        h.train_loss.append(loss_sum / n)
        h.train_acc.append(evaluate(model, tr)[1])
        l, a = evaluate(model, te)
        h.test_loss.append(l)
        h.test_acc.append(a)
        log.info("%-20s epoch %2d/%d  train loss %.4f  train acc %.4f  test loss %.4f  test acc %.4f",
                 label, epoch, cfg.epochs, h.train_loss[-1], h.train_acc[-1], l, a)
    return h


# =============================================================================================== Problem 1
def cmd_mlp(args) -> None:
    """1A: the 784-128-64-10 network"""
    cfg = TrainConfig(epochs=args.epochs or 10)
    seed_everything(cfg.seed)
    model = MLP(MLPConfig()).to(DEVICE)
    log.info("MLP with %d parameters", n_params(model))
    h = train(model, "mnist", cfg, "1A mlp")
    write_history("1a_history.csv", {"mlp": h})
    write_csv("1a_accuracy.csv", ["set", "accuracy"], [["training", h.train_acc[-1]], ["test", h.test_acc[-1]]])
    log.info("1A  training accuracy %.2f %%   test accuracy %.2f %%", 100 * h.train_acc[-1], 100 * h.test_acc[-1])


def cmd_activations(args) -> None:
    """1B: relu / sigmoid / tanh"""
    runs = {}
    for act in ("relu", "sigmoid", "tanh"):
        cfg = TrainConfig(epochs=args.epochs or 10)
        seed_everything(cfg.seed)
        runs[act] = train(MLP(MLPConfig(activation=act)).to(DEVICE), "mnist", cfg, f"1B {act}")
    write_history("1b_history.csv", runs)
    plot_runs(runs, "train_loss", "1B: Training loss, three activation functions", "Cross-entropy", "1b_loss.png")
    write_csv("1b_table.csv", ["activation", "final_test_accuracy"], [[k, h.test_acc[-1]] for k, h in runs.items()])
    log.info("best activation: %s", max(runs, key=lambda k: runs[k].test_acc[-1]))


def cmd_xor(args) -> None:
    """1C: XOR with 2-4-1"""
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    seed_everything(0)
    net = nn.Sequential(MLP(MLPConfig(sizes=(2, 4, 1), activation="tanh")), nn.Sigmoid())
    opt = torch.optim.Adam(net.parameters(), lr=0.1)
    loss_fn = nn.BCELoss()
    for step in range(1, 2001):
        opt.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        opt.step()
        if step % 500 == 0:
            log.info("xor step %d loss %.5f", step, loss.item())
    with torch.no_grad():
        p = net(x)
    right = ((p > 0.5).float() == y).squeeze(1)
    write_csv("1c_xor.csv", ["x1", "x2", "target", "output", "correct"],
              [[int(a), int(b), int(t), float(q), bool(r)] for (a, b), t, q, r in zip(x.tolist(), y.squeeze(1).tolist(), p.squeeze(1).tolist(), right.tolist())])
    log.info("1C  XOR accuracy: %d of 4 cases = %.0f %%", int(right.sum()), 100 * right.float().mean().item())

    side = np.linspace(-0.5, 1.5, 200)
    gx, gy = np.meshgrid(side, side)
    pts = torch.from_numpy(np.stack([gx.ravel(), gy.ravel()], axis=1)).float()
    with torch.no_grad():
        z = net(pts).numpy().reshape(gx.shape)
    fig, ax = plt.subplots(figsize=(5.6, 5))
    im = ax.imshow(z, origin="lower", extent=(-0.5, 1.5, -0.5, 1.5), cmap="PuOr", vmin=0, vmax=1)
    ax.contour(gx, gy, z, levels=[0.5], colors="black", linestyles="--")
    for (a, b), t in zip(x.tolist(), y.squeeze(1).tolist()):
        ax.plot(a, b, "k^" if t else "ko", markersize=12, markerfacecolor="white")
        ax.annotate(f"({a:.0f},{b:.0f})->{t:.0f}", (a, b), xytext=(8, 8), textcoords="offset points",
                    bbox=dict(facecolor="white", alpha=0.8, edgecolor="none", pad=1.5))
    fig.colorbar(im, label="sigmoid output")
    ax.set_title("1C: XOR decision boundary (dashed: 0.5)")
    ax.set_xlabel("x1")
    ax.set_ylabel("x2")
    save_plot(fig, "1c_boundary.png")


# =============================================================================================== Problem 2
def cmd_optimizers(args) -> None:
    """2A: four optimizers, 20 epochs"""
    settings = [("SGD", "sgd", 0.01), ("SGD+Momentum", "momentum", 0.01), ("RMSprop", "rmsprop", 0.001), ("Adam", "adam", 0.001)]
    runs = {}
    for label, opt, lr in settings:
        cfg = TrainConfig(epochs=args.epochs or 20, optimizer=opt, lr=lr)
        seed_everything(cfg.seed)                        # equal start
        runs[label] = train(MLP(MLPConfig()).to(DEVICE), "mnist", cfg, f"2A {label}")
    write_history("2a_history.csv", runs)
    plot_runs(runs, "train_loss", "2A: Training loss of the four optimizers", "Cross-entropy", "2a_train_loss.png", logy=True)
    plot_runs(runs, "test_acc", "2A: Test accuracy of the four optimizers", "Accuracy", "2a_test_accuracy.png")
    write_csv("2a_table.csv", ["optimizer", "final_test_accuracy", "training_time_s"],
              [[k, h.test_acc[-1], round(h.seconds, 1)] for k, h in runs.items()])


class GradientStats:
    """sum of squares of the gradient by layer and epoch -> RMS gradient of the layer in that epoch"""

    def __init__(self, model: MLP):
        self.sizes = [w.numel() for w in model.weights]
        self.acc: Dict[int, torch.Tensor] = {}
        self.count: Dict[int, int] = {}
        self.initial: Optional[np.ndarray] = None

    def __call__(self, model: MLP, epoch: int) -> None:
        sq = torch.stack([w.grad.detach().pow(2).sum() for w in model.weights]).double().cpu()
        if self.initial is None:
            self.initial = np.sqrt(sq.numpy() / np.array(self.sizes))
        self.acc[epoch] = self.acc.get(epoch, torch.zeros_like(sq)) + sq
        self.count[epoch] = self.count.get(epoch, 0) + 1

    def table(self) -> np.ndarray:
        """[epoch, layer]"""
        return np.stack([np.sqrt(self.acc[e].numpy() / self.count[e] / np.array(self.sizes)) for e in sorted(self.acc)])


def cmd_gradients(args) -> None:
    """2B: five hidden layers, sigmoid and relu, gradients at all layers during the training"""
    sizes = (784, 128, 128, 128, 128, 128, 10)
    stats, runs = {}, {}
    for act in ("sigmoid", "relu"):
        cfg = TrainConfig(epochs=args.epochs or 15, optimizer="sgd", lr=0.1)
        seed_everything(cfg.seed)
        model = MLP(MLPConfig(sizes=sizes, activation=act)).to(DEVICE)
        stats[act] = GradientStats(model)
        runs[act] = train(model, "mnist", cfg, f"2B {act}", on_gradients=stats[act])
    write_history("2b_history.csv", runs)

    rows = []
    for act, s in stats.items():
        rows += [[act, 0, l, float(v)] for l, v in enumerate(s.initial, start=1)]       # epoch 0 = first batch
        for e, line in enumerate(s.table(), start=1):
            rows += [[act, e, l, float(v)] for l, v in enumerate(line, start=1)]
    write_csv("2b_gradients.csv", ["activation", "epoch", "layer", "rms_gradient"], rows)

    layers = np.arange(1, len(sizes))
    names = [f"hidden {i}" for i in layers[:-1]] + ["output"]
    fig, ax = plt.subplots(figsize=(7.5, 5))
    for act, color in (("sigmoid", "tab:orange"), ("relu", "tab:green")):
        t = stats[act].table()
        ax.plot(layers, stats[act].initial, color=color, ls=":", marker="x", label=f"{act}, first batch")
        ax.plot(layers, t[0], color=color, ls="--", marker="^", label=f"{act}, epoch 1")
        ax.plot(layers, t[-1], color=color, ls="-", marker="o", label=f"{act}, last epoch")
    ax.set_yscale("log")
    ax.set_xticks(layers, names, rotation=20)
    ax.set_ylabel("RMS gradient of the weights")
    ax.set_title("2B: Gradient magnitude across the layers, sigmoid vs ReLU")
    ax.grid(True, linestyle=":")
    ax.legend()
    save_plot(fig, "2b_layers.png")

    fig, axs = plt.subplots(1, 2, figsize=(13, 4.8), sharey=True)
    for ax, act in zip(axs, ("sigmoid", "relu")):
        t = stats[act].table()
        for j, nm in enumerate(names):
            ax.plot(np.arange(1, len(t) + 1), t[:, j], label=nm)
        ax.set_yscale("log")
        ax.set_title(f"2B: {act}, gradients during the training")
        ax.set_xlabel("Epoch")
        ax.grid(True, linestyle=":")
    axs[0].set_ylabel("RMS gradient of the weights")
    axs[1].legend()
    save_plot(fig, "2b_training.png")
    for act, s in stats.items():
        log.info("2B %s: first batch, output / first hidden layer = %.1f", act, s.initial[-1] / s.initial[0])


def cmd_regularization(args) -> None:
    """2C: baseline, L2, dropout"""
    runs = {}
    for label, drop, wd in (("No regularization", 0.0, 0.0), ("L2 (weight decay 0.001)", 0.0, 0.001), ("Dropout (p=0.5)", 0.5, 0.0)):
        cfg = TrainConfig(epochs=args.epochs or 30, weight_decay=wd)
        seed_everything(cfg.seed)
        runs[label] = train(MLP(MLPConfig(dropout=drop)).to(DEVICE), "mnist", cfg, label)
    write_history("2c_history.csv", runs)
    fig, ax = plt.subplots(figsize=(8, 5.5))
    for (label, h), color in zip(runs.items(), ("tab:red", "tab:blue", "tab:green")):
        e = range(1, len(h.train_acc) + 1)
        ax.plot(e, h.train_acc, color=color, ls="-", label=f"{label} - train")
        ax.plot(e, h.test_acc, color=color, ls="--", label=f"{label} - test")
    ax.set_title("2C: Train (solid) and test (dashed) accuracy")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Accuracy")
    ax.grid(True, linestyle=":")
    ax.legend(fontsize=8)
    save_plot(fig, "2c_accuracy.png")
    write_csv("2c_table.csv", ["configuration", "train_accuracy", "test_accuracy", "gap"],
              [[k, h.train_acc[-1], h.test_acc[-1], h.train_acc[-1] - h.test_acc[-1]] for k, h in runs.items()])


# =============================================================================================== Problem 3
CKPT = "cnn_3a.pt"


def cmd_cnn(args) -> None:
    """3A: the basic CNN, 20 epochs"""
    cfg = TrainConfig(epochs=args.epochs or 20)
    seed_everything(cfg.seed)
    model = CNN(CNNConfig()).to(DEVICE)
    log.info("%s\nparameters: %d", model, n_params(model))
    # The test images are the validation set of the loss curve. Nothing is selected with them: 20 epochs are fixed, the last weights count.
    h = train(model, "cifar10", cfg, "3A cnn")
    torch.save(model.state_dict(), OUT / CKPT)
    write_history("3a_history.csv", {"cnn": h})
    fig, ax = plt.subplots(figsize=(7, 5))
    e = range(1, len(h.train_loss) + 1)
    ax.plot(e, h.train_loss, label="Training loss")
    ax.plot(e, h.test_loss, label="Validation loss")
    ax.set_title("3A: Training and validation loss")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Cross-entropy")
    ax.grid(True, linestyle=":")
    ax.legend()
    save_plot(fig, "3a_loss.png")
    write_csv("3a_accuracy.csv", ["set", "accuracy"], [["training", h.train_acc[-1]], ["test", h.test_acc[-1]]])
    log.info("3A  final test accuracy %.4f", h.test_acc[-1])

    # confusion matrix
    names = class_names()
    m = np.zeros((10, 10), dtype=int)
    model.eval()
    with torch.no_grad():
        for x, y in loaders("cifar10", 64)[1]:
            p = model(x.to(DEVICE)).argmax(1).cpu().numpy()
            np.add.at(m, (y.numpy(), p), 1)
    write_csv("3a_confusion.csv", ["true \\ predicted"] + names, [[n] + row for n, row in zip(names, m.tolist())])
    fig, ax = plt.subplots(figsize=(8, 7))
    im = ax.imshow(m / m.sum(axis=1, keepdims=True).clip(min=1), cmap="YlOrRd", vmin=0, vmax=1)
    for i in range(10):
        for j in range(10):
            ax.text(j, i, m[i, j], ha="center", va="center", fontsize=8)
    ax.set_xticks(range(10), names, rotation=45, ha="right")
    ax.set_yticks(range(10), names)
    ax.set_xlabel("Predicted class")
    ax.set_ylabel("True class")
    ax.set_title("3A: Confusion matrix, test set (color = share of the row)")
    fig.colorbar(im)
    save_plot(fig, "3a_confusion.png")


def class_names() -> List[str]:
    return ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


ARCHS = [
    CNNConfig("base", (32, 64), (3, 3), "max", 1, 128, "2 conv layers, 3x3, max pooling (network of 3A)"),
    CNNConfig("large_kernels_avg", (32, 64, 64), (5, 5, 5), "avg", 1, 128, "3 conv layers, 5x5, average pooling"),
    CNNConfig("deep_small_kernels", (32, 32, 64, 64, 128, 128), (3,) * 6, "max", 2, 256, "6 conv layers, 3x3, max pooling after each pair"),
]


def cmd_archs(args) -> None:
    """3B: three architectures"""
    runs, rows, desc = {}, [], []
    for a in ARCHS:
        cfg = TrainConfig(epochs=args.epochs or 20)
        seed_everything(cfg.seed)
        model = CNN(a).to(DEVICE)
        runs[a.name] = h = train(model, "cifar10", cfg, f"3B {a.name}")
        rows.append([a.name, n_params(model), round(h.seconds, 1), h.test_acc[-1], h.train_acc[-1]])
        desc.append([a.name, len(a.filters), "-".join(map(str, a.filters)), "-".join(f"{k}x{k}" for k in a.kernels), a.pool, a.fc, a.description])
    write_csv("3b_architectures.csv", ["name", "conv_layers", "filters", "kernels", "pooling", "fc", "description"], desc)
    write_csv("3b_table.csv", ["architecture", "parameters", "training_time_s", "test_accuracy", "train_accuracy"], rows)
    write_history("3b_history.csv", runs)
    plot_runs(runs, "test_acc", "3B: Test accuracy of the three architectures", "Accuracy", "3b_test_accuracy.png")


def cmd_features(args) -> None:
    """3C: filters and activation maps"""
    if not (OUT / CKPT).exists():
        log.warning("no trained CNN yet, running 3A first")
        cmd_cnn(args)
    model = CNN(CNNConfig()).to(DEVICE)
    model.load_state_dict(torch.load(OUT / CKPT, map_location=DEVICE))
    model.eval()
    conv = model.convs[0]

    w = conv.weight.detach().cpu().numpy()
    lim = np.abs(w).max()
    fig, axs = plt.subplots(4, 8, figsize=(9, 5))
    for k, ax in enumerate(axs.flat):
        ax.imshow((w[k].transpose(1, 2, 0) / lim + 1) / 2)         # 0 -> middle gray
        ax.set_title(k, fontsize=7)
        ax.axis("off")
    fig.suptitle("3C: Filters of the first convolutional layer (common scale)")
    save_plot(fig, "3c_filters.png")

    raw = datasets.CIFAR10(root='./data', train=False, download=True)
    test = get_data("cifar10")[1]
    for n, idx in enumerate((2, 5, 8), start=1):
        with torch.no_grad():
            maps = torch.relu(conv(test[idx][0].unsqueeze(0).to(DEVICE)))[0].cpu().numpy()
        img, label = raw[idx]
        fig = plt.figure(figsize=(12, 4.4))
        ax = fig.add_subplot(1, 3, 1)
        ax.imshow(img)
        ax.set_title(f"test image {idx}: {class_names()[label]}")
        ax.axis("off")
        for k in range(32):
            ax = fig.add_subplot(4, 12, (k // 8) * 12 + 5 + k % 8)
            ax.imshow(maps[k], cmap="gray")
            ax.axis("off")
        fig.suptitle(f"3C: Activation maps of the first conv layer (sample {n})")
        fig.savefig(OUT / f"3c_activations_{n}.png", dpi=150)
        plt.close(fig)
        log.info("wrote activation maps of image %d", idx)


# =============================================================================================== command line
COMMANDS = {
    "mlp": cmd_mlp, "activations": cmd_activations, "xor": cmd_xor,
    "optimizers": cmd_optimizers, "gradients": cmd_gradients, "regularization": cmd_regularization,
    "cnn": cmd_cnn, "archs": cmd_archs, "features": cmd_features,
}


def cmd_all(args) -> None:
    """all parts, one after the other"""
    for name, fn in COMMANDS.items():
        log.info("================ %s (%s)", name, (fn.__doc__ or "").strip())
        fn(args)


def parse(argv=None) -> argparse.Namespace:
    p = argparse.ArgumentParser(description="Deep Learning HW1")
    p.set_defaults(fn=cmd_all, epochs=None)
    sub = p.add_subparsers(dest="command", metavar="PART")
    for name, fn in {"all": cmd_all, **COMMANDS}.items():
        s = sub.add_parser(name, help=fn.__doc__)
        s.add_argument("--epochs", type=int, default=None, help="default: what the assignment says")
        s.set_defaults(fn=fn)
    return p.parse_args(argv)


def main(argv=None) -> int:
    args = parse(argv)
    OUT.mkdir(exist_ok=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", datefmt="%H:%M:%S",
                        handlers=[logging.StreamHandler(sys.stdout), logging.FileHandler(OUT / "hw1.log", mode="a")])
    logging.getLogger("matplotlib").setLevel(logging.WARNING)
    log.info("torch %s on %s", torch.__version__, DEVICE)
    args.fn(args)
    log.info("finished")
    return 0


if __name__ == "__main__":
    sys.exit(main())
