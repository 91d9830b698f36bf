import numpy as np
import torch
import torch.nn as nn
from tabulate import tabulate

from models.mlp import MLP, XorMLP
from utils.common import evaluate, run_training, save_csv, save_json, set_seed
from utils.data import mnist_loaders


def part_a(args):
    train_loader, test_loader = mnist_loaders(args)
    model = MLP(784, (128, 64), 10, "relu").to(args.device)
    print(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    log = run_training(model, train_loader, test_loader, optimizer, args.device, args.epochs or 10, "MLP")

    _, train_acc = evaluate(model, train_loader, args.device)
    _, test_acc = evaluate(model, test_loader, args.device)
    print(f"Training accuracy: {train_acc:.2f}%")
    print(f"Test accuracy:     {test_acc:.2f}%")
    log["final"] = {"train": train_acc, "test": test_acc}
    save_json("1a", log)


def part_b(args):
    train_loader, test_loader = mnist_loaders(args)
    logs = {}
    for activation in ("relu", "sigmoid", "tanh"):
        set_seed(args.seed)
        model = MLP(784, (128, 64), 10, activation).to(args.device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        logs[activation] = run_training(model, train_loader, test_loader, optimizer, args.device, args.epochs or 10, activation)
    save_json("1b", logs)

    rows = [{"activation": a, "final test accuracy (%)": round(log["test_acc"][-1], 2)} for a, log in logs.items()]
    save_csv("1b_table", rows)
    print(tabulate(rows, headers="keys", tablefmt="github"))


def part_c(args):
    X = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32)
    y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32)
    # 3 hidden neurons; a bad start can end in a local minimum, so the best of five starts is kept
    best_loss, best = float("inf"), None
    for start in range(5):
        torch.manual_seed(start)
        net = XorMLP(n_hidden=3)
        optimizer = torch.optim.Adam(net.parameters(), lr=0.05)
        criterion = nn.BCELoss()
        for step in range(2000):
            optimizer.zero_grad()
            loss = criterion(net(X), y)
            loss.backward()
            optimizer.step()
        print(f"start {start}: loss {loss.item():.5f}")
        if loss.item() < best_loss:
            best_loss, best = loss.item(), net

    with torch.no_grad():
        out = best(X)
    pred = (out > 0.5).float()
    for i in range(4):
        print(f"{X[i].int().tolist()} -> {out[i].item():.4f} -> {int(pred[i])} (target {int(y[i])})")
    acc = 100 * (pred == y).float().mean().item()
    print(f"XOR accuracy: {acc:.0f}% ({int((pred == y).sum())}/4)")

    axis = np.linspace(-0.5, 1.5, 120)
    g1, g2 = np.meshgrid(axis, axis)
    with torch.no_grad():
        surface = best(torch.tensor(np.stack([g1.ravel(), g2.ravel()], axis=1), dtype=torch.float32)).reshape(g1.shape)
    save_json("1c", {"accuracy": acc, "axis": axis.tolist(), "surface": surface.tolist(), "points": X.tolist(), "targets": y.flatten().tolist()})
