"""Which line is which, by a legend that explains colours and dashes apart."""

from __future__ import annotations

import matplotlib.pyplot as plt
import pandas as pd
import pytest
import seaborn as sns
from matplotlib.lines import Line2D

from autograder.worker.probing.figures import inspect

RUNS = ("none", "L2", "dropout")
LONG = pd.DataFrame(
    [(run, split, epoch, epoch + len(run)) for run in RUNS for split in ("train", "test") for epoch in range(3)],
    columns=["run", "split", "epoch", "value"],
)


def labels(axes) -> list[str]:
    return [line["label"] for line in inspect([axes.figure])["axes"][0]["lines"]]


@pytest.fixture(autouse=True)
def closed():
    yield
    plt.close("all")


@pytest.mark.parametrize("marker", [None, "o"])
def test_colours_and_dashes_name_a_line_together(marker):
    axes = sns.lineplot(LONG, x="epoch", y="value", hue="run", style="split", estimator=None, marker=marker)
    assert labels(axes) == [f"{run} {split}" for run in RUNS for split in ("train", "test")]


@pytest.mark.parametrize("by", [{"hue": "split"}, {"style": "split"}, {"hue": "split", "style": "split"}])
def test_one_of_the_two_is_enough(by):
    axes = sns.lineplot(LONG[LONG.run == "L2"], x="epoch", y="value", estimator=None, **by)
    assert labels(axes) == ["train", "test"]


def test_a_legend_that_tells_nothing_of_a_line_gives_it_no_label():
    _, axes = plt.subplots()
    axes.plot([1, 2], color="red")
    axes.plot([2, 1], color="blue")
    axes.legend(handles=[Line2D([], [], color="red")], labels=["loss"])
    assert labels(axes) == ["loss", ""]


def test_two_entries_that_look_alike_name_no_line():
    _, axes = plt.subplots()
    axes.plot([1, 2], color="red")
    axes.legend(handles=[Line2D([], [], color="red"), Line2D([], [], color="red")], labels=["one", "other"])
    assert labels(axes) == [""]


def test_one_legend_for_twin_axes_names_the_lines_of_both():
    _, left = plt.subplots()
    right = left.twinx()
    lines = [
        axes.plot([1, 2], f"{colour}{dash}")[0] for axes, colour in ((left, "b"), (right, "r")) for dash in ("-", "--")
    ]
    names = ["loss, training", "loss, validation", "accuracy, training", "accuracy, validation"]
    left.legend(lines, names)
    found = [[line["label"] for line in axes["lines"]] for axes in inspect([left.figure])["axes"]]
    assert found == [names[:2], names[2:]]
