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


def test_gradients_that_are_read_after_they_were_clipped_are_named(ran):
    verdict = gradients(ran, in_the_loop="nn.utils.clip_grad_norm_(net.parameters(), 0.01); found.append(sizes(net))")
    assert verdict.credit == 0.5
    assert "after `clip_grad_norm_` has cut them" in verdict.message


def test_gradients_that_are_read_before_they_are_clipped_are_right(ran):
    ways = "found.append(sizes(net)); nn.utils.clip_grad_norm_(net.parameters(), 0.01)"
    assert gradients(ran, in_the_loop=ways).credit == 1


@pytest.mark.parametrize(("more", "credit"), [(-1, 0.5), (-2, 0.0)])
def test_a_deep_network_that_lacks_one_layer_keeps_half(ran, more, credit):
    code = GRADIENTS.replace("range(5)", f"range({4 + more})").replace("range(1, 8)", f"range(1, {7 + more})")
    nothing = {"clear": "opt.zero_grad()", "in_the_loop": "found.append(sizes(net))", "after_an_epoch": "pass"}
    verdict = judged(ran(MNIST + code.format(**nothing, at_the_end="pass")), "2B.network")
    assert verdict.credit == credit


ORDERED = """
names = [f"Layer {{each}}" for each in range(1, 8)]
plt.bar(names, found[-1][::{step}])
plt.xlabel("{label}")
plt.show()
"""


@pytest.mark.parametrize(
    ("step", "label", "is_wrong"),
    [
        (-1, "layer (input -> output)", True),
        (-1, "layer, from the output on", False),
        (1, "layer (input -> output)", False),
    ],
)
def test_layers_in_the_order_of_the_hooks_are_told_unless_the_axis_says_so(ran, step, label, is_wrong):
    ways = {
        "clear": "opt.zero_grad()",
        "in_the_loop": "found.append(sizes(net))",
        "after_an_epoch": "pass",
        "at_the_end": "pass",
    }
    code = GRADIENTS.format(**ways).replace("plt.semilogy(range(1, 8), found[-1], label=name)", "")
    verdict = judged(ran(MNIST + code + ORDERED.format(step=step, label=label)), "2B.plot")
    assert ("in the reverse order" in verdict.message) == is_wrong


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


def test_a_layer_of_dropout_that_nothing_calls_is_named(ran):
    code = """
class Dropping(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(784, 64), nn.Linear(64, 10)
        self.dropout = nn.Dropout(0.5)
    def forward(self, x):
        return self.two(torch.relu(self.one(x.flatten(1))))
"""
    made = DROPOUT.partition("opt = ")
    verdict = judged(
        ran(MNIST + code + f"net = Dropping()\nopt = {made[2]}".format(once="pass", each="pass")), "2C.dropout"
    )
    assert verdict.credit == 0
    assert "`self.dropout` is a layer of dropout, and nothing calls it" in verdict.message


FIRST = """
torch.manual_seed(0)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10){end})
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for epoch in range(4):
    hits = 0
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        out = net(x)
        {loss}(out, y).backward()
        opt.step()
        hits += (out.argmax(1) == y).sum().item()
    print("epoch", epoch)
hits_on_train, hits_on_test = accuracy(net, train), accuracy(net, test)
print(f"Training accuracy: {{{told}:.5f}}")
print(f"Test accuracy: {{hits_on_test:.5f}}")
"""
ON_ANY = """
def accuracy(net, data):
    net.eval()
    loader = DataLoader(data, batch_size=100)
    with torch.no_grad():
        hits = sum((net(x).argmax(1) == y).sum().item() for x, y in loader)
    net.train()
    return hits / len(loader.dataset)
"""


