"""Problem 1: MLP on MNIST (A), activation functions (B), XOR (C)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from common import (DEVICE, MODELS, Activation, OptimConfig, RunResult, TrainConfig, count_parameters, evaluate,
                    evaluating, log, mnist_loaders, print_table, save_arrays, save_csv, save_json, save_runs,
                    seed_everything, train)

SIZES = (784, 128, 64, 10)


def train_mlp(activation: Activation, cfg: TrainConfig) -> tuple[nn.Module, RunResult]:
    seed_everything(cfg.seed)
    model = MODELS["mlp"](SIZES, activation)
    loaders = mnist_loaders(cfg.batch_size, cfg.seed)
    result = train(model, cfg, loaders)
    train_loss, train_acc = evaluate(model, loaders.train)
    test_loss, test_acc = evaluate(model, loaders.test)
    result.extra = {
        "activation": activation.value,
        "parameters": count_parameters(model),
        "final_train_loss": train_loss,
        "final_train_acc": train_acc,
        "final_test_loss": test_loss,
        "final_test_acc": test_acc,
    }
    return model, result


def part_a() -> None:
    cfg = TrainConfig("1A mlp", OptimConfig("adam", lr=1e-3), epochs=10)
    model, result = train_mlp(Activation.RELU, cfg)
    log.info("%s", model)
    save_runs("1a", [result])
    print_table("1A: MLP 784-128-64-10 on MNIST", [{
        "parameters": result.extra["parameters"],
        "training accuracy": result.extra["final_train_acc"],
        "test accuracy": result.extra["final_test_acc"],
    }])


def part_b() -> None:
    runs = []
    for activation in Activation:
        cfg = TrainConfig(f"1B {activation.value}", OptimConfig("adam", lr=1e-3), epochs=10)
        runs.append(train_mlp(activation, cfg)[1])
    save_runs("1b", runs)
    rows = [{"activation": r.extra["activation"],
             "train accuracy": r.extra["final_train_acc"],
             "test accuracy": r.extra["final_test_acc"]} for r in runs]
    save_csv("1b_table", rows)
    print_table("1B: final accuracy for each activation function", rows)


# ------------------------------------------------------------------ XOR
@dataclass(frozen=True)
class XorConfig:
    hidden: int = 4
    activation: Activation = Activation.TANH
    lr: float = 0.05
    steps: int = 2000
    seed: int = 7


class XorNet(nn.Module):
    """2 -> hidden -> 1 with a sigmoid at the output."""

    def __init__(self, cfg: XorConfig) -> None:
        super().__init__()
        self.body = MODELS["mlp"]((2, cfg.hidden, 1), cfg.activation)
        self.out = nn.Sigmoid()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.body(x))


def part_c(cfg: XorConfig = XorConfig()) -> None:
    x = torch.tensor([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=torch.float32, device=DEVICE)
    y = torch.tensor([[0], [1], [1], [0]], dtype=torch.float32, device=DEVICE)

    seed_everything(cfg.seed)
    net = XorNet(cfg).to(DEVICE)
    optimizer = torch.optim.Adam(net.parameters(), lr=cfg.lr)
    loss_fn = nn.BCELoss()
    losses = []
    for _ in range(cfg.steps):
        optimizer.zero_grad()
        loss = loss_fn(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

    axis = np.linspace(-0.5, 1.5, 200, dtype=np.float32)
    xx, yy = np.meshgrid(axis, axis)
    grid = torch.from_numpy(np.stack([xx.ravel(), yy.ravel()], axis=1)).to(DEVICE)
    with evaluating(net):
        prob = net(x).cpu().numpy().ravel()
        zz = net(grid).cpu().numpy().reshape(xx.shape)

    target = y.cpu().numpy().ravel().astype(int)
    pred = (prob > 0.5).astype(int)
    accuracy = float((pred == target).mean())
    rows = [{"x1": int(a), "x2": int(b), "target": int(t), "probability": float(p), "prediction": int(q)}
            for (a, b), t, p, q in zip(x.cpu().numpy(), target, prob, pred)]
    print_table(f"1C: XOR, accuracy on the four cases {accuracy:.0%}", rows)
    save_json("1c", {"accuracy": accuracy, "cases": rows, "hidden": cfg.hidden, "losses": losses})
    save_arrays("1c_boundary", xx=xx, yy=yy, zz=zz)


def main() -> None:
    part_a()
    part_b()
    part_c()


if __name__ == "__main__":
    main()
