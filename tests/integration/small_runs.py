"""Small scripts that are run in the sandbox's way, and judged."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from autograder.judging.verdicts import observed_in, verdicts
from autograder.results import CheckResult
from autograder.rubric import load_rubric
from autograder.sandbox import Kind
from autograder.submission import collect
from autograder.trace.observed import Experiment, Observed
from autograder.tracing import trace

RUBRIC = load_rubric(Path(__file__).resolve().parents[2] / "rubric" / "hw1.yaml")

MNIST = """
import torch, time
import torch.nn.functional as F
from torch import nn
from torch.utils.data import BatchSampler, DataLoader, RandomSampler
from torchvision import datasets, transforms
train = datasets.MNIST("data", train=True, download=True, transform=transforms.ToTensor())
test = datasets.MNIST("data", train=False, download=True, transform=transforms.ToTensor())

def mlp(activation=nn.ReLU):
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 128), activation(), nn.Linear(128, 64), activation(), nn.Linear(64, 10))

def accuracy(net):
    net.eval()
    with torch.no_grad():
        hits = [(net(x).argmax(1) == y).float().sum().item() for x, y in DataLoader(test, batch_size=100)]
    net.train()
    return sum(hits) / len(DataLoader(test, batch_size=100).dataset)
"""

FIT = """
def fit(net, epochs=3):
    opt, losses = torch.optim.Adam(net.parameters()), []
    for epoch in range(epochs):
        total = 0.0
        for x, y in DataLoader(train, batch_size=64, shuffle=True):
            opt.zero_grad()
            loss = F.cross_entropy(net(x), y)
            loss.backward()
            opt.step()
            total += loss.item() * len(x)
        losses.append(total / len(train))
    return losses
"""


def run(code: str, folder: Path, files: Mapping[str, str] = MappingProxyType({})) -> Observed:
    """What a script shows when it is run; `files` lie beside it."""
    (folder / "work").mkdir()
    for name, text in files.items():
        (folder / "work" / name).write_text(text, encoding="utf-8")
    (folder / "work" / "hw1.py").write_text(code, encoding="utf-8")
    submission = collect(folder / "work", folder / "submission")
    return observed_in(submission, trace(RUBRIC, submission, "quick", Kind.NONE, 90, 1, 0))


def judged(observed: Observed, item: str) -> CheckResult:
    assert [(each.end, each.failures) for each in observed.sources] == [("finished", ())]
    return verdicts(RUBRIC, observed, "quick", [item])[item]


def only(observed: Observed) -> Experiment:
    (experiment,) = observed.experiments
    return experiment
