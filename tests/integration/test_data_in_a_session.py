"""Data sets that a submission builds at its top level, in a grading session."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import Kind, Launch, Sandbox
from autograder.sandbox.session import Code
from tests.integration.conftest import WALLED

HOMEWORK = """
import torch
from torchvision import datasets, transforms

train_set = datasets.MNIST(root="/content/data", train=True, download=True, transform=transforms.ToTensor())
test_set = datasets.MNIST(root="/content/data", train=False, download=True, transform=transforms.ToTensor())
train_loader = torch.utils.data.DataLoader(train_set, batch_size=3)
test_loader = torch.utils.data.DataLoader(test_set, batch_size=2)

for images, labels in train_loader:
    raise RuntimeError("the top level was run")

def halve(x):
    batches = [tuple(images.shape) for images, labels in train_loader]
    return [batches, [labels.tolist() for images, labels in test_loader]]
"""


@pytest.mark.parametrize("kind", [*WALLED, Kind.NONE])
def test_loaders_at_the_top_level_find_the_data_and_see_no_test_label(assignment, tmp_path, kind):
    arrays = {
        "train-images": np.zeros((6, 28, 28), np.uint8),
        "train-labels": np.arange(6, dtype=np.uint8),
        "test-images": np.zeros((2, 28, 28), np.uint8),
    }
    shown = []
    for name, array in arrays.items():
        np.save(tmp_path / f"{name}.npy", array)
        shown.append((f"mnist/{name}", tmp_path / f"{name}.npy"))
    folder = tmp_path / "homework"
    folder.mkdir()
    Path(folder, "homework.py").write_text(HOMEWORK, encoding="utf-8")
    launch = Launch(folder, folder, assignment / "tests" / "probes", data=shown)
    with (
        Sandbox(kind, launch, Code(("homework.py",), {"halve": {"signature": "halve(x)"}}, {})) as sandbox,
        sandbox.session(60) as session,
    ):
        batches, labels = session.call("probes.asks:halve", {"x": 1}, seed=0)
    assert batches == [(3, 1, 28, 28), (3, 1, 28, 28)]
    assert labels == [[4, 5]]
