"""The first steps of a training, repeated: a right step is told from a wrong one, however short, whatever stands beside it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from autograder.trace.places import Place
from autograder.trace.records import Loss, Network, Part, Run, SourceTrace, Step
from autograder.trace.replay import replay
from autograder.trace.stepping import NEVER_CLEARED, RIGHT, UP_THE_SLOPE, optimizer_of

GRAPH = (
    ["in", "x", None],
    ["in", "w", "weight"],
    ["op", "y", "aten.linear.default", [{"node": "x"}, {"node": "w"}], {}],
    ["out", [{"node": "y"}]],
)
STEPS = 3


def trained(
    rate: float = 0.1, *, sign: int = 1, clears: bool = True, maximize: bool = False, turned: int = 1, **beside: float
) -> SourceTrace:
    """Three steps of a linear layer, recorded: on its loss times a `sign`, at the rate times another one, `turned`. Numbers
    `beside` it stand in buffers of the network."""
    torch.manual_seed(0)
    weight = torch.randn(2, 3, requires_grad=True)
    optimizer = torch.optim.SGD([weight], lr=rate, maximize=maximize)
    optimizer.param_groups[0]["lr"] *= turned
    buffers = {name: np.array([value], dtype=np.float32) for name, value in beside.items()}
    material = {f"run0/before/{name}": value for name, value in {**buffers, "weight": told(weight)}.items()}
    kept = []
    for number in range(STEPS):
        x, y = torch.randn(4, 3), torch.randn(4, 2)
        if clears:
            optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(x @ weight.T, y)
        (sign * loss).backward()
        optimizer.step()
        material |= {f"x{number}": x.numpy(), f"y{number}": y.numpy()}
        value = float(loss.detach())
        recorded = Loss(name="mse_loss", value=value, backward=sign * value, itself=sign == 1)
        kept.append(Step(parts=(Part(inputs=f"x{number}", labels=f"y{number}", loss=recorded),), rate=turned * rate))
    material |= {f"run0/after/{name}": value for name, value in {**buffers, "weight": told(weight)}.items()}
    names = (*buffers, "weight")
    place = Place(source="hw1.py")
    shapes: dict[str, tuple[int, ...]] = {"weight": (2, 3)}
    network = Network(id=0, name="Net", made=place, parameters=6, trainable=6, shapes=shapes, graph=GRAPH)
    run = Run(
        id=0,
        network=0,
        optimizer="SGD",
        settings={"lr": rate, "maximize": maximize},
        place=place,
        kept=tuple(kept),
        steps=STEPS,
        weights_before=names,
        weights_after=names,
    )
    return SourceTrace(
        source="hw1.py", end="finished", seconds=1, networks=(network,), runs=(run,), material=material, threads=1
    )


def told(weight: torch.Tensor) -> np.ndarray:
    return np.array(weight.detach().numpy())


def step_of(source: SourceTrace) -> str:
    return replay(source, source.runs[0]).step


@pytest.mark.parametrize("rate", [0.1, 1e-3, 1e-6])
def test_a_right_step_is_proved_at_any_rate(rate):
    assert step_of(trained(rate)) == RIGHT


@pytest.mark.parametrize("rate", [0.1, 1e-3, 1e-6])
def test_gradients_that_are_never_cleared_are_told_at_any_rate(rate):
    assert step_of(trained(rate, clears=False)) == NEVER_CLEARED


@pytest.mark.parametrize("turn", [{"sign": -1}, {"maximize": True}, {"turned": -1}, {"sign": -2}])
@pytest.mark.parametrize("rate", [0.1, 1e-6])
def test_a_step_up_the_slope_is_told_however_it_is_turned(rate, turn):
    assert step_of(trained(rate, **turn)) == UP_THE_SLOPE


@pytest.mark.parametrize("turns", [{"sign": -1, "maximize": True}, {"turned": -1, "sign": -1}, {"sign": 3}])
def test_a_step_that_is_turned_twice_is_right(turns):
    assert step_of(trained(**turns)) == RIGHT


def test_a_large_number_beside_the_weights_excuses_no_wrong_step():
    assert step_of(trained(clears=False, scale=1e9)) == NEVER_CLEARED


def test_steps_that_change_nothing_prove_nothing():
    found = replay(source := trained(0.0), source.runs[0])
    assert (found.step, found.why) == ("", "the first steps change no weight")


def test_a_weight_that_is_no_number_proves_nothing():
    source = trained()
    source.material["run0/after/weight"][0, 0] = np.nan
    assert step_of(source) == ""


def asked_again(*, clears: bool = True, other_end: float = 1.0) -> SourceTrace:
    """One step of LBFGS, which asks for the loss again and again, that ends somewhere else by `other_end` times."""
    torch.manual_seed(0)
    weight, x, y = torch.randn(2, 3, requires_grad=True), torch.randn(12, 3), torch.randn(12, 2)
    optimizer = torch.optim.LBFGS([weight], lr=0.05, max_iter=20)
    before, values = told(weight), list[float]()

    def closure() -> torch.Tensor:
        if clears:
            optimizer.zero_grad()
        loss = torch.nn.functional.mse_loss(x @ weight.T, y)
        loss.backward()
        values.append(float(loss.detach()))
        return loss

    optimizer.step(closure)
    source = trained()
    recorded = Loss(name="mse_loss", value=values[0], backward=values[0], itself=True)
    part = Part(inputs="x", labels="y", loss=recorded)
    changes = {
        "optimizer": "LBFGS",
        "settings": {"lr": 0.05, "max_iter": 20},
        "kept": (Step(parts=(part,), evaluations=tuple(values[1:])),),
        "losses": (values[0],),
        "steps": 1,
    }
    material = {
        "x": x.numpy(),
        "y": y.numpy(),
        "run0/before/weight": before,
        "run0/after/weight": told(weight) * other_end,
    }
    return source.model_copy(update={"runs": (source.runs[0].model_copy(update=changes),), "material": material})


def test_a_step_of_many_evaluations_is_proved_by_where_it_leads_or_by_the_first_of_them():
    for other_end in (1.0, 1.5):
        found = replay(source := asked_again(other_end=other_end), source.runs[0])
        assert found.proved and bool(found.followed) == (other_end != 1.0)


def test_a_wrong_step_of_many_evaluations_is_told_by_the_first_of_them():
    assert step_of(asked_again(clears=False, other_end=1.5)) == NEVER_CLEARED


def test_other_values_of_the_loss_prove_nothing():
    source = asked_again(other_end=1.5)
    (step,) = source.runs[0].kept
    step = step.model_copy(update={"evaluations": tuple((each or 0.0) * 1.01 for each in step.evaluations)})
    run = source.runs[0].model_copy(update={"kept": (step,)})
    assert not replay(source, run).step


def test_a_loss_that_is_no_number_from_the_first_step_on_is_said_to_be_none():
    source = trained(float("nan"))
    losses = (float("nan"),) * STEPS
    found = replay(source, source.runs[0].model_copy(update={"losses": losses}))
    assert (found.step, found.why) == ("", "the loss is NaN or infinite from the first step on")


def test_weights_of_a_later_group_are_stepped_by_its_own_settings():
    run = Run(
        id=0,
        network=0,
        optimizer="SGD",
        place=Place(source="hw1.py"),
        settings={"lr": 0.1, "momentum": 0.9, "weight_decay": 0.01},
        other_settings={"bias": {"weight_decay": 0.0, "lr": 0.02}},
    )
    weight, bias = torch.zeros(2, 2, requires_grad=True), torch.zeros(2, requires_grad=True)
    first, second = optimizer_of(run, {"weight": weight, "bias": bias}).param_groups
    assert [first["params"][0] is weight, second["params"][0] is bias] == [True, True]
    assert [(each["lr"], each["momentum"], each["weight_decay"]) for each in (first, second)] == [
        (0.1, 0.9, 0.01),
        (0.02, 0.9, 0.0),
    ]
    assert (first["ratio"], second["ratio"]) == (1.0, pytest.approx(0.2))


def test_values_of_a_loss_that_are_infinite_prove_no_step():
    source = asked_again(clears=False)
    (run,) = source.runs
    (step,) = run.kept
    infinite = step.model_copy(update={"evaluations": (step.evaluations[0], float("inf"), *step.evaluations[2:])})
    assert step_of(source.model_copy(update={"runs": (run.model_copy(update={"kept": (infinite,)}),)})) != RIGHT


def test_why_a_network_can_not_be_rebuilt_is_told_in_quotation_marks():
    source = trained()
    (network,) = source.networks
    said = network.model_copy(update={"graph": None, "why_no_graph": "Boom: all is right.”"})
    source = source.model_copy(update={"networks": (said,)})
    assert replay(source, source.runs[0]).why == "its network can't be rebuilt: “Boom: all is right.'”"
