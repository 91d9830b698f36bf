import csv
import json
import os
import random
import time

import numpy as np
import torch
import torch.nn as nn

RESULTS = "results"
FIGURES = "figures"
os.makedirs(RESULTS, exist_ok=True)
os.makedirs(FIGURES, exist_ok=True)


def get_device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def set_seed(seed):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def save_json(name, obj):
    with open(os.path.join(RESULTS, name + ".json"), "w") as f:
        json.dump(obj, f, indent=2)


def load_json(name):
    with open(os.path.join(RESULTS, name + ".json")) as f:
        return json.load(f)


def save_csv(name, rows):
    """rows: list of dicts with the same keys"""
    with open(os.path.join(RESULTS, name + ".csv"), "w", newline="") as f:
        w = csv.DictWriter(f, fieldnames=list(rows[0]))
        w.writeheader()
        w.writerows(rows)


def train_one_epoch(model, loader, optimizer, device, on_backward=None):
    """on_backward(model) is called after loss.backward() (used to record gradients)"""
    model.train()
    criterion = nn.NLLLoss()
    total = 0.0
    for xb, yb in loader:
        xb, yb = xb.to(device), yb.to(device)
        optimizer.zero_grad()
        loss = criterion(model(xb), yb)
        loss.backward()
        if on_backward is not None:
            on_backward(model)
        optimizer.step()
        total += loss.item() * len(xb)
    return total / len(loader.dataset)


def evaluate(model, loader, device):
    """mean loss and accuracy in %"""
    model.eval()
    criterion = nn.NLLLoss(reduction="sum")
    total, correct = 0.0, 0
    with torch.no_grad():
        for xb, yb in loader:
            xb, yb = xb.to(device), yb.to(device)
            out = model(xb)
            total += criterion(out, yb).item()
            correct += out.argmax(1).eq(yb).sum().item()
    n = len(loader.dataset)
    return total / n, 100.0 * correct / n


def run_training(model, train_loader, test_loader, optimizer, device, epochs, label="", train_accuracy=False, on_backward=None):
    """trains and returns a dict of lists + total training time in seconds"""
    log = {"train_loss": [], "test_loss": [], "test_acc": [], "train_acc": []}
    seconds = 0.0
    for epoch in range(epochs):
        t = time.time()
        log["train_loss"].append(train_one_epoch(model, train_loader, optimizer, device, on_backward))
        seconds += time.time() - t
        loss, acc = evaluate(model, test_loader, device)
        log["test_loss"].append(loss)
        log["test_acc"].append(acc)
        if train_accuracy:
            log["train_acc"].append(evaluate(model, train_loader, device)[1])
        print(f"{label:>14} | epoch {epoch + 1:>2}/{epochs} | train loss {log['train_loss'][-1]:.4f} | test loss {loss:.4f} | test acc {acc:.2f}%")
    log["seconds"] = seconds
    return log
