"""Problem 2: optimizers, gradients, regularization.      python problem2.py"""
import time

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from torch import nn, optim

from common import DEVICE, MultilayerPerceptron, measure, mnist, one_epoch, save


def make_optimizer(name, params):
    if name == "SGD":
        return optim.SGD(params, lr=0.01)
    if name == "SGD with momentum":
        return optim.SGD(params, lr=0.01, momentum=0.9)
    if name == "RMSprop":
        return optim.RMSprop(params, lr=0.001)
    if name == "Adam":
        return optim.Adam(params, lr=0.001)
    raise KeyError(name)


def compare_optimizers(train_loader, test_loader, epochs=20):
    print("== 2A ==")
    results = {}
    for name in ["SGD", "SGD with momentum", "RMSprop", "Adam"]:
        torch.manual_seed(0)
        mlp = MultilayerPerceptron().to(DEVICE)
        optimizer = make_optimizer(name, mlp.parameters())
        losses, accuracies, seconds = [], [], 0.0
        for epoch in range(epochs):
            start = time.perf_counter()
            losses.append(one_epoch(mlp, train_loader, optimizer))
            seconds += time.perf_counter() - start      # only training is timed
            accuracies.append(measure(mlp, test_loader)[1])
        results[name] = {"loss": losses, "acc": accuracies, "time": seconds}
        print(f"  {name:18s} loss {losses[-1]:.4f}  test acc {accuracies[-1]:.4f}")

    steps = np.arange(1, epochs + 1)
    fig, ax = plt.subplots(figsize=(7, 4.5))
    for name, r in results.items():
        ax.plot(steps, r["loss"], label=name)
    ax.set(title="Training loss", xlabel="epoch", ylabel="loss")
    ax.legend()
    save(fig, "2a_loss.png")

    fig, ax = plt.subplots(figsize=(7, 4.5))
    for name, r in results.items():
        ax.plot(steps, r["acc"], label=name)
    ax.set(title="Test accuracy", xlabel="epoch", ylabel="accuracy")
    ax.legend(loc="lower right")
    save(fig, "2a_accuracy.png")

    table = pd.DataFrame([
        {"Optimizer": name, "Final test accuracy": r["acc"][-1], "Training time [s]": round(r["time"], 1)}
        for name, r in results.items()
    ])
    print(table.to_string(index=False))


def follow_gradients(train_loader, activation, epochs=3, every=50):
    """Train a deep MLP and write down mean |gradient| of each weight matrix every few batches."""
    torch.manual_seed(0)
    deep = MultilayerPerceptron(784, [100] * 6, 10, activation).to(DEVICE)
    sgd = optim.SGD(deep.parameters(), lr=0.05)
    loss_fn = nn.CrossEntropyLoss()
    weights = [m.weight for m in deep.layers if isinstance(m, nn.Linear)]
    at, log = [], []
    step = 0
    for _ in range(epochs):
        for x, y in train_loader:
            sgd.zero_grad()
            loss = loss_fn(deep(x.to(DEVICE)), y.to(DEVICE))
            loss.backward()
            if step % every == 0:
                at.append(step)
                log.append([w.grad.abs().mean().item() for w in weights])
            sgd.step()
            step += 1
    return np.array(at), np.array(log)


def gradients(train_loader):
    print("== 2B ==")
    fig, axes = plt.subplots(2, 2, figsize=(12, 8))
    for ax, activation in zip(axes[0], ("Sigmoid", "ReLU")):
        at, log = follow_gradients(train_loader, activation)
        for layer in range(log.shape[1]):
            ax.plot(at, log[:, layer], label=f"layer {layer + 1}")
        ax.set_yscale("log")
        ax.set(title=f"{activation}: mean |grad| during training", xlabel="batch", ylabel="mean |grad|")
        ax.legend(fontsize="small")
        axes[1, 0].plot(range(1, log.shape[1] + 1), log.mean(axis=0), "o-", label=activation)
        print(f"  {activation}: first layer {log[:, 0].mean():.2e}, last layer {log[:, -1].mean():.2e}")
    axes[1, 0].set_yscale("log")
    axes[1, 0].set(title="Mean over the training", xlabel="layer", ylabel="mean |grad|")
    axes[1, 0].legend()
    axes[1, 1].axis("off")
    fig.tight_layout()
    save(fig, "2b_gradients.png")


def regularization(train_loader, test_loader, epochs=20):
    print("== 2C ==")
    setups = {
        "baseline": dict(dropout=0.0, weight_decay=0.0),
        "L2 (0.001)": dict(dropout=0.0, weight_decay=0.001),
        "dropout (0.5)": dict(dropout=0.5, weight_decay=0.0),
    }
    fig, axes = plt.subplots(1, len(setups), figsize=(15, 4.2), sharey=True)
    summary = []
    for ax, (name, s) in zip(axes, setups.items()):
        torch.manual_seed(0)
        mlp = MultilayerPerceptron(dropout=s["dropout"]).to(DEVICE)
        adam = optim.Adam(mlp.parameters(), lr=0.001, weight_decay=s["weight_decay"])
        train_accs, test_accs = [], []
        for _ in range(epochs):
            one_epoch(mlp, train_loader, adam)
            train_accs.append(measure(mlp, train_loader)[1])
            test_accs.append(measure(mlp, test_loader)[1])
        ax.plot(range(1, epochs + 1), train_accs, label="train accuracy")
        ax.plot(range(1, epochs + 1), test_accs, label="test accuracy")
        ax.set_title(name)
        ax.set_xlabel("epoch")
        ax.legend()
        summary.append({"setup": name, "train": train_accs[-1], "test": test_accs[-1],
                        "gap": train_accs[-1] - test_accs[-1]})
    axes[0].set_ylabel("accuracy")
    save(fig, "2c_regularization.png")
    print(pd.DataFrame(summary).round(4).to_string(index=False))


def main():
    train_loader, test_loader = mnist()
    compare_optimizers(train_loader, test_loader)
    gradients(train_loader)
    regularization(train_loader, test_loader)


if __name__ == "__main__":
    main()
