"""Problem 3: convolutional networks on CIFAR-10."""
import argparse
import math
import os

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn as nn

import utils
from utils import DEVICE, fit

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

# (filters, kernel, pool after this layer?) for each conv layer
ARCHITECTURES = {
    "basic": dict(convs=[(32, 3, True), (64, 3, True)], pool="max", hidden=128),
    "deep": dict(convs=[(32, 3, False), (32, 3, True), (64, 3, False), (64, 3, True), (128, 3, True)], pool="max", hidden=128),
    "wide-avg": dict(convs=[(48, 5, True), (96, 5, True), (96, 3, True)], pool="avg", hidden=128),
}

ANALYSIS_B = """
The deep variant is the most accurate one although it has fewer parameters than the basic net: a third pooling step makes the flattened
vector smaller, and the first fully connected layer holds most of the parameters of the basic net. Stacked 3x3
convolutions see a larger region with more nonlinearities, which is a better use of weights than a big dense layer. The
wide net with 5x5 kernels and average pooling costs more arithmetic per parameter and smooths its feature maps, and it does not
pay back all of this cost in accuracy. The basic net is cheap to train, but memorises the training images: its training loss goes to
almost zero while its test loss rises. Complexity therefore helps if it is spent on depth of features, not on the number of weights as such.
"""


class ConvNet(nn.Module):
    def __init__(self, convs, pool="max", hidden=128, n_classes=10):
        super().__init__()
        layers, channels, side = [], 3, 32
        for filters, kernel, do_pool in convs:
            layers += [nn.Conv2d(channels, filters, kernel, padding="same"), nn.ReLU()]
            channels = filters
            if do_pool:
                layers.append(nn.MaxPool2d(2) if pool == "max" else nn.AvgPool2d(2))
                side //= 2
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(channels * side * side, hidden), nn.ReLU(),
                                        nn.Linear(hidden, n_classes))

    def forward(self, x):
        return self.classifier(self.features(x))


@torch.no_grad()
def confusion_matrix(model, loader, n=10):
    model.eval()
    cm = torch.zeros(n, n, dtype=torch.long)
    for x, y in loader:
        pred = model(x.to(DEVICE)).argmax(1).cpu()
        cm += torch.bincount(y * n + pred, minlength=n * n).reshape(n, n)
    return cm.numpy()


def plot_confusion(cm, out):
    fig, ax = plt.subplots(figsize=(8, 7))
    im = ax.imshow(cm, cmap="Blues")
    for i in range(10):
        for j in range(10):
            ax.text(j, i, cm[i, j], ha="center", va="center", fontsize=8, color="white" if cm[i, j] > cm.max() / 2 else "black")
    ax.set_xticks(range(10), CLASSES, rotation=45, ha="right")
    ax.set_yticks(range(10), CLASSES)
    ax.set(xlabel="predicted", ylabel="true", title="Confusion matrix (test set)")
    fig.colorbar(im)
    utils.save_fig(fig, out, "3a_confusion.png")


def visualize(model, loader, out):
    """Part C: kernels of conv 1 and its activation maps for three test images."""
    conv = model.features[0]
    w = conv.weight.detach().cpu()
    fig, axes = plt.subplots(4, 8, figsize=(10, 5.4))
    for ax, k in zip(axes.flat, w):
        k = (k - k.min()) / (k.max() - k.min() + 1e-8)
        ax.imshow(k.permute(1, 2, 0).numpy())
        ax.axis("off")
    fig.suptitle("First layer filters")
    utils.save_fig(fig, out, "3c_filters.png")

    x, y = next(iter(loader))
    x, y = x[:3], y[:3]
    with torch.no_grad():
        maps = torch.relu(conv(x.to(DEVICE))).cpu()
    mean = torch.tensor((0.4914, 0.4822, 0.4465)).view(3, 1, 1)
    std = torch.tensor((0.2470, 0.2435, 0.2616)).view(3, 1, 1)
    fig, axes = plt.subplots(3, 13, figsize=(18, 4.6))
    for row in range(3):
        axes[row, 0].imshow((x[row] * std + mean).clamp(0, 1).permute(1, 2, 0).numpy())
        axes[row, 0].set_title(CLASSES[y[row].item()], fontsize=8)
        for col in range(12):
            axes[row, col + 1].imshow(maps[row, col].numpy(), cmap="inferno")
            axes[row, col + 1].set_title(f"#{col}", fontsize=7)
    for ax in axes.flat:
        ax.axis("off")
    fig.suptitle("Activation maps of the first conv layer (filters 0-11)")
    utils.save_fig(fig, out, "3c_activations.png")


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", default="data")
    ap.add_argument("--out", default="results")
    ap.add_argument("--epochs", type=int, default=20)
    ap.add_argument("--batch-size", type=int, default=128)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    loaders = utils.cifar_loaders(args.data, args.batch_size)
    hist, params = {}, {}
    # part A is the architecture "basic"; part B adds the two others
    for name, cfg in ARCHITECTURES.items():
        utils.set_seed(args.seed)
        model = ConvNet(**cfg).to(DEVICE)
        params[name] = utils.count_parameters(model)
        opt = torch.optim.Adam(model.parameters(), lr=args.lr)
        hist[name] = fit(model, loaders, opt, args.epochs, eval_train=False, name=f"3 {name}")
        if name == "basic":
            cm = confusion_matrix(model, loaders["test"])
            plot_confusion(cm, args.out)
            visualize(model, loaders["test"], args.out)
            torch.save(model.state_dict(), os.path.join(args.out, "cnn_basic.pt"))

    basic = hist["basic"]
    fig, ax = plt.subplots(figsize=(7, 4.5))
    ax.plot(range(1, args.epochs + 1), basic["train_loss"], label="training")
    ax.plot(range(1, args.epochs + 1), basic["test_loss"], label="validation (test set)")
    ax.set(xlabel="epoch", ylabel="cross entropy", title="Basic CNN")
    ax.legend()
    utils.save_fig(fig, args.out, "3a_loss.png")
    utils.plot_curves(hist, "test_acc", "test accuracy", "CNN architectures", args.out, "3b_acc.png")
    utils.save_json({"history": hist, "parameters": params, "confusion": cm.tolist()}, args.out, "3.json")

    text = "## Problem 3\n\n### A\n\n![loss](3a_loss.png)\n\n"
    text += f"Final test accuracy: **{basic['test_acc'][-1]:.2%}**\n\n![confusion](3a_confusion.png)\n\n"
    text += "### B\n\n"
    text += utils.md_table(["architecture", "conv layers", "filters", "kernels", "pooling", "dense"],
                           [[n, len(c["convs"]), ", ".join(str(f) for f, _, _ in c["convs"]),
                             ", ".join(f"{k}x{k}" for _, k, _ in c["convs"]), f"{c['pool']}, {sum(p for *_, p in c['convs'])} times",
                             c["hidden"]] for n, c in ARCHITECTURES.items()])
    text += "\n" + utils.md_table(["architecture", "# parameters", "training time (s)", "test accuracy"],
                                  [[n, params[n], f"{h['seconds']:.1f}", f"{h['test_acc'][-1]:.2%}"] for n, h in hist.items()])
    text += "\n![accuracies](3b_acc.png)\n" + ANALYSIS_B
    text += "\n### C\n\n![filters](3c_filters.png)\n\n![activations](3c_activations.png)\n\n"
    text += "The filters are edge detectors of several orientations and colour contrasts; the maps show the object outlines or flat regions of one colour.\n"
    utils.write_section(args.out, 3, text)


if __name__ == "__main__":
    main()