@pytest.mark.parametrize(
    ("end", "loss", "told"),
    [
        (", nn.Softmax(1)", "F.nll_loss", "`NLLLoss` takes logarithms"),
        (", nn.ReLU()", "F.cross_entropy", "The output layer has an activation of the hidden layers, relu"),
        (", nn.LogSoftmax(1)", "F.nll_loss", ""),
        ("", "F.cross_entropy", ""),
    ],
)
def test_what_stands_behind_the_output_layer_must_fit_the_loss(ran, end, loss, told):
    code = FIRST.format(end=end, loss=loss, told="hits_on_train")
    verdict = judged(ran(MNIST + ON_ANY + code), "1A.training-step")
    assert verdict.credit == (0.5 if told else 1)
    assert told in verdict.message


@pytest.mark.parametrize("told", ["hits_on_train", "hits_on_test"])
def test_a_training_accuracy_that_is_the_one_on_test_samples_is_named(ran, told):
    verdict = judged(ran(MNIST + ON_ANY + FIRST.format(end="", loss="F.cross_entropy", told=told)), "1A.accuracy")
    assert ("the one on the test samples" in verdict.message) == (told == "hits_on_test")


MEANS = """
accuracies = {{}}
for name, activation in {{"ReLU": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}}.items():
    net, accuracies[name] = mlp(activation), []
    opt = torch.optim.Adam(net.parameters(), lr=0.001)
    for epoch in range(4):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
        accuracies[name].append(accuracy(net, test))
for name, every in accuracies.items():
    print(f"{{name}} | {{{value}:.5f}}")
"""


@pytest.mark.parametrize(("value", "right"), [("sum(every) / len(every)", False), ("every[-1]", True)])
def test_means_over_the_epochs_are_no_final_accuracies(ran, value, right):
    verdict = judged(ran(MNIST + ON_ANY + MEANS.format(value=value)), "1B.comparison")
    assert verdict.credit == (1 if right else 0.5)
    assert right or "means over all epochs" in verdict.message


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


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("sum(losses) / len(losses)", "that of all epochs so far together"),
        ("sum(losses) / len(loader)", "a sum over all epochs so far, divided by the length of one"),
    ],
)
def test_sums_that_are_carried_over_from_epoch_to_epoch_are_named(ran, value, told):
    code = CURVES.replace("        losses = []\n", "")
    code = code.replace("curve = mlp(activation), []", "curve, losses = mlp(activation), [], []")
    code = code.replace("    for epoch", "    loader = DataLoader(train, batch_size=64, shuffle=True)\n    for epoch")
    verdict = judged(ran(MNIST + code.format(value=value)), "1B.plot")
    assert verdict.credit == 0.75
    assert told in verdict.message
    assert "Set them to 0 at the start of each epoch." in verdict.message


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


FLAT = """
import numpy as np
import matplotlib.pyplot as plt
net = nn.Sequential(nn.Linear(2, 4), nn.Linear(4, 1), nn.Sigmoid())
with torch.no_grad():
    for weight in net.parameters():
        weight.zero_()
opt = torch.optim.SGD(net.parameters(), lr=0.05)
for epoch in range(50):
    opt.zero_grad()
    nn.BCELoss()(net(x), y).backward()
    opt.step()
a, b = np.meshgrid(np.linspace(-0.5, 1.5, 40), np.linspace(-0.5, 1.5, 40))
with torch.no_grad():
    z = net(torch.tensor(np.stack([a.ravel(), b.ravel()], 1), dtype=torch.float32)).numpy().reshape(a.shape)
plt.contourf(a, b, z, levels=20)
plt.title("decision boundary")
plt.show()
"""


def test_the_picture_of_a_network_that_answers_the_same_everywhere_is_its_own(ran):
    verdict = judged(ran(XOR.partition("net = ")[0] + FLAT), "1C.decision-boundary")
    assert verdict.credit == pytest.approx(0.8)
    assert verdict.message == "The boundary does not separate the four cases."


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
    rows.append((filters, sum(p.numel() for p in {parameters}), seconds, hits / len(test)))
