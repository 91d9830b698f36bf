"""Pictures that code enlarges for a published network are enlarged less, and others as it says."""

from __future__ import annotations

import importlib

import pytest
import torch
from torch.nn import functional

from autograder.worker import torchvision_shim
from autograder.worker.tracing import enlarging

PICTURES = torch.rand(2, 3, 32, 32)


@pytest.fixture(autouse=True)
def less(monkeypatch):
    """Libraries that enlarge less, until the test ends."""
    torchvision_shim.make_importable()
    monkeypatch.setattr(functional, "interpolate", functional.interpolate)
    for name in ("torchvision.transforms.transforms", "torchvision.transforms.v2._geometry"):
        for kind in enlarging.SIZED:
            owner = getattr(importlib.import_module(name), kind)
            monkeypatch.setattr(owner, "__init__", owner.__init__)
    preset = importlib.import_module("torchvision.transforms._presets").ImageClassification
    monkeypatch.setattr(preset, "__init__", preset.__init__)
    enlarging.enlarge_less()


@pytest.mark.parametrize("how", [{"size": 224}, {"size": (224, 224)}, {"scale_factor": 7}, {"scale_factor": (7, 7.0)}])
def test_pictures_are_interpolated_to_64_pixels_in_place_of_224(how):
    assert functional.interpolate(PICTURES, **how, mode="bilinear").shape == (2, 3, 64, 64)
    assert torch.nn.Upsample(**how, mode="bilinear")(PICTURES).shape == (2, 3, 64, 64)


@pytest.mark.parametrize(
    ("pictures", "size"),
    [
        (PICTURES, 64),
        (PICTURES, 48),
        (torch.rand(1, 1, 28, 28), 224),
        (torch.rand(8, 3, 3, 3), 96),
        (torch.rand(1, 3, 64, 64), 128),
    ],
)
def test_other_sizes_and_other_pictures_stay(pictures, size):
    assert functional.interpolate(pictures, size=size).shape[-1] == size


@pytest.mark.parametrize("module", ["torchvision.transforms", "torchvision.transforms.v2"])
def test_transforms_of_both_kinds_give_64_pixels(module):
    transforms = importlib.import_module(module)
    chain = transforms.Compose([transforms.Resize(256), transforms.CenterCrop(224)])
    assert chain(PICTURES).shape == transforms.RandomResizedCrop(size=(224, 224))(PICTURES).shape == (2, 3, 64, 64)
    assert transforms.Resize((32, 48))(PICTURES).shape == (2, 3, 32, 48)


def test_the_transforms_of_published_weights_give_64_pixels():
    models = importlib.import_module("torchvision.models")
    assert models.ResNet18_Weights.DEFAULT.transforms()(PICTURES).shape == (2, 3, 64, 64)


def test_a_layer_of_keras_gives_the_size_that_its_network_has():
    names = {"__name__": "keras.src.backend.torch.image"}
    exec("def resize(pictures, ask): return ask(pictures, size=224)", names)
    assert names["resize"](PICTURES, functional.interpolate).shape == (2, 3, 224, 224)
