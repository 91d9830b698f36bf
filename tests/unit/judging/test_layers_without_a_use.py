"""Layers that a network has and never calls."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from autograder.worker.tracing.exporting import exported
from traced.parameters import counted_but_not_used


class Net(nn.Module):
    def __init__(self, again: bool) -> None:
        super().__init__()
        self.conv1, self.conv2, self.conv3 = (nn.Conv2d(3, 3, 3, padding=1) for _ in range(3))
        self.again = again

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        last = self.conv2 if self.again else self.conv3
        answers: torch.Tensor = last(self.conv2(self.conv1(x)).relu())
        return answers


@pytest.mark.parametrize("again", [True, False], ids=["a layer called twice", "each called once"])
def test_a_layer_that_another_is_called_in_place_of_is_told(again: bool) -> None:
    net = Net(again)
    graph, _, _ = exported(net, torch.rand(4, 3, 8, 8))
    shapes = {name: tuple(each.shape) for name, each in net.named_parameters()}
    network = SimpleNamespace(graph=graph, shapes=shapes, name="Net")
    told = counted_but_not_used(SimpleNamespace(network=network, layers=["conv"]))  # type: ignore[arg-type]
    assert ("`conv3` of `Net` is never called" in told) == again
