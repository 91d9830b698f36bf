"""Problem 1C."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn


@dataclass(frozen=True)
class XORConfig:
    lr: float = 0.1
    steps: int = 800
    max_restarts: int = 30
    target_loss: float = 0.05


def truth_table(device: torch.device) -> tuple[Tensor, Tensor]:
    x = torch.cartesian_prod(torch.tensor([0.0, 1.0]), torch.tensor([0.0, 1.0])).to(device)
    y = (x.sum(dim=1, keepdim=True) == 1).float()
    return x, y


def build_xor_model(hidden: int = 4) -> nn.Module:
    return nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1), nn.Sigmoid())


def _attempt(model: nn.Module, config: XORConfig) -> bool:
    x, y = truth_table(next(model.parameters()).device)
    optimizer = torch.optim.Adam(model.parameters(), lr=config.lr)
    loss_fn = nn.MSELoss()  # squared error works as well here
    for _ in range(config.steps):
        optimizer.zero_grad()
        loss = loss_fn(model(x), y)
        loss.backward()
        optimizer.step()
        if loss.item() < config.target_loss:
            break
    return bool(((model(x) > 0.5) == y.bool()).all())


def train_xor(model: nn.Module | None = None, config: XORConfig = XORConfig()) -> nn.Module:
    model = model if model is not None else build_xor_model()
    for _ in range(config.max_restarts):
        if _attempt(model, config):
            return model
        for module in model.modules():
            if isinstance(module, nn.Linear):
                nn.init.xavier_normal_(module.weight)
                nn.init.zeros_(module.bias)
    return model


def decision_boundary(model: nn.Module, resolution: int = 200) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    yy, xx = np.mgrid[-0.5 : 1.5 : resolution * 1j, -0.5 : 1.5 : resolution * 1j]
    device = next(model.parameters()).device
    with torch.inference_mode():
        points = torch.tensor(np.stack([xx, yy], axis=-1), dtype=torch.float32, device=device)
        # the model is applied along the last axis, so the grid keeps its shape
        probabilities = model(points).squeeze(-1).cpu().numpy()
    return xx, yy, probabilities
