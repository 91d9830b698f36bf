from __future__ import annotations

import pytest
import torch
from torch import nn

from autograder.trace.losses import stepped_on, with_more_in_it
from autograder.trace.penalties import (
    ABSOLUTE,
    ALL,
    MATRICES,
    MEANS,
    NORM,
    NORMS,
    PENALTIES,
    SQUARES,
    VECTORS,
    Penalty,
    likely,
    size_of,
    with_penalty,
)
from autograder.trace.places import Place
from autograder.trace.records import BY_HAND, Loss, Part, Run, Step

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


WRITTEN = {
    Penalty(SQUARES, ALL): lambda named: sum((each**2).sum() for _, each in named),
    Penalty(SQUARES, VECTORS): lambda named: sum((each**2).sum() for _, each in named if each.dim() == 1),
    Penalty(SQUARES, "2.weight"): lambda named: sum((each**2).sum() for name, each in named if name == "2.weight"),
    Penalty(NORMS, ALL): lambda named: sum(torch.linalg.vector_norm(each) for _, each in named),
    Penalty(NORMS, MATRICES): lambda named: sum(torch.linalg.vector_norm(each) for _, each in named if each.dim() > 1),
    Penalty(NORM, ALL): lambda named: torch.cat([each.flatten() for _, each in named]).norm(),
    Penalty(MEANS, ALL): lambda named: sum((each**2).mean() for _, each in named),
}


@pytest.mark.parametrize("penalty", WRITTEN, ids=lambda one: f"{one.kind} of {one.chosen}")
def test_what_is_written_in_the_place_of_squares_is_tried_first_and_has_its_gradients(model, penalty):
    weights = dict(model.named_parameters())
    value = nn.functional.cross_entropy(model(X), Y) + 0.001 * WRITTEN[penalty](list(weights.items()))
    loss = grown(0.001 * WRITTEN[penalty](list(weights.items())), model)
    run = Run(id=0, network=0, optimizer="SGD", place=Place(source="a.py"), kept=(Step(parts=(Part(loss=loss),)),))
    assert likely(run, {name: each.detach() for name, each in weights.items()})[:2].count(penalty) == 1
    found = with_penalty(loss, penalty, weights)
    own = torch.autograd.grad(stepped_on(found, model(X), Y, weights), list(weights.values()))
    for one, other in zip(own, torch.autograd.grad(value, list(weights.values())), strict=True):
        assert torch.allclose(one, other, atol=1e-7)


def test_a_loss_by_hand_is_known_with_the_penalty_in_its_value(model):
    weights = dict(model.named_parameters())
    value = -model(X).log_softmax(1)[range(8), Y].mean() + 0.001 * sum((each**2).sum() for each in weights.values())
    told = Loss(name=BY_HAND, value=float(value.detach()), backward=float(value.detach()), itself=True)
    found, labels = with_more_in_it(told, model(X), Y, size_of(PENALTIES[0], weights))
    assert found.name == "cross_entropy"
    whole = stepped_on(with_penalty(found, PENALTIES[0], weights), model(X), labels, weights)
    assert torch.isclose(whole, value, rtol=1e-5)
