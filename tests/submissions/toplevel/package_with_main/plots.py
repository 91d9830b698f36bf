"""All figures."""
from pathlib import Path

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import numpy as np


class Plotter:
    def __init__(self, out_dir):
        self.out = Path(out_dir)
        self.out.mkdir(parents=True, exist_ok=True)

    def _save(self, fig, name):
        fig.tight_layout()
        fig.savefig(self.out / f"{name}.png", dpi=130)
        plt.close(fig)

    def curves(self, series, ylabel, title, name):
        """series: {label: list of values per epoch}"""
        fig, ax = plt.subplots(figsize=(7, 4.5))
        for label, values in series.items():
            ax.plot(range(1, len(values) + 1), values, label=label)
        ax.set(xlabel="Epoch", ylabel=ylabel, title=title)
        ax.legend()
        ax.grid(alpha=0.3)
        self._save(fig, name)

    def decision_boundary(self, predict, x, y, name):
        gx, gy = np.meshgrid(np.linspace(-0.3, 1.3, 200), np.linspace(-0.3, 1.3, 200))
        z = predict(np.stack([gx.ravel(), gy.ravel()], 1)).reshape(gx.shape)
        fig, ax = plt.subplots(figsize=(5.5, 5))
        filled = ax.contourf(gx, gy, z, levels=np.linspace(0, 1, 21), cmap="RdBu_r")
        ax.contour(gx, gy, z, levels=[0.5], colors="black")
        ax.scatter(x[:, 0], x[:, 1], c=y, cmap="RdBu_r", edgecolors="black", s=120)
        ax.set(xlabel="x1", ylabel="x2", title="XOR decision boundary")
        fig.colorbar(filled)
        self._save(fig, name)

    def gradients(self, grads, name):
        """grads: {activation: array (epochs, layers)}"""
        fig, axes = plt.subplots(1, 1 + len(grads), figsize=(6 * (1 + len(grads)), 4.5))
        for act, g in grads.items():
            axes[0].plot(range(1, g.shape[1] + 1), g.mean(0), "o-", label=act)
        axes[0].set(yscale="log", xlabel="Layer", ylabel="Gradient norm", title="Mean over training")
        axes[0].legend()
        for ax, (act, g) in zip(axes[1:], grads.items()):
            for layer in range(g.shape[1]):
                ax.plot(range(1, len(g) + 1), g[:, layer], label=f"layer {layer + 1}")
            ax.set(yscale="log", xlabel="Epoch", title=act)
            ax.legend(fontsize=7)
        self._save(fig, name)

    def train_test(self, runs, name):
        """runs: {label: (train accs, test accs)}"""
        fig, axes = plt.subplots(1, len(runs), figsize=(5 * len(runs), 4), sharey=True)
        for ax, (label, (tr, te)) in zip(axes, runs.items()):
            ax.plot(range(1, len(tr) + 1), tr, label="train")
            ax.plot(range(1, len(te) + 1), te, label="test")
            ax.set(title=label, xlabel="Epoch")
            ax.legend()
        axes[0].set_ylabel("Accuracy")
        self._save(fig, name)

    def confusion(self, matrix, classes, name):
        fig, ax = plt.subplots(figsize=(8, 7))
        im = ax.imshow(matrix, cmap="Blues")
        ax.set_xticks(range(len(classes)), classes, rotation=45)
        ax.set_yticks(range(len(classes)), classes)
        ax.set(xlabel="Predicted", ylabel="True", title="Confusion matrix, CIFAR-10 test set")
        for (i, j), v in np.ndenumerate(matrix):
            ax.text(j, i, int(v), ha="center", va="center", fontsize=7)
        fig.colorbar(im)
        self._save(fig, name)

    def filters(self, weights, name):
        w = (weights - weights.min()) / (weights.max() - weights.min())
        fig, axes = plt.subplots(4, 8, figsize=(9, 5))
        for k, ax in enumerate(axes.flat):
            ax.imshow(w[k].transpose(1, 2, 0))
            ax.axis("off")
        fig.suptitle("Filters of the first convolutional layer")
        self._save(fig, name)

    def activation_maps(self, images, maps, titles, name, n_maps=10):
        fig, axes = plt.subplots(len(images), n_maps + 1, figsize=(1.5 * (n_maps + 1), 1.7 * len(images)))
        for r, image in enumerate(images):
            axes[r, 0].imshow(image.transpose(1, 2, 0).clip(0, 1))
            axes[r, 0].set_title(titles[r], fontsize=8)
            for c in range(n_maps):
                axes[r, c + 1].imshow(maps[r, c], cmap="viridis")
        for ax in axes.flat:
            ax.axis("off")
        self._save(fig, name)
