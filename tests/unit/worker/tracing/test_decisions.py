"""Networks whose forward pass asks for values of tensors have a graph where the answers do not depend on the input."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn

from autograder.trace.graphs import compute
from autograder.worker.tracing.exporting import exported

DEVIATION = torch.tensor([0.2, 0.3, 0.4])


def checked(x: torch.Tensor) -> torch.Tensor:
    if (DEVIATION == 0).any():  # as torchvision's `Normalize` does
        raise ValueError
    return x / DEVIATION.view(-1, 1, 1)


def scaled_where_it_is_not(x: torch.Tensor) -> torch.Tensor:
    return x / 255 if x.max() > 1 else x


def by_the_largest(x: torch.Tensor) -> torch.Tensor:
    return x / x.abs().max().item() if float(x.mean()) < 1e6 else x


class Net(nn.Module):
    def __init__(self, scale: Callable[[torch.Tensor], torch.Tensor]) -> None:
        super().__init__()
        self.scale, self.conv, self.norm = scale, nn.Conv2d(3, 2, 3), nn.BatchNorm2d(2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.conv(self.scale(x)))


def test_a_question_is_answered_as_it_was_and_the_network_stays_as_it_is() -> None:
    net, x = Net(checked), torch.rand(4, 3, 8, 8)
    before = {name: value.clone() for name, value in net.state_dict().items()}
    graph, any_batch, _ = exported(net, x)
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert any_batch
    weights = {name: value.clone() for name, value in net.state_dict().items()}
    assert torch.allclose(compute(graph, weights, x, True), net(x), atol=1e-6)
    assert "__bool__" not in vars(torch.Tensor) and bool(torch.ones(()))


@pytest.mark.parametrize("scale", [scaled_where_it_is_not, by_the_largest])
def test_where_the_answers_hang_on_the_input_there_is_no_graph(scale: Callable[[torch.Tensor], torch.Tensor]) -> None:
    with pytest.raises(ValueError, match="DataDependent"):
        exported(Net(scale), 100 * torch.rand(4, 3, 8, 8))
