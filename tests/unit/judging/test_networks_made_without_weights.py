"""Architectures of libraries that code makes without the weights that were published for them."""

from __future__ import annotations

import pytest

from traced.published import made_without


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("resnet = torchvision.models.resnet18(weights=None)", "resnet18"),
        ("net = models.vgg16(pretrained=False)", "vgg16"),
        ("net = models.mobilenet_v2()", "mobilenet_v2"),
        ("base = keras.applications.VGG16(weights=None, include_top=False)", "VGG16"),
        ("resnet = models.resnet18(weights='DEFAULT')", ""),
        ("resnet = models.resnet18(weights=models.ResNet18_Weights.DEFAULT)", ""),
        ("resnet = models.resnet18(True)", ""),
        ("resnet = models.resnet18(**settings)", ""),
        ("base = keras.applications.ResNet50(include_top=False)", ""),
        ("net = ResNet()", ""),
        ("resnet = models.resnet18()\nresnet.load_state_dict(torch.load('resnet18.pth'))", ""),
        ("this is no Python", ""),
    ],
)
def test_a_network_made_without_published_weights_is_known_by_its_call(code, name):
    assert made_without([code]) == name
