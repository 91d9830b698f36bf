"""`import torchvision` works after the shim, in processes of their own, as it does in a worker."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SHIM = "import sys; from autograder.worker.torchvision_shim import make_importable; make_importable()\n"
USE = """
import torch, torchvision
from torchvision import datasets, models, transforms, utils
from torchvision.transforms import v2
images = datasets.FakeData(2, (3, 8, 8), transform=transforms.Compose([transforms.ToTensor(), v2.Resize(4)]))
assert images[0][0].shape == (3, 4, 4)
assert models.resnet18().eval()(torch.zeros(1, 3, 32, 32)).shape == (1, 1000)
assert utils.make_grid(torch.zeros(4, 3, 8, 8)).ndim == 3
print("works")
"""


def output_of(code: str) -> str:
    """What a fresh process prints, errors included; a warning is one."""
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(
        command, cwd=REPOSITORY, text=True, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout.strip()


needs_torchvision = pytest.mark.skipif(
    importlib.util.find_spec("torchvision") is None, reason="torchvision is not installed"
)


@needs_torchvision
def test_data_sets_transforms_and_models_work_after_it():
    assert output_of(SHIM + USE) == "works"


@needs_torchvision
def test_it_does_not_import_torchvision():
    assert output_of(SHIM + "print([name for name in sys.modules if name.startswith('torchvision')])") == "[]"


@needs_torchvision
def test_it_still_helps_after_an_import_that_failed_and_may_be_called_twice():
    failed = "try:\n    import torchvision\nexcept RuntimeError:\n    pass\n"
    assert output_of(failed + SHIM + SHIM + USE) == "works"


def test_without_torchvision_nothing_happens():
    hide = "import importlib.util; importlib.util.find_spec = lambda name: None\n"
    assert output_of(hide + SHIM + "print('quiet')") == "quiet"
