"""Reads the files in results/ and draws all figures into figures/."""
from __future__ import annotations

from typing import Callable

import matplotlib.pyplot as plt
import numpy as np

from common import FIGURES_DIR, RESULTS_DIR, load_csv, load_json, log

FIGURES: list[tuple[str, Callable[[], plt.Figure]]] = []


def figure(name: str) -> Callable[[Callable[[], plt.Figure]], Callable[[], plt.Figure]]:
    def decorator(fn: Callable[[], plt.Figure]) -> Callable[[], plt.Figure]:
        FIGURES.append((name, fn))
        return fn

    return decorator


def curve(run: dict, key: str) -> tuple[list[int], list[float]]:
    return [h["epoch"] for h in run["history"]], [h[key] for h in run["history"]]


def curves(ax: plt.Axes, runs: list[dict], key: str, ylabel: str, title: str) -> None:
    for run in runs:
        ax.plot(*curve(run, key), marker=".", label=run["config"]["name"])
    ax.set(xlabel="epoch", ylabel=ylabel, title=title)
    ax.grid(alpha=0.3)
    ax.legend()


@figure("1a_learning")
def fig_1a() -> plt.Figure:
    (run,) = load_json("1a")
    fig, axes = plt.subplots(1, 2, figsize=(11, 4))
    for ax, what in zip(axes, ("loss", "acc")):
        ax.plot(*curve(run, f"train_{what}"), label="train")
        ax.plot(*curve(run, f"eval_{what}"), label="test")
        ax.set(xlabel="epoch", ylabel=what, title=f"1A: {what}")
        ax.legend()
    return fig


@figure("1b_loss")
def fig_1b() -> plt.Figure:
    fig, ax = plt.subplots()
    curves(ax, load_json("1b"), "train_loss", "training loss", "1B: activation functions")
    return fig


@figure("1c_boundary")
def fig_1c() -> plt.Figure:
    data, res = np.load(RESULTS_DIR / "1c_boundary.npz"), load_json("1c")
    fig, axes = plt.subplots(1, 2, figsize=(11, 4.5))
    axes[0].semilogy(res["losses"])
    axes[0].set(title="1C: XOR loss", xlabel="step", ylabel="BCE")
    filled = axes[1].contourf(data["xx"], data["yy"], data["zz"], levels=np.linspace(0, 1, 21), cmap="coolwarm")
    axes[1].contour(data["xx"], data["yy"], data["zz"], levels=[0.5], colors="black")
    for case in res["cases"]:
        axes[1].scatter(case["x1"], case["x2"], s=140, edgecolors="black",
                        c="firebrick" if case["target"] else "royalblue")
    axes[1].set(title=f"1C: decision boundary (accuracy {res['accuracy']:.0%})", xlabel="x1", ylabel="x2")
    fig.colorbar(filled, ax=axes[1], label="P(1)")
    return fig


@figure("2a_optimizers")
def fig_2a() -> plt.Figure:
    runs = load_json("2a")
    fig, axes = plt.subplots(1, 2, figsize=(13, 4.5))
    curves(axes[0], runs, "train_loss", "training loss", "2A: training loss")
    curves(axes[1], runs, "eval_acc", "test accuracy", "2A: test accuracy")
    return fig


@figure("2b_gradients_in_time")
def fig_2b_time() -> plt.Figure:
    data = load_json("2b")
    fig, axes = plt.subplots(1, 2, figsize=(13, 4.5), sharey=True)
    for ax, (name, rec) in zip(axes, data.items()):
        norms = np.array(rec["norms"])
        for i in range(norms.shape[1]):
            ax.semilogy(rec["steps"], norms[:, i], color=plt.cm.viridis(i / norms.shape[1]), label=f"layer {i + 1}")
        ax.set(title=f"2B: {name}", xlabel="step", ylabel="||gradient of the weights||")
        ax.legend(fontsize=8)
    return fig


@figure("2b_gradients_by_layer")
def fig_2b_layers() -> plt.Figure:
    data = load_json("2b")
    fig, axes = plt.subplots(1, 2, figsize=(13, 4.5), sharey=True)
    for name, rec in data.items():
        g = np.array(rec["mean_abs"])
        layers = np.arange(1, g.shape[1] + 1)
        axes[0].semilogy(layers, g[0], marker="o", label=name)
        axes[1].semilogy(layers, g.mean(axis=0), marker="o", label=name)
    for ax, when in zip(axes, ("first step", "mean over the training")):
        ax.set(title=f"2B: sigmoid and ReLU, {when}", xlabel="layer (1 = next to the input)", ylabel="mean |gradient|")
        ax.legend()
    return fig


