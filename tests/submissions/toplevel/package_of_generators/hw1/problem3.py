from __future__ import annotations

import matplotlib.pyplot as plt
import torch
from torch import nn
from torchvision import models, transforms as T

from .config import SETTINGS, TrainConfig
from .data import cifar_loaders, cifar_sets
from .engine import evaluate, fit
from .metrics import ConfusionMatrix
from .models import ConvNet, n_params
from .report import curves, md_table, save

CKPT = "cnn_3a.pt"


def part_a() -> None:
    torch.manual_seed(SETTINGS.seed)
    train, val, test = cifar_loaders()
    model = ConvNet()
    stats = list(fit(model, TrainConfig(epochs=20), train, val))
    torch.save(model.state_dict(), CKPT)
    curves({"training": [s.train_loss for s in stats], "validation": [s.eval_loss for s in stats]},
           "3a_loss", "cross entropy", "Basic CNN on CIFAR-10")
    cm = ConfusionMatrix()
    _, acc = evaluate(model, test, cm)
    md_table("3A basic CNN", ["final test accuracy"], [[f"{acc:.4f}"]])

    names = cifar_sets()[1].classes
    counts = cm.compute().numpy()
    fig, ax = plt.subplots(figsize=(8, 7))
    ax.matshow(counts, cmap="viridis")
    ax.set_xticks(range(10), names, rotation=60)
    ax.set_yticks(range(10), names)
    ax.set(xlabel="predicted class", ylabel="true class", title="Confusion matrix (test set)")
    for (i, j), v in [((i, j), counts[i, j]) for i in range(10) for j in range(10)]:
        ax.annotate(int(v), (j, i), ha="center", va="center", color="w", fontsize=7)
    save(fig, "3a_confusion")


ARCHS = {
    "small (2 conv, max)": dict(filters=(16, 32), kernel=3, pool=nn.MaxPool2d),
    "deep (4 conv, max)": dict(filters=(32, 64, 128, 128), kernel=3, pool=nn.MaxPool2d),
    "wide kernel (3 conv 5x5, avg)": dict(filters=(32, 64, 96), kernel=5, pool=nn.AvgPool2d),
}


def part_b() -> None:
    train, val, test = cifar_loaders()
    md_table("3B architectures", ["name", "conv layers", "filters", "kernel", "pooling"],
             [[n, len(a["filters"]), a["filters"], f'{a["kernel"]}x{a["kernel"]}', a["pool"].__name__] for n, a in ARCHS.items()])
    rows = []
    for name, arch in ARCHS.items():
        torch.manual_seed(SETTINGS.seed)
        model = ConvNet(**arch)
        seconds = sum(s.seconds for s in fit(model, TrainConfig(epochs=15), train, val))
        rows.append([name, n_params(model), f"{seconds:.1f}", f"{evaluate(model, test)[1]:.4f}"])
    md_table("3B comparison", ["architecture", "# parameters", "training time (s)", "test accuracy"], rows)


def part_c() -> None:
    model = ConvNet()
    model.load_state_dict(torch.load(CKPT, map_location="cpu"))
    model.eval()
    conv = model.blocks[0][0]

    fig, axes = plt.subplots(4, 8, figsize=(9, 5))
    for ax, k in zip(axes.ravel(), conv.weight.detach()):
        ax.imshow(((k - k.min()) / (k.max() - k.min())).permute(1, 2, 0).numpy())
        ax.axis("off")
    save(fig, "3c_filters")

    captured: list[torch.Tensor] = []
    handle = model.blocks[0][1].register_forward_hook(lambda _m, _i, out: captured.append(out.detach()))
    _, test = cifar_sets()
    with torch.no_grad():
        for i in (3, 10, 25):
            model(test[i][0][None])
    handle.remove()
    fig, axes = plt.subplots(3, 9, figsize=(14, 5))
    for row, idx, maps in zip(axes, (3, 10, 25), captured):
        row[0].imshow(test.data[idx])
        row[0].set_title(test.classes[test.targets[idx]])
        for ax, m in zip(row[1:], maps[0]):
            ax.imshow(m.numpy(), cmap="magma")
        for ax in row:
            ax.axis("off")
    save(fig, "3c_activations")


def bonus() -> None:
    torch.manual_seed(SETTINGS.seed)
    tf = T.Compose([T.Resize(128), T.ToTensor(), T.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))])
    train, val, test = cifar_loaders(tf)
    model = models.resnet18(weights=models.ResNet18_Weights.IMAGENET1K_V1)
    model.fc = nn.Linear(model.fc.in_features, 10)
    list(fit(model, TrainConfig(epochs=3, lr=1e-4), train, val))
    _, acc = evaluate(model, test)

    base = ConvNet()
    base.load_state_dict(torch.load(CKPT, map_location="cpu"))
    base.to(SETTINGS.device)
    _, base_acc = evaluate(base, cifar_loaders()[2])
    md_table("Bonus", ["model", "test accuracy"], [["CNN from 3A", f"{base_acc:.4f}"], ["ResNet18 fine-tuned", f"{acc:.4f}"]])
