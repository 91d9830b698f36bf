"""The grader's weights get into a student's network, whatever its style, or it is said why not."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from autograder.worker.probing import networks
from autograder.worker.probing.errors import Unsuitable

WEIGHTS = [
    np.arange(12, dtype=np.float32).reshape(3, 4),
    np.ones(3, np.float32),
    np.full((2, 3), 0.5, np.float32),
    np.zeros(2, np.float32),
]
X = torch.arange(8.0).reshape(2, 4)


class Transposed(nn.Module):
    def __init__(self):
        super().__init__()
        self.w, self.b = nn.Parameter(torch.zeros(4, 3)), nn.Parameter(torch.zeros(1, 3))
        self.v, self.c = nn.Parameter(torch.zeros(3, 2)), nn.Parameter(torch.zeros(2))

    def forward(self, x):
        return (x @ self.w + self.b) @ self.v + self.c


class Backwards(nn.Module):
    """Registers its layers in the opposite order of their use."""

    def __init__(self):
        super().__init__()
        self.second, self.first = nn.Linear(3, 2), nn.Linear(4, 3)

    def forward(self, x):
        return self.second(self.first(x))


class ByHand(nn.Module):
    """Keeps kernels and biases in lists of their own."""

    def __init__(self):
        super().__init__()
        self.kernels = nn.ParameterList([torch.zeros(4, 3), torch.zeros(3, 2)])
        self.biases = nn.ParameterList([torch.zeros(3), torch.zeros(2)])

    def forward(self, x):
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            x = x @ kernel + bias
        return x


def expected() -> np.ndarray:
    x = X.numpy()
    return (x @ WEIGHTS[0].T + WEIGHTS[1]) @ WEIGHTS[2].T + WEIGHTS[3]


@pytest.mark.parametrize(
    "model",
    [nn.Sequential(nn.Linear(4, 3), nn.Linear(3, 2)), Transposed(), Backwards(), ByHand()],
    ids=lambda m: type(m).__name__,
)
def test_copied_weights_give_the_same_outputs_in_every_style(model):
    networks.set_weights(model, WEIGHTS, X)
    assert np.allclose(networks.output(model, X), expected())


@pytest.mark.parametrize("model", [Transposed(), Backwards(), ByHand()], ids=lambda m: type(m).__name__)
def test_weights_come_back_as_they_were_given(model):
    networks.set_weights(model, WEIGHTS, X)
    for one, other in zip(networks.get_weights(model, WEIGHTS, X), WEIGHTS, strict=True):
        assert np.array_equal(one, other)


def test_a_network_without_biases_is_refused_with_both_lists_of_shapes():
    model = nn.Sequential(nn.Linear(4, 3, bias=False), nn.Linear(3, 2, bias=False))
    with pytest.raises(Unsuitable, match="3×4, 2×3; 3×4, 3, 2×3, 2 were expected"):
        networks.set_weights(model, WEIGHTS, X)


@pytest.mark.parametrize(
    ("value", "told"), [(None, "None"), ([nn.Linear(1, 1)], "a list of Linear"), (nn.Linear, "a type")]
)
def test_what_is_no_model_is_named(value, told):
    with pytest.raises(Unsuitable, match=f"`build_mlp` returned {told}"):
        networks.require_model(value, "build_mlp")


def test_a_forward_pass_that_gives_no_tensor_is_told():
    class Pair(nn.Linear):
        def forward(self, x):
            return x, x

    with pytest.raises(Unsuitable, match="a tuple of Tensor"):
        networks.output(Pair(4, 3), X)


def test_the_grader_builds_networks_from_descriptions():
    network = networks.build([["conv", 3, 4, 3], ["relu"], ["max-pool", 2], ["flatten"], ["linear", 64, 2]])
    assert networks.output(network, torch.zeros(1, 3, 8, 8)).shape == (1, 2)


def test_a_square_kernel_is_transposed_where_the_code_multiplies_from_the_left():
    class Square(nn.Module):
        def __init__(self):
            super().__init__()
            self.kernel = nn.Parameter(torch.zeros(4, 4))

        def forward(self, x):
            return x @ self.kernel

    kernel = np.arange(16, dtype=np.float32).reshape(4, 4)
    for model in (Square(), nn.Linear(4, 4, bias=False)):
        networks.set_weights(model, [kernel], X)
        assert np.allclose(networks.output(model, X), X.numpy() @ kernel.T)
        assert np.array_equal(networks.get_weights(model, [kernel], X)[0], kernel)
