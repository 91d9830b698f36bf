"""Problem 2: optimizers, gradients, regularization"""
import itertools
import time

import numpy as np
import torch
from torch import nn, optim

import plots
from models import DEVICE, build_deep_mlp, build_mlp, build_regularized_mlp
from problem1 import SIZES
from training import evaluate, mnist_loaders, train_epoch

NAMES = ["SGD", "SGD+Momentum", "RMSprop", "Adam"]


def build_optimizer(name, parameters):
    match name:
        case "SGD":
            return optim.SGD(parameters, lr=1e-2)
        case "SGD+Momentum":
            return optim.SGD(parameters, lr=1e-2, momentum=0.9)
        case "RMSprop":
            return optim.RMSprop(parameters, lr=1e-3)
        case "Adam":
            return optim.Adam(parameters, lr=1e-3)
    raise ValueError(f"{name} is not one of {NAMES}")


def compare_optimizers(train_loader, test_loader, epochs=20):
    summary = {}
    for name in NAMES:
        torch.manual_seed(1)
        model = build_mlp(SIZES)
        optimizer = build_optimizer(name, model.parameters())
        criterion = nn.CrossEntropyLoss()
        losses, accuracies, seconds = [], [], []
        for _ in range(epochs):
            begin = time.perf_counter()
            losses.append(train_epoch(model, train_loader, optimizer, criterion))
            seconds.append(time.perf_counter() - begin)
            accuracies.append(evaluate(model, test_loader))
        summary[name] = {"train_loss": losses, "test_accuracy": accuracies, "seconds": sum(seconds)}
    return summary


def weight_matrices(model):
    return [m.weight for m in model.modules() if isinstance(m, nn.Linear)]


def gradient_magnitudes(model, x, y, loss_fn):
    # autograd.grad does not touch the .grad fields
    loss = loss_fn(model(x.to(DEVICE)), y.to(DEVICE))
    grads = torch.autograd.grad(loss, weight_matrices(model))
    return [g.abs().mean().item() for g in grads]


def track_gradients(model, loader, optimizer, loss_fn, steps):
    model.train()
    matrices = weight_matrices(model)
    table = np.zeros((steps, len(matrices)))
    for step, (x, y) in zip(range(steps), itertools.cycle(loader)):
        optimizer.zero_grad()
        loss_fn(model(x.to(DEVICE)), y.to(DEVICE)).backward()
        for k, w in enumerate(matrices):
            table[step, k] = w.grad.abs().mean()
        optimizer.step()
    return table


def compare_regularization(train_loader, test_loader, epochs=10):
    setups = [
        ("none", build_mlp(SIZES), 0.0),
        ("l2", build_mlp(SIZES), 0.001),
        ("dropout", build_regularized_mlp(SIZES), 0.0),
    ]
    summary = {}
    for name, model, decay in setups:
        optimizer = optim.Adam(model.parameters(), lr=1e-3, weight_decay=decay)
        pairs = []
        for _ in range(epochs):
            train_epoch(model, train_loader, optimizer, nn.CrossEntropyLoss())
            pairs.append((evaluate(model, train_loader), evaluate(model, test_loader)))
        train_accuracy, test_accuracy = zip(*pairs)
        summary[name] = {"train_accuracy": list(train_accuracy), "test_accuracy": list(test_accuracy)}
    return summary


if __name__ == "__main__":
    train_loader, test_loader = mnist_loaders()
    summary = compare_optimizers(train_loader, test_loader)
    plots.plot_optimizers(summary).savefig("optimizers.png")
    for name, entry in summary.items():
        print(f"{name:14s} {entry['test_accuracy'][-1]:.4f} {entry['seconds']:.1f} s")

    gradients = {}
    for activation in ("sigmoid", "relu"):
        model = build_deep_mlp(activation)
        optimizer = optim.SGD(model.parameters(), lr=0.01)
        gradients[activation] = track_gradients(model, train_loader, optimizer, nn.CrossEntropyLoss(), 300)
    plots.plot_gradients(gradients).savefig("gradients.png")

    plots.plot_regularization(compare_regularization(train_loader, test_loader)).savefig("regularization.png")
