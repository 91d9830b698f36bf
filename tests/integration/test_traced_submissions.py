"""Notebooks and scripts run as they are in the real sandbox, on a little real data, and what is seen of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.report.trace import described, errors, figures
from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from autograder.submission import collect
from autograder.trace.endings import ending
from autograder.trace.histories import histories
from autograder.trace.observed import Observed
from autograder.trace.records import SourceTrace, Trace
from autograder.trace.replay import replay
from autograder.tracing import trace
from tests.integration.conftest import WALLED

RUBRIC = Path(__file__).resolve().parents[2] / "rubric" / "hw1.yaml"
EVERYWHERE = [*WALLED, Kind.NONE]

SETUP = """
import torch, matplotlib.pyplot as plt
from torch import nn
from torchvision import datasets, transforms
data = datasets.MNIST("./data", train=True, download=True, transform=transforms.ToTensor())
loader = torch.utils.data.DataLoader(data, batch_size=64, shuffle=True, num_workers=2)
net = nn.Sequential(nn.Flatten(), nn.Linear(784, 32), nn.ReLU(), nn.Dropout(0.2), nn.Linear(32, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=0.001)
criterion = nn.CrossEntropyLoss()
"""
TRAIN = """
losses = []
for epoch in range(3):
    total = 0
    for x, y in loader:
        optimizer.zero_grad()
        loss = criterion(net(x), y)
        loss.backward()
        optimizer.step()
        total += loss.item()
    losses.append(total / len(loader))
"""
PLOT = """
%matplotlib inline
plt.plot(losses, label="my loss")
plt.title("Training")
plt.show()
"""

MARKDOWN = "markdown: "


@pytest.fixture
def seen(tmp_path: Path) -> Callable[..., Trace]:
    """The trace of files: a list of cells for a notebook, a text for a script."""

    def go(files: dict[str, str | list[str]], kind: Kind = Kind.NONE, seconds: float = 60) -> Trace:
        folder = tmp_path / "work"
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            if not isinstance(content, str):
                cells = [
                    {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": text}
                    if not text.startswith(MARKDOWN)
                    else {"cell_type": "markdown", "metadata": {}, "source": text.removeprefix(MARKDOWN)}
                    for text in content
                ]
                content = json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": cells})
            (folder / name).write_text(content, encoding="utf-8")
        submission = collect(folder, tmp_path / "submission")
        return trace(load_rubric(RUBRIC), submission, "quick", kind, seconds, 1, 0)

    return go


def drawn(source: SourceTrace) -> list[str]:
    """What the figures of a source show, in sentences."""
    observed = Observed(Trace(sources=(source,)))
    return figures(observed.sources[0], observed)


@pytest.mark.parametrize("kind", EVERYWHERE)
def test_a_training_run_of_a_notebook_is_recorded_and_repeated_exactly(seen: Callable[..., Trace], kind: Kind) -> None:
    (source,) = seen({"hw1.ipynb": [SETUP, TRAIN, PLOT]}, kind)
    (run,) = source.runs
    assert ending(source).startswith("hw1.ipynb ran to the end")
    assert (run.optimizer, run.settings["momentum"], run.steps, run.place.run_in) == ("SGD", 0.9, 12, 2)
    assert described(source.network(run.network)) == "Sequential: 784 → 32 relu dropout 0.2 → 10"
    assert replay(source, run).proved
    assert drawn(source) == ["hw1.ipynb, cell 3, “Training”: “my loss” is loss in training 1"]


def test_a_step_without_cleared_gradients_is_told_as_that(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"hw1.ipynb": [SETUP, TRAIN.replace("optimizer.zero_grad()", "pass")]})
    assert replay(source, source.runs[0]).step == "gradients are never cleared"


def test_a_cell_that_fails_is_told_with_its_line_and_the_next_one_runs(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"hw1.ipynb": ["a = 1\nb = a + c", "print('still here')", "open('no.csv')"]})
    assert errors(source)[0] == "hw1.ipynb, cell 1, line 2: NameError: name 'c' is not defined"
    assert [each.text for each in source.printed] == ["still here\n"]
    assert "no.csv" in errors(source)[1]


def test_a_cell_that_became_markdown_by_accident_is_told_and_run_as_the_code_that_it_is(
    seen: Callable[..., Trace],
) -> None:
    function = f"{MARKDOWN}def train():\n    return [1.0]"
    source = seen({"hw1.ipynb": ["import torch", function, "print(train())", "print('the end')"]}).sources[0]
    (failure,) = source.failures
    assert "name 'train' is not defined. Its code is in the Markdown cell before code cell 2" in failure.error
    assert [printed.text for printed in source.printed] == ["[1.0]\n", "the end\n"]


def test_a_cell_may_write_the_module_that_the_next_one_imports(seen: Callable[..., Trace]) -> None:
    (source,) = seen(
        {"hw1.ipynb": ["%%writefile models.py\nanswer = 42", "!pip install x\nfrom models import *", "answer"]}
    )
    assert not source.failures
    assert source.printed[-1].text == "42"


def test_a_run_is_placed_in_the_cell_that_was_at_work_even_where_a_module_trains(seen: Callable[..., Trace]) -> None:
    module = "def fit(net, loader, optimizer, criterion):\n" + "".join(
        f"    {line}\n" for line in TRAIN.strip().split("\n")
    )
    (source,) = seen(
        {"fitting.py": module, "hw1.ipynb": [SETUP, "from fitting import fit\nfit(net, loader, optimizer, criterion)"]}
    )
    assert (str(source.runs[0].place), source.runs[0].place.source) == ("hw1.ipynb, cell 2", "fitting.py")


def test_scripts_run_in_processes_of_their_own_and_see_each_others_files(seen: Callable[..., Trace]) -> None:
    first = "if __name__ == '__main__':\n    leak = 1\n    open('out.txt', 'w').write('seven')\n    print('done')\n"
    second = "if __name__ == '__main__':\n    print(open('out.txt').read(), 'leak' in globals())\n"
    one, two = seen({"problem1.py": first, "problem2.py": second})
    assert (one.end, two.end) == ("finished", "finished")
    assert two.printed[0].text == "seven False\n"


def test_a_script_that_lacks_a_file_is_run_again_when_a_later_one_has_written_it(seen: Callable[..., Trace]) -> None:
    plots = (
        "import pickle\nimport matplotlib.pyplot as plt\nplt.plot(pickle.load(open('out/log.pkl', 'rb')))\nplt.show()"
    )
    trains = f"{SETUP}{TRAIN}\nimport os, pickle\nos.makedirs('out')\npickle.dump(losses, open('out/log.pkl', 'wb'))"
    of_nobody = "print(open('of_nobody.txt').read())"
    found = seen({"a_plots.py": plots, "b_lost.py": of_nobody, "c_trains.py": trains})
    trained, drew, lost = found.sources
    assert [each.source for each in found.sources] == ["c_trains.py", "a_plots.py", "b_lost.py"]
    assert (len(trained.runs), len(drew.figures), drew.failures) == (1, 1, ())
    assert [failure.error.partition(":")[0] for failure in lost.failures] == ["FileNotFoundError"]


def test_an_endless_loop_ends_with_the_budget_and_what_came_before_counts(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"hw1.ipynb": [SETUP, TRAIN, "while True: pass"]}, seconds=12)
    assert ending(source).startswith("hw1.ipynb was still running in code cell 3 of 3")
    assert source.runs[0].steps == 12
    assert replay(source, source.runs[0]).proved
    assert source.weights(source.runs[0], "last") is not None


DIRECT = """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden, self.last = nn.Linear(784, 32), nn.Linear(32, 10)

    def forward(self, x):
        return self.last(torch.relu(self.hidden(x.flatten(1))))

    def predict(self, x):
        return self.forward(x).argmax(1)

net = Net()
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
"""


CLOSURE = """
import torch
from torch import nn
torch.manual_seed(1)
x, y = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), torch.tensor([0., 1., 1., 0.])
net = nn.Sequential(nn.Linear(2, 4), nn.Tanh(), nn.Linear(4, 1))
optimizer = {optimizer}
def closure():
    optimizer.zero_grad()
    loss = nn.functional.binary_cross_entropy_with_logits(net(x).squeeze(1), y)
    loss.backward()
    return loss
