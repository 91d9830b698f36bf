"""Problem 1: MLP, activation functions, XOR"""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
import torch.nn as nn

from hw1.data import mnist_loaders
from hw1.models import MLP, XORNet
from hw1.trainer import Trainer
from hw1.utils import get_device, plot_curves, save, set_seed

EPOCHS = 10
device = get_device()


def part_a(train_loader, test_loader):
    print("\n--- 1A: MLP on MNIST ---")
    set_seed(0)
    model = MLP(784, (128, 64), 10, "relu")
    model.to(device)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    trainer = Trainer(model, optimizer, train_loader, test_loader, device)
    trainer.fit(EPOCHS)
    _, train_acc = trainer.evaluate(train_loader)
    _, test_acc = trainer.evaluate(test_loader)
    print(f"Training accuracy: {train_acc * 100:.2f}%")
    print(f"Test accuracy: {test_acc * 100:.2f}%")


def part_b(train_loader, test_loader):
    print("\n--- 1B: activation functions ---")
    losses, table = {}, []
    for act in ("relu", "sigmoid", "tanh"):
        print("Activation:", act)
        set_seed(0)
        model = MLP(784, (128, 64), 10, act).to(device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        history = Trainer(model, optimizer, train_loader, test_loader, device).fit(EPOCHS)
        losses[act] = history["train_loss"]
        table.append({"Activation": act, "Final test accuracy": max(history["val_acc"])})
    plot_curves(losses, "Training loss (activations)", "Loss", "p1b_loss.png")
    print(pd.DataFrame(table).to_string(index=False))


def part_c():
    print("\n--- 1C: XOR ---")
    set_seed(0)
    X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
    y = torch.tensor([[0.], [1.], [1.], [0.]])

    model = XORNet(hidden=4)
    criterion = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for epoch in range(1000):
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()
        if (epoch + 1) % 100 == 0:
            print(f"epoch {epoch + 1}, loss {loss.item():.4f}")

    with torch.no_grad():
        probs = model(X)
    preds = (probs > 0.5).float()
    for i in range(4):
        print(X[i].tolist(), "->", round(probs[i].item(), 3), "pred:", int(preds[i].item()),
              "true:", int(y[i].item()))
    print(f"XOR accuracy: {(preds == y).float().mean().item() * 100:.0f}%")

    # граница решения
    g = np.linspace(-0.5, 1.5, 300)
    xx, yy = np.meshgrid(g, g)
    points = torch.tensor(np.stack([xx.ravel(), yy.ravel()], axis=1), dtype=torch.float32)
    with torch.no_grad():
        zz = model(points).numpy().reshape(xx.shape)
    fig, ax = plt.subplots(figsize=(6, 5))
    cs = ax.contourf(xx, yy, zz, levels=50, cmap="RdBu_r", vmin=0, vmax=1)
    fig.colorbar(cs, ax=ax, label="P(y=1)")
    ax.contour(xx, yy, zz, levels=[0.5], colors="black")
    ax.scatter(X[:, 0].numpy(), X[:, 1].numpy(), c=y[:, 0].numpy(), cmap="RdBu_r",
               edgecolors="black", s=150)
    ax.set_title("XOR decision boundary")
    save(fig, "p1c_xor.png")


def main():
    train_loader, test_loader = mnist_loaders()
    part_a(train_loader, test_loader)
    part_b(train_loader, test_loader)
    part_c()


if __name__ == "__main__":
    main()
