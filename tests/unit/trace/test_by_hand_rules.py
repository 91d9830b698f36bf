"""The optimizer that a loop has written out is found by where its first steps lead."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from autograder.trace.by_hand_rules import BY_HAND_STEPS, at_another_rate, written_out
from autograder.trace.places import Place
from autograder.trace.records import BY_HAND, Loss, Network, Part, Run, SourceTrace, Step
from autograder.trace.replay import replay
from autograder.trace.stepping import NEVER_CLEARED

HERE = Place(source="hw1.py")
GRAPH = (
    ["in", "x", None],
    ["in", "w", "weight"],
    ["op", "y", "aten.matmul.default", [{"node": "x"}, {"node": "w"}], {}],
    ["out", [{"node": "y"}]],
)
Stepper = Callable[[torch.Tensor, torch.Tensor, int], None]


def trained(step: Stepper, *, clears: bool = True, name: str = BY_HAND) -> SourceTrace:
    """Three steps of a linear layer with ten outputs, by `step(weight, gradient, number)`, recorded."""
    torch.manual_seed(0)
    weight = torch.randn(20, 10, requires_grad=True)
    material = {"run0/before/weight": weight.detach().numpy().copy()}
    kept = []
    for number in range(1, 4):
        x, y = torch.randn(50, 20), torch.randint(0, 10, (50,))
        loss = torch.nn.functional.cross_entropy(x @ weight, y)
        if clears:
            weight.grad = None
        loss.backward()
        assert weight.grad is not None
        with torch.no_grad():
            step(weight, weight.grad, number)
        material |= {f"x{number}": x.numpy(), f"y{number}": y.numpy()}
        recorded = Loss(name=name, value=float(loss.detach()), backward=float(loss.detach()), itself=True)
        kept.append(Step(parts=(Part(inputs=f"x{number}", labels=f"y{number}", loss=recorded),)))
    material["run0/after/weight"] = weight.detach().numpy().copy()
    network = Network(
        id=0, name="net", made=HERE, parameters=200, trainable=200, shapes={"weight": (20, 10)}, graph=GRAPH
    )
    run = Run(id=0, network=0, optimizer=BY_HAND_STEPS, place=HERE, kept=tuple(kept), steps=3)
    run = run.model_copy(update={"weights_before": ("weight",), "weights_after": ("weight",)})
    return SourceTrace(
        source="hw1.py", end="finished", seconds=1, networks=(network,), runs=(run,), material=material, threads=1
    )


def descent(rate: float) -> Stepper:
    def step(weight: torch.Tensor, gradient: torch.Tensor, number: int) -> None:
        weight -= rate * gradient

    return step


def momentum(rate: float) -> Stepper:
    velocity = torch.zeros(20, 10)

    def step(weight: torch.Tensor, gradient: torch.Tensor, number: int) -> None:
        velocity.mul_(0.9).add_(gradient)
        weight -= rate * velocity

    return step


def decayed(step: Stepper, decay: float) -> Stepper:
    def decayed_step(weight: torch.Tensor, gradient: torch.Tensor, number: int) -> None:
        step(weight, gradient + decay * weight, number)

    return decayed_step


def longer_and_longer(weight: torch.Tensor, gradient: torch.Tensor, number: int) -> None:
    weight -= 0.1 * number * gradient.sign()


def adam(rate: float, sign: int = 1) -> Stepper:
    mean, square = torch.zeros(20, 10), torch.zeros(20, 10)

    def step(weight: torch.Tensor, gradient: torch.Tensor, number: int) -> None:
        mean.mul_(0.9).add_(0.1 * gradient)
        square.mul_(0.999).add_(0.001 * gradient**2)
        weight -= sign * rate * (mean / (1 - 0.9**number)) / ((square / (1 - 0.999**number)).sqrt() + 1e-8)

    return step


def rmsprop(rate: float, decay: float) -> Stepper:
    square = torch.zeros(20, 10)

    def step(weight: torch.Tensor, gradient: torch.Tensor, number: int) -> None:
        square.mul_(decay).add_((1 - decay) * gradient**2)
        weight -= rate * gradient / (square.sqrt() + 1e-8)

    return step


@pytest.mark.parametrize("name", [BY_HAND, "cross_entropy"])
@pytest.mark.parametrize(
    ("step", "optimizer", "rate"),
    [
        (lambda: descent(0.1), "SGD", 0.1),
        (lambda: descent(3.7e-5), "SGD", 3.7e-5),
        (lambda: momentum(0.05), "SGD", 0.05),
        (lambda: adam(0.001), "Adam", 0.001),
        (lambda: adam(0.02), "Adam", 0.02),
        (lambda: rmsprop(0.001, 0.9), "RMSprop", 0.001),
        (lambda: rmsprop(0.003, 0.99), "RMSprop", 0.003),
    ],
)
def test_the_rule_and_its_rate_are_found(step, optimizer, rate, name):
    source = trained(step(), name=name)
    found = replay(source, source.runs[0])
    assert found.proved and found.run is not None
    assert found.run.optimizer == optimizer and found.run.settings["lr"] == pytest.approx(rate, rel=1e-4)


@pytest.mark.parametrize("step", [descent(0.1), momentum(0.05), adam(0.001)])
def test_a_decay_that_code_adds_to_its_gradients_is_found(step):
    source = trained(decayed(step, 1e-3))
    found = replay(source, source.runs[0])
    assert found.proved and found.run is not None
    assert found.run.settings["weight_decay"] == 1e-3


def test_a_decay_may_leave_vectors_alone():
    run = Run(id=0, network=0, optimizer=BY_HAND_STEPS, place=HERE)
    without = [each.other_settings for each in written_out(run, ("bias",), decays=True)]
    assert {"bias": {"weight_decay": 0.0}} in without and {} in without


def test_gradients_that_are_never_cleared_are_told():
    source = trained(descent(0.1), clears=False)
    assert replay(source, source.runs[0]).step == NEVER_CLEARED


@pytest.mark.parametrize("step", [adam(0.001, -1), descent(-0.1), longer_and_longer])
def test_other_steps_are_not_proved(step):
    source = trained(step)
    assert not replay(source, source.runs[0]).proved


def test_a_rate_that_is_near_to_one_as_code_writes_it_is_that():
    run = written_out(Run(id=0, network=0, optimizer=BY_HAND_STEPS, place=HERE), (), decays=False)[0]
    found = at_another_rate(run, 50.4)
    assert found is not None and found.settings["lr"] == 0.05
    assert at_another_rate(found, 1.001) is None and at_another_rate(found, -1.0) is None
    assert at_another_rate(found, np.nan) is None