for _ in range({steps}):
    optimizer.step(closure)
"""


@pytest.mark.parametrize(
    ("optimizer", "steps"),
    [
        ("torch.optim.LBFGS(net.parameters(), max_iter=200)", 5),
        ("torch.optim.LBFGS(net.parameters(), lr=0.5, max_iter=300, line_search_fn='strong_wolfe')", 1),
        ("torch.optim.Adam(net.parameters(), lr=0.1)", 50),
    ],
)
def test_steps_that_ask_a_closure_for_the_loss_are_repeated(
    seen: Callable[..., Trace], optimizer: str, steps: int
) -> None:
    (source,) = seen({"xor.py": CLOSURE.format(optimizer=optimizer, steps=steps)})
    (run,) = source.runs
    assert run.steps == len(run.losses) == steps
    assert run.losses[0] == pytest.approx(0.7, abs=0.2)  # ln 2 and what the first weights add
    assert source.network(run.network).name == "Sequential"
    repeated = replay(source, run)
    assert repeated.proved, repeated.why


BY_HAND = """
import torch
x, y = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]), torch.tensor([0., 1., 1., 0.])
for seed in (1, 2):
    torch.manual_seed(seed)
    w1, b1 = torch.randn(2, 4, requires_grad=True), torch.zeros(4, requires_grad=True)
    w2, b2 = torch.randn(4, requires_grad=True), torch.zeros(1, requires_grad=True)
    net = lambda x: torch.sigmoid(torch.tanh(x @ w1 + b1) @ w2 + b2)
    for _ in range(30):
        p = net(x)
        loss = -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()
        {step}
