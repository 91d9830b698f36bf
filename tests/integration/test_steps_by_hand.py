"""Loops that step their weights themselves: small scripts are run in the sandbox's way, and judged."""

from __future__ import annotations

from autograder.results import Status
from tests.integration.small_runs import MNIST, judged, only

MODULES = """
class Momentum:
    def __init__(self, params, lr, mu=0.9):
        self.params, self.lr, self.mu = list(params), lr, mu
        self.velocities = [torch.zeros_like(p) for p in self.params]
    def zero_grad(self):
        for p in self.params:
            p.grad = None
    def step(self):
        with torch.no_grad():
            for p, v in zip(self.params, self.velocities):
                v.mul_(self.mu).add_(p.grad)
                p -= self.lr * v

net = mlp()
opt = Momentum(net.parameters(), lr=0.05)
for epoch in range(3):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
print(f"test accuracy {accuracy(net):.4f}")

looked_at = mlp()
for x, y in DataLoader(train, batch_size=64):
    looked_at.zero_grad()
    F.cross_entropy(looked_at(x), y).backward()
    print([p.grad.norm().item() for p in looked_at.parameters()][0])
"""


def test_an_optimizer_of_their_own_steps_on_a_module_as_a_library_s_does(ran):
    observed = ran(MNIST + MODULES)
    (experiment,) = observed.experiments
    assert (experiment.rule.optimizer, experiment.rule.settings) == ("SGD", {"lr": 0.05, "momentum": 0.9})
    assert experiment.epochs == 3
    assert judged(observed, "1A.training-step").status is Status.PASSED
    assert judged(observed, "1A.evaluation").status is Status.PASSED


CLOSURE = """
x_train, y_train = train.data.reshape(-1, 784).float() / 255, train.targets
x_test, y_test = test.data.reshape(-1, 784).float() / 255, test.targets

def make(sizes):
    params = []
    for a, b in zip(sizes[:-1], sizes[1:]):
        params += [(torch.randn(a, b) * (2 / a) ** 0.5).requires_grad_(), torch.zeros(b, requires_grad=True)]
    def forward(x):
        for i in range(0, len(params), 2):
            x = x @ params[i] + params[i + 1]
            x = x.relu() if i + 2 < len(params) else x
        shifted = x - x.max(dim=1, keepdim=True).values
        return shifted - shifted.exp().sum(1, keepdim=True).log()
    return params, forward

params, forward = make([784, 64, 10])
for epoch in range(4):
    for i in torch.randperm(len(x_train)).split(64):
        loss = -forward(x_train[i])[torch.arange(len(i)), y_train[i]].mean()
        loss.backward()
        with torch.no_grad():
            for p in params:
                g = p.grad + (0.001 * p if p.dim() > 1 else 0)
                p -= 0.1 * g
                p.grad = None
with torch.no_grad():
    hits = (forward(x_test).argmax(1) == y_test).sum().item()
    print(f"test accuracy {hits / len(y_test):.4f}")
"""


def test_a_function_that_finds_its_weights_around_it_is_followed_with_its_decay(ran):
    observed = ran(MNIST + CLOSURE)
    (experiment,) = observed.experiments
    assert experiment.epochs == 4
    assert experiment.rule.settings == {"lr": 0.1, "weight_decay": 0.001}
    assert judged(observed, "1A.evaluation").status is Status.PASSED


TWO_EVALUATIONS = """
from torchvision.datasets import CIFAR10
pictures = CIFAR10("data", train=True, download=True)
x, y = torch.tensor(pictures.data).permute(0, 3, 1, 2).float() / 255, torch.tensor(pictures.targets)
order = torch.randperm(len(x))
kept, rest = order[: int(0.9 * len(x))], order[int(0.9 * len(x)) :]
parts = {"train": (x[kept], y[kept]), "validation": (x[rest], y[rest])}
net = nn.Sequential(nn.Flatten(), nn.Linear(3072, 10))
opt = torch.optim.Adam(net.parameters())

def evaluate(x, y):
    with torch.no_grad():
        outputs = torch.cat([net(part) for part in x.split(1000)])
    return F.cross_entropy(outputs, y).item()

for epoch in range(3):
    for i in torch.randperm(len(kept)).split(64):
        opt.zero_grad()
        F.cross_entropy(net(parts["train"][0][i]), parts["train"][1][i]).backward()
        opt.step()
    for name, part in parts.items():
        print(name, evaluate(*part))
"""


def test_two_sets_that_one_line_evaluates_one_after_the_other_are_two_evaluations(ran):
    (experiment,) = ran(MNIST + TWO_EVALUATIONS).experiments
    samples = [each.samples for each in experiment.passes if not each.steps]
    assert len(samples) == 6 and samples[0] == 9 * samples[1]


LAYERS_AND_A_FUNCTION = """
import torch
from torch import nn
cases = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
due = torch.tensor([0., 1., 1., 0.])
torch.manual_seed(3)
first, second = nn.Linear(2, 4), nn.Linear(4, 1)
def network(x):
    return second(torch.tanh(first(x))).squeeze(-1)
opt = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=0.05)
criterion = nn.BCEWithLogitsLoss()
for step in range(500):
    opt.zero_grad()
    loss = criterion(network(cases), due)
    loss.backward()
    opt.step()
print(torch.sigmoid(network(cases)))
"""


def test_the_loss_of_layers_that_a_function_puts_together_is_that_of_their_network(ran):
    observed = ran(LAYERS_AND_A_FUNCTION)
    assert only(observed).replayed.proved
    assert judged(observed, "1C.model").credit == judged(observed, "1C.accuracy").credit == 1
