"""Mistakes that students make again and again, each in a small script that is run and judged; beside each the right way."""

from __future__ import annotations

import pytest

from tests.integration.small_runs import MNIST, judged

GRADIENTS = """
import matplotlib.pyplot as plt
def deep(activation):
    hidden = [part for _ in range(5) for part in (nn.Linear(64, 64), activation())]
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 64), activation(), *hidden, nn.Linear(64, 10))
def sizes(net):
    return [layer.weight.grad.abs().mean().item() for layer in net if isinstance(layer, nn.Linear)]
def read(net):
    net.zero_grad()
    F.cross_entropy(net(images), labels).backward()
    return sizes(net)
images, labels = next(iter(DataLoader(train, batch_size=64)))
for name, activation in (("sigmoid", nn.Sigmoid), ("relu", nn.ReLU)):
    net, found = deep(activation), []
    opt = torch.optim.SGD(net.parameters(), lr=0.01)
    for epoch in range(3):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            {clear}
            F.cross_entropy(net(x), y).backward()
            {in_the_loop}
            opt.step()
        {after_an_epoch}
    {at_the_end}
    plt.semilogy(range(1, 8), found[-1], label=name)
plt.legend()
plt.show()
"""
READ = "found.append(read(net))"


def gradients(ran, clear="opt.zero_grad()", **ways):
    nothing = {"in_the_loop": "pass", "after_an_epoch": "pass", "at_the_end": "pass"}
    return judged(ran(MNIST + GRADIENTS.format(clear=clear, **nothing | ways)), "2B.gradient-tracking")


def test_gradients_that_are_read_once_after_the_training_were_not_tracked_during_it(ran):
    verdict = gradients(ran, at_the_end=READ)
    assert verdict.credit == 0.5
    assert "when the network has been trained" in verdict.message


@pytest.mark.parametrize(
    "ways", [{"after_an_epoch": READ}, {"in_the_loop": "found.append(sizes(net))"}], ids=["each epoch", "each batch"]
)
def test_gradients_that_are_read_while_the_network_trains_were_tracked_though_only_the_last_are_drawn(ran, ways):
    assert gradients(ran, **ways).credit == 1


def test_gradients_that_add_up_from_batch_to_batch_are_named(ran):
    verdict = gradients(ran, clear="pass", in_the_loop="found.append(sizes(net))")
    assert verdict.credit == 0.5
    assert "`optimizer.zero_grad()` is missing" in verdict.message


DROPOUT = """
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10))
opt = torch.optim.Adam(net.parameters(), lr=0.001)
{once}
for epoch in range(4):
    {each}
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
    net.eval()
    with torch.no_grad():
        print(sum((net(x).argmax(1) == y).sum().item() for x, y in DataLoader(test, batch_size=100)) / len(test))
"""


def test_dropout_that_acts_in_the_first_epoch_only_is_named(ran):
    verdict = judged(ran(MNIST + DROPOUT.format(once="net.train()", each="pass")), "2C.dropout")
    assert verdict.credit == 0.5
    assert "Dropout acts in 1 of 4 epochs only" in verdict.message


def test_dropout_that_is_switched_on_again_in_each_epoch_is_right(ran):
    assert judged(ran(MNIST + DROPOUT.format(once="pass", each="net.train()")), "2C.dropout").credit == 1


CURVES = """
import matplotlib.pyplot as plt
for name, activation in {{"ReLU": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}}.items():
    net, curve = mlp(activation), []
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(4):
        losses = []
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            opt.step()
            losses.append(loss.item())
        curve.append({value})
    plt.plot(curve, label=name)
plt.legend()
plt.show()
"""


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("losses[-1]", "that of the epoch's last batch"),
        ("sum(losses)", "a sum over the batches;"),
        ("sum(losses) / len(train)", "a sum over the batches divided by the number of samples"),
    ],
)
def test_losses_that_are_no_means_are_told_and_cost_nothing(ran, value, told):
    verdict = judged(ran(MNIST + CURVES.format(value=value)), "1B.plot")
    assert verdict.credit == 1
    assert f"The loss that is drawn for each epoch is {told}" in verdict.message


def test_of_losses_that_are_means_nothing_is_said(ran):
    verdict = judged(ran(MNIST + CURVES.format(value="sum(losses) / len(losses)")), "1B.plot")
    assert (verdict.credit, verdict.message) == (1, "")


XOR = """
import torch
from torch import nn
torch.manual_seed(0)
x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = torch.tensor([[0.], [1.], [1.], [0.]])
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for epoch in range(1500):
    opt.zero_grad()
    nn.{loss}()(net(x), y).backward()
    opt.step()
print((net(x) > 0.5).int())
"""


@pytest.mark.parametrize(
    ("loss", "told"), [("BCEWithLogitsLoss", "takes the sigmoid of that once more"), ("BCELoss", "")]
)
def test_a_sigmoid_that_is_taken_twice_on_xor_is_told_and_costs_nothing(ran, loss, told):
    verdict = judged(ran(XOR.format(loss=loss)), "1C.model")
    assert verdict.credit == 1
    assert told in verdict.message
    assert bool(verdict.message) == bool(told)


COMPARED = """
import pandas, torch, time
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
train = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
test = datasets.CIFAR10("data", train=False, download=True, transform=transforms.ToTensor())
rows = []
for filters, kernel, epochs in ((4, 3, {first}), (8, 5, {epochs}), (12, 3, {epochs})):
    layers = nn.Conv2d(3, filters, kernel), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(16 * filters, 10)
    net = nn.Sequential(*layers)
    opt, start = torch.optim.Adam(net.parameters(), lr=0.001), time.time()
    for epoch in range(epochs):
        {anew}
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
    seconds, net = time.time() - start, net.eval()
    with torch.no_grad():
        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in DataLoader(test, batch_size=100))
    rows.append((filters, sum(p.numel() for p in net.parameters()), seconds, hits / len(test)))
print(pandas.DataFrame(rows, columns=["filters", "parameters", "time [s]", "accuracy"]).to_markdown())
"""


@pytest.mark.parametrize(("first", "told"), [(6, "trained for 6, 3 and 3 epochs"), (3, "")])
def test_architectures_that_are_trained_for_different_times_are_told_at_no_cost(ran, first, told):
    verdict = judged(ran(COMPARED.format(first=first, anew="pass", epochs=3)), "3B.comparison")
    assert verdict.credit == 1
    assert told in verdict.message
    assert bool(verdict.message) == bool(told)


def test_times_of_one_epoch_in_the_table_of_architectures_are_named(ran):
    verdict = judged(ran(COMPARED.format(first=12, anew="start = time.time()", epochs=12)), "3B.comparison")
    assert verdict.credit == 0.75
    assert "The times are those of one epoch" in verdict.message
