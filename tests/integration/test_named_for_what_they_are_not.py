"""Networks and numbers under names of others: a default that hides a misspelt name, training accuracies as test accuracies."""

from __future__ import annotations

import pytest

from tests.integration.small_runs import FIT, MNIST, judged

ACTIVATIONS = """
import matplotlib.pyplot as plt
KNOWN = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}
other = nn.Sequential(nn.Flatten(), nn.Linear(784, 100), nn.Sigmoid(), nn.Linear(100, 100), nn.Sigmoid(), nn.Linear(100, 10))
fit(other)
losses, final = {}, {}
for name in ["NAMES"]:
    net = mlp(KNOWN.get(name, nn.ReLU))
    losses[name] = fit(net)
    final[name] = accuracy(net)
for name, values in losses.items():
    plt.plot(values, label=name)
plt.legend()
plt.title("training loss")
plt.show()
for name in final:
    print(f"{name:10s} {final[name]:.4f}")
"""


@pytest.mark.parametrize(("names", "is_told"), [("ReLU Sigmoid Tanh", True), ("relu sigmoid tanh", False)])
def test_networks_that_all_have_one_activation_are_told_beside_another_that_has_not(ran, names, is_told):
    observed = ran(MNIST + FIT + ACTIVATIONS.replace('"NAMES"', ", ".join(f'"{name}"' for name in names.split())))
    for item in ("1B.plot", "1B.comparison"):
        assert ("named for sigmoid and tanh have ReLU" in judged(observed, item).message) == is_told


def test_one_network_that_has_the_activation_of_another_is_told_by_its_name(ran):
    code = ACTIVATIONS.replace('"NAMES"', '"relu", "sigmoid", "tanh"').replace("nn.Sigmoid,", "nn.Tanh,")
    observed = ran(MNIST + FIT + code.replace("fit(other)", "pass"))
    for item in ("1B.plot", "1B.comparison"):
        told = judged(observed, item)
        assert told.message.startswith("The network that is named for sigmoid has tanh after its hidden layers"), (
            told.message
        )
        assert told.credit == 0.75


DROPOUT = """
class Net(nn.Module):
    def __init__(self, rate):
        super().__init__()
        self.one, self.two, self.three, self.rate = nn.Linear(784, 128), nn.Linear(128, 64), nn.Linear(64, 10), rate
    def forward(self, x):
        x = F.dropout(torch.relu(self.one(x.flatten(1))), self.rate, training=MODE)
        return self.three(F.dropout(torch.relu(self.two(x)), self.rate, training=MODE))
decays = {"none": 0.0, "L2": 0.001, "dropout": 0.0}
for name, decay in decays.items():
    net = Net(0.5) if name == "dropout" else mlp()
    opt = torch.optim.Adam(net.parameters(), weight_decay=decay)
    for epoch in range(3):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
        print(name, epoch, accuracy(net))
"""


@pytest.mark.parametrize(("mode", "is_told"), [("True", True), ("self.training", False)])
def test_dropout_that_does_not_know_of_the_mode_is_named(ran, mode, is_told):
    message = judged(ran(MNIST + DROPOUT.replace("MODE", mode)), "2C.dropout").message
    assert ("training=self.training" in message) == is_told


OPTIMIZERS = """
kinds = {
    "SGD": lambda p: torch.optim.SGD(p, lr=0.01), "Momentum": lambda p: torch.optim.SGD(p, lr=0.01, momentum=0.9),
    "RMSprop": lambda p: torch.optim.RMSprop(p, lr=0.001), "Adam": lambda p: torch.optim.Adam(p, lr=0.001)}
from torch.utils.data import random_split
part, held_out = random_split(train, [len(train) - 300, 300], torch.Generator().manual_seed(0))

def accuracy_on(data, net):
    net.eval()
    with torch.no_grad():
        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in DataLoader(data, batch_size=100))
    net.train()
    return hits / len(DataLoader(data, batch_size=100).dataset)

rows = []
for name, make in kinds.items():
    net = mlp()
    opt, started = make(net.parameters()), time.time()
    for epoch in range(4):
        hits, seen = 0, 0
        for x, y in DataLoader(part, batch_size=64, shuffle=True):
            opt.zero_grad()
            out = net(x)
            F.cross_entropy(out, y).backward()
            opt.step()
            hits, seen = hits + (out.argmax(1) == y).sum().item(), seen + len(y)
        on_train, on_held_out, on_test = hits / seen, accuracy_on(held_out, net), accuracy(net)
    rows.append((name, SHOWN, time.time() - started))
print("optimizer  test accuracy  seconds")
for name, share, seconds in rows:
    print(f"{name:10s} {share:.4f} {seconds:.2f}")
"""


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        ("on_train", ["those on the training set"]),
        ("on_held_out", ["that were held out of the training set"]),
        ("on_test", []),
    ],
)
def test_accuracies_on_the_training_set_are_not_those_of_the_test(ran, shown, told):
    message = judged(ran(MNIST + OPTIMIZERS.replace("SHOWN", shown)), "2A.comparison").message
    assert [
        each for each in ("those on the training set", "that were held out of the training set") if each in message
    ] == told
