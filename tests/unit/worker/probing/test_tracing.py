"""A trace tells what a network computes, however it is written."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from autograder.worker.probing.tracing import trace


class Handmade(nn.Module):
    def __init__(self):
        super().__init__()
        self.w = nn.Parameter(torch.randn(4, 3))
        self.b = nn.Parameter(torch.zeros(3))
        self.v = nn.Parameter(torch.randn(3, 2))

    def forward(self, x):
        return torch.clamp(x @ self.w + self.b, min=0) @ self.v


class Functional(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Linear(4, 3), nn.Linear(3, 2)

    def forward(self, x):
        return self.second(F.relu(self.first(x)))


def kinds(model: nn.Module, shape: tuple[int, ...], **options: bool) -> list[str]:
    return [step["kind"] for step in trace(model, torch.zeros(shape), **options)]


@pytest.mark.parametrize(
    "model",
    [Handmade(), Functional(), nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))],
    ids=lambda m: type(m).__name__,
)
def test_three_styles_of_one_network_look_the_same(model):
    steps = trace(model, torch.zeros(2, 4))
    assert [step["kind"] for step in steps] == ["dense", "relu", "dense"]
    assert [(step["inputs"], step["outputs"]) for step in steps if step["kind"] == "dense"] == [(4, 3), (3, 2)]


@pytest.mark.parametrize(
    ("layer", "name"),
    [
        (nn.Sigmoid(), "sigmoid"),
        (nn.Tanh(), "tanh"),
        (nn.LeakyReLU(), "leaky relu"),
        (nn.Softmax(1), "softmax"),
        (nn.LogSoftmax(1), "log softmax"),
    ],
)
def test_activations_are_told_by_what_they_compute(layer, name):
    assert kinds(nn.Sequential(nn.Linear(4, 3), layer), (2, 4)) == ["dense", name]


def test_convolutions_show_kernel_and_padding_and_pools_their_kind():
    network = nn.Sequential(nn.Conv2d(3, 8, 5, padding="same"), nn.MaxPool2d(2), nn.Conv2d(8, 4, 3), nn.AvgPool2d(2))
    first, most, second, mean = trace(network, torch.zeros(1, 3, 16, 16))
    assert (first["inputs"], first["outputs"], first["kernel"], first["padding"]) == (3, 8, (5, 5), (2, 2))
    assert second["kernel"] == (3, 3)
    assert (most["pooling"], mean["pooling"]) == ("max", "average")


def test_dropout_shows_in_training_mode_only():
    network = nn.Sequential(nn.Linear(4, 3), nn.Dropout(0.5))
    assert kinds(network, (2, 4), training=True) == ["dense", "dropout"]
    assert kinds(network, (2, 4)) == ["dense"]


def test_the_models_mode_is_as_before():
    network = nn.Linear(4, 3).train()
    trace(network, torch.zeros(2, 4))
    assert network.training
