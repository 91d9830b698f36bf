"""Accuracies of one batch that are told as those of all, training accuracies under dropout, batches that are never shuffled."""

from __future__ import annotations

import pytest

from tests.integration.small_runs import MNIST, judged

CURVES = """
import matplotlib.pyplot as plt
def train_and_test(net, weight_decay=0.0):
    opt = torch.optim.Adam(net.parameters(), lr=0.001, weight_decay=weight_decay)
    train_loader, test_loader = DataLoader(train, batch_size=64, shuffle={shuffle}), DataLoader(test, batch_size=128)
    in_training, in_test = [], []
    for epoch in range(4):
        net.train()
        hits = n = 0
        for x, y in train_loader:
            opt.zero_grad()
            out = net(x)
            loss = F.cross_entropy(out, y)
            loss.backward()
            opt.step()
            hits += (out.argmax(1) == y).sum().item()
            n += len(y)
            of_batch = (out.argmax(1) == y).float().mean().item()
        in_training.append({in_training})
        net.eval()
        right = count = of_losses = 0
        with torch.no_grad():
            for x, y in test_loader:
                batch = (net(x).argmax(1) == y).float().mean().item()
                of_losses += F.cross_entropy(net(x), y).item()
                right += (net(x).argmax(1) == y).sum().item()
                count += len(y)
        in_test.append({in_test})
    print(f"train accuracy {{in_training[-1]:.4f}}, test accuracy {{in_test[-1]:.4f}}")
    return in_training, in_test
def with_dropout():
    return nn.Sequential(
        nn.Flatten(), nn.Linear(784, 128), nn.ReLU(), nn.Dropout(0.5), nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.5),
        nn.Linear(64, 10))
for name, (net, decay) in {{"none": (mlp(), 0), "L2": (mlp(), 0.001), "dropout": (with_dropout(), 0)}}.items():
    a, b = train_and_test(net, decay)
    plt.plot(a, label=f"{{name}} train")
    plt.plot(b, label=f"{{name}} test")
plt.legend()
plt.show()
"""


def script(shuffle: bool = True, in_training: str = "hits / n", in_test: str = "right / count") -> str:
    return MNIST + CURVES.format(shuffle=shuffle, in_training=in_training, in_test=in_test)


def test_curves_of_all_samples_are_right_and_a_running_accuracy_under_dropout_is_told_at_no_cost(ran):
    observed = ran(script())
    plot = judged(observed, "2C.plot")
    assert plot.credit == 1
    assert "while dropout is at work" in plot.message and "Nothing is deducted" in plot.message
    assert "same order" not in judged(observed, "1A.training-step").message


def test_curves_of_the_last_batches_are_named(ran):
    plot = judged(ran(script(in_training="of_batch", in_test="batch")), "2C.plot")
    assert plot.credit == 0.75
    assert "that of the epoch's last batch" in plot.message


def test_an_accuracy_of_the_last_batch_that_is_printed_is_named(ran):
    observed = ran(script(in_test="batch"))
    assert "last batch alone" in judged(observed, "1A.evaluation").message


def test_losses_in_the_place_of_accuracies_are_named(ran):
    plot = judged(ran(script(in_training="loss.item()", in_test="of_losses / len(test_loader)")), "2C.plot")
    assert plot.credit == 0.25
    assert "shows the losses of" in plot.message


@pytest.mark.parametrize("in_training", ["hits / n", "of_batch"])
def test_a_loader_that_never_shuffles_is_told_at_no_cost(ran, in_training):
    step = judged(ran(script(shuffle=False, in_training=in_training)), "1A.training-step")
    assert step.credit == 1
    assert "`shuffle=True`" in step.message and "Nothing is deducted" in step.message


def test_mirrored_digits_are_told_at_no_cost(ran):
    mirrored = "train = [(x.flip(-1), y) if torch.rand(()) < 0.5 else (x, y) for x, y in train]\n"
    step = judged(
        ran(MNIST + mirrored + CURVES.format(shuffle=True, in_training="hits / n", in_test="right / count")),
        "1A.training-step",
    )
    assert step.credit == 1
    assert "are mirrored. A mirrored 2 is no 2" in step.message


@pytest.mark.parametrize(("again", "told"), [("/ 255", True), ("* 2 - 1", False)])
def test_pictures_that_are_divided_by_255_twice_are_told_at_no_cost(ran, again, told):
    code = f"train = [(x {again}, y) for x, y in train]\n" + CURVES.format(
        shuffle=True, in_training="hits / n", in_test="right / count"
    )
    step = judged(ran(MNIST + code), "1A.training-step")
    assert step.credit == 1
    assert ("divided by 255 twice" in step.message) == told
