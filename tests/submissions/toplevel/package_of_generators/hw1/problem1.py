from __future__ import annotations

import numpy as np
import matplotlib.pyplot as plt
import torch
from torch import nn

from .config import SETTINGS, TrainConfig
from .data import mnist_loaders
from .engine import fit
from .models import ACTIVATIONS, MLP
from .report import curves, md_table, save

CFG = TrainConfig(epochs=10)


def part_a() -> None:
    torch.manual_seed(SETTINGS.seed)
    train, test = mnist_loaders()
    *_, last = fit(MLP(784, [128, 64], 10, "relu"), CFG, train, test)
    md_table("1A MLP on MNIST", ["train accuracy", "test accuracy"],
             [[f"{last.train_acc:.4f}", f"{last.eval_acc:.4f}"]])


def part_b() -> None:
    train, test = mnist_loaders()
    runs = {}
    for name in ACTIVATIONS:
        torch.manual_seed(SETTINGS.seed)
        runs[name] = list(fit(MLP(784, [128, 64], 10, name), CFG, train, test))
    curves({k: [s.train_loss for s in v] for k, v in runs.items()},
           "1b_activations", "training loss", "Training loss per activation")
    md_table("1B activations", ["activation", "final test accuracy"],
             [[k, f"{v[-1].eval_acc:.4f}"] for k, v in runs.items()])


def part_c() -> None:
    torch.manual_seed(SETTINGS.seed)
    x = torch.tensor([[a, b] for a in (0.0, 1.0) for b in (0.0, 1.0)])
    y = (x[:, 0] != x[:, 1]).float()
    # the same MLP class: 2 -> 4 -> 1, the sigmoid of the output sits in the forward helper
    net = MLP(2, [4], 1, "tanh")

    def forward(inputs):
        return torch.sigmoid(net(inputs)).squeeze(1)

    opt = torch.optim.Adam(net.parameters(), lr=0.05)
    step = 0
    while step < 5000:
        loss = nn.functional.binary_cross_entropy(forward(x), y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        step += 1
        if loss.item() < 1e-3:  # solved, no need to go on
            break

    with torch.no_grad():
        prob = forward(x)
        grid = np.linspace(-0.3, 1.3, 161)
        gx, gy = np.meshgrid(grid, grid)
        z = forward(torch.tensor(np.c_[gx.ravel(), gy.ravel()], dtype=torch.float32)).reshape(gx.shape)
    correct = ((prob > 0.5) == y.bool()).float().mean().item()
    md_table(f"1C XOR ({step} steps, accuracy {correct:.0%})", ["x1", "x2", "target", "output", "class"],
             [[int(a), int(b), int(t), f"{p:.3f}", int(p > 0.5)] for (a, b), t, p in zip(x, y, prob)])

    fig, ax = plt.subplots()
    mesh = ax.pcolormesh(gx, gy, z.numpy(), cmap="coolwarm", vmin=0, vmax=1, shading="auto")
    ax.contour(gx, gy, z.numpy(), levels=[0.5], colors="black")
    ax.scatter(*x.T.numpy(), c=y.numpy(), cmap="coolwarm", edgecolors="black", s=90)
    fig.colorbar(mesh, label="P(class 1)")
    ax.set(xlabel="x1", ylabel="x2", title="XOR decision boundary")
    save(fig, "1c_xor")
