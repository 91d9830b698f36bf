from __future__ import annotations

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from solutions.pytorch.plots import (
    CIFAR10_CLASSES,
    plot_activation_maps,
    plot_activations,
    plot_confusion_matrix,
    plot_decision_boundary,
    plot_filters,
    plot_gradients,
    plot_optimizers,
    plot_regularization,
    plot_training,
)


def legend(axes: Axes) -> list[str]:
    box = axes.get_legend()
    return [] if box is None else [text.get_text() for text in box.get_texts()]


def curves(axes: Axes) -> dict[str, list[float]]:
    return {str(line.get_label()): list(np.asarray(line.get_ydata(), float)) for line in axes.get_lines()}


def is_labelled(axes: Axes) -> bool:
    return bool(axes.get_title() and axes.get_xlabel() and axes.get_ylabel())


def test_activations_have_a_loss_curve_each_from_epoch_one() -> None:
    comparison = {
        "relu": {"train_loss": [0.5, 0.2], "test_accuracy": 0.9},
        "tanh": {"train_loss": [0.6, 0.3], "test_accuracy": 0.8},
    }
    (axes,) = plot_activations(comparison).axes
    assert curves(axes) == {"relu": [0.5, 0.2], "tanh": [0.6, 0.3]}
    assert np.array_equal(axes.get_lines()[0].get_xdata(), [1, 2])
    assert legend(axes) == ["relu", "tanh"]
    assert is_labelled(axes)


def test_optimizers_have_their_losses_and_accuracies_on_axes_of_their_own() -> None:
    comparison = {
        "SGD": {"train_loss": [2.0, 1.0], "test_accuracy": [0.3, 0.6], "seconds": 1.0},
        "Adam": {"train_loss": [1.0, 0.5], "test_accuracy": [0.8, 0.9], "seconds": 1.0},
    }
    losses, accuracies = plot_optimizers(comparison).axes
    assert curves(losses) == {"SGD": [2.0, 1.0], "Adam": [1.0, 0.5]}
    assert curves(accuracies) == {"SGD": [0.3, 0.6], "Adam": [0.8, 0.9]}
    assert is_labelled(losses)
    assert is_labelled(accuracies)


def test_more_configurations_than_colours_are_all_drawn() -> None:
    comparison = {str(number): {"train_loss": [1.0, 0.5]} for number in range(6)}
    (axes,) = plot_activations(comparison).axes
    assert len(axes.get_lines()) == 6


def test_the_decision_boundary_shows_contours_and_the_four_cases() -> None:
    ticks = np.linspace(-0.5, 1.5, 20)
    xx, yy = np.meshgrid(ticks, ticks)
    axes, colour_bar = plot_decision_boundary((xx, yy, np.abs(xx - yy) / 2)).axes
    assert legend(axes) == ["XOR = 0", "XOR = 1"]
    assert is_labelled(axes)
    assert colour_bar.get_ylabel() == "Probability of 1"


def test_gradients_of_each_activation_are_drawn_over_the_layers_and_over_the_steps() -> None:
    gradients = {
        "sigmoid": np.array([[1e-8, 1e-2], [3e-8, 3e-2]]),
        "relu": np.array([[1e-3, 1e-2], [1e-3, 1e-2]]),
    }
    layers, steps = plot_gradients(gradients).axes
    assert curves(layers)["sigmoid"] == pytest.approx([2e-8, 2e-2])
    assert curves(steps)["sigmoid, first layer"] == pytest.approx([1e-8, 3e-8])
    assert layers.get_yscale() == steps.get_yscale() == "log"
    assert is_labelled(layers)
    assert is_labelled(steps)


def test_regularization_has_train_and_test_curves_of_each_configuration() -> None:
    comparison = {
        "none": {"train_accuracy": [0.9, 1.0], "test_accuracy": [0.8, 0.8]},
        "l2": {"train_accuracy": [0.8, 0.9], "test_accuracy": [0.8, 0.9]},
    }
    (axes,) = plot_regularization(comparison).axes
    assert legend(axes) == ["none, train", "none, test", "l2, train", "l2, test"]
    assert curves(axes)["none, train"] == [0.9, 1.0]
    assert is_labelled(axes)


def test_training_shows_both_losses_together_and_the_accuracy_beside_them() -> None:
    history = {"train_loss": [2.0, 1.0], "validation_loss": [2.1, 1.5], "validation_accuracy": [0.2, 0.4]}
    losses, accuracy = plot_training(history).axes
    assert curves(losses) == {"training": [2.0, 1.0], "validation": [2.1, 1.5]}
    assert curves(accuracy) == {"validation": [0.2, 0.4]}
    assert is_labelled(losses)


def test_the_confusion_matrix_shows_counts_and_class_names() -> None:
    matrix = np.arange(100).reshape(10, 10)
    axes = plot_confusion_matrix(matrix).axes[0]
    assert np.array_equal(np.asarray(axes.get_images()[0].get_array()), matrix)
    assert [label.get_text() for label in axes.get_xticklabels()] == CIFAR10_CLASSES
    assert [label.get_text() for label in axes.get_yticklabels()] == CIFAR10_CLASSES
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("Predicted class", "True class")
    (count_of_dog_as_cat,) = [text for text in axes.texts if text.get_position() == (3, 5)]
    assert count_of_dog_as_cat.get_text() == "53"


def pictures_of(figure: Figure) -> list[np.ndarray]:
    return [np.asarray(image.get_array()) for axes in figure.axes for image in axes.get_images()]


def test_each_filter_is_a_picture_scaled_to_the_whole_range() -> None:
    filters = np.random.default_rng(0).normal(size=(10, 3, 3, 3))
    figure = plot_filters(filters)
    pictures = pictures_of(figure)
    assert len(pictures) == 10
    assert all(picture.min() == 0 and picture.max() == 1 for picture in pictures)
    assert figure.get_suptitle()


def test_a_filter_of_equal_weights_is_drawn_too() -> None:
    assert len(pictures_of(plot_filters(np.ones((1, 3, 3, 3))))) == 1


def test_activation_maps_are_eight_a_row_for_each_image() -> None:
    maps = np.random.default_rng(0).normal(size=(2, 32, 6, 6))
    pictures = pictures_of(plot_activation_maps(maps))
    assert len(pictures) == 16
    assert np.array_equal(pictures[8], maps[1, 0])
