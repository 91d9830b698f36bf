"""Ways of working that no rule was written for at first: each small script is run in the sandbox's way, and judged."""

from __future__ import annotations

import numpy as np
import pytest

from autograder import data
from autograder.checks.given import samples_of
from autograder.judging.training import trained
from autograder.judging.verdicts import verdicts
from tests.integration.small_runs import FIT, MNIST, RUBRIC, judged, only
from traced import dropping, learned, steps

PENALTY = """
net, opt = mlp(), None
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for epoch in range(2):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        loss = F.cross_entropy(net(x), y)
        (loss + {penalty}).backward()
        opt.step()
"""


@pytest.mark.parametrize(
    ("penalty", "factor"),
    [
        ("0.0005 * sum((w ** 2).sum() for w in net.parameters())", 0.0005),
        ("0.001 * sum(w.pow(2).sum() for w in net.parameters() if w.dim() > 1)", 0.001),
    ],
)
def test_a_penalty_that_is_added_by_hand_is_repeated_with_its_factor(ran, penalty, factor):
    experiment = only(ran(MNIST + PENALTY.format(penalty=penalty)))
    assert experiment.replayed.proved
    assert {squares for _, squares in experiment.replayed.loss.penalties.values()} == {factor}


BATCHES_BY_A_SAMPLER = """
net = mlp()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
class Arrays(torch.utils.data.Dataset):
    def __init__(self, data):
        self.x, self.y = torch.stack([data[i][0] for i in range(600)]), torch.tensor([data[i][1] for i in range(600)])
    def __len__(self): return len(self.y)
    def __getitem__(self, places): return self.x[places], self.y[places]
arrays = Arrays(train)
loader = DataLoader(arrays, sampler=BatchSampler(RandomSampler(arrays), 64, False), batch_size=None)
for epoch in range(3):
    for x, y in loader:
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
print(f"test accuracy {100 * accuracy(net):.2f}%")
"""


def test_a_loader_whose_entries_are_batches_is_cut_by_batches(ran):
    experiment = only(ran(MNIST + BATCHES_BY_A_SAMPLER))
    assert (experiment.epochs, experiment.run.steps, experiment.replayed.proved) == (3, 12, True)


FILES = """
lines = ["| activation | final test accuracy |", "|---|---|"]
for name, activation in {"ReLU": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}.items():
    net = mlp(activation)
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(3):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
    lines.append(f"| {name} | {accuracy(net):.2%} |")
with open("results.md", "w") as file:
    file.write("\\n".join(lines))
"""


def test_a_table_that_a_script_writes_into_a_file_is_a_table(ran):
    assert judged(ran(MNIST + FILES), "1B.comparison").credit == 1


NEVER_CLEARED = """
net = mlp()
opt = torch.optim.SGD(net.parameters(), lr=0.1)
for epoch in range(2):
    for x, y in DataLoader(train, batch_size=100, shuffle=True):
        {clear}
        F.cross_entropy(net(x), y).backward()
        opt.step()
"""


@pytest.mark.parametrize(
    ("clear", "step", "learns"), [("pass", "gradients are never cleared", False), ("opt.zero_grad()", "right", True)]
)
def test_the_grader_trains_with_the_students_own_step_also_where_it_is_wrong(ran, clear, step, learns):
    experiment = only(ran(MNIST + NEVER_CLEARED.format(clear=clear)))
    assert experiment.replayed.step == step
    digits = data.open_set("mnist", "train", sample=True, samples=samples_of(RUBRIC))
    images, labels = np.asarray(digits.images), np.asarray(digits.labels)
    *_, predicted = trained(experiment, images, labels, 8, 100, 0)
    assert ((predicted(images) == labels).mean() > 0.5) == learns


LABELS = """
net = mlp()
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for epoch in range(2):
    for x, y in DataLoader(train, batch_size=100, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
with torch.no_grad():
    answers = torch.cat([net(x).argmax(1) for x, _ in DataLoader(test, batch_size=100)])
print("accuracy", (answers == test.targets).float().mean().item())
"""


def test_all_labels_of_a_set_fit_the_answers_of_a_loader(ran):
    experiment = only(ran(MNIST + LABELS))
    assert experiment.final_accuracies("test")


