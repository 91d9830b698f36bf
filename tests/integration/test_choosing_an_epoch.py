"""How a submission picks the epoch, or the network, whose accuracy it tells."""

from __future__ import annotations

import pytest

from autograder.results import Status
from tests.integration.small_runs import MNIST, judged

TRAINING = (
    MNIST
    + """
import copy
final = {}
for name, activation in {"ReLU": nn.ReLU, "Sigmoid": nn.Sigmoid, "Tanh": nn.Tanh}.items():
    net = mlp(activation)
    opt = torch.optim.Adam(net.parameters())
    accs, best = [], 0.0
    for epoch in range(4):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
        accs.append(accuracy(net))
        if epoch == 1:
            state = KEPT
    AFTER
    final[name] = CHOSEN
for name in final:
    print(f"{name}: {final[name]:.4f}")
"""
)


def remarks(ran, chosen: str = "accs[-1]", kept: str = "None", after: str = "pass") -> str:
    verdict = judged(
        ran(TRAINING.replace("KEPT", kept).replace("AFTER", after).replace("CHOSEN", chosen)), "1B.comparison"
    )
    if verdict.status is Status.PARTIAL:  # of a best epoch that is not the last one, which costs a little
        assert "the best test accuracy of all epochs" in verdict.message
    return verdict.message


@pytest.mark.parametrize(("chosen", "is_told"), [("max(accs)", True), ("accs[-1]", False), ("accuracy(net)", False)])
def test_the_largest_of_all_epochs_is_not_the_final_accuracy(ran, chosen, is_told):
    found = remarks(ran, chosen)
    assert ("largest of all epochs" in found or "best test accuracy of all epochs" in found) == is_told


def test_a_largest_accuracy_that_is_called_so_is_left_alone(ran):
    assert "largest of all epochs" not in remarks(ran, "accs[-1]", after="best_acc = max(accs)")


@pytest.mark.parametrize(
    ("kept", "is_told"),
    [
        ("net.state_dict()", True),
        ("net.state_dict().copy()", True),
        ("copy.deepcopy(net.state_dict())", False),
        ("{key: value.clone() for key, value in net.state_dict().items()}", False),
    ],
)
def test_weights_that_are_kept_without_a_copy_are_told(ran, kept, is_told):
    assert (
        "copy.deepcopy(model.state_dict())" in remarks(ran, kept=kept, after="net.load_state_dict(state)")
    ) == is_told


XOR = """
import torch
from torch import nn
import numpy as np
import matplotlib.pyplot as plt
x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = torch.tensor([[0.], [1.], [1.], [0.]])
nets = []
for steps in (800, 2):
    torch.manual_seed(3)
    net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
    opt = torch.optim.Adam(net.parameters(), lr=0.05)
    for step in range(steps):
        opt.zero_grad()
        nn.BCELoss()(net(x), y).backward()
        opt.step()
    nets.append(net)
best = nets[0]
print("accuracy", ((best(x) > 0.5).float() == y).float().mean().item())
a, b = np.meshgrid(np.linspace(-0.5, 1.5, 60), np.linspace(-0.5, 1.5, 60))
with torch.no_grad():
    z = DRAWN(torch.tensor(np.stack([a.ravel(), b.ravel()], 1), dtype=torch.float32))
plt.contourf(a, b, z.numpy().reshape(a.shape), levels=20)
plt.title("decision boundary")
plt.show()
"""


def test_of_several_tries_at_xor_the_one_that_learned_it_counts(ran):
    observed = ran(XOR.replace("DRAWN", "best"))
    for item in ("1C.model", "1C.accuracy", "1C.decision-boundary"):
        assert judged(observed, item).status is Status.PASSED


def test_the_boundary_of_a_try_that_failed_is_told(ran):
    observed = ran(XOR.replace("DRAWN", "net"))
    assert judged(observed, "1C.accuracy").status is Status.PASSED
    assert "does not show the network that has learned XOR" in judged(observed, "1C.decision-boundary").message
