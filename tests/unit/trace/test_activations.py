from __future__ import annotations

import pytest
import torch
from torch import nn

from autograder.trace.layers import layers
from autograder.worker.tracing.exporting import exported


class Net(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.activation = activation
        self.one, self.two = nn.Parameter(torch.randn(6, 5)), nn.Parameter(torch.randn(5, 3))
        self.bias = nn.Parameter(torch.zeros(5))

    def forward(self, x):
        return self.activation(x @ self.one + self.bias) @ self.two


WRITTEN = {
    "relu": [
        lambda z: z.clamp(min=0),
        lambda z: torch.maximum(z, torch.zeros_like(z)),
        lambda z: z * (z > 0),
        lambda z: (z + z.abs()) / 2,
        torch.relu,
    ],
    "sigmoid": [lambda z: 1 / (1 + torch.exp(-z)), lambda z: z.exp() / (1 + z.exp()), torch.sigmoid],
    "tanh": [
        lambda z: (torch.exp(z) - torch.exp(-z)) / (torch.exp(z) + torch.exp(-z)),
        lambda z: 2 * torch.sigmoid(2 * z) - 1,
    ],
}


@pytest.mark.parametrize(("name", "activation"), [(name, each) for name, some in WRITTEN.items() for each in some])
def test_an_activation_that_is_written_out_is_known_by_its_values(name, activation):
    net = Net(activation)
    graph, _, _ = exported(net, torch.rand(4, 6))
    shapes = {key: tuple(value.shape) for key, value in net.named_parameters()}
    assert [each.name for each in layers(graph, shapes) if each.kind == "activation"] == [name]


@pytest.mark.parametrize("other", [lambda z: z * 2, lambda z: z**2, lambda z: z], ids=["twice", "squared", "nothing"])
def test_what_is_no_activation_is_none(other):
    net = Net(other)
    graph, _, _ = exported(net, torch.rand(4, 6))
    shapes = {key: tuple(value.shape) for key, value in net.named_parameters()}
    assert [each.kind for each in layers(graph, shapes)] == ["linear", "linear"]
