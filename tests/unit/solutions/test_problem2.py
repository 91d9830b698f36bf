from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.modules.module import register_module_forward_hook
from torch.optim.optimizer import register_optimizer_step_pre_hook

from solutions.pytorch.problem2 import (
    OPTIMIZERS,
    build_deep_mlp,
    build_optimizer,
    build_regularized_mlp,
    compare_optimizers,
    compare_regularization,
    gradient_magnitudes,
    track_gradients,
)


def batch(samples: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(samples, 784, generator=generator), torch.randint(10, (samples,), generator=generator)


def small_network() -> nn.Sequential:
    return nn.Sequential(nn.Linear(784, 8), nn.ReLU(), nn.Linear(8, 10))


@pytest.mark.parametrize(
    ("name", "kind", "settings"),
    [
        ("SGD", torch.optim.SGD, {"lr": 0.01, "momentum": 0}),
        ("SGD+Momentum", torch.optim.SGD, {"lr": 0.01, "momentum": 0.9}),
        ("RMSprop", torch.optim.RMSprop, {"lr": 0.001}),
        ("Adam", torch.optim.Adam, {"lr": 0.001}),
    ],
)
def test_each_optimizer_has_the_settings_of_the_assignment(
    name: str, kind: type[torch.optim.Optimizer], settings: dict[str, float]
) -> None:
    optimizer = build_optimizer(name, small_network().parameters())
    assert type(optimizer) is kind
    assert {key: optimizer.param_groups[0][key] for key in settings} == settings


def test_an_unknown_optimizer_is_an_error_that_names_the_choices() -> None:
    with pytest.raises(ValueError, match=r"'sgd'.*SGD, SGD\+Momentum, RMSprop, Adam"):
        build_optimizer("sgd", small_network().parameters())


def test_optimizers_are_compared_by_curves_and_training_time() -> None:
    # RMSprop's first steps are long: after three epochs its loss was larger than at first with 11 of 60 seeds, after ten with
    # none of 200.
    comparison = compare_optimizers([batch(40), batch(10, seed=1)], [batch(20, seed=2)], epochs=10)
    assert list(comparison) == OPTIMIZERS
    for result in comparison.values():
        assert len(result["train_loss"]) == len(result["test_accuracy"]) == 10
        assert result["train_loss"][-1] < result["train_loss"][0]
        assert result["seconds"] > 0


def test_all_optimizers_start_from_the_same_weights() -> None:
    # The first loss of an epoch of one batch is taken before any step.
    comparison = compare_optimizers([batch(40)], [batch(20)], epochs=1)
    assert len({result["train_loss"][0] for result in comparison.values()}) == 1


def test_a_deep_mlp_has_its_activation_after_each_hidden_layer() -> None:
    model = build_deep_mlp("sigmoid", hidden_layers=5, width=16)
    assert [type(layer) for layer in model] == [nn.Linear, nn.Sigmoid] * 5 + [nn.Linear]
    assert model(torch.rand(2, 784)).shape == (2, 10)


def test_gradient_magnitudes_are_the_mean_absolute_gradients_of_the_weights_from_the_input() -> None:
    model = nn.Sequential(nn.Linear(2, 1), nn.Linear(1, 1))
    model[0].weight.data = torch.tensor([[1.0, 2.0]])
    model[1].weight.data = torch.tensor([[3.0]])
    x, y = torch.tensor([[1.0, -2.0]]), torch.tensor([0.0])
    hidden = (model[0](x)).item()
    magnitudes = gradient_magnitudes(model, x, y, lambda output, _: output.sum())
    assert magnitudes == pytest.approx([3.0 * (1.0 + 2.0) / 2, abs(hidden)])


def test_measuring_gradients_leaves_neither_changed_weights_nor_gradients() -> None:
    model = small_network()
    x, y = batch(10)
    loss_fn = nn.CrossEntropyLoss()
    before = [parameter.clone() for parameter in model.parameters()]
    loss_fn(model(x), y).backward()
    first = gradient_magnitudes(model, x, y, loss_fn)
    second = gradient_magnitudes(model, x, y, loss_fn)
    assert first == second
    assert all(torch.equal(old, new) for old, new in zip(before, model.parameters(), strict=True))
    assert all(parameter.grad is None for parameter in model.parameters())


def test_gradients_are_tracked_for_every_step_while_the_network_learns() -> None:
    model = small_network()
    loader = [batch(10), batch(10, seed=1)]
    loss_fn = nn.CrossEntropyLoss()
    expected_first = gradient_magnitudes(model, *loader[0], loss_fn)
    gradients = track_gradients(model, loader, torch.optim.SGD(model.parameters(), lr=0.1), loss_fn, steps=5)
    assert gradients.shape == (5, 2)
    assert gradients[0] == pytest.approx(expected_first)
    assert len(np.unique(gradients[:, 0])) == 5


def test_sigmoid_gradients_vanish_towards_the_input_of_a_deep_network() -> None:
    torch.manual_seed(0)
    magnitudes = gradient_magnitudes(build_deep_mlp("sigmoid", width=64), *batch(32), nn.CrossEntropyLoss())
    assert magnitudes[0] < magnitudes[-1] / 1000


def test_dropout_follows_each_hidden_layer_and_not_the_output() -> None:
    model = build_regularized_mlp([784, 16, 8, 10], dropout=0.3)
    hidden = [nn.Linear, nn.ReLU, nn.Dropout]
    assert [type(layer) for layer in model] == [*hidden, *hidden, nn.Linear]
    assert {layer.p for layer in model if isinstance(layer, nn.Dropout)} == {0.3}


def test_regularization_is_compared_by_train_and_test_accuracy() -> None:
    comparison = compare_regularization([batch(40)], [batch(20, seed=1)], epochs=2)
    assert list(comparison) == ["none", "l2", "dropout"]
    for result in comparison.values():
        assert len(result["train_accuracy"]) == len(result["test_accuracy"]) == 2
        assert all(0 <= accuracy <= 1 for accuracies in result.values() for accuracy in accuracies)


def test_only_l2_decays_weights_and_only_dropout_drops_neurons() -> None:
    seen: list[tuple[float, float]] = []
    last_dropout = 0.0

    def note_dropout(module: nn.Module, args: object, output: object) -> None:
        nonlocal last_dropout
        if isinstance(module, nn.Dropout):
            last_dropout = module.p

    def note_step(optimizer: torch.optim.Optimizer, args: object, kwargs: object) -> None:
        seen.append((optimizer.param_groups[0]["weight_decay"], last_dropout))

    handles = [register_module_forward_hook(note_dropout), register_optimizer_step_pre_hook(note_step)]
    compare_regularization([batch(20)], [batch(10)], epochs=1)
    for handle in handles:
        handle.remove()
    assert seen == [(0.0, 0.0), (0.001, 0.0), (0.0, 0.5)]


def test_without_regularization_a_small_set_is_learned_by_heart() -> None:
    torch.manual_seed(0)
    train = [batch(30)] * 5
    comparison = compare_regularization(train, [batch(30, seed=1)], epochs=20)
    assert comparison["none"]["train_accuracy"][-1] > 0.9
    assert comparison["none"]["test_accuracy"][-1] < 0.5
