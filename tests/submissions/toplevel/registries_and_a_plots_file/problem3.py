"""Problem 3: CNN on CIFAR-10 (A), three architectures (B), filters and activation maps (C)."""
from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from common import (CIFAR_MEAN, CIFAR_STD, DEVICE, MODELS, RESULTS_DIR, ConvSpec, OptimConfig, Pooling, RunResult,
                    TrainConfig, cifar_loaders, count_parameters, evaluate, evaluating, log, predict, print_table,
                    save_arrays, save_csv, save_runs, seed_everything, train)

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
BASELINE = (ConvSpec(32), ConvSpec(64))
CHECKPOINT = "cnn_3a.pt"


def confusion(truth: np.ndarray, guess: np.ndarray, n: int = 10) -> np.ndarray:
    """rows: true class, columns: predicted class"""
    matrix = np.zeros((n, n), dtype=int)
    np.add.at(matrix, (truth, guess), 1)
    return matrix


# ------------------------------------------------------------------ A
def part_a() -> None:
    cfg = TrainConfig("3A cnn", OptimConfig("adam", lr=1e-3), epochs=20)
    seed_everything(cfg.seed)
    model = MODELS["cnn"](BASELINE)
    loaders = cifar_loaders(cfg.batch_size, cfg.seed)
    result = train(model, cfg, loaders)

    test_loss, test_acc = evaluate(model, loaders.test)
    result.extra = {"test_loss": test_loss, "test_acc": test_acc, "parameters": count_parameters(model)}
    save_runs("3a", [result])
    torch.save(model.state_dict(), RESULTS_DIR / CHECKPOINT)

    matrix = confusion(*predict(model, loaders.test))
    save_csv("3a_confusion", [{"true": c, **{p: int(v) for p, v in zip(CLASSES, row)}}
                              for c, row in zip(CLASSES, matrix)])
    print_table("3A: CNN", [{"parameters": result.extra["parameters"], "final test accuracy": test_acc,
                             "time (s)": round(result.seconds, 1)}])
    print_table("3A: accuracy for each class",
                [{"class": c, "accuracy": float(matrix[i, i] / max(matrix[i].sum(), 1))} for i, c in enumerate(CLASSES)])


# ------------------------------------------------------------------ B
@dataclass(frozen=True)
class Architecture:
    name: str
    description: str
    blocks: tuple[ConvSpec, ...]
    hidden: int = 128

    @property
    def n_conv(self) -> int:
        return sum(b.n_conv for b in self.blocks)

    @property
    def filters(self) -> str:
        return "-".join(str(b.filters) for b in self.blocks for _ in range(b.n_conv))

    @property
    def kernels(self) -> str:
        return "-".join(f"{b.kernel}x{b.kernel}" for b in self.blocks for _ in range(b.n_conv))

    @property
    def pooling(self) -> str:
        return "/".join(sorted({b.pooling.value for b in self.blocks}))


ARCHITECTURES = (
    Architecture("shallow", "as in 3A", BASELINE),
    Architecture("deep", "VGG-like, two convolutions in each block",
                 (ConvSpec(32, n_conv=2), ConvSpec(64, n_conv=2), ConvSpec(128, n_conv=2))),
    Architecture("wide-avg", "large kernels first, average pooling",
                 (ConvSpec(64, kernel=7, pooling=Pooling.AVG), ConvSpec(96, kernel=5, pooling=Pooling.AVG),
                  ConvSpec(128, kernel=3, pooling=Pooling.AVG))),
)


def part_b() -> None:
    runs: list[RunResult] = []
    rows = []
    for arch in ARCHITECTURES:
        cfg = TrainConfig(f"3B {arch.name}", OptimConfig("adam", lr=1e-3), epochs=15)
        seed_everything(cfg.seed)
        model = MODELS["cnn"](arch.blocks, hidden=arch.hidden)
        loaders = cifar_loaders(cfg.batch_size, cfg.seed)
        result = train(model, cfg, loaders)
        _, test_acc = evaluate(model, loaders.test)
        result.extra = {"architecture": arch.name, "test_acc": test_acc}
        runs.append(result)
        rows.append({"architecture": arch.name, "description": arch.description, "conv layers": arch.n_conv,
                     "filters": arch.filters, "kernels": arch.kernels, "pooling": arch.pooling,
                     "parameters": count_parameters(model), "training time (s)": round(result.seconds, 1),
                     "test accuracy": test_acc})
    save_runs("3b", runs)
    save_csv("3b_table", rows)
    print_table("3B: architectures", rows)


# ------------------------------------------------------------------ C
def part_c(n_images: int = 3) -> None:
    path = RESULTS_DIR / CHECKPOINT
    if not path.exists():
        log.warning("%s is missing, run part A first", path)
        return
    model = MODELS["cnn"](BASELINE).to(DEVICE)
    model.load_state_dict(torch.load(path, map_location=DEVICE))
    conv1 = model.features[0]
    assert isinstance(conv1, nn.Conv2d)

    images, labels = next(iter(cifar_loaders(64, 0, workers=0).test))
    images, labels = images[:n_images], labels[:n_images]
    with evaluating(model):
        maps = torch.relu(conv1(images.to(DEVICE))).cpu()

    mean, std = torch.tensor(CIFAR_MEAN).view(3, 1, 1), torch.tensor(CIFAR_STD).view(3, 1, 1)
    save_arrays(
        "3c",
        filters=conv1.weight.detach().cpu().numpy(),
        images=(images * std + mean).clamp(0, 1).numpy(),
        labels=labels.numpy(),
        maps=maps.numpy(),
    )


def main() -> None:
    part_a()
    part_b()
    part_c()


if __name__ == "__main__":
    main()
