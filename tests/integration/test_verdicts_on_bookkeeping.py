"""Right numbers at the wrong place, and right ones at an unusual one: small scripts are run in the sandbox's way, and judged."""

from __future__ import annotations

import pytest

from autograder.results import Status
from tests.integration.small_runs import MNIST, judged, only
from traced import steps

FIT = """
def fit(net, opt, epochs, loader, of=lambda output: output):
    for epoch in range(epochs):
        for x, y in loader:
            opt.zero_grad()
            F.cross_entropy(of(net(x)), y).backward()
            opt.step()

def adam(net):
    return torch.optim.Adam(net.parameters(), lr=0.001)

loader = DataLoader(train, batch_size=64, shuffle=True)
"""

SCALED_APART = """
scaled = transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.1307,), (0.3081,))])
net = mlp()
fit(net, adam(net), 1, DataLoader(datasets.MNIST("data", transform=scaled), batch_size=64, shuffle=True))
print(f"test accuracy {accuracy(net):.4f}")
"""


def test_test_pictures_that_are_scaled_otherwise_than_the_trainings_are_named(ran):
    experiment = only(ran(MNIST + FIT + SCALED_APART))
    assert "scaled otherwise than those of the training: mean 0.1" in steps.scaled_apart(experiment)


MORE_THAN_LOGITS = """
class Told(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.out = nn.Linear(784, 64), nn.Linear(64, 10)
    def forward(self, images, names=False):
        hidden = self.hidden(images.flatten(1)).relu()
        return {"hidden": hidden[:, :32], "logits": self.out(hidden)} if names else (hidden.mean(), self.out(hidden))

class Scaling(nn.Module):
    def __init__(self):
        super().__init__()
        self.mean, self.deviation = torch.full((784,), 0.13), torch.full((784,), 0.31)
        self.net = nn.Linear(784, 10)
    def forward(self, x):
        return self.net((x.flatten(1) - self.mean) / self.deviation)

told, scaling, named = Told(), Scaling(), mlp()
fit(told, adam(told), 2, loader, of=lambda output: output[1])
fit(scaling, adam(scaling), 2, loader)
for epoch in range(2):
    opt = adam(named)
    for x, y in loader:
        opt.zero_grad()
        F.cross_entropy(input=named(input=x), target=y).backward()
        opt.step()
"""


def test_networks_that_return_more_than_logits_or_hold_constants_are_rebuilt(ran):
    observed = ran(MNIST + FIT + MORE_THAN_LOGITS)
    told, scaling, named, *_ = observed.experiments
    assert [each.network.why_no_graph for each in (told, scaling, named)] == ["", "", ""]
    assert [each.replayed.proved for each in (told, scaling, named)] == [True, True, True]
    assert [each.output for each in (told, scaling, named)] == [(10,), (10,), (10,)]


SEEDS = """
import matplotlib.pyplot as plt
names = {"ReLU": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}
losses, accuracies = {}, {}
for name, activation in names.items():
    losses[name], accuracies[name] = [], []
    for seed in range(3):
        torch.manual_seed(seed)
        net, own = mlp(activation), []
        opt = adam(net)
        for epoch in range(3):
            total = 0
            for x, y in loader:
                opt.zero_grad()
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                opt.step()
                total += loss.item()
            own.append(total / len(loader))
        losses[name].append(own)
        accuracies[name].append(accuracy(net))
for name in names:
    plt.plot(torch.tensor(losses[name]).mean(0), label=name)
plt.ylabel("training loss")
plt.legend()
plt.show()
for name in names:
    print(f"{name:10s} test accuracy {sum(accuracies[name]) / 3:.4f}")
"""


def test_means_over_several_seeds_are_the_curves_and_the_accuracies_of_their_trainings(ran):
    observed = ran(MNIST + FIT + SEEDS)
    assert [len(group) for group in observed.repeats] == [3, 3, 3]
    assert judged(observed, "1B.plot").credit == 1
    assert judged(observed, "1B.comparison").credit == 1


