"""A figure is read off as a person sees it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pytest

from autograder.worker.probing.errors import Unsuitable
from autograder.worker.probing.figures import figures_of, inspect


@pytest.fixture(autouse=True)
def _closed():
    plt.close("all")
    yield
    plt.close("all")


def test_lines_labels_titles_and_legend_are_read():
    figure, axes = plt.subplots()
    axes.plot([1, 2, 3], [3.0, 2.0, 1.0], label="relu")
    axes.plot([1, 2, 3], [3.0, 2.5, 2.0])
    axes.axhline(0.5)
    axes.set(title="Losses", xlabel="epoch", ylabel="loss")
    axes.legend()
    (read,) = inspect([figure])["axes"]
    assert (read["title"], read["x_label"], read["y_label"]) == ("Losses", "epoch", "loss")
    assert read["legend"] == ["relu"]
    assert read["lines"][0] == {"label": "relu", "x": [1, 2, 3], "y": [3, 2, 1]}
    assert read["lines"][1]["label"] == ""


def test_a_legend_of_the_whole_figure_counts_for_its_axes():
    figure, axes = plt.subplots()
    axes.plot([1, 2], label="relu")
    figure.legend()
    assert inspect([figure])["axes"][0]["legend"] == ["relu"]


def test_images_and_meshes_give_their_numbers():
    figure, (left, right) = plt.subplots(1, 2)
    left.imshow(np.arange(4).reshape(2, 2))
    right.pcolormesh(np.arange(6.0).reshape(2, 3))
    one, other = inspect([figure])["axes"]
    assert one["image"].tolist() == [[0, 1], [2, 3]]
    assert other["images"] == [[2, 3]]


def test_filled_contours_are_noticed():
    figure, axes = plt.subplots()
    axes.contourf(np.outer(np.arange(5), np.arange(5)))
    assert inspect([figure])["axes"][0]["contours"] >= 1


def test_the_picture_is_a_png():
    figure = plt.figure()
    assert inspect([figure])["pictures"][0][:4].tobytes() == b"\x89PNG"


def test_axes_and_tuples_lead_to_their_figure():
    figure, axes = plt.subplots()
    assert figures_of(axes, "plot") == [figure]
    assert figures_of((figure, axes), "plot") == [figure]


def test_a_function_that_only_shows_its_figure_is_understood():
    figure = plt.figure()
    plt.plot([1, 2])
    plt.show()
    assert figures_of(None, "plot") == [figure]


def test_no_figure_at_all_is_told():
    with pytest.raises(Unsuitable, match="`plot_activations` returned None and drew no figure"):
        figures_of(None, "plot_activations")


def test_all_figures_that_a_function_leaves_open_are_read_as_one():
    for title in ("loss", "accuracy"):
        plt.figure()
        plt.plot([1, 2], [3, 4])
        plt.title(title)
    read = inspect(figures_of(None, "plot"))
    assert [axes["title"] for axes in read["axes"]] == ["loss", "accuracy"]
    assert len(read["pictures"]) == 2


def test_titles_and_legends_of_subfigures_count():
    figure = plt.figure()
    left, right = figure.subfigures(1, 2)
    left.subplots().plot([1, 2], label="relu")
    left.suptitle("Image 1")
    left.legend()
    right.subplots()
    read = inspect([figure])
    assert read["title"] == "Image 1"
    assert [axes["legend"] for axes in read["axes"]] == [["relu"], []]
