"""Pictures and networks that look like what is asked for and are not, each beside right ways that look alike."""

from __future__ import annotations

import pytest

from tests.integration.small_runs import MNIST, judged
from traced.bonus import transfers

XOR = """
import numpy as np
import torch
from torch import nn
import matplotlib.pyplot as plt
torch.manual_seed(0)
x = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = torch.tensor([[0.], [1.], [1.], [0.]])
net = nn.Sequential(nn.Linear(2, 8), nn.Tanh(), nn.Linear(8, 1), nn.Sigmoid())
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for epoch in range(800):
    opt.zero_grad()
    nn.BCELoss()(net(x), y).backward()
    opt.step()
print(net(x))
def asked(across, up):
    a, b = np.meshgrid(across, up)
    with torch.no_grad():
        return a, b, net(torch.tensor(np.stack([a.ravel(), b.ravel()], 1), dtype=torch.float32)).numpy().reshape(a.shape)
line = np.linspace(-1, 2, 20)
"""


@pytest.mark.parametrize(
    "drawn",
    [
        "a, b, z = asked(line, line); plt.contourf(a, b, (z > 0.5).astype(int), levels=[-0.5, 0.5, 1.5])",
        "a, b, z = asked(line, line); plt.contourf(a, b, z, levels=2)",
        "plt.imshow(asked(line, line)[2] > 0.5, extent=[-1, 2, -1, 2], origin='lower')",
        "plt.imshow(asked(line, line)[2], extent=[-1, 2, -1, 2], origin='lower')",
        "plt.imshow(asked(np.arange(-1, 2, 0.15), np.arange(-1, 2, 0.15))[2], extent=[-1, 2, -1, 2], origin='lower')",
        "a, b, z = asked(line, line); plt.pcolormesh(a, b, z[:-1, :-1])",
    ],
    ids=["two classes", "three levels", "image of classes", "image", "image of corners", "mesh of corners"],
)
def test_a_boundary_on_a_coarse_grid_is_the_networks_own(ran, drawn):
    verdict = judged(ran(XOR + drawn + "\nplt.title('decision boundary')\nplt.show()\n"), "1C.decision-boundary")
    assert (verdict.credit, verdict.message) == (1, "")


@pytest.mark.parametrize("picture", ["z[75, 75] = 1", "z[(a + b > 0) & (a + b < 0.5)] = 1"])
def test_a_picture_that_is_right_where_there_is_nothing_is_none_of_the_boundary(ran, picture):
    drawn = f"a, b, z = asked(np.linspace(-4, 4, 150), np.linspace(-4, 4, 150)); z = 0 * z; {picture}; plt.contourf(a, b, z)"
    verdict = judged(ran(XOR + drawn + "\nplt.title('decision boundary')\nplt.show()\n"), "1C.decision-boundary")
    assert verdict.credit == 0.5
    assert "does not show the answers" in verdict.message


GRADIENTS = """
import matplotlib.pyplot as plt
def deep(activation):
    hidden = [part for _ in range(5) for part in (nn.Linear(64, 64), activation())]
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 64), activation(), *hidden, nn.Linear(64, 10))
for name, activation in (("sigmoid", nn.Sigmoid), ("relu", nn.ReLU)):
    net, found = deep(activation), []
    for number, (x, y) in enumerate(DataLoader(train, batch_size=64, shuffle=True)):
        net.zero_grad()
        {inputs}
        F.cross_entropy(net(x), y).backward()
        found.append([layer.weight.grad.abs().mean().item() for layer in net if isinstance(layer, nn.Linear)])
        {step}
    plt.semilogy(range(1, 8), torch.tensor(found).mean(0), label=name)
plt.legend()
plt.show()
"""
BY_HAND = """with torch.no_grad():
            for weight in net.parameters():
                weight.data = weight.data - 0.1 * weight.grad.sign()"""


@pytest.mark.parametrize(
    ("inputs", "step", "credit", "told"),
    [
        ("pass", BY_HAND, 1, ""),
        ("pass", "pass", 0.5, "before the network is trained"),
        ("x = torch.randn(4, 784); y = y[:4]", BY_HAND, 0.5, "random numbers"),
        ("x = torch.randn(4, 784); y = y[:4]", "pass", 0, "random numbers"),
    ],
    ids=["stepped by a rule of its own", "never stepped", "of noise", "of noise and never stepped"],
)
def test_gradients_of_several_batches_are_of_training_where_the_weights_change(ran, inputs, step, credit, told):
    verdict = judged(ran(MNIST + GRADIENTS.format(inputs=inputs, step=step)), "2B.gradient-tracking")
    assert verdict.credit == credit
    assert told in verdict.message


