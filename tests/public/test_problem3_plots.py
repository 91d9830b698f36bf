"""Public checks of Problem 3's plots."""

from __future__ import annotations

import numpy as np

from autograder.checks import expect, item
from autograder.checks.figures import expect_figure
from judging.curves import accuracies, losses
from judging.problem2 import expect_panel
from judging.problem3 import expect_heat_map, patterns_found
from probes import plots


@item("3A.curves")
def test_training_and_validation_loss_are_on_one_plot(student, material, evidence):
    """`plot_training` draws training and validation loss on the same axes, labelled, with a legend and axis labels."""
    epochs = material.number("3A plot epochs", 3, 7)
    history = {name: losses(material, f"3A plot {name}", epochs) for name in ("train_loss", "validation_loss")}
    history["validation_accuracy"] = accuracies(material, "3A plot accuracy", epochs)
    figure = student.ask(plots.draw, function="plot_training", arguments=(history,))
    expect_figure(figure, evidence, "Training and validation loss")
    expect_panel(figure, {"train": history["train_loss"], "val": history["validation_loss"]})


@item("3A.confusion-matrix")
def test_the_confusion_matrix_is_drawn(student, material, thresholds, evidence):
    """`plot_confusion_matrix` draws the 10 by 10 matrix as a heat map, with both axes labelled and the classes named."""
    generator = material.generator("3A drawn matrix")
    matrix = generator.integers(0, 90, (10, 10)) + np.diag(generator.integers(200, 700, 10))
    figure = student.ask(plots.draw, function="plot_confusion_matrix", arguments=(matrix,))
    expect_figure(figure, evidence, "The confusion matrix")
    expect_heat_map(figure, matrix, thresholds["credit_without_class_names"])


@item("3C.filters")
def test_eight_or_more_filters_are_drawn(student, material, thresholds, evidence):
    """`plot_filters` draws at least eight of the filters, each as a small picture."""
    filters = 0.2 * material.noise("3C drawn filters", 32, 3, 3, 3)
    figure = student.ask(plots.draw, function="plot_filters", arguments=(filters,))
    expect_figure(figure, evidence, "Filters of the first convolution", labels=False)
    panels = [axes["image"] for axes in figure["axes"] if axes["image"] is not None]
    shown, fewest = len(patterns_found(panels, filters)), int(thresholds["fewest_filters"])
    evidence.fact("filters seen in the figure", shown, f"{fewest} or more")
    expect(panels, "The figure shows no images: draw each filter with `imshow`.")
    expect(
        shown >= fewest,
        f"{shown} of the filters are seen in the figure, in {len(panels)} images; {fewest} or more were expected, each "
        "scaled to the range of colours as a whole, so that negative weights are not cut off.",
    )


@item("3C.activation-maps")
def test_maps_of_two_or_more_images_are_drawn(student, material, thresholds, evidence):
    """`plot_activation_maps` draws activation maps of each image that it is given."""
    count, filters = material.number("3C drawn images", 3, 4), material.number("3C drawn maps", 9, 14)
    maps = material.noise("3C drawn pictures", count, filters, 8, 8)
    figure = student.ask(plots.draw, function="plot_activation_maps", arguments=(maps,))
    expect_figure(figure, evidence, "Activation maps of the first convolution", labels=False)
    panels = [axes["image"] for axes in figure["axes"] if axes["image"] is not None]
    expect(panels, "The figure shows no images: draw each map with `imshow`.")
    fewest = int(thresholds["fewest_images"])
    counts = [len(patterns_found(panels, each) | patterns_found(panels, np.maximum(each, 0))) for each in maps]
    evidence.fact("maps seen of each image", counts, f"one or more of at least {fewest} images")
    expect(
        sum(count > 0 for count in counts) >= fewest,
        f"The figure shows maps of {sum(count > 0 for count in counts)} images; {fewest} or more were expected.",
    )
