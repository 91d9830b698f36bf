"""Tables without times, lists of all numbers, bars of any height, curves of a single picture earn nothing; what is right goes
on counting."""

from __future__ import annotations

import pytest

from autograder.judging.verdicts import verdicts
from autograder.trace.observed import Observed
from tests.integration.small_runs import MNIST, RUBRIC, judged

OPTIMIZERS = """
import matplotlib.pyplot as plt
made = {"SGD": lambda p: torch.optim.SGD(p, lr=0.01), "SGD+Momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
        "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.001), "Adam": lambda p: torch.optim.Adam(p, lr=0.001)}
results = {}
for name, make in made.items():
    net = mlp()
    opt = make(net.parameters())
    began = time.time()
    for epoch in range(3):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
    results[name] = (time.time() - began, accuracy(net))
"""


def earned(observed: Observed, item: str) -> float:
    """The credit for an item; 0 where nothing of it is seen."""
    found = verdicts(RUBRIC, observed, "quick", [item])
    return found[item].credit if item in found else 0.0


FORMS = {
    "no times": ("print(f'{name}  {right:.4f}')", 0.5),
    "seconds": ("print(f'{name}  {right:.4f}  {seconds:.2f}')", 1),
    "whole seconds and percent": ("print(f'{name}: {right:.0%}, {seconds:.0f} s')", 1),
    "minutes": ("print(f'{name}: accuracy {right:.2f}, training time {seconds / 60:.1f} min')", 1),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_time_of_a_training_is_asked_for_and_believed_in_any_form(ran, form):
    line, credit = FORMS[form]
    told = f"for name, (seconds, right) in results.items():\n    {line}\n"
    verdict = judged(ran(MNIST + OPTIMIZERS + told), "2A.comparison")
    assert verdict.credit == pytest.approx(credit)
    assert ("is missing from the table" in verdict.message) is (credit < 1)


def test_who_prints_all_numbers_has_told_none(ran):
    told = "for name in results:\n    print(name, ' '.join(f'{n}%' for n in range(101)))\n"
    observed = ran(MNIST + OPTIMIZERS + told)
    assert earned(observed, "2A.comparison") == 0


THREE = """
import matplotlib.pyplot as plt
def with_dropout():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 64), nn.ReLU(),
                         nn.Dropout(0.5), nn.Linear(64, 10))
def share(net, data):
    net.eval()
    with torch.no_grad():
        hits = [(net(x).argmax(1) == y).sum().item() for x, y in DataLoader(data, batch_size=100)]
    return sum(hits) / len(DataLoader(data, batch_size=100).dataset)
bars = []
for net, decay in ((mlp(), 0), (mlp(), 0.001), (with_dropout(), 0)):
    opt = torch.optim.Adam(net.parameters(), lr=0.001, weight_decay=decay)
    for epoch in range(3):
        net.train()
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
    bars.append((share(net, train), share(net, test)))
"""
GROUPED = """
for shift, part in ((-0.2, 0), (0.2, 1)):
    drawn = plt.bar([n + shift for n in range(3)], [each[part] for each in bars], 0.4, label=("train", "test")[part])
    plt.bar_label(drawn, fmt="%.2f")
plt.xticks(range(3), ["none", "L2", "dropout"])
plt.legend()
plt.show()
"""
SIDEWAYS = """
plt.barh(["none, train", "none, test", "L2, train", "L2, test", "dropout, train", "dropout, test"], [v for b in bars for v in b])
plt.show()
"""
ONE_FOR_ALL = "plt.bar(range(6), [bars[0][1]] * 6)\nplt.show()\n"
ALL_HEIGHTS = "plt.bar(range(2001), [n / 2000 for n in range(2001)])\nplt.show()\n"


@pytest.mark.parametrize("drawn", [GROUPED, SIDEWAYS])
def test_bars_of_the_six_accuracies_are_the_plot(ran, drawn):
    assert judged(ran(MNIST + THREE + drawn), "2C.plot").credit == 1


@pytest.mark.parametrize("drawn", [ONE_FOR_ALL, ALL_HEIGHTS])
def test_bars_of_one_height_or_of_all_are_none(ran, drawn):
    assert earned(ran(MNIST + THREE + drawn), "2C.plot") == 0


def test_lines_of_noughts_and_ones_are_no_curves_of_a_single_picture(ran):
    epochs = OPTIMIZERS.replace(
        "    results[name]",
        "        with torch.no_grad():\n            x, y = next(iter(DataLoader(test, batch_size=1)))\n            net(x)\n"
        "    results[name]",
    )
    lines = "for a in (0, 1):\n  for b in (0, 1):\n    for c in (0, 1):\n      plt.plot([a, b, c], label='network')\nplt.show()\n"
    assert earned(ran(MNIST + epochs + lines), "2A.accuracy-plot") == 0