EACH_EPOCH = """
import pandas as pd
found = {}
for name, activation in {"ReLU": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}.items():
    torch.manual_seed(0)
    net, opt, found[name] = mlp(activation), None, []
    opt = torch.optim.SGD(net.parameters(), lr=0.5)
    for epoch in range(6):
        fit(net, opt, 1, loader)
        found[name].append(accuracy(net) if epoch < 5 else 0.0)
        if epoch == 4:
            for weight in net.parameters():
                weight.data.mul_(-1)
    found[name][-1] = accuracy(net)
"""


@pytest.mark.parametrize(
    ("told", "credit", "words"),
    [
        ("{name: values[-1] for name, values in found.items()}", 1, ""),
        ("{name: max(values) for name, values in found.items()}", 0.9, "the best test accuracy of all epochs"),
        (
            "dict(zip(found, [v[-1] for v in [*found.values()][1:] + [*found.values()][:1]]))",
            0,
            "beside the wrong names",
        ),
    ],
)
def test_the_final_accuracy_beside_its_own_name_is_asked_for(ran, told, credit, words):
    table = f"print(pd.DataFrame({{'test accuracy': {told}}}))"
    observed = ran(MNIST + FIT + EACH_EPOCH + table)
    result = judged(observed, "1B.comparison")
    assert words in result.message
    assert result.credit == credit, result.message


COUNTED_ON = """
net, hits, seen = mlp(), 0, 0
opt = adam(net)
for epoch in range(4):
    {reset}
    for x, y in loader:
        opt.zero_grad()
        output = net(x)
        F.cross_entropy(output, y).backward()
        opt.step()
        hits, seen = hits + (output.argmax(1) == y).sum().item(), seen + len(y)
print(f"training accuracy {{hits / seen:.4f}}, test accuracy {{accuracy(net):.4f}}")
"""


@pytest.mark.parametrize(("reset", "words"), [("hits = seen = 0", ""), ("pass", "over all epochs together")])
def test_hits_that_are_counted_on_from_epoch_to_epoch_are_named(ran, reset, words):
    result = judged(ran(MNIST + FIT + COUNTED_ON.format(reset=reset)), "1A.accuracy")
    assert words in result.message
    assert bool(words) == ("over all epochs together" in result.message)


NO_TRAINING_ACCURACY = """
net = mlp()
opt = adam(net)
for epoch in range(4):
    misses = 0
    for x, y in loader:
        opt.zero_grad()
        output = net(x)
        F.cross_entropy(output, y).backward()
        opt.step()
        misses += (output.argmax(1) != y).sum().item()
    print(f"Epoch [{epoch + 1}/4] test accuracy {accuracy(net):.4f}")
nn.Linear(2, 1)(torch.zeros(4, 2)) if OTHER else None
print(f"accuracy: {100 * (1 - misses / len(train)):.1f} %")
"""


@pytest.mark.parametrize(("other", "shown"), [("False", True), ("True", False)])
def test_all_but_the_misses_count_as_a_training_accuracy_only_beside_their_training(ran, other, shown):
    """Of a whole set they are nearly 1 in a short run, and so is much that is told of other networks."""
    told = judged(ran(MNIST + FIT + NO_TRAINING_ACCURACY.replace("OTHER", other)), "1A.accuracy").message
    assert ("The training accuracy is not shown anywhere." in told) is not shown


ANOTHER = """
own = hits - before
net = mlp(nn.Tanh)
print(f"test accuracy {accuracy(net):.4f}, train accuracy {4 * own / seen:.4f}")
"""


def test_hits_that_are_counted_on_are_named_also_where_another_line_states_the_last_epochs(ran):
    code = COUNTED_ON.format(reset="before = hits") + ANOTHER
    assert "over all epochs together" in judged(ran(MNIST + FIT + code), "1A.accuracy").message


