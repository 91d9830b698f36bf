"""Transfer learning."""

from __future__ import annotations

from torch import nn

from .config import TrainingConfig
from .training import Loader, make_trainer


def build_transfer_model(num_classes: int = 10, pretrained: bool = True) -> nn.Module:
    # imported here because torchvision takes a while to load
    from torchvision.models import ResNet18_Weights, resnet18

    model = resnet18(weights=ResNet18_Weights.IMAGENET1K_V1 if pretrained else None)
    model.requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, num_classes)
    return model


def fine_tune(model: nn.Module, train_loader: Loader, epochs: int = 1) -> dict[str, list[float]]:
    trainer = make_trainer(model, TrainingConfig(epochs=epochs))
    return {"train_loss": [trainer.run_epoch(train_loader) for _ in range(epochs)]}
