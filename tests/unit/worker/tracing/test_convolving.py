"""Convolutions that code computes itself are told with their pictures; those of a network are its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch.jit import _builtins

from autograder.worker.tracing import convolving

WEIGHT, BIAS = torch.randn(4, 3, 3, 3), torch.randn(4)
State = dict[str, Any]


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    monkeypatch.setattr(F, "conv2d", F.conv2d)
    monkeypatch.setattr(torch, "conv2d", torch.conv2d)
    found: State = {"told": [], "busy": False}
    convolving.watch(lambda *told: found["told"].append(told), lambda: found["busy"])
    yield found
    _builtins._get_builtin_table().pop(id(F.conv2d))


def test_pictures_and_how_the_convolution_goes_over_them_are_told(state):
    pictures = torch.rand(2, 3, 8, 8)
    F.conv2d(pictures, WEIGHT, BIAS, stride=2, padding=1)
    ((convolution, given),) = state["told"]
    assert given is pictures and convolution.weight is WEIGHT and convolution.bias is BIAS
    assert (convolution.stride, convolution.padding) == ([2, 2], "[1, 1]")


def test_one_picture_without_a_batch_is_a_batch_of_one(state):
    torch.conv2d(torch.rand(3, 8, 8), weight=WEIGHT, padding="same")
    ((convolution, given),) = state["told"]
    assert given.shape == (1, 3, 8, 8) and convolution.bias is None and convolution.padding == "same"


@pytest.mark.parametrize(
    ("pictures", "weight", "options"),
    [
        (torch.rand(17, 3, 8, 8), WEIGHT, {}),
        (torch.rand(1, 32, 8, 8), torch.rand(4, 32, 3, 3), {}),
        (torch.rand(1, 3, 8, 8), torch.rand(3, 1, 3, 3), {"groups": 3}),
        (torch.rand(1, 3, 8, 8), WEIGHT, {"dilation": 2}),
        (torch.rand(1, 3, 8, 8, device="meta"), WEIGHT.to("meta"), {}),
    ],
)
def test_others_are_none_that_is_looked_at(state, pictures, weight, options):
    F.conv2d(pictures, weight, **options)
    assert not state["told"]


def test_those_of_a_network_at_work_are_not_told(state):
    state["busy"] = True
    torch.nn.Conv2d(3, 4, 3)(torch.rand(1, 3, 8, 8))
    assert not state["told"]


def test_a_script_still_knows_the_function(state):
    state["busy"] = True
    layer = torch.nn.Conv2d(3, 4, 3)
    pictures = torch.rand(1, 3, 8, 8)
    assert torch.equal(torch.jit.script(layer)(pictures), layer(pictures))
    with pytest.raises(RuntimeError):
        F.conv2d(pictures, torch.rand(4, 2, 3, 3))
