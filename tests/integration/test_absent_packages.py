"""A script that imports what this machine lacks is judged by what it does all the same."""

from __future__ import annotations

from autograder.results import Status
from tests.integration.small_runs import MNIST, judged, only

IMPORTS = """
import wandb
from torch.utils.tensorboard import SummaryWriter
from google.colab import drive
import cv2, optuna
from fastprogress import progress_bar
try:
    import fastai
except ImportError:
    fastai = None
assert fastai is None
"""

TRAINING = """
from torchmetrics import Accuracy
drive.mount("/content/drive")
wandb.init(project="hw1")
writer = SummaryWriter()
net, metric = mlp(), Accuracy(task="multiclass", num_classes=10, average="macro")
opt = torch.optim.Adam(net.parameters())
for epoch in progress_bar(range(3)):
    for x, y in DataLoader(train, batch_size=64, shuffle=True):
        opt.zero_grad()
        loss = F.cross_entropy(net(x), y)
        loss.backward()
        opt.step()
    wandb.log({"loss": loss.item()})
    writer.add_scalar("loss", loss.item(), epoch)
net.eval()
with torch.no_grad():
    for x, y in DataLoader(test, batch_size=256):
        metric.update(net(x), y)
print(f"Params size (MB): 0.00, test accuracy {metric.compute():.4f}")
"""


def test_loggers_and_imports_that_are_not_used_change_nothing(ran):
    observed = ran(IMPORTS + MNIST + TRAINING)
    assert judged(observed, "1A.training-step").status is Status.PASSED
    assert only(observed).epochs == 3


def test_an_accuracy_that_is_a_mean_over_classes_is_one(ran):
    assert judged(ran(IMPORTS + MNIST + TRAINING), "1A.evaluation").status is Status.PASSED


def test_a_package_that_is_used_fails_at_that_line(ran):
    (source,) = ran(MNIST + "import cv2\nprint(1)\ncv2.imread('a.png')").sources
    assert [(each.place.line, each.error) for each in source.failures] == [
        (MNIST.count("\n") + 3, "ModuleNotFoundError: No module named 'cv2'")
    ]