TRANSFER = """
import torch, torchvision
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
size = transforms.Compose([transforms.Resize(64), transforms.ToTensor()])
train, test = (datasets.CIFAR10("data", train=train, download=True, transform=size) for train in (True, False))
{model}
for p in net.parameters():
    p.requires_grad = False
{head}
opt = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=0.001)
for epoch in range(2):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        nn.functional.cross_entropy(net(x), y).backward()
        opt.step()
"""
HAVING_GRADIENTS = "[p for p in net.parameters() if p.requires_grad]"
ASKED = "net = torchvision.models.resnet18(weights=torchvision.models.ResNet18_Weights.DEFAULT)"
NEW_HEAD = "net.fc = nn.Linear(net.fc.in_features, 10)"


def test_fine_tuning_is_judged_where_the_published_weights_cannot_be_had(ran):
    thaw = f"{NEW_HEAD}\nnet.layer4.requires_grad_(True)"
    result = judged(ran(TRANSFER.format(model=ASKED, head=thaw)), "bonus.code")
    assert (result.credit, result.message) == (1, "")
    assert any("ResNet18_Weights.IMAGENET1K_V1" in str(fact) for fact in result.facts)


HEAD_FIRST = """
class Transfer(nn.Module):
    def __init__(self):
        super().__init__()
        self.head = nn.Linear(512, 10)
        self.body = torchvision.models.resnet18(weights=torchvision.models.ResNet18_Weights.DEFAULT)
        self.body.fc = nn.Identity()
    def forward(self, x):
        return self.head(self.body(x))
net = Transfer()
"""


def test_the_last_layer_is_the_one_that_makes_the_output_wherever_it_is_listed(ran):
    result = judged(ran(TRANSFER.format(model=HEAD_FIRST, head="net.head.requires_grad_(True)")), "bonus.code")
    assert result.credit == 1
    assert any("head.weight" in str(fact) for fact in result.facts)


def test_a_new_last_layer_that_stays_frozen_is_told_wherever_it_is_listed(ran):
    thaw = "net.body.layer4.requires_grad_(True)"
    result = judged(ran(TRANSFER.format(model=HEAD_FIRST, head=thaw)), "bonus.code")
    assert result.credit == 0.6 and "`head.weight` is new and is not trained" in result.message


def test_training_the_new_last_layer_alone_is_remarked_and_costs_nothing(ran):
    result = judged(ran(TRANSFER.format(model=ASKED, head=NEW_HEAD)), "bonus.code")
    assert result.credit == 1 and "Only the new last layer is trained" in result.message


@pytest.mark.parametrize("side", [32, 64])
def test_pictures_that_are_far_too_small_for_published_weights_are_remarked(ran, side):
    code = TRANSFER.format(model=ASKED, head=f"{NEW_HEAD}\nnet.layer4.requires_grad_(True)")
    result = judged(ran(code.replace("Resize(64)", f"Resize({side})")), "bonus.code")
    assert result.credit == 1
    assert ("pictures of 32 by 32 pixels" in result.message) == (side == 32)


def test_layers_that_are_not_frozen_and_that_the_optimizer_does_not_have_are_named(ran):
    thaw = f"{NEW_HEAD}\nnet.layer4.requires_grad_(True)"
    code = TRANSFER.format(model=ASKED, head=thaw).replace(HAVING_GRADIENTS, "net.fc.parameters()")
    result = judged(ran(code), "bonus.code")
    assert result.credit == 0.8 and "`layer4` are not frozen" in result.message


def test_pictures_that_are_scaled_twice_are_named(ran):
    code = TRANSFER.format(model=ASKED, head=f"{NEW_HEAD}\nnet.layer4.requires_grad_(True)")
    result = judged(
        ran(code.replace("transforms.ToTensor()]", "transforms.ToTensor(), lambda x: x - 115]")), "bonus.code"
    )
    assert result.credit == 0.75 and "nearly constant, -115 with a deviation of 0" in result.message


def test_a_last_layer_that_was_not_replaced_is_told(ran):
    result = judged(ran(TRANSFER.format(model=ASKED, head="net.fc.requires_grad_(True)")), "bonus.code")
    assert result.credit == 0.7 and "was not replaced" in result.message


def test_a_network_that_is_made_without_its_published_weights_is_named(ran):
    result = judged(ran(TRANSFER.format(model="net = torchvision.models.resnet18()", head=NEW_HEAD)), "bonus.code")
    assert result.credit == 0.3 and "`resnet18` is made without its published weights" in result.message


FROM_A_FILE = """
class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.inner = torchvision.models.resnet18()
        self.inner.fc = nn.Linear(512, 10)
    def forward(self, x):
        return self.inner(x)
net = Wrapped()
state = torch.hub.load_state_dict_from_url("https://download.pytorch.org/models/resnet18-f37072fd.pth")
state = {name: value for name, value in state.items() if not name.startswith("fc.")}
"""


