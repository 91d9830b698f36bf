"""
Homework 1 - Problema 2: optimizadores, gradientes y regularizacion
Ejecutar: python problem2.py
"""
import os
import time

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.utils.data import DataLoader

from problem1 import FIG_DIR, MLP, device, evaluate, load_mnist, train_one_epoch


# ---------------------------------------------------------------- 2A
def make_optimizer(nombre, params):
    if nombre == "SGD":
        return optim.SGD(params, lr=0.01)
    if nombre == "SGD+Momentum":
        return optim.SGD(params, lr=0.01, momentum=0.9)
    if nombre == "RMSprop":
        return optim.RMSprop(params, lr=0.001)
    if nombre == "Adam":
        return optim.Adam(params, lr=0.001)
    raise ValueError(nombre)


def compare_optimizers(train_loader, test_loader, epochs=20):
    print("\n=== 2A: optimizers ===")
    criterion = nn.CrossEntropyLoss()
    res = {}
    for nombre in ["SGD", "SGD+Momentum", "RMSprop", "Adam"]:
        torch.manual_seed(0)      # mismos pesos iniciales para todos
        model = MLP(784, [128, 64], 10, "relu").to(device)
        optimizer = make_optimizer(nombre, model.parameters())
        hist = {"loss": [], "acc": []}
        segundos = 0.0
        for epoch in range(epochs):
            t0 = time.time()
            loss = train_one_epoch(model, train_loader, criterion, optimizer)
            segundos += time.time() - t0
            _, acc = evaluate(model, test_loader, criterion)
            hist["loss"].append(loss)
            hist["acc"].append(acc)
            print(f"{nombre:13s} epoch {epoch + 1:2d}: loss {loss:.4f}, test acc {acc:.4f}")
        hist["time"] = segundos
        res[nombre] = hist
    return res


def plot_optimizers(res):
    for clave, titulo, fichero in [("loss", "Training loss", "2a_loss.png"),
                                   ("acc", "Test accuracy", "2a_acc.png")]:
        plt.figure(figsize=(8, 5))
        for nombre, hist in res.items():
            plt.plot(range(1, len(hist[clave]) + 1), hist[clave], label=nombre)
        plt.xlabel("Epoch")
        plt.ylabel(titulo)
        plt.title(f"{titulo} of the four optimizers")
        plt.legend()
        plt.grid(True)
        plt.savefig(os.path.join(FIG_DIR, fichero))
        plt.close()

    print(f"\n{'Optimizer':15s}{'Final test acc':>16s}{'Time (s)':>12s}")
    for nombre, hist in res.items():
        print(f"{nombre:15s}{hist['acc'][-1]:16.4f}{hist['time']:12.1f}")


# ---------------------------------------------------------------- 2B
def register_hooks(model, storage):
    """Guarda el gradiente de los pesos de cada capa lineal durante el backward."""
    handles = []
    for m in model.modules():
        if isinstance(m, nn.Linear):
            handles.append(m.weight.register_hook(lambda g: storage.append(g.mean().item())))
    return handles


def track_gradients(activation, train_loader, epochs=5):
    torch.manual_seed(0)
    model = MLP(784, [100] * 6, 10, activation).to(device)
    criterion = nn.CrossEntropyLoss()
    optimizer = optim.SGD(model.parameters(), lr=0.1)

    batch_grads = []
    register_hooks(model, batch_grads)

    por_epoca = []
    for epoch in range(epochs):
        model.train()
        filas = []
        total = 0.0
        for x, y in train_loader:
            x, y = x.to(device), y.to(device)
            batch_grads.clear()
            optimizer.zero_grad()
            loss = criterion(model(x), y)
            loss.backward()
            filas.append(list(batch_grads))
            optimizer.step()
            total += loss.item() * x.size(0)
        por_epoca.append(np.mean(filas, axis=0))
        print(f"{activation:8s} epoch {epoch + 1}: loss {total / len(train_loader.dataset):.4f}")
    return np.array(por_epoca)        # (epochs, capas)


