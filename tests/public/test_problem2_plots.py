"""Public checks of Problem 2's plots."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.checks import Failed, expect, item
from autograder.checks.figures import expect_figure
from judging.curves import accuracies, gradient_magnitudes, losses
from judging.problem2 import CONFIGURATIONS, OPTIMIZERS, expect_panel
from probes import plots


@item("2A.loss-plot")
def test_loss_curves_of_the_four_optimizers_are_on_one_plot(student, material, evidence):
    """`plot_optimizers` draws the four loss curves on the same axes, labelled, with a legend and axis labels."""
    history = optimizer_histories(material)
    figure = student.ask(plots.draw, function="plot_optimizers", arguments=(history,))
    expect_figure(figure, evidence, "Loss of the four optimizers")
    expect_panel(figure, {name: entry["train_loss"] for name, entry in history.items()})


@item("2A.accuracy-plot")
def test_accuracy_curves_of_the_four_optimizers_are_on_one_plot(student, material, evidence):
    """`plot_optimizers` draws the four test accuracy curves on the same axes, labelled, with a legend and axis labels."""
    history = optimizer_histories(material)
    figure = student.ask(plots.draw, function="plot_optimizers", arguments=(history,))
    expect_figure(figure, evidence, "Test accuracy of the four optimizers")
    expect_panel(figure, {name: entry["test_accuracy"] for name, entry in history.items()})


@item("2B.plot")
def test_gradients_of_sigmoid_and_relu_are_on_one_plot(student, material, evidence):
    """`plot_gradients` draws the magnitudes across the layers, sigmoid and ReLU on the same axes, with a legend."""
    gradients = gradient_magnitudes(material)
    figure = student.ask(plots.draw, function="plot_gradients", arguments=(gradients,))
    expect_figure(figure, evidence, "Gradient magnitudes of sigmoid and ReLU")
    problems = []
    for across in (_mean, _last, _first, _median):
        for scale in (np.asarray, np.log10):
            lines: dict[str, Any] = {name: scale(across(array)) for name, array in gradients.items()}
            if any(all(_has_bars(axes, line) for line in lines.values()) for axes in figure["axes"]):
                return
            try:
                expect_panel(figure, lines)
            except Failed as problem:
                problems.append(problem)
            else:
                return
    # The most telling: lines that are there but not labelled say so; otherwise the means over the steps are missing.
    raise next((problem for problem in problems if "No axes" not in str(problem)), problems[0])


@item("2C.plot")
def test_train_and_test_accuracy_of_each_configuration_are_plotted(student, material, evidence):
    """`plot_regularization` draws train and test accuracy of all three configurations, with a legend and axis labels."""
    epochs = material.number("2C plot epochs", 3, 7)
    lines = {
        (name, split): accuracies(material, f"2C plot {name} {split}", epochs)
        for name in CONFIGURATIONS
        for split in ("train", "test")
    }
    comparison = {
        name: {f"{split}_accuracy": lines[name, split] for split in ("train", "test")} for name in CONFIGURATIONS
    }
    figure = student.ask(plots.draw, function="plot_regularization", arguments=(comparison,))
    expect_figure(figure, evidence, "Train and test accuracy by regularization")
    one_axes = {"": list(lines)}
    by_name = {name: [key for key in lines if key[0] == name] for name in CONFIGURATIONS}
    by_split = {split: [key for key in lines if key[1] == split] for split in ("train", "test")}
    problems = []
    for panels in (one_axes, by_name, by_split):
        try:
            for keys in panels.values():
                _expect_labelled(figure, keys, lines)
        except Failed as problem:
            problems.append(problem)
        else:
            return
    raise problems[0]


def optimizer_histories(material):
    """What `compare_optimizers` could have returned."""
    epochs = material.number("2A plot epochs", 3, 7)
    return {
        name: {
            "train_loss": losses(material, f"2A plot loss {name}", epochs),
            "test_accuracy": accuracies(material, f"2A plot accuracy {name}", epochs),
            "seconds": material.number(f"2A plot seconds {name}", 80, 200) / 10,
        }
        for name in OPTIMIZERS
    }


def _mean(array):
    return array.mean(axis=0)


def _last(array):
    return array[-1]


def _first(array):
    return array[0]


def _median(array):
    return np.median(array, axis=0)


def _has_bars(axes, heights):
    bars = axes["bars"]
    windows = (bars[start : start + len(heights)] for start in range(len(bars) - len(heights) + 1))
    return bool(axes["legend"]) and any(np.allclose(window, heights, rtol=1e-4) for window in windows)


def _expect_labelled(figure, keys, lines):
    """Fail unless some axes hold the lines of these keys, in a legend that tells all lines of the axes apart."""
    missing = [key for key, values in lines.items() if all(_label_of(axes, values) is None for axes in figure["axes"])]
    expect(not missing, f"The figure lacks the lines of {'; '.join(map(', '.join, missing))}.")
    fitting = [axes for axes in figure["axes"] if all(_label_of(axes, lines[key]) is not None for key in keys)]
    expect(fitting, "The lines of train and test accuracy are on different axes, so they can't be compared.")
    expect(fitting[0]["legend"], "The lines are drawn, but the axes have no legend: call `legend()`.")
    labels = [label for values in lines.values() if (label := _label_of(fitting[0], values)) is not None]
    expect(
        all(labels) and len(set(labels)) == len(labels),
        "The legend does not tell the lines apart: give each a label of its own, with configuration and train or test.",
    )


def _label_of(axes, values):
    """The label of the line with these values, or with them in percent; None when there is none."""
    for line in axes["lines"]:
        for scale in (1, 100):
            if len(line["y"]) == len(values) and np.allclose(line["y"], scale * np.array(values)):
                return line["label"]
    return None