@pytest.mark.parametrize(
    ("owner", "credit", "told"),
    [("net.inner", 1, ""), ("net", 0.3, "no network that is trained has any of them")],
    ids=["into the network", "into what is around it"],
)
def test_weights_of_a_file_count_if_they_are_in_the_network(ran, owner, credit, told):
    model = f"{FROM_A_FILE}{owner}.load_state_dict(state, strict=False)"
    code = TRANSFER.format(model=model, head="net.requires_grad_(True)")
    result = judged(ran(code), "bonus.code")
    assert result.credit == credit
    assert told in result.message


def test_an_attribute_that_freezes_nothing_is_told_at_no_cost(ran):
    code = TRANSFER.replace("p.requires_grad = False", "p.require_grad = False").format(model=ASKED, head=NEW_HEAD)
    result = judged(ran(code), "bonus.code")
    assert result.credit == 1
    assert "`require_grad` is no attribute of weights" in result.message


PICTURES = """
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
train, test = (datasets.CIFAR10("data", train=t, download=True, transform=transforms.ToTensor()) for t in (True, False))
net = nn.Sequential(
    nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10))
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for x, y in DataLoader(train, batch_size=64, shuffle=True):
    opt.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    opt.step()
images = torch.stack([test[i][0] for i in range({images})])
{asked}
fig, axes = plt.subplots(len(images), 9)
for image, row, shown in zip(images, axes.reshape(len(images), 9), {maps}):
    row[0].imshow(image.permute(1, 2, 0))
    for ax, each in zip(row[1:], shown):
        ax.imshow(each)
plt.show()
"""
HOOKED = """
kept = []
hook = net[{layer}].register_forward_hook(lambda module, inputs, output: kept.append(output.detach()))
net{mode}(images)
hook.remove()
"""


@pytest.mark.parametrize(
    ("asked", "maps"),
    [
        (HOOKED.format(layer=0, mode=".eval()"), "kept[0]"),
        ("", "[(each - each.min()) / (each.max() - each.min()) for each in net[0](images).detach()]"),
        ("images = images.requires_grad_()\nout = net[:2](images).detach()\nimages = images.detach()", "out"),
        ("out = net[0](images).detach().clone()\nimages -= images.mean()\nimages.clamp_(0, 1)", "out"),
    ],
    ids=[
        "a hook and evaluation mode",
        "a layer",
        "a part of the network",
        "changed afterwards",
    ],
)
def test_maps_are_known_where_nobody_has_said_that_no_gradients_are_wanted(ran, asked, maps):
    result = judged(ran(PICTURES.format(images=2, asked=asked, maps=maps)), "3C.activation-maps")
    assert (result.credit, result.message) == (1, "")


def test_maps_after_pooling_are_right_and_told(ran):
    pooled = PICTURES.format(images=2, asked=HOOKED.format(layer=2, mode=""), maps="kept[0]")
    result = judged(ran(pooled), "3C.activation-maps")
    assert result.credit == 1
    assert "after the pooling" in result.message


def test_maps_of_one_image_earn_a_part(ran):
    one = PICTURES.format(images=1, asked="out = net[0](images).detach()", maps="out")
    result = judged(ran(one), "3C.activation-maps")
    assert result.credit == 0.5 and "1 image" in result.message


def test_pictures_that_are_no_outputs_of_the_convolution_show_no_maps(ran):
    observed = ran(PICTURES.format(images=2, asked="out = net[0](images).detach()", maps="torch.rand_like(out)"))
    assert "3C.activation-maps" not in verdicts(RUBRIC, observed, "quick", ["3C.activation-maps"])


def test_maps_after_a_normalisation_and_relu_are_known(ran):
    code = PICTURES.replace("nn.Conv2d(3, 32, 3, padding=1),", "nn.Conv2d(3, 32, 3, padding=1), nn.BatchNorm2d(32),")
    asked = "net.eval()\nout = net[:4](images).detach()"
    assert judged(ran(code.format(images=3, asked=asked, maps="out")), "3C.activation-maps").credit == 1