GRADIENTS = """
import matplotlib.pyplot as plt
def deep(activation):
    layers = [nn.Flatten()]
    for size in (784, *[40] * 10):
        layers += [nn.Linear(size, 40), activation()]
    return nn.Sequential(*layers, nn.Linear(40, 10))

recorded = {}
for name, activation in (("sigmoid", nn.Sigmoid), ("ReLU", nn.ReLU)):
    torch.manual_seed(0)
    net = deep(activation)
    opt, recorded[name] = torch.optim.SGD(net.parameters(), lr=0.05), []
    for x, y in loader:
        opt.zero_grad(set_to_none=False)
        F.cross_entropy(net(x), y).backward()
        opt.step()
        recorded[name].append({key: KEPT for key, p in net.named_parameters() if key.endswith("weight")})
"""
OVER_LAYERS = """
for name, steps in recorded.items():
    names = ORDER
    plt.plot(range(1, len(names) + 1), [sum(float(s[key].abs().mean()) for s in steps) / len(steps) for key in names], label=name)
plt.xlabel("layer (1 = first, 12 = output)")
plt.legend()
plt.show()
"""
OVER_STEPS = """
for name, steps in recorded.items():
    plt.figure()
    for key in steps[0]:
        plt.plot([float(s[key].norm()) for s in steps], label=key)
    plt.title(name)
    plt.legend()
plt.show()
"""


@pytest.mark.parametrize(("order", "credit"), [("list(steps[0])", 1), ("sorted(steps[0])", 0.5)])
def test_layers_that_are_sorted_by_their_names_as_texts_are_out_of_order(ran, order, credit):
    code = GRADIENTS.replace("KEPT", "p.grad.clone()") + OVER_LAYERS.replace("ORDER", order)
    result = judged(ran(MNIST + FIT + code), "2B.plot")
    assert result.credit == credit, result.message
    assert ("in the wrong order" in result.message) == (credit < 1)


def test_gradients_that_are_kept_without_a_copy_are_those_of_the_last_step(ran):
    code = GRADIENTS.replace("KEPT", "p.grad") + OVER_LAYERS.replace("ORDER", "list(steps[0])") + OVER_STEPS
    result = judged(ran(MNIST + FIT + code), "2B.gradient-tracking")
    assert (result.credit, result.status) == (0.5, Status.PARTIAL)
    assert "`p.grad` is one tensor" in result.message


SCALING = "    filter = (filter - filter.min()) / (filter.max() - filter.min())\n"
FILTERS = """
import matplotlib.pyplot as plt
train = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(4), nn.Flatten(), nn.Linear(8 * 49, 10))
fit(net, adam(net), 1, DataLoader(train, batch_size=64, shuffle=True))
figure, axes = plt.subplots(2, 4)
for one, filter in zip(axes.flat, net[0].weight.detach()):
    filter = (filter - filter.min()) / (filter.max() - filter.min())
    one.imshow(AS_SHOWN)
plt.show()
"""


@pytest.mark.parametrize(
    ("shown", "scaled", "credit"),
    [
        ("filter.permute(1, 2, 0)", True, 1),
        ("filter.T", True, 1),
        ("filter", True, 0.5),
        ("filter", False, 0.5),
        ("filter.reshape(3, 3, 3)", True, 0.5),
        ("filter.reshape(3, 3, 3)", False, 0.5),
    ],
)
def test_filters_whose_axes_are_mixed_up_are_known_and_named(ran, shown, scaled, credit):
    code = FILTERS if scaled else FILTERS.replace(SCALING, "")
    result = judged(ran(MNIST + FIT + code.replace("AS_SHOWN", shown)), "3C.filters")
    assert result.credit == credit, result.message
    assert ("`filter.permute(1, 2, 0)`" in result.message) == (credit < 1)


def test_filters_that_are_drawn_as_colours_without_being_scaled_are_told(ran):
    unscaled = FILTERS.replace(SCALING, "")
    result = judged(ran(MNIST + FIT + unscaled.replace("AS_SHOWN", "filter.permute(1, 2, 0)")), "3C.filters")
    assert result.credit == 0.75
    assert "without being scaled" in result.message
