import numpy as np
import torch
from tabulate import tabulate

from models.mlp import MLP
from utils.common import run_training, save_csv, save_json, set_seed
from utils.data import mnist_loaders


def build_optimizer(name, params):
    if name == "SGD":
        return torch.optim.SGD(params, lr=0.01)
    elif name == "SGD with momentum":
        return torch.optim.SGD(params, lr=0.01, momentum=0.9)
    elif name == "RMSprop":
        return torch.optim.RMSprop(params, lr=0.001)
    elif name == "Adam":
        return torch.optim.Adam(params, lr=0.001)
    raise ValueError(name)


def part_a(args):
    train_loader, test_loader = mnist_loaders(args)
    logs, rows = {}, []
    for name in ["SGD", "SGD with momentum", "RMSprop", "Adam"]:
        set_seed(args.seed)
        model = MLP(784, (128, 64), 10, "relu").to(args.device)
        log = run_training(model, train_loader, test_loader, build_optimizer(name, model.parameters()), args.device, args.epochs or 20, name)
        logs[name] = log
        rows.append({"optimizer": name, "final test accuracy (%)": round(log["test_acc"][-1], 2), "training time (s)": round(log["seconds"], 1)})
    save_json("2a", logs)
    save_csv("2a_table", rows)
    print(tabulate(rows, headers="keys", tablefmt="github"))


class GradientRecorder:
    """collects the L2 norm of the gradient of every layer's weights, averaged over `every` batches"""

    def __init__(self, every=100):
        self.every = every
        self.buffer = []
        self.history = []      # one row per `every` batches

    def __call__(self, model):
        layers = list(model.hidden_layers) + [model.output_layer]
        self.buffer.append([layer.weight.grad.norm(2).item() for layer in layers])
        if len(self.buffer) == self.every:
            self.flush()

    def flush(self):
        if self.buffer:
            self.history.append(np.mean(self.buffer, axis=0).tolist())
            self.buffer = []


def part_b(args):
    train_loader, test_loader = mnist_loaders(args)
    result = {}
    for activation in ("sigmoid", "relu"):
        set_seed(args.seed)
        # 6 hidden layers
        model = MLP(784, (128, 128, 128, 128, 128, 128), 10, activation).to(args.device)
        recorder = GradientRecorder(every=100)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
        log = run_training(model, train_loader, test_loader, optimizer, args.device, args.epochs or 5, "deep " + activation, on_backward=recorder)
        recorder.flush()
        per_layer = np.mean(recorder.history, axis=0)
        print("mean gradient norm per layer:", ", ".join(f"{v:.2e}" for v in per_layer))
        result[activation] = {"history": recorder.history, "per_layer": per_layer.tolist(), "test_acc": log["test_acc"]}
    save_json("2b", result)


def part_c(args):
    train_loader, test_loader = mnist_loaders(args)
    configs = {
        "baseline": {"dropout": 0.0, "weight_decay": 0.0},
        "L2 (weight decay 0.001)": {"dropout": 0.0, "weight_decay": 0.001},
        "dropout (p=0.5)": {"dropout": 0.5, "weight_decay": 0.0},
    }
    logs, rows = {}, []
    for name, cfg in configs.items():
        set_seed(args.seed)
        model = MLP(784, (128, 64), 10, "relu", dropout=cfg["dropout"]).to(args.device)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3, weight_decay=cfg["weight_decay"])
        log = run_training(model, train_loader, test_loader, optimizer, args.device, args.epochs or 20, name[:8], train_accuracy=True)
        logs[name] = log
        rows.append({"model": name, "train (%)": round(log["train_acc"][-1], 2), "test (%)": round(log["test_acc"][-1], 2),
                     "gap": round(log["train_acc"][-1] - log["test_acc"][-1], 2)})
    save_json("2c", logs)
    save_csv("2c_table", rows)
    print(tabulate(rows, headers="keys", tablefmt="github"))
