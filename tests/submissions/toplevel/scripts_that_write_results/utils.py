"""Shared helpers for all problems of homework 1."""
import json
import os
import random
import sys
import time

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")

ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class MLP(nn.Module):
    """Fully connected net.

    sizes      -- e.g. [784, 128, 64, 10], any depth
    activation -- "relu" | "sigmoid" | "tanh"
    dropout    -- probability of dropout after each hidden layer
    Returns logits (the softmax is part of the loss, see `predict_proba`).
    """

    def __init__(self, sizes, activation="relu", dropout=0.0):
        super().__init__()
        layers = [nn.Flatten()]
        for i, (n_in, n_out) in enumerate(zip(sizes[:-1], sizes[1:])):
            layers.append(nn.Linear(n_in, n_out))
            if i < len(sizes) - 2:
                layers.append(ACTIVATIONS[activation]())
                if dropout > 0:
                    layers.append(nn.Dropout(dropout))
        self.net = nn.Sequential(*layers)

    def forward(self, x):
        return self.net(x)

    def predict_proba(self, x):
        return torch.softmax(self.forward(x), dim=-1)


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def mnist_loaders(root, batch_size):
    tf = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
    train = datasets.MNIST(root, train=True, download=True, transform=tf)
    test = datasets.MNIST(root, train=False, download=True, transform=tf)
    return {"train": DataLoader(train, batch_size=batch_size, shuffle=True),
            "test": DataLoader(test, batch_size=1000)}


def cifar_loaders(root, batch_size, size=None, mean=(0.4914, 0.4822, 0.4465), std=(0.2470, 0.2435, 0.2616)):
    steps = [transforms.Resize(size)] if size else []
    tf = transforms.Compose(steps + [transforms.ToTensor(), transforms.Normalize(mean, std)])
    train = datasets.CIFAR10(root, train=True, download=True, transform=tf)
    test = datasets.CIFAR10(root, train=False, download=True, transform=tf)
    return {"train": DataLoader(train, batch_size=batch_size, shuffle=True, num_workers=2),
            "test": DataLoader(test, batch_size=250, num_workers=2)}


@torch.no_grad()
def evaluate(model, loader, criterion=nn.CrossEntropyLoss(reduction="sum")):
    """Mean loss and accuracy over a whole loader (eval mode)."""
    model.eval()
    loss_sum, hits, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(DEVICE), y.to(DEVICE)
        logits = model(x)
        loss_sum += criterion(logits, y).item()
        hits += (logits.argmax(dim=1) == y).sum().item()
        n += len(y)
    return loss_sum / n, hits / n


def fit(model, loaders, opt, epochs, after_backward=None, eval_train=True, name=""):
    """Generic training loop.

    after_backward(model, step) is called between backward() and step(), so that
    gradients can be inspected. Returns the history as a dict of lists; "seconds"
    counts only the optimisation, not the evaluation.
    """
    criterion = nn.CrossEntropyLoss()
    history = {"train_loss": [], "train_acc": [], "test_loss": [], "test_acc": [], "seconds": 0.0}
    step = 0
    for epoch in range(1, epochs + 1):
        model.train()
        loss_sum, n = 0.0, 0
        tic = time.perf_counter()
        for x, y in loaders["train"]:
            x, y = x.to(DEVICE), y.to(DEVICE)
            opt.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            if after_backward is not None:
                after_backward(model, step)
            opt.step()
            loss_sum += loss.item() * len(y)
            n += len(y)
            step += 1
        history["seconds"] += time.perf_counter() - tic
        history["train_loss"].append(loss_sum / n)
        if eval_train:
            history["train_acc"].append(evaluate(model, loaders["train"])[1])
        test_loss, test_acc = evaluate(model, loaders["test"])
        history["test_loss"].append(test_loss)
        history["test_acc"].append(test_acc)
        print(f"[{name}] {epoch:3d}/{epochs}  loss {loss_sum / n:.4f}  test loss {test_loss:.4f}  test acc {test_acc:.4f}",
              flush=True)
    return history


def count_parameters(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


# ---------------------------------------------------------------- output

def save_json(obj, out, name):
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(out, name), "w") as f:
        json.dump(obj, f, indent=1)


def load_json(out, name):
    path = os.path.join(out, name)
    if not os.path.exists(path):
        return None
    with open(path) as f:
        return json.load(f)


def save_fig(fig, out, name):
    os.makedirs(out, exist_ok=True)
    fig.tight_layout()
    fig.savefig(os.path.join(out, name), dpi=150)
    plt.close(fig)


def plot_curves(histories, key, ylabel, title, out, fname):
    """One line per history on a single axis."""
    fig, ax = plt.subplots(figsize=(7, 4.5))
    for label, h in histories.items():
        ax.plot(range(1, len(h[key]) + 1), h[key], marker=".", label=label)
    ax.set_xlabel("epoch")
    ax.set_ylabel(ylabel)
    ax.set_title(title)
    ax.grid(alpha=0.3)
    ax.legend()
    save_fig(fig, out, fname)


def md_table(header, rows):
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    lines += ["| " + " | ".join(str(c) for c in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def write_section(out, number, text):
    """Store one section and rebuild results.md out of all sections present."""
    folder = os.path.join(out, "sections")
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, f"{number}.md"), "w") as f:
        f.write(text.strip() + "\n")
    parts = [open(os.path.join(folder, f)).read() for f in sorted(os.listdir(folder))]
    with open(os.path.join(out, "results.md"), "w") as f:
        f.write("# Homework 1 - results\n\n" + "\n".join(parts))
