"""Problem 2: optimizers (A), vanishing gradients (B), regularization (C)."""
from __future__ import annotations

from dataclasses import dataclass, field

from torch import nn

from common import (MODELS, Activation, OptimConfig, RunResult, TrainConfig, mnist_loaders, print_table,
                    save_csv, save_json, save_runs, seed_everything, train)

SIZES = (784, 128, 64, 10)
DEEP_SIZES = (784, 128, 128, 128, 128, 128, 128, 10)  # six hidden layers


# ------------------------------------------------------------------ A
OPTIMIZER_RUNS = (
    TrainConfig("SGD", OptimConfig("sgd", lr=0.01), epochs=20),
    TrainConfig("SGD + momentum", OptimConfig("sgd", lr=0.01, momentum=0.9), epochs=20),
    TrainConfig("RMSprop", OptimConfig("rmsprop", lr=0.001), epochs=20),
    TrainConfig("Adam", OptimConfig("adam", lr=0.001), epochs=20),
)


def part_a() -> None:
    runs: list[RunResult] = []
    for cfg in OPTIMIZER_RUNS:
        seed_everything(cfg.seed)  # the same initial weights for all
        model = MODELS["mlp"](SIZES, Activation.RELU)
        runs.append(train(model, cfg, mnist_loaders(cfg.batch_size, cfg.seed)))
    save_runs("2a", runs)
    rows = [{"optimizer": r.config.name, "test accuracy": r.last.eval_acc, "training time (s)": round(r.seconds, 2)}
            for r in runs]
    save_csv("2a_table", rows)
    print_table("2A: optimizers", rows)


# ------------------------------------------------------------------ B
@dataclass
class GradientRecorder:
    """A BatchHook that notes the gradient's size for each linear layer every `every` steps."""

    every: int = 20
    steps: list[int] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    norms: list[list[float]] = field(default_factory=list)
    mean_abs: list[list[float]] = field(default_factory=list)

    def __call__(self, step: int, model: nn.Module, loss: float) -> None:
        if step % self.every:
            return
        grads = [layer.weight.grad for layer in model.linears]
        self.steps.append(step)
        self.losses.append(loss)
        self.norms.append([g.norm().item() for g in grads])
        self.mean_abs.append([g.abs().mean().item() for g in grads])


def part_b() -> None:
    out = {}
    for activation in (Activation.SIGMOID, Activation.RELU):
        cfg = TrainConfig(f"2B deep {activation.value}", OptimConfig("sgd", lr=0.05), epochs=5)
        seed_everything(cfg.seed)
        model = MODELS["mlp"](DEEP_SIZES, activation)
        recorder = GradientRecorder()
        result = train(model, cfg, mnist_loaders(cfg.batch_size, cfg.seed), hooks=[recorder])
        out[activation.value] = {
            "steps": recorder.steps,
            "losses": recorder.losses,
            "norms": recorder.norms,
            "mean_abs": recorder.mean_abs,
            "test_acc": result.last.eval_acc,
        }
        first, last = recorder.mean_abs[0], recorder.mean_abs[-1]
        print_table(f"2B: mean |gradient|, {activation.value} (test accuracy {result.last.eval_acc:.4f})",
                    [{"layer": i + 1, "first step": f"{a:.2e}", "last step": f"{b:.2e}"}
                     for i, (a, b) in enumerate(zip(first, last))])
    save_json("2b", out)


# ------------------------------------------------------------------ C
@dataclass(frozen=True)
class RegularizationRun:
    train: TrainConfig
    dropout: float = 0.0


EPOCHS_C = 25
REGULARIZATION_RUNS = (
    RegularizationRun(TrainConfig("no regularization", OptimConfig("adam", lr=0.001), epochs=EPOCHS_C)),
    RegularizationRun(TrainConfig("L2 (weight decay 0.001)", OptimConfig("adam", lr=0.001, weight_decay=0.001),
                                  epochs=EPOCHS_C)),
    RegularizationRun(TrainConfig("dropout (p = 0.5)", OptimConfig("adam", lr=0.001), epochs=EPOCHS_C), dropout=0.5),
)


def part_c() -> None:
    runs: list[RunResult] = []
    for run in REGULARIZATION_RUNS:
        cfg = run.train
        seed_everything(cfg.seed)
        model = MODELS["mlp"](SIZES, Activation.RELU, dropout=run.dropout)
        result = train(model, cfg, mnist_loaders(cfg.batch_size, cfg.seed), clean_train_acc=True)
        result.extra["dropout"] = run.dropout
        runs.append(result)
    save_runs("2c", runs)
    rows = [{"regularization": r.config.name, "train accuracy": r.last.train_acc, "test accuracy": r.last.eval_acc,
             "gap": r.last.train_acc - r.last.eval_acc} for r in runs]
    save_csv("2c_table", rows)
    print_table("2C: regularization", rows)


def main() -> None:
    part_a()
    part_b()
    part_c()


if __name__ == "__main__":
    main()
