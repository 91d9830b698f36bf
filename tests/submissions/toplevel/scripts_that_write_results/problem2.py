"""Problem 2: optimizers, vanishing gradients, regularization."""
import argparse
from collections import defaultdict

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

import utils
from utils import DEVICE, MLP, fit

SIZES = [784, 128, 64, 10]

OPTIMIZERS = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.01),
    "SGD+momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.001),
    "Adam": lambda p: torch.optim.Adam(p, lr=0.001),
}

ANALYSIS_A = """
Plain SGD is by far the slowest: after 20 epochs it has not reached the training loss which the other three have after a few
epochs. Momentum with the same learning rate accelerates it strongly, since for beta = 0.9 consistent gradients give an
effective step about ten times larger. RMSprop and Adam rescale each coordinate by its recent gradient size and therefore have the
steepest start. At the end momentum, RMSprop and Adam lie within a few tenths of a percent in test accuracy, which is
the size of the variation between seeds, while SGD stays behind. The adaptive methods keep state for every weight, but the
training time is dominated by data loading, so the times differ little.
"""
ANALYSIS_B = """
In the sigmoid net the gradient norm shrinks by a roughly constant factor from each layer to the one before it, so that the first
layers receive a signal several orders of magnitude below that of the output layer. This is the product of sigmoid derivatives
(at most 1/4 each) and small weights in the chain rule. The lower layers hardly move at first and the loss stays on a plateau.
With ReLU the derivative of an active unit is 1, the curves of all layers lie close together and the net trains from the beginning.
"""
ANALYSIS_C = """
The baseline has the largest gap between training and test accuracy: it nearly memorises the training set. Weight decay and dropout
both reduce the gap a lot; weight decay has the narrowest gap, and dropout combines a reduced gap with a test accuracy at or near that of the
baseline. The exact numbers are in the table (training accuracy is measured in eval mode, with dropout switched off).
"""


def part_a(args, loaders):
    hist = {}
    for name, make in OPTIMIZERS.items():
        utils.set_seed(args.seed)
        model = MLP(SIZES, "relu").to(DEVICE)
        hist[name] = fit(model, loaders, make(model.parameters()), args.epochs, eval_train=False, name=f"2A {name}")
    utils.save_json(hist, args.out, "2a.json")
    utils.plot_curves(hist, "train_loss", "training loss", "Optimizers", args.out, "2a_loss.png")
    utils.plot_curves(hist, "test_acc", "test accuracy", "Optimizers", args.out, "2a_acc.png")
    return hist


class GradientLog:
    """Records the L2 norm of the weight gradient of each linear layer, every `every` steps."""

    def __init__(self, every):
        self.every = every
        self.steps = []
        self.norms = defaultdict(list)

    def __call__(self, model, step):
        if step % self.every:
            return
        self.steps.append(step)
        linears = [m for m in model.modules() if isinstance(m, nn.Linear)]
        for i, layer in enumerate(linears, start=1):
            self.norms[i].append(layer.weight.grad.norm().item())


def part_b(args, loaders):
    sizes = [784] + [100] * args.depth + [10]
    logs, hist = {}, {}
    for act in ("sigmoid", "relu"):
        utils.set_seed(args.seed)
        model = MLP(sizes, act).to(DEVICE)
        log = GradientLog(every=20)
        opt = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
        hist[act] = fit(model, loaders, opt, args.grad_epochs, after_backward=log, eval_train=False, name=f"2B {act}")
        logs[act] = log
    utils.save_json({a: {"steps": l.steps, "norms": l.norms, "history": hist[a]} for a, l in logs.items()}, args.out, "2b.json")

    fig, axes = plt.subplots(1, 3, figsize=(17, 5))
    for ax, (act, log) in zip(axes, logs.items()):
        colors = plt.cm.viridis(np.linspace(0, 1, len(log.norms)))
        for (layer, values), col in zip(log.norms.items(), colors):
            ax.semilogy(log.steps, values, color=col, lw=1, label=f"layer {layer}")
        ax.set(xlabel="step", ylabel="gradient norm", title=f"{act}: during training")
        ax.legend(fontsize=7)
    lo = min(a.get_ylim()[0] for a in axes[:2])
    hi = max(a.get_ylim()[1] for a in axes[:2])
    for ax in axes[:2]:
        ax.set_ylim(lo, hi)
    for act, log in logs.items():
        axes[2].semilogy(list(log.norms), [np.mean(v) for v in log.norms.values()], "o-", label=act)
    axes[2].set(xlabel="layer (1 = next to the input)", ylabel="mean gradient norm", title="mean over training, per layer")
    axes[2].legend()
    utils.save_fig(fig, args.out, "2b_gradients.png")
    return logs


def part_c(args, loaders):
    configs = {
        "baseline": dict(dropout=0.0, weight_decay=0.0),
        "L2 (wd=0.001)": dict(dropout=0.0, weight_decay=0.001),
        "dropout (p=0.5)": dict(dropout=0.5, weight_decay=0.0),
    }
    hist = {}
    for name, cfg in configs.items():
        utils.set_seed(args.seed)
        model = MLP(SIZES, "relu", dropout=cfg["dropout"]).to(DEVICE)
        opt = torch.optim.Adam(model.parameters(), lr=0.001, weight_decay=cfg["weight_decay"])
        hist[name] = fit(model, loaders, opt, args.epochs, name=f"2C {name}")
    utils.save_json(hist, args.out, "2c.json")
    fig, axes = plt.subplots(1, 3, figsize=(15, 4.5), sharey=True)
    for ax, (name, h) in zip(axes, hist.items()):
        e = range(1, len(h["train_acc"]) + 1)
        ax.plot(e, h["train_acc"], label="train")
        ax.plot(e, h["test_acc"], "--", label="test")
        ax.set(title=name, xlabel="epoch")
        ax.grid(alpha=0.3)
        ax.legend()
    axes[0].set_ylabel("accuracy")
    utils.save_fig(fig, args.out, "2c_regularization.png")
    return hist


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", default="data")
    ap.add_argument("--out", default="results")
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--grad-epochs", type=int, default=10)
    ap.add_argument("--depth", type=int, default=6, help="hidden layers of the deep net of part B")
    ap.add_argument("--batch-size", type=int, default=128)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    loaders = utils.mnist_loaders(args.data, args.batch_size)
    a = part_a(args, loaders)
    b = part_b(args, loaders)
    c = part_c(args, loaders)

    text = "## Problem 2\n\n### A\n\n![loss](2a_loss.png)\n\n![accuracy](2a_acc.png)\n\n"
    text += utils.md_table(["optimizer", "final test accuracy", "training time (s)"],
                           [[k, f"{h['test_acc'][-1]:.2%}", f"{h['seconds']:.1f}"] for k, h in a.items()])
    text += ANALYSIS_A
    text += "\n### B\n\n![gradients](2b_gradients.png)\n\n"
    layers = list(b["relu"].norms)
    text += utils.md_table(["layer"] + [str(l) for l in layers],
                           [[act] + [f"{np.mean(log.norms[l]):.1e}" for l in layers] for act, log in b.items()])
    text += ANALYSIS_B
    text += "\n### C\n\n![regularization](2c_regularization.png)\n\n"
    text += utils.md_table(["model", "train accuracy", "test accuracy", "gap"],
                           [[k, f"{h['train_acc'][-1]:.2%}", f"{h['test_acc'][-1]:.2%}",
                             f"{h['train_acc'][-1] - h['test_acc'][-1]:.2%}"] for k, h in c.items()])
    text += ANALYSIS_C
    utils.write_section(args.out, 2, text)


if __name__ == "__main__":
    main()