"""
FROM_GRAD = """loss.backward()
        with torch.no_grad():
            for w in (w1, b1, w2, b2):
                w -= 0.5 * w.grad
                w.grad.zero_()"""
AS_ASKED = """gradients = torch.autograd.grad(loss, [w1, b1, w2, b2])
        with torch.no_grad():
            for w, g in zip((w1, b1, w2, b2), gradients):
                w.sub_(0.5 * g)"""


@pytest.mark.parametrize("step", [FROM_GRAD, AS_ASKED], ids=["from .grad", "as autograd.grad gives them"])
def test_a_loop_that_steps_its_weights_itself_is_repeated(seen: Callable[..., Trace], step: str) -> None:
    (source,) = seen({"xor.py": BY_HAND.format(step=step)})
    assert [run.optimizer for run in source.runs] == ["ByHand", "ByHand"]
    for run in source.runs:
        assert run.steps == len(run.losses) == 30
        repeated = replay(source, run)
        assert repeated.proved, repeated.why
        assert repeated.loss is not None and repeated.loss.name == "binary_cross_entropy"
        assert source.weights(run, "last") is not None


OF_A_FUNCTION = """
import torch
from torchvision import datasets
data = datasets.MNIST("./data", train=True, download=True)
x, y = data.data.reshape(len(data), -1).float() / 255, data.targets
class Net:
    def __init__(self, *sizes):
        self.layers = [(torch.randn(n + 1, m) / n**0.5).requires_grad_(True) for n, m in zip(sizes, sizes[1:])]
    def __call__(self, x):
        for w in self.layers[:-1]:
            x = torch.tanh(x @ w[:-1] + w[-1])
        return torch.log_softmax(x @ self.layers[-1][:-1] + self.layers[-1][-1], 1)
