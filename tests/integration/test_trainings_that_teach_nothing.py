"""Trainings in which nothing is learned, or hardly anything, and networks that knew the answer before."""

from __future__ import annotations

import pytest

from autograder.judging.verdicts import verdicts
from tests.integration.small_runs import MNIST, RUBRIC, judged

FOUR = """
import matplotlib.pyplot as plt
class {own}(torch.optim.SGD):
    pass
loader = DataLoader(train, batch_size=64, shuffle=True)
{said}
made = {{
    "SGD": lambda ps: torch.optim.SGD(ps, lr=0.01), "SGD+Momentum": lambda ps: torch.optim.SGD(ps, lr=0.01, momentum=0.9),
    "RMSprop": lambda ps: torch.optim.RMSprop(ps, lr=0.001), "Adam": lambda ps: {adam}(ps, lr=0.001)}}
for name, make in made.items():
    net = mlp()
    opt, losses = make(net.parameters()), []
    for epoch in range({epochs}):
        total = 0
        for x, y in loader:
            opt.zero_grad()
            loss = F.cross_entropy(net(x), y)
            {backward}
            opt.step()
            total += loss.item()
            {end}
        losses.append(total / len(loader))
    print(f"{{name}}: test accuracy {{accuracy(net):.4f}}")
    plt.plot(losses, label=name)
plt.legend()
plt.show()
"""


def four(**ways: str) -> str:
    as_usual = {"own": "Own", "said": "", "adam": "torch.optim.Adam", "backward": "loss.backward()", "end": "pass"}
    return MNIST + FOUR.format(**{"epochs": "20", **as_usual, **ways})


def test_a_step_without_gradients_is_named_wherever_trainings_are_compared(ran):
    observed = ran(four(backward="pass", epochs="3"))
    step = judged(observed, "1A.training-step")
    assert step.credit < 0.5
    assert "`loss.backward()` is missing" in step.message
    assert "`loss.backward()` is missing" in judged(observed, "2A.optimizers").message


def test_an_epoch_that_ends_after_its_first_batch_is_named_and_no_comment_excuses_missing_epochs(ran):
    observed = ran(four(end="break", epochs="4", said="# no early_stopping was needed here, so nothing may break"))
    step = judged(observed, "1A.training-step")
    assert step.credit == 0.5
    assert "Each epoch ends after 1 of the 4 batches" in step.message
    assert "20 are asked for" in judged(observed, "2A.optimizers").message


def test_an_epoch_that_an_error_ends_is_not_said_to_be_left_early(ran):
    observed = ran(four(end="raise KeyError('loss')", epochs="4"))
    assert observed.sources[0].failures
    told = verdicts(RUBRIC, observed, "quick", ["1A.training-step"])["1A.training-step"].message
    assert "Each epoch ends" not in told


def test_an_optimizer_is_known_by_its_rule_and_not_by_the_name_of_a_class_of_ones_own(ran):
    observed = ran(four(own="Adam", adam="Adam", epochs="20"))
    assert "no network is trained with Adam" in judged(observed, "2A.optimizers").message


def test_an_optimizer_that_is_taken_for_adam_is_named_and_costs_nothing_more(ran):
    observed = ran(four(adam="torch.optim.AdamW"))
    verdict = judged(observed, "2A.optimizers")
    assert verdict.credit == 0.75
    assert "What stands for Adam is AdamW" in verdict.message
    assert judged(observed, "2A.loss-plot").credit == 1


def test_adamw_without_its_weight_decay_is_adam(ran):
    own = "functools.partial(torch.optim.AdamW, weight_decay=0)"
    assert judged(ran("import functools\n" + four(adam=own)), "2A.optimizers").credit == 1


def test_four_optimizers_that_train_for_twenty_epochs_are_right(ran):
    observed = ran(four())
    assert judged(observed, "2A.optimizers").credit == 1
    assert judged(observed, "2A.loss-plot").credit == 1


XOR = """
import torch
from torch import nn
torch.manual_seed({seed})
X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
Y = torch.tensor([[0.], [1.], [1.], [0.]])
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
{before}
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for step in range({steps}):
    opt.zero_grad()
    loss = nn.functional.binary_cross_entropy(net(X), Y)
    loss.backward()
    opt.step()
print(net(X))
"""
BY_HAND = """
with torch.no_grad():
    net[0].weight[:] = torch.tensor([[9., 9.], [9., 9.], [0., 0.], [0., 0.]])
    net[0].bias[:] = torch.tensor([-4., -13., 0., 0.])
    net[2].weight[:] = torch.tensor([[6., -6., 0., 0.]])
    net[2].bias[:] = -6.
"""


@pytest.mark.parametrize(("before", "steps", "status"), [(BY_HAND, 4, "review"), ("", 400, "passed")])
def test_a_network_that_answers_xor_before_its_first_step_goes_to_a_person(ran, before, steps, status):
    verdict = judged(ran(XOR.format(seed=0, before=before, steps=steps)), "1C.accuracy")
    assert verdict.status == status, verdict.message
