from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from solutions.pytorch.problem1 import (
    XOR_INPUTS,
    build_mlp,
    build_xor_model,
    compare_activations,
    decision_boundary,
    evaluate,
    train_epoch,
    train_xor,
)


def digits(samples: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    """Ten noisy patterns of 784 pixels that a network can tell apart."""
    generator = torch.Generator().manual_seed(seed)
    y = torch.arange(samples) % 10
    x = torch.zeros(samples, 784)
    x[torch.arange(samples), y] = 5.0
    return x + 0.1 * torch.rand(samples, 784, generator=generator), y


def layer_types(model: nn.Sequential) -> list[type[nn.Module]]:
    return [type(layer) for layer in model]


def test_an_mlp_has_an_activation_after_every_layer_but_the_last() -> None:
    model = build_mlp([5, 4, 3, 2], "tanh")
    assert layer_types(model) == [nn.Linear, nn.Tanh, nn.Linear, nn.Tanh, nn.Linear]
    assert [tuple(layer.weight.shape) for layer in model if isinstance(layer, nn.Linear)] == [
        (4, 5),
        (3, 4),
        (2, 3),
    ]


def test_an_mlp_without_hidden_layers_is_one_linear_layer() -> None:
    assert layer_types(build_mlp([5, 2])) == [nn.Linear]


def test_an_unknown_activation_is_an_error_that_names_the_choices() -> None:
    with pytest.raises(ValueError, match=r"'gelu'.*relu, sigmoid, tanh"):
        build_mlp([5, 2], "gelu")


def test_an_epoch_returns_the_mean_loss_over_samples_of_unequal_batches() -> None:
    x, y = digits(50)
    model = build_mlp([784, 10])
    standing_still = torch.optim.SGD(model.parameters(), lr=0.0)
    loss_fn = nn.CrossEntropyLoss()
    loss = train_epoch(model, [(x[:45], y[:45]), (x[45:], y[45:])], standing_still, loss_fn)
    assert loss == pytest.approx(loss_fn(model(x), y).item(), rel=1e-5)


def test_an_epoch_takes_one_step_for_each_batch_with_that_batchs_gradient_alone() -> None:
    batches = [(torch.tensor([[1.0]]), torch.tensor([[0.0]])), (torch.tensor([[2.0]]), torch.tensor([[1.0]]))]
    model = nn.Linear(1, 1, bias=False)
    nn.init.constant_(model.weight, 1.0)
    train_epoch(model, batches, torch.optim.SGD(model.parameters(), lr=0.1), nn.MSELoss())
    after_first = 1.0 - 0.1 * 2 * (1.0 * 1.0 - 0.0) * 1.0
    after_second = after_first - 0.1 * 2 * (after_first * 2.0 - 1.0) * 2.0
    assert model.weight.item() == pytest.approx(after_second)


def test_an_epoch_trains_in_training_mode() -> None:
    model = nn.Sequential(nn.Linear(784, 10), nn.BatchNorm1d(10))
    model.eval()
    train_epoch(model, [digits(20)], torch.optim.SGD(model.parameters(), lr=0.1), nn.CrossEntropyLoss())
    assert model.training
    assert model.state_dict()["1.num_batches_tracked"] == 1


def test_accuracy_counts_samples_not_batches() -> None:
    model = nn.Linear(2, 2, bias=False)
    model.weight.data = torch.eye(2)
    first, second = torch.tensor([[1.0, 0.0]]), torch.tensor([[0.0, 1.0]])
    loader = [(first.repeat(9, 1), torch.zeros(9)), (second, torch.zeros(1))]
    assert evaluate(model, loader) == pytest.approx(0.9)


@pytest.mark.parametrize("training", [True, False])
def test_evaluation_switches_dropout_off_and_restores_the_mode(training: bool) -> None:
    model = nn.Sequential(nn.Linear(784, 10), nn.Dropout(0.9)).train(training)
    loader = [digits(200)]
    assert evaluate(model, loader) == evaluate(model, loader)
    assert model.training is training


def test_activations_are_compared_by_loss_curves_and_final_accuracy() -> None:
    x, y = digits(100)
    comparison = compare_activations([(x[:60], y[:60]), (x[60:], y[60:])], [digits(50, seed=1)], epochs=20)
    assert list(comparison) == ["relu", "sigmoid", "tanh"]
    for result in comparison.values():
        assert len(result["train_loss"]) == 20
        assert result["train_loss"][-1] < result["train_loss"][0]
    assert comparison["relu"]["test_accuracy"] > 0.9


def test_a_comparison_repeats_with_the_callers_seed_and_differs_with_another() -> None:
    loader = [digits(20)]

    def losses(seed: int) -> list[float]:
        torch.manual_seed(seed)
        result: list[float] = compare_activations(loader, loader, epochs=1)["relu"]["train_loss"]
        return result

    assert losses(1) == losses(1)
    assert losses(1) != losses(2)


@pytest.mark.parametrize("hidden", [2, 3, 4])
def test_an_xor_model_gives_probabilities(hidden: int) -> None:
    model = build_xor_model(hidden)
    probabilities = model(100 * torch.tensor(XOR_INPUTS))
    assert probabilities.shape == (4, 1)
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert model[0].out_features == hidden


@pytest.mark.parametrize("seed", range(5))
def test_xor_is_learned_from_any_seed(seed: int) -> None:
    torch.manual_seed(seed)
    assert answers(train_xor()) == [False, True, True, False]


def test_a_stuck_xor_model_starts_again_from_fresh_weights() -> None:
    torch.manual_seed(0)
    model = build_xor_model(2)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)  # with equal weights both neurons stay equal, and one neuron cannot solve XOR
    assert train_xor(model) is model
    assert answers(model) == [False, True, True, False]


def answers(model: nn.Module) -> list[bool]:
    with torch.no_grad():
        return [bool(probability > 0.5) for probability in model(torch.tensor(XOR_INPUTS))]


def test_the_decision_boundary_holds_the_models_probability_at_each_point() -> None:
    model = build_xor_model()
    xx, yy, probabilities = decision_boundary(model, resolution=11)
    assert xx.shape == yy.shape == probabilities.shape == (11, 11)
    assert xx[0, 0] == yy[0, 0] == -0.5
    assert xx[-1, -1] == yy[-1, -1] == 1.5
    point = torch.tensor([[xx[2, 7], yy[2, 7]]], dtype=torch.float32)
    assert probabilities[2, 7] == pytest.approx(model(point).item(), abs=1e-6)
    assert np.all((probabilities >= 0) & (probabilities <= 1))