print(pandas.DataFrame(rows, columns=["filters", "parameters", "time [s]", "accuracy"]).to_markdown())
"""


@pytest.mark.parametrize(("first", "told"), [(6, "trained for 6, 3 and 3 epochs"), (3, "")])
def test_architectures_that_are_trained_for_different_times_are_told_at_no_cost(ran, first, told):
    verdict = judged(
        ran(COMPARED.format(first=first, anew="pass", epochs=3, parameters="net.parameters()")), "3B.comparison"
    )
    assert verdict.credit == 1
    assert told in verdict.message
    assert bool(verdict.message) == bool(told)


@pytest.mark.parametrize(("cell", "head"), [("seconds", " [s]"), ("f'{{seconds:.2f}}s'", "")])
def test_times_of_one_epoch_in_the_table_of_architectures_are_named(ran, cell, head):
    ways = {"anew": "start = time.time()", "parameters": "net.parameters()"}
    code = COMPARED.replace("seconds, hits", f"{cell}, hits").replace(" [s]", head)
    verdict = judged(ran(code.format(first=12, epochs=12, **ways)), "3B.comparison")
    assert verdict.credit == 0.75
    assert "The times are those of one epoch" in verdict.message


@pytest.mark.parametrize(
    ("parameters", "credit", "told"),
    [
        ("net[0].parameters()", 0.75, "those of the convolutions alone"),
        ("net[4].parameters()", 0.75, "those of the fully connected layers alone"),
        ("net.parameters() if p.dim() > 1", 1, "the weights without the biases"),
    ],
)
def test_parameters_of_a_part_of_the_network_are_named(ran, parameters, credit, told):
    code = COMPARED.format(first=3, epochs=3, anew="pass", parameters=parameters)
    verdict = judged(ran(code), "3B.comparison")
    assert verdict.credit == credit
    assert told in verdict.message


WITHOUT_RELU = COMPARED.replace(
    "rows = []",
    """rows = []
basic = nn.Sequential(
    nn.Conv2d(3, 32, 3, padding=1), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.MaxPool2d(2), nn.Flatten(),
    nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10))
opt = torch.optim.Adam(basic.parameters(), lr=0.001)
for epoch in range(2):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(basic(x), y).backward()
        opt.step()
