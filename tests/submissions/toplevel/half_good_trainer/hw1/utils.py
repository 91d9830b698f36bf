import os
import random

import matplotlib.pyplot as plt
import numpy as np
import torch

RESULTS = "results"
os.makedirs(RESULTS, exist_ok=True)


def get_device():
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def set_seed(seed=0):
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def plot_curves(curves, title, ylabel, filename):
    """curves: словарь имя -> список значений по эпохам"""
    fig, ax = plt.subplots(figsize=(8, 5))
    for name, values in curves.items():
        ax.plot(range(1, len(values) + 1), values, label=name)
    ax.set_xlabel("Epoch")
    ax.set_ylabel(ylabel)
    ax.set_title(title)
    ax.legend()
    ax.grid(alpha=0.3)
    save(fig, filename)


def save(fig, filename):
    fig.tight_layout()
    fig.savefig(os.path.join(RESULTS, filename), dpi=150)
    plt.show()
    plt.close(fig)
