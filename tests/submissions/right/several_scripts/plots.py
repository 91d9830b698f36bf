"""All plots. Every function returns the figure."""
import matplotlib.pyplot as plt
import numpy as np

LABELS = "airplane automobile bird cat deer dog frog horse ship truck".split()


def curves(ax, lines, title, ylabel):
    for label, values in lines.items():
        ax.plot(np.arange(1, len(values) + 1), values, label=label)
    ax.set_title(title)
    ax.set_xlabel("epochs")
    ax.set_ylabel(ylabel)
    ax.legend(loc="best")


def plot_activations(comparison):
    fig, ax = plt.subplots()
    curves(ax, {k: v["train_loss"] for k, v in comparison.items()}, "Problem 1B", "training loss")
    return fig


def plot_decision_boundary(boundary):
    xx, yy, probabilities = boundary
    fig, ax = plt.subplots()
    image = ax.imshow(
        probabilities,
        extent=(xx.min(), xx.max(), yy.min(), yy.max()),
        origin="lower",
        cmap="PiYG",
        vmin=0,
        vmax=1,
    )
    fig.colorbar(image, label="output of the network")
    ax.contour(xx, yy, probabilities, [0.5])
    ax.plot([0, 1], [0, 1], "ko", label="0")
    ax.plot([0, 1], [1, 0], "k^", label="1")
    ax.set_title("XOR decision boundary")
    ax.set_xlabel("x1")
    ax.set_ylabel("x2")
    ax.legend()
    return fig


def plot_optimizers(comparison):
    fig, axes = plt.subplots(ncols=2, figsize=(11, 4))
    for ax, key, text in zip(axes, ("train_loss", "test_accuracy"), ("training loss", "test accuracy")):
        curves(ax, {name: entry[key] for name, entry in comparison.items()}, "Optimizers", text)
    return fig


def plot_gradients(gradients):
    """Left: the first training step. Right: the mean over all steps."""
    fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    for activation, table in gradients.items():
        layers = np.arange(table.shape[1]) + 1
        axes[0].plot(layers, table[0], "x-", label=activation)
        axes[1].plot(layers, np.mean(table, axis=0), "x-", label=activation)
    for ax, title in zip(axes, ("at the first step", "mean over the training")):
        ax.set(yscale="log", xlabel="layer", ylabel="mean absolute gradient", title=title)
        ax.legend()
    return fig


def plot_regularization(comparison):
    fig, axes = plt.subplots(1, 2, figsize=(11, 4), sharey=True)
    for ax, split in zip(axes, ("train", "test")):
        lines = {f"{name} {split}": entry[f"{split}_accuracy"] for name, entry in comparison.items()}
        curves(ax, lines, f"{split} accuracy", "accuracy")
    return fig


def plot_training(history):
    fig, axes = plt.subplots(1, 2, figsize=(11, 4))
    losses = {"training": history["train_loss"], "validation": history["validation_loss"]}
    curves(axes[0], losses, "CNN on CIFAR-10", "cross entropy")
    curves(axes[1], {"validation": history["validation_accuracy"]}, "CNN on CIFAR-10", "accuracy")
    return fig


def plot_confusion_matrix(matrix):
    fig, ax = plt.subplots(figsize=(8, 7))
    mesh = ax.pcolormesh(matrix, cmap="magma")
    ax.invert_yaxis()
    ax.set_xticks(np.arange(10) + 0.5, LABELS, rotation=60)
    ax.set_yticks(np.arange(10) + 0.5, LABELS)
    ax.set(xlabel="predicted", ylabel="true", title="Confusion matrix")
    fig.colorbar(mesh)
    return fig


def plot_filters(filters):
    # all filters next to each other in one big image, with a white line between
    filters = (filters - filters.min()) / (filters.max() - filters.min())
    fig, axes = plt.subplots(4, 8, figsize=(8, 4.4))
    for ax in axes.ravel():
        ax.set_axis_off()
    for ax, kernel in zip(axes.ravel(), filters):
        ax.imshow(kernel)
    fig.suptitle("3C: kernels of the first convolution")
    return fig


def plot_activation_maps(maps):
    count = min(8, maps.shape[1])
    fig, axes = plt.subplots(maps.shape[0], count, figsize=(count * 1.3, maps.shape[0] * 1.5))
    axes = np.reshape(axes, (maps.shape[0], count))
    for i in range(maps.shape[0]):
        for j in range(count):
            axes[i, j].imshow(maps[i, j], cmap="inferno")
            axes[i, j].set_xticks([])
            axes[i, j].set_yticks([])
        axes[i, 0].set_ylabel(f"image {i}")
    fig.suptitle("3C: activation maps")
    return fig
