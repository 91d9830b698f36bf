"""Trainings that are compared though they differ in more, layers that are one, maps and layers of the wrong kind."""

from __future__ import annotations

import pytest

from tests.integration.small_runs import FIT, MNIST, judged
from tests.integration.test_verdicts_on_runs import ASKED, NEW_HEAD, PICTURES, TRANSFER

ACTIVATIONS = """
final = {{}}
for name, activation in (("relu", nn.ReLU), ("sigmoid", nn.Sigmoid), ("tanh", nn.Tanh)):
    net = mlp(activation)
    {fit}
    final[name] = accuracy(net)
for name in final:
    print(f"{{name:10s}} {{final[name]:.4f}}")
"""


@pytest.mark.parametrize(
    ("fit", "told"),
    [
        ("fit(net)", ""),
        ("fit(net, 5 if name == 'relu' else 3)", "5 epochs for ReLU, with 3 for sigmoid and tanh"),
        (
            "fit(net, batch=64 if name == 'relu' else 16)",
            "64 samples in a batch for ReLU, with 16 for sigmoid and tanh",
        ),
    ],
    ids=["alike", "epochs", "batch sizes"],
)
def test_other_settings_beside_those_that_are_compared_are_told_at_no_cost(ran, fit, told):
    chosen = FIT.replace("epochs=3", "epochs=3, batch=64").replace("batch_size=64", "batch_size=batch")
    table = judged(ran(MNIST + chosen + ACTIVATIONS.format(fit=fit)), "1B.comparison")
    assert table.credit == 1
    assert told in table.message and bool(told) == ("are compared are trained with" in table.message)


DEEP = """
import matplotlib.pyplot as plt
for name, activation in (("sigmoid", nn.Sigmoid), ("relu", nn.ReLU)):
    {hidden}
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), activation(), *hidden, nn.Linear(64, 10))
    opt = torch.optim.SGD(net.parameters(), lr=0.01)
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        found = [layer.weight.grad.abs().mean().item() for layer in net if isinstance(layer, nn.Linear)]
        opt.step()
    plt.semilogy(found, label=name)
plt.legend()
plt.show()
"""


@pytest.mark.parametrize(
    ("hidden", "credit"),
    [
        ("hidden = [nn.Linear(64, 64), activation()] * 5", 0.5),
        ("hidden = [part for _ in range(5) for part in (nn.Linear(64, 64), activation())]", 1),
    ],
)
def test_a_hidden_layer_that_is_repeated_as_an_object_is_named(ran, hidden, credit):
    observed = ran(MNIST + DEEP.format(hidden=hidden))
    network = judged(observed, "2B.network")
    assert network.credit == credit
    assert judged(observed, "2B.gradient-tracking").credit == judged(observed, "2B.plot").credit == 1
    assert ("5 of its 7 linear layers are one and the same" in network.message) == (credit < 1)


NORMALISED = "transforms.Compose([transforms.ToTensor(), transforms.Normalize((0.5,) * 3, (0.25,) * 3)])"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("out = net[0](images).detach()", ""),
        (
            "images = images * 0.25 + 0.5\nout = net[0](images).detach()",
            "from 0 to 1, and it was trained on numbers normalised",
        ),
        (
            "out = net[0]((images * 0.25 + 0.5) * 255).detach()",
            "from 0 to 255, and it was trained on numbers normalised",
        ),
    ],
    ids=["as in the training", "shares", "pixels"],
)
def test_maps_of_images_that_are_not_prepared_as_the_trainings_are_named(ran, asked, told):
    code = PICTURES.replace("transforms.ToTensor()", NORMALISED).format(images=2, asked=asked, maps="out")
    maps = judged(ran(code), "3C.activation-maps")
    assert maps.credit == (0.75 if told else 1)
    assert told in maps.message


INSIDE = """
class Scaled(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def forward(self, x):
        return self.inner((x - 0.5) / 0.25)
"""


