"""Draws the figures from the files in results/.  python plot_results.py [part ...]"""
import os
import sys

import matplotlib
matplotlib.use("Agg")
import torch

from utils import plotting
from utils.common import RESULTS, load_json
from utils.data import CIFAR_CLASSES


def pick(logs, key):
    return {name: log[key] for name, log in logs.items()}


def draw_1a():
    log = load_json("1a")
    plotting.curves({"train": log["train_loss"], "test": log["test_loss"]}, "epoch", "loss", "1A: MLP 784-128-64-10", "1a_loss.png")


def draw_1b():
    plotting.curves(pick(load_json("1b"), "train_loss"), "epoch", "training loss", "1B: activation functions", "1b_loss.png", markers=True)


def draw_1c():
    r = load_json("1c")
    plotting.decision_boundary(r["axis"], r["surface"], r["points"], r["targets"], "1c_boundary.png")


def draw_2a():
    logs = load_json("2a")
    plotting.curves(pick(logs, "train_loss"), "epoch", "training loss", "2A: training loss of the optimizers", "2a_loss.png")
    plotting.curves(pick(logs, "test_acc"), "epoch", "test accuracy (%)", "2A: test accuracy of the optimizers", "2a_accuracy.png")


def draw_2b():
    r = load_json("2b")
    for act in r:
        columns = list(zip(*r[act]["history"]))
        series = {f"hidden {i + 1}": c for i, c in enumerate(columns[:-1])}
        series["output"] = columns[-1]
        plotting.curves(series, "x 100 batches", "norm of the gradient", f"2B: gradients during training, {act}", f"2b_history_{act}.png", log=True)
    plotting.curves({a: r[a]["per_layer"] for a in r}, "layer (1 = first hidden, 7 = output)", "mean norm of the gradient",
                    "2B: sigmoid vs ReLU", "2b_layers.png", log=True, markers=True)


def draw_2c():
    plotting.train_vs_test(load_json("2c"), "2c_accuracy.png")


def draw_3a():
    log = load_json("3a")
    plotting.curves({"training": log["train_loss"], "validation (test set)": log["test_loss"]}, "epoch", "loss", "3A: loss of the CNN", "3a_loss.png")
    plotting.matrix(log["confusion_matrix"], CIFAR_CLASSES, f"3A: confusion matrix ({log['final_test_acc']:.1f}%)", "3a_confusion.png")


def draw_3b():
    plotting.curves(pick(load_json("3b"), "test_acc"), "epoch", "test accuracy (%)", "3B: architectures", "3b_accuracy.png")


def draw_3c():
    d = torch.load(os.path.join(RESULTS, "3c.pt"))
    plotting.image_grid([f.permute(1, 2, 0).numpy() for f in d["filters"]], 4, 8, "3C: filters of conv1", "3c_filters.png")
    for i in range(3):
        name = CIFAR_CLASSES[d["labels"][i]]
        pictures = [m.numpy() for m in d["maps"][i, :16]]
        plotting.image_grid([d["images"][i].permute(1, 2, 0).numpy()], 1, 1, name, f"3c_image{i}.png")
        plotting.image_grid(pictures, 2, 8, f"3C: activation maps of conv1, {name}", f"3c_maps{i}.png", cmap="gray")


def draw_bonus():
    log = load_json("bonus")
    plotting.curves({"train": log["train_loss"], "test": log["test_loss"]}, "epoch", "loss", "Bonus: ResNet18", "bonus_loss.png")


DRAW = {"1a": draw_1a, "1b": draw_1b, "1c": draw_1c, "2a": draw_2a, "2b": draw_2b, "2c": draw_2c,
        "3a": draw_3a, "3b": draw_3b, "3c": draw_3c, "bonus": draw_bonus}


def draw(part):
    DRAW[part]()


if __name__ == "__main__":
    parts = sys.argv[1:] or list(DRAW)
    for p in parts:
        try:
            draw(p)
        except FileNotFoundError as e:
            print("skipping", p, "-", e)
