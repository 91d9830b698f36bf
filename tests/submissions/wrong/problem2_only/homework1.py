"""HW1 - I only managed problem 2. Sorry!!"""
import time

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class Net(nn.Module):
    """784-128-64-10 like in problem 1"""

    def __init__(self, sizes=(784, 128, 64, 10), p=0.0):
        super().__init__()
        blocks = []
        for a, b in zip(sizes[:-2], sizes[1:-1]):
            blocks.append(nn.Linear(a, b))
            blocks.append(nn.ReLU())
            if p > 0:
                blocks.append(nn.Dropout(p))
        blocks.append(nn.Linear(sizes[-2], sizes[-1]))
        self.body = nn.Sequential(*blocks)

    def forward(self, x):
        return self.body(x.view(x.size(0), -1))


def one_pass(net, data, opt, criterion):
    net.train()
    total, n = 0.0, 0
    for xb, yb in data:
        xb, yb = xb.to(DEVICE), yb.to(DEVICE)
        opt.zero_grad()
        loss = criterion(net(xb), yb)
        loss.backward()
        opt.step()
        total += loss.item() * len(yb)
        n += len(yb)
    return total / n


@torch.no_grad()
def score(net, data):
    net.eval()
    hits, n = 0, 0
    for xb, yb in data:
        xb, yb = xb.to(DEVICE), yb.to(DEVICE)
        hits += (net(xb).argmax(1) == yb).sum().item()
        n += len(yb)
    return hits / n


# ---------------------------------------------------------------- 2A


def build_optimizer(name, parameters):
    if name == "SGD":
        return torch.optim.SGD(parameters, lr=0.01)
    elif name == "SGD+Momentum":
        return torch.optim.SGD(parameters, lr=0.01, momentum=0.9)
    elif name == "RMSprop":
        return torch.optim.RMSprop(parameters, lr=0.001)
    elif name == "Adam":
        return torch.optim.Adam(parameters, lr=0.001)
    raise ValueError(f"which optimizer is {name}?")


def compare_optimizers(train_loader, test_loader, epochs=20):
    out = {}
    for name in ["SGD", "SGD+Momentum", "RMSprop", "Adam"]:
        torch.manual_seed(0)
        net = Net().to(DEVICE)
        opt = build_optimizer(name, net.parameters())
        losses, accs = [], []
        t0 = time.time()
        for _ in range(epochs):
            losses.append(one_pass(net, train_loader, opt, nn.CrossEntropyLoss()))
            accs.append(score(net, test_loader))
        out[name] = {"train_loss": losses, "test_accuracy": accs, "seconds": time.time() - t0}
    return out


def plot_optimizers(results):
    fig, (a, b) = plt.subplots(1, 2, figsize=(11, 4))
    for name, r in results.items():
        a.plot(r["train_loss"], label=name)
        b.plot(r["test_accuracy"], label=name)
    a.set(title="training loss", xlabel="epoch", ylabel="loss")
    b.set(title="test accuracy", xlabel="epoch", ylabel="accuracy")
    a.legend()
    b.legend()
    return fig


# ---------------------------------------------------------------- 2B


def build_deep_mlp(activation, hidden_layers=6, width=256):
    act = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[activation]
    layers, last = [], 784
    for _ in range(hidden_layers):
        layers += [nn.Linear(last, width), act()]
        last = width
    layers.append(nn.Linear(last, 10))
    return nn.Sequential(*layers).to(DEVICE)


def gradient_magnitudes(model, x, y, loss_fn):
    model.zero_grad()
    loss_fn(model(x.to(DEVICE)), y.to(DEVICE)).backward()
    mags = [p.grad.abs().mean().item() for p in model.parameters() if p.dim() > 1]
    model.zero_grad()
    return mags


def track_gradients(model, loader, optimizer, loss_fn, steps):
    rows = []
    model.train()
    while len(rows) < steps:
        for x, y in loader:
            rows.append(gradient_magnitudes(model, x, y, loss_fn))
            optimizer.zero_grad()
            loss_fn(model(x.to(DEVICE)), y.to(DEVICE)).backward()
            optimizer.step()
            if len(rows) == steps:
                break
    return np.array(rows)


def plot_gradients(gradients):
    fig = plt.figure()
    for name, g in gradients.items():
        plt.semilogy(np.arange(1, g.shape[1] + 1), g.mean(0), "o-", label=name)
    plt.title("vanishing gradients")
    plt.xlabel("layer")
    plt.ylabel("mean |grad|")
    plt.legend()
    return fig


# ---------------------------------------------------------------- 2C


def build_regularized_mlp(layer_sizes, dropout=0.5):
    return Net(layer_sizes, p=dropout).to(DEVICE)


def compare_regularization(train_loader, test_loader, epochs=10):
    out = {}
    for name in ("none", "l2", "dropout"):
        net = build_regularized_mlp([784, 128, 64, 10]) if name == "dropout" else Net().to(DEVICE)
        opt = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-3 if name == "l2" else 0)
        tr, te = [], []
        for _ in range(epochs):
            one_pass(net, train_loader, opt, nn.CrossEntropyLoss())
            tr.append(score(net, train_loader))
            te.append(score(net, test_loader))
        out[name] = {"train_accuracy": tr, "test_accuracy": te}
    return out


def plot_regularization(results):
    fig, ax = plt.subplots()
    for name, r in results.items():
        (line,) = ax.plot(r["test_accuracy"], label=name + " test")
        ax.plot(r["train_accuracy"], "--", color=line.get_color(), label=name + " train")
    ax.set(title="overfitting", xlabel="epoch", ylabel="accuracy")
    ax.legend()
    return fig
