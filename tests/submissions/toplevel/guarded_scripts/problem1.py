"""Problem 1: MLP on MNIST, activations, XOR.      python problem1.py"""
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch
from torch import nn

from common import DEVICE, MultilayerPerceptron, measure, mnist, one_epoch, save

EPOCHS = 10


class XorNet(nn.Module):
    def __init__(self, n_hidden=4):
        super().__init__()
        self.hidden = nn.Linear(2, n_hidden)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, x):
        return torch.sigmoid(self.out(torch.tanh(self.hidden(x))))


def part_a(train_loader, test_loader):
    print("== Part A ==")
    torch.manual_seed(0)
    mlp = MultilayerPerceptron(784, (128, 64), 10, "ReLU").to(DEVICE)
    print(mlp)
    adam = torch.optim.Adam(mlp.parameters(), lr=0.001)
    for epoch in range(1, EPOCHS + 1):
        loss = one_epoch(mlp, train_loader, adam)
        print(f"  epoch {epoch}/{EPOCHS}: training loss {loss:.4f}")
    _, train_acc = measure(mlp, train_loader)
    _, test_acc = measure(mlp, test_loader)
    print(f"1A training accuracy: {train_acc:.2%}")
    print(f"1A test accuracy:     {test_acc:.2%}")


def part_b(train_loader, test_loader):
    print("== Part B ==")
    curves, accuracy = {}, {}
    for name in ("ReLU", "Sigmoid", "Tanh"):
        torch.manual_seed(0)
        mlp = MultilayerPerceptron(activation=name).to(DEVICE)
        adam = torch.optim.Adam(mlp.parameters(), lr=0.001)
        curves[name] = [one_epoch(mlp, train_loader, adam) for _ in range(EPOCHS)]
        accuracy[name] = measure(mlp, test_loader)[1]
        print(" ", name, "finished")

    fig, ax = plt.subplots()
    for name, curve in curves.items():
        ax.plot(np.arange(1, EPOCHS + 1), curve, marker="o", label=name)
    ax.set(xlabel="Epoch", ylabel="Training loss", title="Training loss by activation function")
    ax.legend()
    save(fig, "1b_activations.png")

    table = pd.DataFrame({"activation": list(accuracy), "final test accuracy": list(accuracy.values())})
    print(table.to_string(index=False))


def part_c():
    print("== Part C ==")
    torch.manual_seed(4)
    X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
    y = torch.tensor([0, 1, 1, 0], dtype=torch.float32).unsqueeze(1)
    net = XorNet(4)
    adam = torch.optim.Adam(net.parameters(), lr=0.1)
    loss_fn = nn.BCELoss()
    for _ in range(1500):
        adam.zero_grad()
        loss_fn(net(X), y).backward()
        adam.step()

    side = np.linspace(-0.25, 1.25, 150)
    xx, yy = np.meshgrid(side, side)
    grid = torch.from_numpy(np.stack([xx.ravel(), yy.ravel()], axis=1)).float()
    with torch.no_grad():
        zz = net(grid).reshape(xx.shape).numpy()
        answers = (net(X) >= 0.5).float()
    fig, ax = plt.subplots(figsize=(5, 5))
    ax.contourf(xx, yy, zz, levels=[0, 0.5, 1], colors=["lightblue", "moccasin"])
    ax.contour(xx, yy, zz, levels=[0.5], colors="k", linewidths=1)
    for point, label in zip(X.numpy(), y.numpy().ravel()):
        ax.plot(*point, "bo" if label == 0 else "r^", markersize=12)
    ax.set_title("XOR: decision boundary")
    ax.set_xlabel("$x_1$")
    ax.set_ylabel("$x_2$")
    save(fig, "1c_xor.png")

    n_right = int((answers == y).sum())
    for point, answer in zip(X.int().tolist(), answers.int().ravel().tolist()):
        print("  ", point, "->", answer)
    print(f"XOR accuracy: {n_right}/4 = {n_right / 4:.0%}")


def main():
    train_loader, test_loader = mnist()
    part_a(train_loader, test_loader)
    part_b(train_loader, test_loader)
    part_c()


if __name__ == "__main__":
    main()
