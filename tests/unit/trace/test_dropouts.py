"""Dropout that code writes out is known by its values, drops in training as it was recorded, and nothing in evaluation."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from autograder.trace.graphs import compute, layers
from autograder.worker.tracing.exporting import exported

Drop = Callable[[torch.Tensor], torch.Tensor]
WAYS: list[tuple[str, Drop, float]] = [
    ("greater", lambda h: h * (torch.rand_like(h) > 0.4).float() / (1 - 0.4), 0.4),
    ("less", lambda h: h * (torch.rand(h.shape) < 0.75) / 0.75, 0.25),
    ("mask scaled first", lambda h: ((torch.rand_like(h) >= 0.5).to(h.dtype) / 0.5) * h, 0.5),
    ("bernoulli", lambda h: h * torch.bernoulli(torch.full_like(h, 0.8)) / 0.8, 0.2),
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
