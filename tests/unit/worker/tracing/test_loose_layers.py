from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from autograder.trace.graphs import compute, tensors
from autograder.trace.layers import layers
from autograder.worker.tracing.loose import Operators, is_loose, pass_of, weights_of

X = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
Y = torch.tensor([[0.0], [1.0], [1.0], [0.0]])


def cross_entropy(p: torch.Tensor) -> torch.Tensor:
    return -(Y * torch.log(p + 1e-9) + (1 - Y) * torch.log(1 - p + 1e-9)).mean()


LOSSES = {
    "squares": lambda p: ((p - Y) ** 2).mean(),
    "cross-entropy by hand": cross_entropy,
    "cross-entropy": lambda p: nn.functional.binary_cross_entropy(p, Y),
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_raw_tensors_are_a_network_up_to_its_output(loss):
    torch.manual_seed(0)
    weights = [torch.randn(2, 4), torch.zeros(4), torch.randn(4, 1), torch.zeros(1)]
    for each in weights:
        each.requires_grad_(True)
    optimizer = torch.optim.SGD(weights, lr=0.1)
    operators = Operators()
    operators.begin()
    output = torch.sigmoid(torch.tanh(X @ weights[0] + weights[1]) @ weights[2] + weights[3])
    value = loss(output)
    operators.end()
    assert is_loose(optimizer, [])
    named = weights_of(optimizer)
    found = pass_of(operators.called, named, value)
    assert found is not None and found.inputs is X and torch.equal(found.output, output)
    points = torch.rand(50, 2)
    with torch.no_grad():
        expected = torch.sigmoid(torch.tanh(points @ weights[0] + weights[1]) @ weights[2] + weights[3])
        known = tensors({name: each.detach().numpy().astype(np.float32) for name, each in named.items()})
        assert torch.allclose(compute(found.graph, known, points), expected)
    shapes = {name: tuple(each.shape) for name, each in named.items()}
    assert [(each.kind, each.size_in, each.size_out) for each in layers(found.graph, shapes) if each.size_in] == [
        ("linear", 2, 4),
        ("linear", 4, 1),
    ]


def test_layers_that_a_function_puts_together_are_a_network():
    hidden, last = nn.Linear(2, 3), nn.Linear(3, 1)
    optimizer = torch.optim.Adam([*hidden.parameters(), *last.parameters()])
    operators = Operators()
    operators.begin()
    output = torch.sigmoid(last(torch.tanh(hidden(X)))).squeeze(-1)
    value = nn.functional.binary_cross_entropy(output, Y[:, 0])
    operators.end()
    assert is_loose(optimizer, [hidden, last])
    found = pass_of(operators.called, weights_of(optimizer), value)
    assert found is not None and torch.equal(found.output, output)


def test_a_module_that_holds_all_weights_is_no_loose_network():
    net = nn.Linear(2, 1)
    assert not is_loose(torch.optim.SGD(net.parameters(), lr=0.1), [net])


def test_an_optimizer_of_other_weights_than_those_of_the_module_that_was_called_is_no_loose_network():
    assert not is_loose(torch.optim.SGD(nn.Linear(2, 1).parameters(), lr=0.1), [nn.Linear(2, 1)])


def test_weights_in_a_penalty_beside_the_output_hide_no_network():
    torch.manual_seed(0)
    weights = [torch.randn(2, 4), torch.zeros(4), torch.randn(4), torch.zeros(())]
    for each in weights:
        each.requires_grad_(True)
    operators = Operators()
    operators.begin()
    output = torch.sigmoid(torch.tanh(X @ weights[0] + weights[1]) @ weights[2] + weights[3])
    value = cross_entropy(output[:, None]) + 1e-4 * sum((each**2).sum() for each in weights)
    operators.end()
    found = pass_of(operators.called, weights_of(torch.optim.SGD(weights, lr=0.1)), value)
    assert found is not None and found.inputs is X and torch.equal(found.output.flatten(), output)
