from __future__ import annotations

import pytest
import torch
from torch import nn

from autograder.trace.losses import stepped_on
from autograder.trace.penalties import ABSOLUTE, ALL, MATRICES, PENALTIES, SQUARES, Penalty, with_penalty
from autograder.trace.records import Loss

X, Y = torch.randn(8, 3, generator=torch.Generator().manual_seed(0)), torch.tensor([0, 1, 0, 1, 1, 0, 0, 1])


def grown(penalty: torch.Tensor, model: nn.Module) -> Loss:
    value = float(nn.functional.cross_entropy(model(X), Y))
    return Loss(name="cross_entropy", value=value, backward=value + float(penalty))


@pytest.fixture
def model() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2))


def test_the_factor_of_squares_is_found_as_it_was_written(model):
    loss = grown(0.001 * sum((each**2).sum() for each in model.parameters()), model)
    found = with_penalty(loss, Penalty(SQUARES, ALL), dict(model.named_parameters()))
    assert set(found.penalties) == {name for name, _ in model.named_parameters()}
    assert set(found.penalties.values()) == {(0.0, 0.001)}


def test_matrices_alone_have_a_penalty_where_biases_have_none(model):
    loss = grown(0.01 * sum(each.abs().sum() for each in model.parameters() if each.dim() > 1), model)
    found = with_penalty(loss, Penalty(ABSOLUTE, MATRICES), dict(model.named_parameters()))
    assert found.penalties == {"0.weight": (0.01, 0.0), "2.weight": (0.01, 0.0)}


@pytest.mark.parametrize("penalty", PENALTIES)
def test_gradients_are_computed_from_the_loss_with_its_penalty(model, penalty):
    loss = grown(torch.tensor(0.05), model)
    weights = dict(model.named_parameters())
    value = stepped_on(with_penalty(loss, penalty, weights), model(X), Y, weights)
    assert float(value) == pytest.approx(loss.backward, rel=1e-4)


def test_a_loss_that_became_smaller_has_no_penalty(model):
    with pytest.raises(ValueError, match="no penalty"):
        with_penalty(grown(torch.tensor(-0.5), model), PENALTIES[0], dict(model.named_parameters()))