net = Net(784, 16, 10)
moments = [[torch.zeros_like(w), torch.zeros_like(w)] for w in net.layers]
t = 0
for epoch in range(2):
    for i in torch.randperm(len(x)).split(100):
        t += 1
        loss = -net(x[i])[torch.arange(len(i)), y[i]].mean()
        gradients = torch.autograd.grad(loss, net.layers)
        with torch.no_grad():
            for w, g, m in zip(net.layers, gradients, moments):
                m[0] = 0.9 * m[0] + 0.1 * g
                m[1] = 0.999 * m[1] + 0.001 * g * g
                w -= 0.002 * m[0] / (1 - 0.9**t) / ((m[1] / (1 - 0.999**t)).sqrt() + 1e-8)
with torch.no_grad():
    print((net(x).argmax(1) == y).float().mean())
"""


def test_adam_written_out_for_a_network_that_is_no_module_is_found(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"mlp.py": OF_A_FUNCTION})
    (run,) = source.runs
    assert (run.optimizer, run.steps, len(run.losses)) == ("ByHand", 12, 12)
    assert described(source.network(run.network)) == "Net: 784 → 16 tanh → 10 log_softmax"
    repeated = replay(source, run)
    assert repeated.proved and repeated.run is not None, repeated.why
    assert (repeated.run.optimizer, repeated.run.settings["lr"]) == ("Adam", 0.002)


def test_gradients_that_are_only_looked_at_are_no_steps(seen: Callable[..., Trace]) -> None:
    looking = OF_A_FUNCTION.replace("w -= 0.002 *", "step =")
    (source,) = seen({"mlp.py": looking})
    assert not [run for run in source.runs if run.steps]


def test_a_loop_by_hand_that_never_clears_its_gradients_is_not_proved(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"xor.py": BY_HAND.format(step=FROM_GRAD.replace("w.grad.zero_()", "pass"))})
    assert not any(replay(source, run).proved for run in source.runs)


def test_steps_up_the_slope_by_hand_are_not_proved(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"xor.py": BY_HAND.format(step=FROM_GRAD.replace("w -=", "w +="))})
    assert [replay(source, run).step for run in source.runs] == ["the step is up the slope"] * 2


def test_a_network_that_is_called_by_its_forward_is_seen_as_a_whole(seen: Callable[..., Trace]) -> None:
    measure = """
hits = 0
for x, y in loader:
    hits += (net.predict(x) == y).sum().item()
"""
    cells = [SETUP, DIRECT, TRAIN.replace("net(x)", "net.forward(x)"), measure]
    (source,) = seen({"hw1.ipynb": cells})
    (run,) = source.runs
    assert described(source.network(run.network)) == "Net: 784 → 32 relu → 10"
    assert replay(source, run).proved
    last = source.passes[-1]
    assert (last.network, last.samples, last.correct is not None) == (run.network, 256, True)


RAW = """
import torch
torch.manual_seed(0)
X = torch.tensor([[0., 0.], [0., 1.], [1., 0.], [1., 1.]]); Y = torch.tensor([[0.], [1.], [1.], [0.]])
w1, b1 = torch.randn(2, 4, requires_grad=True), torch.zeros(4, requires_grad=True)
w2, b2 = torch.randn(4, 1, requires_grad=True), torch.zeros(1, requires_grad=True)
optimizer = torch.optim.Adam([w1, b1, w2, b2], lr=0.05)
for step in range(200):
    p = torch.sigmoid(torch.tanh(X @ w1 + b1) @ w2 + b2)
    loss = -(Y * torch.log(p + 1e-9) + (1 - Y) * torch.log(1 - p + 1e-9)).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