GRADIENTS_BETWEEN = """
class Deep(nn.Module):
    def __init__(self, activation):
        super().__init__()
        self.linear = nn.ModuleList([nn.Linear(784, 64), *(nn.Linear(64, 64) for _ in range(5)), nn.Linear(64, 10)])
        self.activation = activation
    def forward(self, x):
        x, self.values = x.flatten(1), []
        for layer in self.linear:
            x = layer(x if layer is self.linear[0] else self.activation(x))
            self.values.append(x)
            {keep}
        return x

import matplotlib.pyplot as plt
for name, activation in (("sigmoid", torch.sigmoid), ("relu", torch.relu)):
    net, seen = Deep(activation), {{}}
    opt = torch.optim.SGD(net.parameters(), lr=0.01)
    for layer in net.linear:
        {hook}
    for epoch in range(3):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            {read}
            opt.step()
    plt.semilogy(range(1, 8), [sum(seen[layer]) / len(seen[layer]) for layer in net.linear], label=name)
plt.legend()
plt.show()
"""


@pytest.mark.parametrize(
    "ways",
    [
        {
            "hook": "layer.register_full_backward_hook(lambda layer, taken, given, seen=seen: "
            "seen.setdefault(layer, []).append(given[0].norm().item()))"
        },
        {
            "keep": "x.retain_grad()",
            "read": "for layer, value in zip(net.linear, net.values): "
            "seen.setdefault(layer, []).append(value.grad.abs().mean().item())",
        },
    ],
    ids=["by hooks", "by keeping them"],
)
def test_gradients_of_what_the_layers_give_show_how_they_vanish(ran, ways):
    nothing = {"keep": "pass", "hook": "pass", "read": "pass"}
    observed = ran(MNIST + GRADIENTS_BETWEEN.format(**nothing | ways))
    results = {item: judged(observed, item) for item in ("2B.network", "2B.gradient-tracking", "2B.plot")}
    assert [result.credit for result in results.values()] == [1, 1, 1]
    shown = next(fact for fact in results["2B.gradient-tracking"].facts if fact.label == "what is shown")
    assert "of the layers' outputs" in shown.found


SEEN_BY_A_CAREFUL_EYE = """
import matplotlib.pyplot as plt
import numpy as np

plt.figure()
for name, activation in (("ReLU", nn.ReLU), ("sigmoid", nn.Sigmoid), ("tanh", nn.Tanh)):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), activation(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    opt, curve = torch.optim.Adam(net.parameters(), lr=0.001), []
    for epoch in range(3):
        total = 0.0
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            opt.step()
            total += loss.item() * len(y)
        curve.append(total / len(train))
    plt.plot(curve, label=name)
plt.legend()
plt.show()

torch.manual_seed(3)
x, y = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), torch.tensor([[0.], [1.], [1.], [0.]])
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1), nn.Sigmoid())
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for step in range(2000):
    opt.zero_grad()
    F.binary_cross_entropy(net(x), y).backward()
    opt.step()
t = np.linspace(-0.5, 1.5, 50)
grid = torch.tensor(np.stack(np.meshgrid(t, t), -1).reshape(-1, 2), dtype=torch.float32)
plt.figure()
plt.imshow(net(grid).detach().reshape(50, 50), extent=[-0.5, 1.5, -0.5, 1.5])
plt.title("XOR boundary")
plt.show()

plt.figure()
for name, activation in (("sigmoid", nn.Sigmoid), ("relu", nn.ReLU)):
    layers = [part for _ in range(6) for part in (nn.Linear(64, 64), activation())]
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 64), activation(), *layers, nn.Linear(64, 10))
    seen = []
    for layer in net:
        if isinstance(layer, nn.Linear):
            layer.weight.register_hook(lambda gradient, seen=seen: seen.append(gradient.norm().item()))
    opt = torch.optim.SGD(net.parameters(), lr=0.01)
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
    plt.plot([f"layer {n}" for n in range(1, 9)], np.array(seen).reshape(-1, 8).mean(0), label=name)
plt.legend()
plt.show()
"""


def test_what_looks_right_at_first_is_looked_at_twice(ran):
    observed = ran(MNIST + SEEN_BY_A_CAREFUL_EYE)
    expected = {
        "1B.plot": "has sigmoid and ReLU between its layers",
        "1C.decision-boundary": "The picture is upside down: `imshow` draws the first row on top",
        "2B.plot": "above “layer 1” stands the gradient of the output layer",
    }
    results = {item: judged(observed, item) for item in expected}
    told = {item: (result.credit, result.message) for item, result in results.items()}
    assert {item: credit for item, (credit, _) in told.items()} == dict.fromkeys(expected, 0.5), told
    for item, sentence in expected.items():
        assert sentence in results[item].message