""",
)


def test_a_basic_cnn_without_its_activations_is_told_so_and_not_taken_for_another(ran):
    code = WITHOUT_RELU.format(first=3, epochs=3, anew="pass", parameters="net.parameters()")
    verdict = judged(ran(code), "3A.network")
    assert "ReLU is missing" in verdict.message


FRESH = """
import matplotlib.pyplot as plt
import torch
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
train, test = (datasets.CIFAR10("data", train=t, download=True, transform=transforms.ToTensor()) for t in (True, False))
def cnn():
    return nn.Sequential(nn.Conv2d(3, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(16 * 14 * 14, 10))
net = cnn()
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for x, y in DataLoader(train, batch_size=64, shuffle=True):
    opt.zero_grad()
    nn.functional.cross_entropy(net(x), y).backward()
    opt.step()
torch.save(net.state_dict(), "cnn.pt")
model = cnn()
{load}
fig, axes = plt.subplots(2, 8)
for each, ax in zip(model[0].weight.detach(), axes.ravel()):
    ax.imshow((each - each.min()).permute(1, 2, 0) / (each.max() - each.min()))
plt.show()
with torch.no_grad():
    maps = model[0](torch.stack([test[i][0] for i in range(2)]))
fig, axes = plt.subplots(2, 8)
for row, of_one in zip(axes, maps):
    for ax, each in zip(row, of_one):
        ax.imshow(each)
plt.show()
"""


@pytest.mark.parametrize(("load", "credit"), [("pass", 0.5), ('model.load_state_dict(torch.load("cnn.pt"))', 1)])
def test_filters_and_maps_of_a_model_whose_weights_nobody_loaded_are_named(ran, load, credit):
    observed = ran(FRESH.format(load=load))
    for item in ("3C.filters", "3C.activation-maps"):
        verdict = judged(observed, item)
        assert verdict.credit == credit
        assert ("not trained yet" in verdict.message) == (credit < 1)


REMADE = """
net = mlp()
opt = torch.optim.Adam(net.parameters(), lr=0.001)
{again}
for epoch in range(3):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
print(f"train {{accuracy(net, train):.5f}}")
print(f"test {{accuracy(net, test):.5f}}")
"""


@pytest.mark.parametrize(("again", "credit"), [("net = mlp()", 1 / 3), ("pass", 1)])
def test_an_optimizer_that_was_made_before_its_network_is_named(ran, again, credit):
    verdict = judged(ran(MNIST + ON_ANY + REMADE.format(again=again)), "1A.training-step")
    assert verdict.credit == pytest.approx(credit, abs=1e-3)
    assert ("its optimizer was made before it" in verdict.message) == (credit < 1)


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ("nn.Linear(64, 64), nn.BatchNorm1d(64), activation()", "keeps gradients from vanishing"),
        ("nn.Linear(64, 64), activation()", ""),
    ],
)
def test_normalisation_in_both_deep_networks_hides_what_is_to_be_seen(ran, layers, told):
    ways = {
        "clear": "opt.zero_grad()",
        "in_the_loop": "found.append(sizes(net))",
        "after_an_epoch": "pass",
        "at_the_end": "pass",
    }
    code = GRADIENTS.replace("(nn.Linear(64, 64), activation())", f"({layers})").format(**ways)
    verdict = judged(ran(MNIST + code), "2B.network")
    assert verdict.credit == (0.5 if told else 1)
    assert told in verdict.message


def test_deep_networks_of_different_depth_are_told(ran):
    ways = {
        "clear": "opt.zero_grad()",
        "in_the_loop": "found.append(sizes(net))",
        "after_an_epoch": "pass",
        "at_the_end": "pass",
    }
    code = GRADIENTS.replace("range(5)", "range(5 + (activation is nn.Sigmoid))").format(**ways)
    verdict = judged(ran(MNIST + code.replace("range(1, 8)", "range(len(found[-1]))")), "2B.network")
    assert verdict.credit == 0.5
    assert "6 hidden layers" in verdict.message


def test_dropout_on_a_part_of_the_hidden_layers_keeps_most(ran):
    made = "nn.Linear(784, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10)"
    code = DROPOUT.replace("nn.Linear(784, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, 10)", made)
    verdict = judged(ran(MNIST + code.format(once="pass", each="net.train()")), "2C.dropout")
    assert verdict.credit == 0.75
    assert "1 of 2 hidden layers has none" in verdict.message


@pytest.mark.parametrize(("kind", "credit"), [("Dropout", 1), ("Dropout1d", 0.5), ("AlphaDropout", 1)])
def test_a_dropout_for_channels_that_drops_whole_samples_is_named(ran, kind, credit):
    code = DROPOUT.replace("nn.Dropout(0.5)", f"nn.{kind}(0.5)")
    verdict = judged(ran(MNIST + code.format(once="pass", each="net.train()")), "2C.dropout")
    assert verdict.credit == credit
    assert ("all units of a sample are dropped together" in verdict.message) == (kind == "Dropout1d")


EARLY = """
def accuracy(net, data):
    hits = seen = 0
    for x, y in DataLoader(data, batch_size=256):
        hits += (net(x).argmax(1) == y).sum().item()
        seen += len(y)
        {early}return hits / seen
    return hits / seen
"""


@pytest.mark.parametrize("early", ["", "if False: "])
def test_accuracies_that_are_counted_over_the_first_batch_are_named(ran, early):
    verdict = judged(ran(MNIST + EARLY.format(early=early) + MEANS.format(value="every[-1]")), "1B.comparison")
    assert ("The accuracy is counted over 256 of " in verdict.message) == (early == "")


LEARNED = """
import numpy as np
import matplotlib.pyplot as plt
torch.manual_seed(3)
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, {outputs}))
opt = torch.optim.Adam(net.parameters(), lr=0.05)
for epoch in range(600):
    opt.zero_grad()
    {loss}.backward()
    opt.step()
