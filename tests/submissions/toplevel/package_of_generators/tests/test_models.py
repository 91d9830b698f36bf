import pytest
import torch

from hw1.metrics import ConfusionMatrix
from hw1.models import ConvNet, MLP


@pytest.mark.parametrize("hidden", [[], [5], [128, 64], [8] * 7])
@pytest.mark.parametrize("act", ["relu", "sigmoid", "tanh"])
def test_mlp_shapes(hidden, act):
    assert MLP(784, hidden, 10, act)(torch.rand(3, 1, 28, 28)).shape == (3, 10)


def test_mlp_bad_activation():
    with pytest.raises(ValueError):
        MLP(2, [2], 1, "swish")


def test_probabilities_sum_to_one():
    p = MLP(4, [3], 5).predict_proba(torch.rand(6, 4))
    assert torch.allclose(p.sum(1), torch.ones(6))


def test_convnet_param_count():
    assert sum(p.numel() for p in ConvNet().parameters()) == 545_098


def test_confusion_rows_are_truth():
    cm = ConfusionMatrix(3)
    cm.update(torch.tensor([[0.0, 1.0, 0.0]]), torch.tensor([2]))
    assert cm.compute()[2, 1] == 1
