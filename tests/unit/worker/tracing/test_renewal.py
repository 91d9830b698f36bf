"""A network that is used again is fresh where its weights were drawn anew, or put back to where a training began."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import nn

from autograder.worker.tracing.material import digest
from autograder.worker.tracing.renewal import heads, is_renewed
from autograder.worker.tracing.seen import Network


@pytest.fixture
def trained() -> tuple[Network, dict[str, torch.Tensor]]:
    """A network after some steps of a training, and the weights with which that began."""
    torch.manual_seed(0)
    module = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.BatchNorm1d(16), nn.Linear(16, 4))
    network = Network(0, module, {}, run=3, beginnings={digest(module)})
    start = copy.deepcopy(module.state_dict())
    optimizer = torch.optim.Adam(module.parameters(), lr=0.01)
    for _ in range(20):
        optimizer.zero_grad()
        nn.functional.cross_entropy(module(torch.randn(8, 20)), torch.randint(4, (8,))).backward()
        optimizer.step()
    network.left = heads(module)
    return network, start


def test_a_network_as_its_last_step_has_left_it_is_handed_on(trained):
    network, _ = trained
    network.module(torch.randn(8, 20))
    assert not is_renewed(network)


def test_weights_that_are_drawn_anew_are_fresh(trained):
    network, _ = trained
    for each in network.module:
        if hasattr(each, "reset_parameters"):
            each.reset_parameters()
    assert is_renewed(network)


def test_weights_that_are_drawn_behind_the_back_of_the_version_counter_are_fresh(trained):
    network, _ = trained
    for each in network.module.parameters():
        each.data.normal_(0, 0.05)
    assert is_renewed(network)


def test_the_weights_with_which_a_training_began_are_fresh(trained):
    network, start = trained
    network.module.load_state_dict(start)
    assert is_renewed(network)


def test_weights_that_are_made_of_the_trained_ones_are_not(trained):
    network, start = trained
    now = network.module.state_dict()
    network.module.load_state_dict(
        {name: torch.lerp(start[name].float(), value.float(), 0.7) for name, value in now.items()}
    )
    assert not is_renewed(network)


def test_a_last_layer_that_is_made_new_leaves_the_others_trained(trained):
    network, _ = trained
    network.module[3].reset_parameters()
    assert not is_renewed(network)


def test_a_network_that_was_never_trained_has_nothing_to_be_renewed(trained):
    network, _ = trained
    network.run = None
    network.module[0].reset_parameters()
    assert not is_renewed(network)