a, b = np.meshgrid(np.linspace(-0.5, 1.5, 60), np.linspace(-0.5, 1.5, 60))
with torch.no_grad():
    out = net(torch.tensor(np.stack({grid}, 1), dtype=torch.float32))
    z = {answer}
plt.contourf(a, b, z.numpy().reshape(a.shape), levels=20)
plt.title("decision boundary")
plt.show()
"""
ONE = {"outputs": 1, "loss": "nn.BCEWithLogitsLoss()(net(x), y)", "answer": "torch.sigmoid(out)"}
TWO = {"outputs": 2, "loss": "nn.CrossEntropyLoss()(net(x), y[:, 0].long())", "answer": "out.softmax(1)[:, 1]"}


@pytest.mark.parametrize("way", [ONE, TWO], ids=["one output", "two outputs"])
@pytest.mark.parametrize(("grid", "is_mirrored"), [("[b.ravel(), a.ravel()]", True), ("[a.ravel(), b.ravel()]", False)])
def test_a_boundary_that_is_mirrored_at_the_diagonal_is_told(ran, way, grid, is_mirrored):
    verdict = judged(ran(XOR.partition("net = ")[0] + LEARNED.format(grid=grid, **way)), "1C.decision-boundary")
    assert ("mirrored at the diagonal" in verdict.message) == is_mirrored


AUGMENTED = """
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader
from torchvision import datasets, transforms
plain = transforms.ToTensor()
changed = transforms.Compose([transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(), plain])
train = datasets.CIFAR10("data", train=True, download=True, transform=changed)
test = datasets.CIFAR10("data", train=False, download=True, transform={of_test})
net = nn.Sequential(
    nn.Conv2d(3, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10))
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for epoch in range(2):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
loader = DataLoader(test, batch_size=100)
with torch.no_grad():
    hits = sum((net.eval()(x).argmax(1) == y).sum().item() for x, y in loader)
print(f"{{hits / len(loader.dataset):.4f}}")
"""


@pytest.mark.parametrize("of_test", ["changed", "plain"])
def test_test_pictures_that_are_changed_at_random_are_told(ran, of_test):
    verdict = judged(ran(AUGMENTED.format(of_test=of_test)), "3A.accuracy")
    assert ("The test pictures are changed at random" in verdict.message) == (of_test == "changed")


TRIED_OUT = """
for name, epochs, rule in (("a first try", 1, torch.optim.SGD), ("the training", 5, torch.optim.Adam)):
    net = mlp()
    opt = rule(net.parameters(), lr=0.001)
    for epoch in range(epochs):
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            F.cross_entropy(net(x), y).backward()
            opt.step()
    if epochs > 1:
        print(f"train accuracy {{accuracy(net, train):.4f}}, test accuracy {{accuracy(net, test):.4f}}")
"""


def test_a_training_that_only_tries_out_is_not_the_one_that_is_asked_for(ran):
    verdict = judged(ran(MNIST + ON_ANY + TRIED_OUT.format()), "1A.accuracy")
    assert verdict.credit == 1


@pytest.mark.parametrize("size", ["abs().mean()", "norm()"])
def test_sizes_of_the_weights_in_the_place_of_their_gradients_are_named(ran, size):
    code = GRADIENTS.replace("layer.weight.grad.abs().mean().item()", f"layer.weight.data.{size}.item()")
    code = code.replace("found[-1], label", "[sum(each) / len(found) for each in zip(*found)], label")
    ways = {"in_the_loop": "found.append(sizes(net))", "after_an_epoch": "pass", "at_the_end": "pass"}
    seen = ran(MNIST + code.format(clear="opt.zero_grad()", **ways))
    assert judged(seen, "2B.gradient-tracking").credit == 0
    assert "shows how large the weights themselves are" in judged(seen, "2B.plot").message


def test_one_networks_accuracy_in_all_rows_of_the_architectures_is_named(ran):
    code = COMPARED.replace("rows = []", "rows, first = [], None").replace("hits = sum((net(x)", "hits = sum((first(x)")
    code = code.replace("    with torch.no_grad():", "    first = first or net\n    with torch.no_grad():")
    verdict = judged(ran(code.format(first=3, epochs=3, anew="pass", parameters="net.parameters()")), "3B.comparison")
    assert verdict.credit == pytest.approx(2 / 3, abs=0.001)
    assert "one and the same accuracy for all architectures" in verdict.message


ONE_BATCH = """
net = mlp()
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for epoch in range(3):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        F.cross_entropy(net(x), y).backward()
        opt.step()
