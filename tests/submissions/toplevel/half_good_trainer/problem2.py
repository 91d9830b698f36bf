"""Problem 2: optimizers, vanishing gradients, regularization"""
import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torch.nn as nn

from hw1.data import mnist_loaders
from hw1.models import MLP
from hw1.trainer import Trainer
from hw1.utils import get_device, plot_curves, save, set_seed

EPOCHS = 20
GRAD_EPOCHS = 5
device = get_device()


def make_optimizer(name, params):
    if name == "SGD":
        return torch.optim.SGD(params, lr=0.01)
    if name == "SGD + Momentum":
        return torch.optim.SGD(params, lr=0.01, momentum=0.9)
    if name == "RMSprop":
        return torch.optim.RMSprop(params, lr=0.001)
    return torch.optim.Adam(params, lr=0.001)


def part_a(train_loader, test_loader):
    print("\n--- 2A: optimizers ---")
    names = ["SGD", "SGD + Momentum", "RMSprop", "Adam"]
    histories, times = {}, {}
    start = time.time()
    for name in names:
        print("Optimizer:", name)
        set_seed(0)
        model = MLP(784, (128, 64), 10, "relu").to(device)
        trainer = Trainer(model, make_optimizer(name, model.parameters()),
                          train_loader, test_loader, device)
        histories[name] = trainer.fit(EPOCHS)
        times[name] = time.time() - start

    plot_curves({n: histories[n]["train_loss"] for n in names},
                "Training loss (optimizers)", "Loss", "p2a_loss.png")
    plot_curves({n: histories[n]["val_acc"] for n in names},
                "Test accuracy (optimizers)", "Accuracy", "p2a_acc.png")
    df = pd.DataFrame({
        "Optimizer": names,
        "Final test accuracy": [histories[n]["val_acc"][-1] for n in names],
        "Training time, s": [round(times[n], 1) for n in names],
    })
    print(df.to_string(index=False))


def track_gradients(activation, train_loader):
    """Средняя норма градиента каждого слоя за эпоху"""
    set_seed(0)
    model = MLP(784, [128] * 6, 10, activation).to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    criterion = nn.CrossEntropyLoss()
    layers = list(model.hidden) + [model.output]
    log = []
    for epoch in range(GRAD_EPOCHS):
        model.train()
        sums = np.zeros(len(layers))
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            loss = criterion(model(x), y)
            loss.backward()
            for i, layer in enumerate(layers):
                sums[i] += layer.weight.grad.norm(2).item()
            optimizer.step()
        log.append(sums / len(train_loader))
        print(activation, "epoch", epoch + 1, "loss", round(loss.item(), 4),
              np.array2string(log[-1], precision=5))
    return np.array(log)


def part_b(train_loader):
    print("\n--- 2B: gradients ---")
    grads = {act: track_gradients(act, train_loader) for act in ("sigmoid", "relu")}

    fig, axes = plt.subplots(1, 2, figsize=(14, 5))
    for ax, (act, g) in zip(axes, grads.items()):
        for i in range(g.shape[1]):
            ax.plot(range(1, len(g) + 1), g[:, i], marker=".", label=f"layer {i + 1}")
        ax.set_yscale("log")
        ax.set_title(f"Gradient norm during training ({act})")
        ax.set_xlabel("Epoch")
        ax.legend(fontsize=8)
    save(fig, "p2b_training.png")

    fig, ax = plt.subplots(figsize=(8, 5))
    width = 0.4
    idx = np.arange(7)
    ax.bar(idx - width / 2, grads["sigmoid"].mean(axis=0), width, label="sigmoid")
    ax.bar(idx + width / 2, grads["relu"].mean(axis=0), width, label="relu")
    ax.set_yscale("log")
    ax.set_xticks(idx, [f"L{i + 1}" for i in idx])
    ax.set_ylabel("Mean gradient norm")
    ax.set_title("Sigmoid vs ReLU")
    ax.legend()
    save(fig, "p2b_layers.png")


def part_c(train_loader, test_loader):
    print("\n--- 2C: regularization ---")
    settings = [("baseline", 0.0, 0.0), ("L2 1e-3", 0.0, 1e-3), ("dropout 0.5", 0.5, 0.0)]
    fig, ax = plt.subplots(figsize=(9, 6))
    for color, (name, p, wd) in zip(("tab:blue", "tab:orange", "tab:green"), settings):
        print("Config:", name)
        set_seed(0)
        model = MLP(784, (128, 64), 10, "relu", dropout=p).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=wd)
        h = Trainer(model, optimizer, train_loader, test_loader, device).fit(EPOCHS)
        ep = range(1, EPOCHS + 1)
        ax.plot(ep, h["train_acc"], color=color, linestyle="--", label=f"{name} train")
        ax.plot(ep, h["val_acc"], color=color, label=f"{name} test")
        print(f"{name}: train {h['train_acc'][-1]:.4f}, test {h['val_acc'][-1]:.4f}, "
              f"gap {h['train_acc'][-1] - h['val_acc'][-1]:.4f}")
    ax.set_xlabel("Epoch")
    ax.set_ylabel("Accuracy")
    ax.set_title("Train vs test accuracy")
    ax.legend()
    save(fig, "p2c_regularization.png")


def main():
    train_loader, test_loader = mnist_loaders()
    part_a(train_loader, test_loader)
    part_b(train_loader)
    part_c(train_loader, test_loader)


if __name__ == "__main__":
    main()
