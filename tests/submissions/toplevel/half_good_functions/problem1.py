"""
Homework 1 - Problema 1: MLP, funciones de activacion y XOR
Ejecutar: python problem1.py
"""
import os

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
FIG_DIR = "figures"


class MLP(nn.Module):
    """MLP con un numero arbitrario de capas ocultas."""

    ACTS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}

    def __init__(self, input_size, hidden_sizes, output_size, activation="relu", dropout=0.0):
        super().__init__()
        capas = []
        anterior = input_size
        for h in hidden_sizes:
            capas.append(nn.Linear(anterior, h))
            capas.append(self.ACTS[activation]())
            if dropout > 0:
                capas.append(nn.Dropout(dropout))
            anterior = h
        # la softmax esta dentro de CrossEntropyLoss
        capas.append(nn.Linear(anterior, output_size))
        self.net = nn.Sequential(*capas)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        return self.net(x)


def load_mnist():
    tf = transforms.Compose([
        transforms.ToTensor(),
        transforms.Normalize((0.1307,), (0.3081,)),
    ])
    train_set = datasets.MNIST(root="./data", train=True, download=True, transform=tf)
    test_set = datasets.MNIST(root="./data", train=False, download=True, transform=tf)
    return train_set, test_set


def train_one_epoch(model, loader, criterion, optimizer):
    model.train()
    suma, n = 0.0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        optimizer.step()
        suma += loss.item() * x.size(0)
        n += x.size(0)
    return suma / n


@torch.no_grad()
def evaluate(model, loader, criterion):
    model.eval()
    suma, aciertos, n = 0.0, 0, 0
    for x, y in loader:
        x, y = x.to(device), y.to(device)
        out = model(x)
        suma += criterion(out, y).item() * x.size(0)
        aciertos += (out.argmax(1) == y).sum().item()
        n += x.size(0)
    return suma / n, aciertos / n


# ---------------------------------------------------------------- 1A
def part_a(train_set, test_set, epochs=10):
    print("\n=== 1A: MLP 784-128-64-10 ===")
    train_loader = DataLoader(train_set, batch_size=64)
    test_loader = DataLoader(test_set, batch_size=1000)

    model = MLP(784, [128, 64], 10, "relu").to(device)
    print(model)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.Adam(model.parameters(), lr=0.001)

    for epoch in range(epochs):
        train_loss = train_one_epoch(model, train_loader, criterion, optimizer)
        _, test_acc = evaluate(model, test_loader, criterion)
        print(f"Epoch {epoch + 1:2d}/{epochs}  loss {train_loss:.4f}  test acc {test_acc:.4f}")

    _, train_acc = evaluate(model, train_loader, criterion)
    _, test_acc = evaluate(model, test_loader, criterion)
    print(f"Training accuracy: {100 * train_acc:.2f}%")
    print(f"Test accuracy:     {100 * test_acc:.2f}%")


# ---------------------------------------------------------------- 1B
def part_b(train_set, test_set, epochs=10):
    print("\n=== 1B: ReLU vs Sigmoid vs Tanh ===")
    train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=1000)
    criterion = nn.CrossEntropyLoss()

    final_acc = {}
    losses = []
    plt.figure(figsize=(8, 5))
    for act in ["relu", "sigmoid", "tanh"]:
        torch.manual_seed(0)
        model = MLP(784, [128, 64], 10, act).to(device)
        optimizer = optim.Adam(model.parameters(), lr=0.001)
        for epoch in range(epochs):
            loss = train_one_epoch(model, train_loader, criterion, optimizer)
            loss, acc = evaluate(model, test_loader, criterion)
            losses.append(loss)
            print(f"[{act}] epoch {epoch + 1}: loss={loss:.4f} acc={acc:.4f}")
        final_acc[act] = acc
        plt.plot(losses, label=act)

    plt.xlabel("Epoch")
    plt.ylabel("Training loss")
    plt.title("Training loss: ReLU vs Sigmoid vs Tanh")
    plt.legend()
    plt.savefig(os.path.join(FIG_DIR, "1b_loss.png"))
    plt.close()

    print("\nActivation | Final test accuracy")
    print("-----------|--------------------")
    for act, acc in final_acc.items():
        print(f"{act:10s} | {acc:.4f}")


# ---------------------------------------------------------------- 1C
def part_c(epochs=3000):
    print("\n=== 1C: XOR ===")
    X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]], device=device)
    Y = torch.tensor([[0.], [1.], [1.], [0.]], device=device)

    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid()).to(device)
    bce = nn.BCELoss()
    opt = optim.Adam(net.parameters(), lr=0.02)
    for e in range(epochs):
        opt.zero_grad()
        loss = bce(net(X), Y)
        loss.backward()
        opt.step()
        if (e + 1) % 500 == 0:
            print(f"step {e + 1}: loss {loss.item():.5f}")

    with torch.no_grad():
        prob = net(X)
        pred = (prob > 0.5).float()
        acc = (pred == Y).float().mean().item()
    for entrada, p, c in zip(X.tolist(), prob.squeeze().tolist(), pred.squeeze().tolist()):
        print(f"{entrada} -> {p:.3f} -> {int(c)}")
    print(f"XOR accuracy: {acc * 100:.0f}% (4 cases)")

    # frontera de decision
    g = np.linspace(-0.5, 1.5, 300)
    xx, yy = np.meshgrid(g, g)
    puntos = torch.tensor(np.stack([xx.ravel(), yy.ravel()], axis=1), dtype=torch.float32, device=device)
    with torch.no_grad():
        zz = net(puntos).cpu().numpy().reshape(xx.shape)
    plt.figure(figsize=(5, 5))
    plt.contourf(xx, yy, zz, levels=[0, 0.5, 1], colors=["#9ecae1", "#fdae6b"])
    plt.contour(xx, yy, zz, levels=[0.5], colors="black")
    plt.scatter(X[:, 0].cpu(), X[:, 1].cpu(), c=Y[:, 0].cpu(), cmap="bwr", edgecolors="black", s=100)
    plt.title("XOR decision boundary")
    plt.xlabel("x1")
    plt.ylabel("x2")
    plt.savefig(os.path.join(FIG_DIR, "1c_xor.png"))
    plt.close()


def main():
    torch.manual_seed(42)
    os.makedirs(FIG_DIR, exist_ok=True)
    print("Device:", device)
    train_set, test_set = load_mnist()
    part_a(train_set, test_set)
    part_b(train_set, test_set)
    part_c()


if __name__ == "__main__":
    main()