net.eval()
loader = DataLoader(train, batch_size=64)
with torch.no_grad():
    x, y = next(iter(loader))
    one_batch = (net(x).argmax(1) == y).float().mean().item()
    whole = sum((net(x).argmax(1) == y).sum().item() for x, y in loader) / len(loader.dataset)
print(f"train accuracy {{{told}:.4f}}, test accuracy {{accuracy(net, test):.4f}}")
"""


@pytest.mark.parametrize(("told", "is_wrong"), [("one_batch", True), ("whole", False)])
def test_a_training_accuracy_of_one_batch_is_named(ran, told, is_wrong):
    verdict = judged(ran(MNIST + ON_ANY + ONE_BATCH.format(told=told)), "1A.accuracy")
    assert ("that of one batch of 64 pictures" in verdict.message) == is_wrong


OVER_THE_BATCH = """
net = nn.Sequential(*mlp(), nn.LogSoftmax({dim}))
opt = torch.optim.Adam(net.parameters(), lr=0.001)
for x, y in DataLoader(train, batch_size=64, shuffle=True):
    opt.zero_grad()
    F.nll_loss(net(x), y).backward()
    opt.step()
"""


@pytest.mark.parametrize(("dim", "credit"), [(0, 0.5), (1, 1), (-1, 1)])
def test_a_softmax_over_the_batch_is_named(ran, dim, credit):
    verdict = judged(ran(MNIST + OVER_THE_BATCH.format(dim=dim)), "1A.training-step")
    assert verdict.credit == credit
    assert ("over the batch" in verdict.message) == (dim == 0)


def test_an_accuracy_plot_that_shows_the_losses_again_is_named(ran):
    code = """
import matplotlib.pyplot as plt
rules = {"SGD": dict(lr=0.01), "SGD+Momentum": dict(lr=0.01, momentum=0.9)}
for what in ("loss", "test accuracy"):
    plt.figure()
    for name, options in rules.items():
        net, losses = mlp(), []
        opt = torch.optim.SGD(net.parameters(), **options)
        for epoch in range(3):
            batches = []
            for x, y in DataLoader(train, batch_size=64, shuffle=True):
                opt.zero_grad()
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                opt.step()
                batches.append(loss.item())
            losses.append(sum(batches) / len(batches))
        plt.plot(losses, label=name)
    plt.title(what)
    plt.legend()
    plt.show()
"""
    verdict = judged(ran(MNIST + code), "2A.accuracy-plot")
    assert verdict.credit == 0
    assert "is named for accuracies, and its lines are losses" in verdict.message


@pytest.mark.parametrize(
    "together", ["sum(sizes(net)) / 7", "sum(p.grad.norm() ** 2 for p in net.parameters()).sqrt().item()"]
)
def test_one_number_for_the_gradients_of_all_layers_is_named(ran, together):
    code = GRADIENTS.replace("plt.semilogy(range(1, 8), found[-1], label=name)", "plt.semilogy(found, label=name)")
    ways = {"in_the_loop": f"found.append({together})", "after_an_epoch": "pass", "at_the_end": "pass"}
    seen = ran(MNIST + code.format(clear="opt.zero_grad()", **ways))
    assert judged(seen, "2B.gradient-tracking").credit == 0.5
    assert "one number for all layers together" in judged(seen, "2B.plot").message