"""


def test_raw_tensors_are_a_network_whose_steps_are_repeated(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"xor.py": RAW})
    (run,) = source.runs
    network = source.network(run.network)
    assert (run.steps, network.input if network else None) == (200, (4, 2))
    assert described(network).endswith("2 → 4 tanh → 1 sigmoid")
    assert replay(source, run).proved


def test_raw_tensors_whose_gradients_are_never_cleared_are_told_as_that(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"xor.py": RAW.replace("optimizer.zero_grad()", "pass")})
    assert replay(source, source.runs[0]).step == "gradients are never cleared"


def test_an_optimizer_of_an_earlier_network_holds_other_weights_than_those_that_are_used(
    seen: Callable[..., Trace],
) -> None:
    again = "net = nn.Sequential(nn.Flatten(), nn.Linear(784, 8), nn.Tanh(), nn.Linear(8, 10))"
    asked = "plt.plot(net(next(iter(loader))[0]).detach().numpy()[0])"  # with gradients, and for a picture alone
    later = "optimizer = torch.optim.SGD(old.parameters(), lr=0.1)"
    cells = [SETUP, TRAIN, asked, f"old = net\n{again}\n{later}", TRAIN.replace("range(3)", "range(1)")]
    source = seen({"hw1.ipynb": cells}).sources[0]
    assert [run.holds_other_weights for run in source.runs if run.steps] == [False, True]


def test_a_process_that_ends_itself_costs_only_what_follows(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"hw1.ipynb": ["print('first')", "import os; os._exit(3)", "print('never')"]})
    assert source.end == "died"
    assert [each.text for each in source.printed] == ["first\n"]


def test_validation_accuracies_and_losses_make_histories(seen: Callable[..., Trace]) -> None:
    evaluate = """
    net.eval()
    with torch.no_grad():
        for x, y in test:
            value = criterion(net(x), y)
    net.train()
"""
    test = (
        'test = torch.utils.data.DataLoader(datasets.MNIST(".", train=False, transform=transforms.ToTensor()), 100)\n'
    )
    (source,) = seen({"hw1.ipynb": [SETUP, test + TRAIN + evaluate]})
    of_test = {history.what: len(history.values) for history in histories(source) if history.split == "test"}
    assert of_test == {"loss": 3, "accuracy": 3}


def test_functions_alone_leave_nothing_to_run(seen: Callable[..., Trace]) -> None:
    assert seen({"hw1.py": "def build_mlp(sizes):\n    return sizes\n"}).sources == ()


@pytest.mark.nightly
@pytest.mark.timeout(200)
def test_a_whole_notebook_in_a_style_of_its_own_is_repeated_and_its_lines_are_known(tmp_path: Path) -> None:
    work = RUBRIC.parents[1] / "tests" / "submissions" / "toplevel" / "lambdas_and_nn_sequential"
    submission = collect(work, tmp_path / "submission")
    (source,) = trace(load_rubric(RUBRIC), submission, "quick", Kind.NONE, 180, 1, 0)
    assert (source.end, source.failures) == ("finished", ())
    assert [run.id + 1 for run in source.runs if not replay(source, run).proved] == []
    lines = " ".join(drawn(source))
    assert "“ReLU” is loss in training 2; “Sigmoid” is loss in training 3" in lines
    assert "“validation” is loss on the test set in training 15" in lines
    assert "other values" not in lines


ARRAYS = """
import torch, matplotlib.pyplot as plt
from torch import nn
from torchvision import datasets
data, test = (datasets.MNIST("./data", train=train, download=True) for train in (True, False))
x, y = data.data.reshape(60000, 784).float() / 255, data.targets
xt, yt = test.data.reshape(-1, 784).float() / 255, test.targets
xv, yv = x[50000:], y[50000:]
x, y = x[:50000], y[:50000]
net = nn.Sequential(nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10))
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
losses, accuracies = [], []
for epoch in range(3):
    order, total = torch.randperm(len(x)), 0
    for i in range(0, len(x), 64):
        part = order[i:i + 64]
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(net(x[part]), y[part])
        loss.backward()
        optimizer.step()
        total += loss.item() * len(part)
    losses.append(total / 50000)
    with torch.no_grad():
        right = sum((net(xt[i:i + 40]).argmax(1) == yt[i:i + 40]).sum().item() for i in range(0, len(xt), 40))
    accuracies.append(right / 10000)