def plot_gradients(grads):
    n = grads["relu"].shape[1]
    # evolucion durante el entrenamiento
    fig, axes = plt.subplots(1, 2, figsize=(13, 5))
    for ax, act in zip(axes, ["sigmoid", "relu"]):
        for i in range(n):
            ax.plot(range(1, len(grads[act]) + 1), grads[act][:, i], label=f"Layer {i + 1}")
        ax.set_title(f"Gradient magnitude ({act})")
        ax.set_xlabel("Epoch")
        ax.set_ylabel("Mean gradient")
        ax.legend(fontsize=8)
    fig.tight_layout()
    fig.savefig(os.path.join(FIG_DIR, "2b_training.png"))
    plt.close(fig)

    # comparacion por capa
    pos = np.arange(n)
    plt.figure(figsize=(9, 5))
    plt.bar(pos - 0.2, grads["sigmoid"].mean(axis=0), width=0.4, label="Sigmoid")
    plt.bar(pos + 0.2, grads["relu"].mean(axis=0), width=0.4, label="ReLU")
    plt.xticks(pos, [f"Layer {i + 1}" for i in range(n)])
    plt.xlabel("Layer (input -> output)")
    plt.ylabel("Mean gradient")
    plt.title("Gradient magnitude across layers")
    plt.legend()
    plt.savefig(os.path.join(FIG_DIR, "2b_layers.png"))
    plt.close()


# ---------------------------------------------------------------- 2C
def regularization(train_loader, test_loader, epochs=20):
    print("\n=== 2C: regularization ===")
    criterion = nn.CrossEntropyLoss()
    configs = {
        "Baseline": {"dropout": 0.0, "wd": 0.0},
        "L2 (wd=0.001)": {"dropout": 0.0, "wd": 0.001},
        "Dropout (p=0.5)": {"dropout": 0.5, "wd": 0.0},
    }
    fig, axes = plt.subplots(1, 3, figsize=(17, 5), sharey=True)
    for ax, (nombre, cfg) in zip(axes, configs.items()):
        torch.manual_seed(0)
        model = MLP(784, [128, 64], 10, "relu", dropout=cfg["dropout"]).to(device)
        optimizer = optim.Adam(model.parameters(), lr=0.001, weight_decay=cfg["wd"])
        acc_train, acc_test = [], []
        for epoch in range(epochs):
            train_one_epoch(model, train_loader, criterion, optimizer)
            acc_train.append(evaluate(model, train_loader, criterion)[1])
            acc_test.append(evaluate(model, test_loader, criterion)[1])
        print(f"{nombre:16s} train {acc_train[-1]:.4f}  test {acc_test[-1]:.4f}  "
              f"gap {acc_train[-1] - acc_test[-1]:.4f}")
        eje = range(1, epochs + 1)
        ax.plot(eje, acc_train, label="Train")
        ax.plot(eje, acc_test, label="Test")
        ax.set_title(nombre)
        ax.set_xlabel("Epoch")
        ax.set_ylabel("Accuracy")
        ax.legend()
    fig.savefig(os.path.join(FIG_DIR, "2c_regularization.png"))
    plt.close(fig)


def main():
    torch.manual_seed(42)
    os.makedirs(FIG_DIR, exist_ok=True)
    train_set, test_set = load_mnist()
    train_loader = DataLoader(train_set, batch_size=64, shuffle=True)
    test_loader = DataLoader(test_set, batch_size=1000, shuffle=False)

    res = compare_optimizers(train_loader, test_loader)
    plot_optimizers(res)

    print("\n=== 2B: gradients ===")
    grads = {act: track_gradients(act, train_loader) for act in ["sigmoid", "relu"]}
    plot_gradients(grads)
    for act in grads:
        print(act, [f"{v:.2e}" for v in grads[act].mean(axis=0)])

    regularization(train_loader, test_loader)


if __name__ == "__main__":
    main()
