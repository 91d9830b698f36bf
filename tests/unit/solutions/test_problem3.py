from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from solutions.pytorch.problem1 import evaluate
from solutions.pytorch.problem3 import (
    activation_maps,
    build_cnn,
    build_cnn_variants,
    compare_architectures,
    confusion_matrix,
    count_parameters,
    first_layer_filters,
    train_cnn,
)


def pictures(samples: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(samples, 3, 32, 32, generator=generator), torch.arange(samples) % 10


def nearest_channel() -> nn.Module:
    """Predicts the class whose entry is the largest, for inputs (B, 10)."""
    model = nn.Linear(10, 10, bias=False)
    model.weight.data = torch.eye(10)
    return model


def test_the_cnn_has_the_parameters_of_the_assignment_and_gives_ten_logits() -> None:
    model = build_cnn()
    assert count_parameters(model) == 545_098
    assert model(torch.rand(2, 3, 32, 32)).shape == (2, 10)


def test_training_a_cnn_records_every_epoch() -> None:
    torch.manual_seed(0)
    train, validation = [pictures(20)], [pictures(7, seed=1), pictures(3, seed=2)]
    model = build_cnn()
    history = train_cnn(model, train, validation, epochs=3)
    assert {name: len(values) for name, values in history.items()} == {
        "train_loss": 3,
        "validation_loss": 3,
        "validation_accuracy": 3,
    }
    assert history["train_loss"][-1] < history["train_loss"][0]


def test_the_last_validation_record_is_that_of_the_trained_model_on_all_samples() -> None:
    validation = [pictures(7, seed=1), pictures(3, seed=2)]
    model = nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(3072, 10))
    history = train_cnn(model, [pictures(20)], validation, epochs=1)
    x, y = (torch.cat(parts) for parts in zip(*validation, strict=True))
    model.eval()
    assert history["validation_accuracy"] == [evaluate(model, validation)]
    assert history["validation_loss"] == pytest.approx([nn.CrossEntropyLoss()(model(x), y).item()])


def test_the_confusion_matrix_has_true_classes_in_rows_and_predicted_ones_in_columns() -> None:
    predicted = torch.tensor([3, 3, 5, 0])
    true = torch.tensor([2, 2, 5, 9])
    inputs = nn.functional.one_hot(predicted, 10).float()
    matrix = confusion_matrix(nearest_channel(), [(inputs[:3], true[:3]), (inputs[3:], true[3:])])
    expected = np.zeros((10, 10), dtype=np.int64)
    expected[2, 3], expected[5, 5], expected[9, 0] = 2, 1, 1
    assert matrix.dtype == np.int64
    assert np.array_equal(matrix, expected)


@pytest.mark.parametrize("training", [True, False])
def test_the_confusion_matrix_restores_the_mode(training: bool) -> None:
    model = nearest_channel().train(training)
    confusion_matrix(model, [(torch.rand(4, 10), torch.arange(4))])
    assert model.training is training


def test_the_variants_have_the_parameters_printed_in_the_assignment() -> None:
    variants = build_cnn_variants()
    counts = {name: count_parameters(model) for name, model in variants.items()}
    assert counts == {"CNN_A": 545_098, "CNN_B": 1_080_042, "CNN_C": 1_259_786}
    assert all(model(torch.rand(1, 3, 32, 32)).shape == (1, 10) for model in variants.values())


def test_frozen_parameters_are_not_counted() -> None:
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1))
    model[0].requires_grad_(False)
    assert count_parameters(model) == 3


def test_architectures_are_compared_by_parameters_time_and_accuracy() -> None:
    comparison = compare_architectures([pictures(10)], [pictures(10, seed=1)], epochs=1)
    assert [result["parameters"] for result in comparison.values()] == [545_098, 1_080_042, 1_259_786]
    assert all(result["seconds"] > 0 for result in comparison.values())
    assert all(0 <= result["test_accuracy"] <= 1 for result in comparison.values())


def test_filters_are_the_first_kernels_with_channels_last() -> None:
    model = build_cnn()
    filters = first_layer_filters(model)
    assert filters.shape == (32, 3, 3, 3)
    assert filters[4, 0, 2, 1] == model.state_dict()["0.weight"][4, 1, 0, 2].item()


def test_filters_do_not_change_with_further_training() -> None:
    model = build_cnn()
    filters = first_layer_filters(model)
    before = filters.copy()
    nn.init.zeros_(model.state_dict()["0.weight"])
    assert np.array_equal(filters, before)


def test_activation_maps_are_the_first_convolutions_output_before_its_activation() -> None:
    model = build_cnn()
    images = pictures(3)[0]
    maps = activation_maps(model, images)
    assert maps.shape == (3, 32, 32, 32)
    assert np.allclose(maps, model[0](images).detach().numpy())
    assert maps.min() < 0


def test_a_model_without_a_convolution_has_no_filters() -> None:
    with pytest.raises(ValueError, match="Linear has no convolution"):
        first_layer_filters(nn.Linear(3, 2))