@pytest.mark.parametrize(
    "asked", ["net(images)", "net.inner((images - 0.5) / 0.25)", "net.inner[0]((images - 0.5) / 0.25)"]
)
def test_a_network_that_scales_its_input_itself_may_be_given_either(ran, asked):
    hook = (
        "kept = []\nnet.inner[0].register_forward_hook(lambda module, inputs, output: kept.append(output.detach()))\n"
    )
    code = PICTURES.replace("opt = ", f"{INSIDE}net = Scaled(net)\nopt = ", 1)
    maps = judged(ran(code.format(images=2, asked=f"{hook}net.eval(); {asked}", maps="kept[-1]")), "3C.activation-maps")
    assert (maps.credit, maps.message) == (1, "")


SECOND = """
net.requires_grad_({first})
net.layer4.requires_grad_({last})
net.fc.requires_grad_(True)
opt = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=0.0001)
for x, y in DataLoader(train, batch_size=64, shuffle=True):
    opt.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    opt.step()
"""


@pytest.mark.parametrize(("first", "last"), [(False, True), (True, False)])
def test_what_a_second_training_thaws_is_what_counts(ran, first, last):
    head = TRANSFER.format(model=ASKED, head=NEW_HEAD)
    code = judged(ran(head + SECOND.format(first=first, last=last)), "bonus.code")
    assert ("published weights are frozen, and the first" in code.message) == first
    assert code.credit == (0.8 if first else 1)
    assert "Only the new last layer is trained" not in code.message


BESIDE = """
import torchvision
def trained(net, epochs):
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(epochs):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            nn.functional.cross_entropy(net(x), y).backward()
            opt.step()
    net.eval()
    right = [(net(x).argmax(1) == y).sum().item() for x, y in DataLoader(test, batch_size=100)]
    return sum(right) / len(test)
torch.set_grad_enabled(True)
of_cnn = accuracy = trained(net, 3)
print(f"accuracy of the CNN: {accuracy:.4f}")
other = nn.Sequential(nn.Conv2d(3, 8, 5, stride=4), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 49, 10))
accuracy = trained(other, 1)
print(f"another one: {accuracy:.4f}")
"""
RESNET = (
    f"{ASKED}\n{NEW_HEAD}\n"
    + """
of_resnet = trained(net, 1)
print("Comparison of the two networks")
print(f"CNN from 3A {SHOWN:.4f}  ResNet18 {of_resnet:.4f}")
"""
)


@pytest.mark.parametrize("shown", ["of_cnn", "accuracy"])
def test_the_accuracy_of_another_cnn_beside_the_published_network_is_told_at_no_cost(ran, shown):
    first = PICTURES.partition("opt = ")[0]
    result = judged(ran(first + BESIDE + RESNET.replace("SHOWN", shown)), "bonus.comparison")
    assert result.credit == 1
    assert ("not that of 3A's CNN" in result.message) == (shown == "accuracy")


VALIDATED = """
plain = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
flipped = datasets.CIFAR10(
    "data", train=True, transform=transforms.Compose([transforms.RandomHorizontalFlip(), transforms.ToTensor()]))
parts = {parts}
opt = torch.optim.Adam(net.parameters(), lr=0.001)
curves = {{"train": [], "validation": []}}
for epoch in range(3):
    for name, part in zip(curves, parts):
        net.train(name == "train")
        total = count = 0
        for x, y in DataLoader(part, batch_size=64, shuffle=name == "train"):
            loss = nn.functional.cross_entropy(net(x), y)
            if name == "train":
                opt.zero_grad()
                loss.backward()
                opt.step()
            total, count = total + loss.item() * len(x), count + len(x)
        curves[name].append(total / count)
for name, values in curves.items():
    plt.plot(values, label=name)
plt.title("loss")
plt.legend()
plt.show()
"""
SPLIT = "torch.utils.data.random_split({}, [0.9, 0.1]{})"
SEEDED = ", torch.Generator().manual_seed(1)"


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        (f"{SPLIT.format('flipped', '')}[0], {SPLIT.format('plain', '')}[1]", True),
        (f"{SPLIT.format('flipped', SEEDED)}[0], {SPLIT.format('plain', SEEDED)}[1]", False),
    ],
    ids=["two splits", "two with one seed"],
)
def test_a_validation_part_that_overlaps_with_the_training_part_is_named(ran, parts, told):
    first = PICTURES.partition("opt = ")[0]
    curves = judged(ran(first + VALIDATED.format(parts=parts)), "3A.curves")
    assert ("of the validation samples are among those of the training" in curves.message) == told
    assert (curves.credit < 0.5) == told
