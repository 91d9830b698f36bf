"""Dropout that code writes out is known by its values, drops in training as it was recorded, and nothing in evaluation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from autograder.trace import dropouts
from autograder.trace.graphs import compute
from autograder.trace.layers import layers
from autograder.worker.tracing import networks
from autograder.worker.tracing.exporting import exported

Drop = Callable[[torch.Tensor], torch.Tensor]


def _indexed(h: torch.Tensor) -> torch.Tensor:
    h = h.clone()
    h[torch.rand_like(h) < 0.3] = 0
    return h / 0.7


def _without_gradients(h: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        mask = (torch.rand(h.shape) < 0.7).float() / 0.7
    return h * mask


def _in_place(h: torch.Tensor) -> torch.Tensor:
    mask = torch.rand(h.shape)
    mask = (mask < 0.7).float()
    mask /= 0.7
    mask *= h
    return mask


WAYS: list[tuple[str, Drop, float]] = [
    ("greater", lambda h: h * (torch.rand_like(h) > 0.4).float() / (1 - 0.4), 0.4),
    ("less", lambda h: h * (torch.rand(h.shape) < 0.75) / 0.75, 0.25),
    ("mask scaled first", lambda h: ((torch.rand_like(h) >= 0.5).to(h.dtype) / 0.5) * h, 0.5),
    ("bernoulli", lambda h: h * torch.bernoulli(torch.full_like(h, 0.8)) / 0.8, 0.2),
    ("bernoulli in place", lambda h: h * torch.empty_like(h).bernoulli_(0.7) / 0.7, 0.3),
    ("bernoulli of one half", lambda h: h * torch.empty_like(h).bernoulli_() / 0.5, 0.5),
    ("bernoulli in zeros", lambda h: torch.zeros(h.shape).bernoulli_(0.1).mul(h).div(0.1), 0.9),
    ("bernoulli of ones", lambda h: torch.bernoulli(torch.ones_like(h) * 0.75) / 0.75 * h, 0.25),
    ("bernoulli of a shape", lambda h: h * torch.bernoulli(torch.full(h.shape, 0.6)) * (1 / 0.6), 0.4),
    ("bernoulli with p", lambda h: h * torch.bernoulli(h, p=0.6) / 0.6, 0.4),
    ("a distribution", lambda h: h * torch.distributions.Bernoulli(0.6).sample(h.shape) / 0.6, 0.4),
    ("uniform in place", lambda h: h * (torch.empty_like(h).uniform_() > 0.3).float() / 0.7, 0.3),
    ("uniform within bounds", lambda h: h * (torch.empty_like(h).uniform_(0, 2) > 0.6) / 0.7, 0.3),
    ("divided before", lambda h: h / 0.7 * (torch.rand_like(h) < 0.7), 0.3),
    ("multiplied before", lambda h: (h * (1 / 0.7)) * (torch.rand_like(h) < 0.7).to(torch.float32), 0.3),
    ("where", lambda h: torch.where(torch.rand_like(h) < 0.7, h / 0.7, torch.zeros_like(h)), 0.3),
    ("where and a number", lambda h: torch.where(torch.rand_like(h) < 0.3, 0.0, h) / 0.7, 0.3),
    ("masked fill", lambda h: h.masked_fill(torch.rand_like(h) < 0.3, 0) / 0.7, 0.3),
    ("masked fill, scaled before", lambda h: (h / 0.7).masked_fill(torch.rand(h.shape) < 0.3, 0.0), 0.3),
    ("floor", lambda h: h / 0.7 * torch.floor(torch.rand_like(h) + 0.7), 0.3),
    ("not", lambda h: h * ~(torch.rand_like(h) < 0.3) / 0.7, 0.3),
    ("one less", lambda h: h * (1 - (torch.rand_like(h) < 0.3).float()) / 0.7, 0.3),
    ("a tensor for p", lambda h: h * (torch.rand_like(h) > torch.tensor(0.3)) / 0.7, 0.3),
    ("whole numbers", lambda h: h * torch.randint(0, 2, h.shape) * 2, 0.5),
    ("without gradients", _without_gradients, 0.3),
    ("indexed", _indexed, 0.3),
    ("in place", _in_place, 0.3),
]
# What is left is as it was: evaluation multiplies by the share of it.
NOT_INVERTED: list[tuple[str, Drop, float]] = [
    ("bernoulli", lambda h: h * torch.empty_like(h).bernoulli_(0.7), 0.3),
    ("greater", lambda h: h * (torch.rand_like(h) > 0.3).float(), 0.3),
    ("masked fill", lambda h: h.masked_fill(torch.rand_like(h) < 0.3, 0), 0.3),
]


class Net(nn.Module):
    def __init__(self, drop: Drop) -> None:
        super().__init__()
        self.first, self.second, self.drop = nn.Linear(6, 50), nn.Linear(50, 3), drop

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = torch.relu(self.first(x))
        return self.second(self.drop(h) if self.training else h)


@pytest.mark.parametrize(("drop", "rate"), [(drop, rate) for _, drop, rate in WAYS], ids=[name for name, *_ in WAYS])
def test_it_is_a_layer_and_is_off_in_evaluation(drop: Drop, rate: float) -> None:
    net, x = Net(drop), torch.randn(8, 6)
    graph, _, _ = exported(net, x)
    shapes = {name: tuple(each.shape) for name, each in net.state_dict().items()}
    found = layers(graph, shapes)
    assert [each.kind for each in found] == ["linear", "activation", "dropout", "linear"]
    assert found[2].rate == pytest.approx(rate, abs=2e-3)

    weights = dict(net.named_parameters())
    torch.manual_seed(4)
    told = net(x)
    torch.manual_seed(4)
    assert torch.allclose(compute(graph, weights, x, True), told)
    assert torch.allclose(compute(graph, weights, x, False), net.eval()(x))


@pytest.mark.parametrize(
    ("drop", "rate"), [(drop, rate) for _, drop, rate in NOT_INVERTED], ids=[name for name, *_ in NOT_INVERTED]
)
def test_what_was_not_scaled_in_training_is_in_evaluation(drop: Drop, rate: float) -> None:
    net, x = Net(drop), torch.randn(8, 6)
    graph, _, _ = exported(net, x)
    found = [each for each in layers(graph, {}) if each.kind == "dropout"]
    assert [each.rate for each in found] == [pytest.approx(rate, abs=2e-3)]
    hidden = torch.relu(net.first(x)) * (1 - rate)
    assert torch.allclose(compute(graph, dict(net.named_parameters()), x, False), net.second(hidden), atol=1e-6)


@pytest.mark.parametrize(
    "noise",
    [
        lambda h: h + torch.rand_like(h),
        lambda h: h * torch.rand_like(h),
        lambda h: h * (torch.rand_like(h) > 0.5).float() / 0.9,  # scaled by another number than what is left
    ],
)
def test_other_uses_of_random_numbers_are_none(noise: Drop) -> None:
    graph, _, _ = exported(Net(noise), torch.randn(8, 6))
    assert "dropout" not in [each.kind for each in layers(graph, {})]


def test_what_a_recorder_takes_for_random_numbers_is_what_dropouts_are_made_of():
    assert networks.DRAWING == dropouts.DRAWING