CIFAR = """
import copy
import numpy as np
import torch, torchvision
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
import matplotlib.pyplot as plt
torch.manual_seed(0)
train = datasets.CIFAR10("data", train=True, download=True, transform=transforms.ToTensor())
test = datasets.CIFAR10("data", train=False, download=True, transform=transforms.ToTensor())
def learn(net):
    opt = torch.optim.Adam([each for each in net.parameters() if each.requires_grad], lr=0.001)
    for epoch in range(2):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
"""
CONFUSION = (
    CIFAR
    + """
def cnn(first=32):
    return nn.Sequential(
        nn.Conv2d(3, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(first, 64, 3, padding=1), nn.ReLU(),
        nn.MaxPool2d(2), nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10))
net = cnn()
learn(net)
counts = np.zeros((10, 10), int)
with torch.no_grad():
    for x, y in DataLoader(test, batch_size=2):
        for one, other in zip(y, net(x).argmax(1)):
            counts[one, other] += 1
        {ends}
shares = counts / np.maximum(counts.sum(1, keepdims=True), 1)
plt.imshow({drawn})
plt.xlabel("predicted")
plt.ylabel("true")
plt.show()
"""
)


@pytest.mark.parametrize("drawn", ["counts", "np.round(100 * shares, 1)"])
def test_a_confusion_matrix_is_known_by_its_counts_or_shares(ran, drawn):
    verdict = judged(ran(CONFUSION.format(ends="", drawn=drawn)), "3A.confusion-matrix")
    assert (verdict.credit, verdict.message) == (1, "")


@pytest.mark.parametrize(
    ("names", "credit"),
    [
        ("test.classes", 1),
        ("test.classes[::-1]", 1),  # an axis that begins at its other end
        ("['plane', 'car', 'bird', 'cat', 'dog', 'deer', 'frog', 'horse', 'ship', 'truck']", 0.75),
        ("list('abcdefghij')", 1),
    ],
    ids=["the data set's", "turned round", "two exchanged", "unknown"],
)
def test_classes_whose_names_are_exchanged_are_told(ran, names, credit):
    drawn = f"counts)\nplt.xticks(range(10), {names}"
    verdict = judged(ran(CONFUSION.format(ends="", drawn=drawn)), "3A.confusion-matrix")
    assert verdict.credit == credit
    assert ("“dog” and “deer” do not stand where" in verdict.message) == (credit < 1)


def test_a_confusion_matrix_of_two_pictures_counts_a_part(ran):
    verdict = judged(ran(CONFUSION.format(ends="break", drawn="counts")), "3A.confusion-matrix")
    assert verdict.credit < 0.5
    assert "The confusion matrix counts 2 of the " in verdict.message


TRANSFER = (
    CIFAR
    + """
res = torchvision.models.resnet18(weights="DEFAULT")
own = lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(128, 10))
{made}
learn(net)
"""
)


@pytest.mark.parametrize(
    "made",
    [
        "net = nn.Sequential(*list(res.children())[:-1], nn.Flatten(), nn.Linear(512, 10))",
        "net = copy.deepcopy(res); net.fc = nn.Linear(512, 10)",
        "res.requires_grad_(False); res.fc = nn.Linear(512, 10); net = res",
        "net = torchvision.models.resnet18(); net.load_state_dict(res.state_dict()); net.fc = nn.Linear(512, 10)",
    ],
    ids=["its children", "a copy", "frozen", "its weights in another one"],
)
def test_a_network_with_published_weights_is_one_however_it_is_put_together(ran, made):
    assert judged(ran(TRANSFER.format(made=made)), "bonus.code").credit == 1


@pytest.mark.parametrize(
    "made",
    [
        "net = own(); net.spare = res",
        "net = own(); net.spare = res.layer1",
        "net = nn.Sequential(res.conv1, nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Linear(1024, 10))",
        "[each.reset_parameters() for each in res.modules() if hasattr(each, 'reset_parameters')]; net = res; "
        "net.fc = nn.Linear(512, 10)",
    ],
    ids=["held and never asked", "a part of it held", "one layer of it", "drawn anew"],
)
def test_a_network_that_makes_nothing_of_published_weights_is_none(ran, made):
    assert not transfers(ran(TRANSFER.format(made=made)))
