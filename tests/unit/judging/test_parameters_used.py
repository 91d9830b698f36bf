"""The parameters of a network are those that its forward pass uses."""

from __future__ import annotations

import torch
from torch import nn

from autograder.trace.places import Place
from autograder.trace.records import Network
from autograder.worker.tracing.exporting import exported
from traced.part3a_cnn import parameters_used


class Net(nn.Module):
    def __init__(self, spare: bool) -> None:
        super().__init__()
        self.conv, self.norm, self.out = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Linear(4 * 36, 10)
        if spare:
            self.unused = nn.BatchNorm2d(32)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.out(self.norm(self.conv(x)).flatten(1))


def network(module: nn.Module) -> Network:
    graph, _, _ = exported(module, torch.randn(4, 3, 8, 8))
    return Network(
        id=0,
        name="Net",
        made=Place(source="hw1.py"),
        parameters=sum(each.numel() for each in module.parameters()),
        trainable=0,
        shapes={name: tuple(each.shape) for name, each in module.state_dict().items()},
        graph=tuple(graph),
    )


def test_a_layer_that_is_made_and_never_called_does_not_count():
    right, spare = network(Net(spare=False)), network(Net(spare=True))
    assert spare.parameters == right.parameters + 64
    assert parameters_used(spare) == parameters_used(right) == right.parameters


def test_without_a_graph_all_count():
    assert parameters_used(network(Net(spare=True)).model_copy(update={"graph": None})) == 4 * 27 + 4 + 8 + 1450 + 64
