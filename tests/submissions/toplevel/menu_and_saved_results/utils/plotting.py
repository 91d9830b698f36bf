import os

import matplotlib.pyplot as plt
import numpy as np

from utils.common import FIGURES


def finish(fig, filename):
    fig.tight_layout()
    path = os.path.join(FIGURES, filename)
    fig.savefig(path, dpi=130)
    print("saved", path)
    plt.close(fig)


def curves(series, xlabel, ylabel, title, filename, log=False, markers=False):
    """series: dict name -> list of values, all in the same axes"""
    fig, ax = plt.subplots(figsize=(7, 4.5))
    for name, values in series.items():
        ax.plot(np.arange(1, len(values) + 1), values, label=name, marker="o" if markers else None)
    if log:
        ax.set_yscale("log")
    ax.set_xlabel(xlabel)
    ax.set_ylabel(ylabel)
    ax.set_title(title)
    ax.grid(alpha=0.3)
    ax.legend()
    finish(fig, filename)


def train_vs_test(logs, filename):
    fig, axes = plt.subplots(1, len(logs), figsize=(5 * len(logs), 4), sharey=True)
    for ax, (name, log) in zip(axes, logs.items()):
        ax.plot(log["train_acc"], label="train")
        ax.plot(log["test_acc"], label="test")
        ax.set_title(name)
        ax.set_xlabel("epoch")
        ax.grid(alpha=0.3)
        ax.legend(loc="lower right")
    axes[0].set_ylabel("accuracy (%)")
    finish(fig, filename)


def matrix(cm, names, title, filename):
    cm = np.asarray(cm)
    fig, ax = plt.subplots(figsize=(8, 7))
    im = ax.imshow(cm, cmap="Blues")
    fig.colorbar(im)
    ax.set_xticks(range(len(names)), names, rotation=45, ha="right")
    ax.set_yticks(range(len(names)), names)
    for i in range(cm.shape[0]):
        for j in range(cm.shape[1]):
            ax.text(j, i, cm[i, j], ha="center", va="center", fontsize=8, color="white" if cm[i, j] > cm.max() / 2 else "black")
    ax.set_xlabel("predicted label")
    ax.set_ylabel("true label")
    ax.set_title(title)
    finish(fig, filename)


def decision_boundary(grid, probs, points, targets, filename):
    grid, probs = np.asarray(grid), np.asarray(probs)
    fig, ax = plt.subplots(figsize=(5.5, 4.5))
    c = ax.pcolormesh(grid, grid, probs, cmap="RdBu_r", vmin=0, vmax=1, shading="auto")
    ax.contour(grid, grid, probs, levels=[0.5], colors="black")
    for (x1, x2), t in zip(points, targets):
        ax.plot(x1, x2, "o" if t else "s", color="yellow", markeredgecolor="black", markersize=12)
    fig.colorbar(c, label="output of the network")
    ax.set_xlabel("x1")
    ax.set_ylabel("x2")
    ax.set_title("XOR: decision boundary (circle = 1, square = 0)")
    finish(fig, filename)


def image_grid(images, rows, cols, title, filename, cmap=None, labels=None):
    fig, axes = plt.subplots(rows, cols, figsize=(cols * 1.2, rows * 1.3))
    for k, ax in enumerate(np.ravel(axes)):
        ax.axis("off")
        if k < len(images):
            ax.imshow(images[k], cmap=cmap)
            if labels:
                ax.set_title(labels[k], fontsize=8)
    fig.suptitle(title)
    finish(fig, filename)