plt.plot(losses, label="loss")
plt.plot(accuracies, label="accuracy")
plt.savefig("curves.png")
"""


def test_batches_that_are_cut_by_hand_make_epochs_of_small_sets(seen: Callable[..., Trace]) -> None:
    (source,) = seen({"hw1.py": ARRAYS})
    assert (source.end, source.failures) == ("finished", ())
    (run,) = source.runs
    assert replay(source, run).proved
    (shown,) = drawn(source)
    assert "“loss” is loss in training 1; “accuracy” is accuracy on the test set in training 1" in shown
    last = [each for each in source.passes if each.after == run.steps and not each.steps][-1]
    about = source.dataset(last.data)
    assert about is not None
    assert (about.set, about.split, last.samples, last.confusion is not None) == ("MNIST", "test", about.samples, True)


def test_code_that_small_sets_break_is_run_on_all_of_the_data(seen: Callable[..., Trace]) -> None:
    needs_all = "from torchvision import datasets\nx = datasets.MNIST('.').data\n"
    (source,) = seen({"hw1.ipynb": ["print('first')", needs_all + "print(x[sum([300, 400])].shape)", "print('last')"]})
    assert (source.end, source.failures) == ("finished", ())
    assert [each.text for each in source.printed] == ["first\n", "torch.Size([28, 28])\n", "last\n"]


@pytest.mark.nightly
@pytest.mark.timeout(300)
def test_a_notebook_with_keras_fit_is_repeated_and_its_lines_are_known(tmp_path: Path) -> None:
    work = RUBRIC.parents[1] / "tests" / "submissions" / "toplevel" / "keras_fit"
    submission = collect(work, tmp_path / "submission")
    (source,) = trace(load_rubric(RUBRIC), submission, "quick", Kind.NONE, 240, 1, 0)
    assert (source.end, source.failures) == ("finished", ())
    assert [run.id + 1 for run in source.runs if not replay(source, run).proved] == []
    assert described(source.network(source.runs[13].network)) == (
        "Sequential: 784 → 128 relu dropout 0.5 → 64 relu dropout 0.5 → 10 softmax"
    )
    assert source.runs[12].settings["l2"] == 0.0005
    lines = " ".join(drawn(source))
    assert "“relu” is loss in training 2; “sigmoid” is loss in training 3" in lines
    assert (
        "“train” is accuracy on the train set in training 12; “test” is accuracy on the test set in training 12"
        in lines
    )
    assert "other values" not in lines
    (matrix,) = [
        array for each in source.figures for axes in each.axes for array in axes.arrays if array.shape == (10, 10)
    ]
    assert any(each.confusion is not None and (matrix == each.confusion).all() for each in source.passes)


LIVE = """
import matplotlib.pyplot as plt
from IPython.display import clear_output, display
values = []
for epoch in range(200):
    values.append(epoch)
    {before}
    plt.plot(values, label="loss")
    plt.title("live")
    {after}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("clear_output(wait=True)", "plt.show()"),
        ("", "plt.show(); clear_output(wait=True)"),  # the last one stays, as nothing comes after it
        ("clear_output(); plt.clf()", "display(plt.gcf())"),
    ],
)
def test_of_a_plot_that_is_drawn_anew_after_each_epoch_the_last_is_there(seen, before: str, after: str) -> None:
    cells = [LIVE.format(before=before, after=after), "plt.plot([3, 2, 1])\nplt.title('another')\nplt.show()"]
    (source,) = seen({"hw1.ipynb": cells})
    assert [figure.axes[0].title for figure in source.figures] == ["live", "another"]
    assert len(source.figures[0].axes[0].lines[0].y) == 200


def test_what_a_cell_has_erased_is_not_there(seen) -> None:
    erased = "plt.plot([1, 2])\nplt.show()\nclear_output()"
    (source,) = seen({"hw1.ipynb": [LIVE.partition("values")[0] + erased, "plt.plot([3, 2, 1])\nplt.show()"]})
    assert [figure.axes[0].lines[0].y for figure in source.figures] == [(3, 2, 1)]