GATHERED = """
from torch.utils.data import TensorDataset
cifar = [datasets.CIFAR10("data", train=part, download=True) for part in (True, False)]
to_tensor = transforms.ToTensor()
train, test = (TensorDataset(torch.stack([to_tensor(x) for x, _ in each]), torch.tensor([y for _, y in each])) for each in cifar)

class Listed(nn.Module):
    def __init__(self):
        super().__init__()
        self.convs = [nn.Conv2d(3, 8, 3), nn.Conv2d(8, 8, 3)]
        self.out = nn.Linear(8 * 28 * 28, 10)
    def forward(self, x):
        for conv in self.convs:
            x = F.relu(conv(x))
        return self.out(x.flatten(1))

def fit(net, every=1, schedule=False, late=False):
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    cycle = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr=0.002, total_steps=10_000)
    batch = 0
    for epoch in range(2):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            if late:
                opt.zero_grad()
            if batch % every == 0:
                opt.step()
                if schedule:
                    cycle.step()
            batch += 1
    print(accuracy(net))

def cnn():
    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 30 * 30, 10))

fit(cnn(), schedule=True)
fit(Listed())
fit(cnn(), every=4)
fit(cnn(), late=True)
"""


def test_trainings_on_gathered_pictures_are_told_apart(ran):
    observed = ran(MNIST + GATHERED)
    cycled, listed, seldom, late = observed.experiments
    assert [each.source.dataset(each.training[0].data).split for each in observed.experiments] == ["train"] * 4
    assert [bool(each.final_accuracies("test")) for each in observed.experiments] == [True] * 4
    assert cycled.replayed.proved
    assert "`convs` are in a plain list" in learned.unregistered(listed)
    assert "change the weights" in steps.thrown_away(seldom)
    assert [steps.thrown_away(each) + learned.unregistered(each) for each in (cycled, late)] == ["", ""]
    assert (late.run.steps, late.run.thrown) == (cycled.run.steps, 0)


LEFT_OUT = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterList([torch.randn(784, 32) * 0.03, torch.randn(32, 10) * 0.2])
        self.biases = nn.ParameterList([torch.zeros(32), torch.zeros(10)])
    def forward(self, x):
        return (x.flatten(1) @ self.weights[0] + self.biases[0]).relu() @ self.weights[1] + self.biases[1]

def fit(net, *optimizers):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        net.zero_grad()
        F.cross_entropy(net(x), y).backward()
        for each in optimizers:
            each.step()
    print(accuracy(net))

net = Net()
fit(net, torch.optim.SGD(net.weights, lr=0.1))
both = Net()
fit(both, torch.optim.SGD(both.weights, lr=0.1), torch.optim.SGD(both.biases, lr=0.1))
frozen = Net()
frozen.biases.requires_grad_(False)
fit(frozen, torch.optim.SGD(frozen.weights, lr=0.1))
"""


def test_weights_that_no_optimizer_has_are_named_and_those_of_another_one_or_frozen_are_not(ran):
    alone, *others = ran(MNIST + LEFT_OUT).experiments
    assert "`biases.0` and `biases.1` stay as first drawn" in learned.left_out(alone)
    assert [learned.left_out(each) for each in others] == [""] * 3


OWN_DROPOUT = """
class Drop(nn.Module):
    def __init__(self, in_training, in_evaluation):
        super().__init__()
        self.in_training, self.in_evaluation = in_training, in_evaluation
    def forward(self, x):
        if self.training:
            return x * (torch.rand_like(x) >= 0.5).float() * self.in_training
        return x * self.in_evaluation

for factors in ((2.0, 1.0), (1.0, 0.5), (1.0, 1.0), (2.0, 0.5)):
    net = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), Drop(*factors), nn.Linear(32, 10))
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
    assert net.training and net[3].training
    print(accuracy(net))
"""


def test_an_own_dropout_that_is_not_scaled_is_named_and_one_that_evaluation_scales_is_right(ran):
    told = [dropping.not_scaled(each) for each in ran(MNIST + OWN_DROPOUT).experiments]
    assert told[:2] == ["", ""]
    assert "the next layer gets 2 times as much" in told[2]
    assert "something other than in training" in told[3]


TURNING = """
class Turning(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = mlp()
    def forward(self, x):
        if self.training and torch.rand(()).item() < 0.5:
            x = x.flip(-1)
        return self.layers(x)
net = Turning()
fit(net)
print(accuracy(net))
"""


def test_a_network_that_decides_at_random_in_training_is_known_as_it_is_evaluated(ran):
    experiment = only(ran(MNIST + FIT + TURNING))
    assert [layer.size_out for layer in experiment.layers if layer.kind == "linear"] == [128, 64, 10]
    assert experiment.network is not None
    assert experiment.network.only_evaluated
    assert experiment.replayed.why.startswith("its network can't be rebuilt")
