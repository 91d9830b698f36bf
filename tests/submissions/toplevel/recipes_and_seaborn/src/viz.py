from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns
import torch
from torchvision.utils import make_grid

sns.set_theme(style="whitegrid")


def curves(history: pd.DataFrame, split: str | list[str], metric: str, title: str):
    want = [split] if isinstance(split, str) else split
    df = history[history["split"].isin(want) & (history["metric"] == metric)]
    style = "split" if len(want) > 1 else None
    ax = sns.lineplot(df, x="epoch", y="value", hue="run", style=style, estimator=None, marker="o")
    ax.set(title=title, ylabel=f"{want[0] if style is None else ''} {metric}".replace("fit", "training"))
    plt.show()


def gradient_heatmaps(frames: dict[str, pd.DataFrame]):
    fig, axes = plt.subplots(1, len(frames), figsize=(7 * len(frames), 4))
    for ax, (name, df) in zip(axes, frames.items()):
        sns.heatmap(torch.tensor(df.T.values).clamp_min(1e-12).log10().numpy(), ax=ax, cmap="magma", vmin=-8, vmax=1,
                    yticklabels=list(df.columns), xticklabels=False, cbar_kws=dict(label="log10 ||grad||"))
        ax.set(title=name, xlabel="training time")
    plt.show()


def gradient_profile(frames: dict[str, pd.DataFrame]):
    long = pd.concat([df.melt(value_name="norm").assign(activation=a) for a, df in frames.items()])
    ax = sns.pointplot(long, x="layer", y="norm", hue="activation", estimator="median", errorbar=("pi", 90))
    ax.set(yscale="log", ylabel="||dL/dW|| (median, 90% interval)", title="Gradient magnitude per layer")
    plt.show()


def gradient_lines(frames: dict[str, pd.DataFrame]):
    fig, axes = plt.subplots(1, len(frames), figsize=(7 * len(frames), 4), sharey=True)
    for ax, (name, df) in zip(axes, frames.items()):
        df.rolling(5, min_periods=1).mean().plot(ax=ax, logy=True, title=name, ylabel="||dL/dW||", colormap="viridis")
    plt.show()


def confusion(truth: torch.Tensor, pred: torch.Tensor, classes) -> pd.DataFrame:
    k = len(classes)
    cm = torch.bincount(truth * k + pred, minlength=k * k).reshape(k, k)
    df = pd.DataFrame(cm.numpy(), index=pd.Index(classes, name="true"), columns=pd.Index(classes, name="predicted"))
    plt.figure(figsize=(8, 6))
    sns.heatmap(df, annot=True, fmt="d", cmap="rocket_r", square=True)
    plt.title("Confusion matrix (test set)")
    plt.show()
    return df


def kernels(weight: torch.Tensor):
    grid = make_grid(weight.detach().cpu(), nrow=8, normalize=True, scale_each=True, padding=1, pad_value=1.0)
    plt.figure(figsize=(8, 4))
    plt.imshow(grid.permute(1, 2, 0), interpolation="nearest")
    plt.axis("off")
    plt.title("First-layer kernels")
    plt.show()


def activations(images: torch.Tensor, maps: torch.Tensor, titles, n: int = 8):
    fig, axes = plt.subplots(len(images), n + 1, figsize=(1.6 * (n + 1), 1.8 * len(images)), squeeze=False)
    for row, img, fmap, title in zip(axes, images, maps, titles):
        row[0].imshow(((img - img.min()) / (img.max() - img.min())).permute(1, 2, 0))
        row[0].set_title(title)
        for j in range(n):
            row[j + 1].imshow(fmap[j], cmap="magma")
            row[j + 1].set_title(f"ch {j}", fontsize=8)
        for ax in row:
            ax.axis("off")
    plt.show()