@figure("2c_regularization")
def fig_2c() -> plt.Figure:
    runs = load_json("2c")
    fig, axes = plt.subplots(1, len(runs), figsize=(15, 4.2), sharey=True)
    for ax, run in zip(axes, runs):
        ax.plot(*curve(run, "train_acc"), label="train")
        ax.plot(*curve(run, "eval_acc"), label="test")
        ax.set(title=f"2C: {run['config']['name']}", xlabel="epoch", ylabel="accuracy")
        ax.grid(alpha=0.3)
        ax.legend()
    return fig


@figure("3a_loss")
def fig_3a() -> plt.Figure:
    (run,) = load_json("3a")
    fig, ax = plt.subplots()
    ax.plot(*curve(run, "train_loss"), label="training")
    ax.plot(*curve(run, "eval_loss"), label="validation")
    ax.set(xlabel="epoch", ylabel="cross-entropy",
           title=f"3A: loss (final test accuracy {run['extra']['test_acc']:.4f})")
    ax.legend()
    return fig


@figure("3a_confusion")
def fig_3a_confusion() -> plt.Figure:
    rows = load_csv("3a_confusion")
    names = [r["true"] for r in rows]
    matrix = np.array([[int(r[n]) for n in names] for r in rows])
    fig, ax = plt.subplots(figsize=(8, 7))
    ax.imshow(matrix, cmap="Blues")
    for i, j in np.ndindex(*matrix.shape):
        ax.text(j, i, matrix[i, j], ha="center", va="center", fontsize=8,
                color="white" if matrix[i, j] > matrix.max() / 2 else "black")
    ax.set_xticks(range(len(names)), names, rotation=45, ha="right")
    ax.set_yticks(range(len(names)), names)
    ax.set(xlabel="predicted", ylabel="true", title="3A: confusion matrix (test set)")
    return fig


@figure("3b_curves")
def fig_3b() -> plt.Figure:
    runs = load_json("3b")
    fig, axes = plt.subplots(1, 2, figsize=(13, 4.5))
    curves(axes[0], runs, "train_loss", "training loss", "3B: training loss")
    curves(axes[1], runs, "eval_acc", "validation accuracy", "3B: validation accuracy")
    return fig


@figure("3c_filters")
def fig_3c_filters() -> plt.Figure:
    filters = np.load(RESULTS_DIR / "3c.npz")["filters"]
    fig, axes = plt.subplots(4, 8, figsize=(10, 5.5))
    for ax, f in zip(axes.flat, filters):
        ax.imshow(((f - f.min()) / (f.max() - f.min())).transpose(1, 2, 0))
        ax.axis("off")
    fig.suptitle("3C: filters of the first convolution")
    return fig


@figure("3c_activation_maps")
def fig_3c_maps() -> plt.Figure:
    data = np.load(RESULTS_DIR / "3c.npz")
    n, k = len(data["images"]), 10
    fig, axes = plt.subplots(n, k + 1, figsize=(1.5 * (k + 1), 1.7 * n))
    for i in range(n):
        axes[i, 0].imshow(data["images"][i].transpose(1, 2, 0))
        axes[i, 0].set_title("input", fontsize=8)
        for j in range(k):
            axes[i, j + 1].imshow(data["maps"][i, j], cmap="magma")
            axes[i, j + 1].set_title(f"map {j}", fontsize=8)
    for ax in axes.flat:
        ax.axis("off")
    fig.suptitle("3C: activation maps of the first convolution")
    return fig


def main() -> None:
    FIGURES_DIR.mkdir(exist_ok=True)
    for name, draw in FIGURES:
        try:
            fig = draw()
        except FileNotFoundError as e:
            log.warning("skipping %s: %s", name, e)
            continue
        fig.tight_layout()
        fig.savefig(FIGURES_DIR / f"{name}.png", dpi=130)
        plt.close(fig)
        log.info("drew %s.png", name)


if __name__ == "__main__":
    main()
