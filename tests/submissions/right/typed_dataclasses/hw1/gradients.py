"""Gradient tracking with hooks, and what the first convolution sees."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from .training import Loader, LossFn, Trainer


class GradientRecorder:
    """Notes the mean absolute gradient of each weight matrix whenever autograd computes it.

    The recorder sorts by the order of the forward pass: `model.parameters()` may list the layers otherwise.
    """

    def __init__(self, model: nn.Module) -> None:
        self.linears = [module for module in model.modules() if isinstance(module, nn.Linear)]
        self.order: list[nn.Linear] = []
        self.values: dict[nn.Linear, float] = {}
        self._handles: list[torch.utils.hooks.RemovableHandle] = []

    def __enter__(self) -> GradientRecorder:
        for linear in self.linears:
            self._handles.append(linear.register_forward_pre_hook(self._called))
            self._handles.append(linear.weight.register_hook(self._gradient_hook(linear)))
        return self

    def __exit__(self, *exc_info: object) -> None:
        for handle in self._handles:
            handle.remove()

    def _called(self, linear: nn.Linear, args: object) -> None:
        if linear not in self.order:
            self.order.append(linear)

    def _gradient_hook(self, linear: nn.Linear):
        def hook(gradient: Tensor) -> None:
            self.values[linear] = gradient.abs().mean().item()

        return hook

    def row(self) -> list[float]:
        return [self.values[linear] for linear in self.order]


def gradient_magnitudes(model: nn.Module, x: Tensor, y: Tensor, loss_fn: LossFn) -> list[float]:
    device = next(model.parameters()).device
    with GradientRecorder(model) as recorder:
        loss_fn(model(x.to(device)), y.to(device)).backward()
    model.zero_grad()
    return recorder.row()


def track_gradients(
    model: nn.Module, loader: Loader, optimizer: torch.optim.Optimizer, loss_fn: LossFn, steps: int
) -> np.ndarray:
    trainer = Trainer(model, optimizer, loss_fn)
    device = trainer.config.device
    rows: list[list[float]] = []
    model.train()
    with GradientRecorder(model) as recorder:
        while len(rows) < steps:
            for x, y in loader:
                trainer.step(x.to(device), y.to(device))
                rows.append(recorder.row())
                if len(rows) == steps:
                    break
    return np.asarray(rows)


def first_convolution(model: nn.Module) -> nn.Conv2d:
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            return module
    raise TypeError(f"no convolution in {model}")


def first_layer_filters(model: nn.Module) -> np.ndarray:
    weight = first_convolution(model).weight.detach().cpu()
    return weight.permute(0, 2, 3, 1).contiguous().numpy()


@torch.inference_mode()
def activation_maps(model: nn.Module, images: Tensor) -> np.ndarray:
    convolution = first_convolution(model)
    return convolution(images.to(convolution.weight.device)).cpu().numpy()
