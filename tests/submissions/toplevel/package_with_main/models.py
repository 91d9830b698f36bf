"""Network definitions."""
from typing import Sequence

import torch
from torch import nn, Tensor

_ACTIVATIONS = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


class MLP(nn.Module):
    """Multilayer perceptron with arbitrary depth and width.

    Args:
        in_features: number of inputs.
        hidden: widths of the hidden layers.
        out_features: number of outputs.
        activation: "relu", "sigmoid" or "tanh".
        dropout: dropout probability on the hidden layers.
    """

    def __init__(self, in_features: int, hidden: Sequence[int], out_features: int,
                 activation: str = "relu", dropout: float = 0.0) -> None:
        super().__init__()
        if activation not in _ACTIVATIONS:
            raise ValueError(f"activation must be one of {sorted(_ACTIVATIONS)}")
        layers = []
        previous = in_features
        for width in hidden:
            layers.append(nn.Linear(previous, width))
            layers.append(_ACTIVATIONS[activation]())
            if dropout > 0.0:
                layers.append(nn.Dropout(dropout))
            previous = width
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(previous, out_features)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(torch.flatten(x, 1)))


class XorMLP(nn.Module):
    def __init__(self, hidden: int = 4) -> None:
        super().__init__()
        self.mlp = MLP(2, [hidden], 1, activation="tanh")

    def forward(self, x: Tensor) -> Tensor:
        return torch.sigmoid(self.mlp(x))


class ConvNet(nn.Module):
    """CNN from a list of block descriptions (filters, kernel size, pool)."""

    def __init__(self, blocks, fc: int = 128, n_classes: int = 10) -> None:
        super().__init__()
        layers, channels, size = [], 3, 32
        for filters, kernel, pool in blocks:
            layers += [nn.Conv2d(channels, filters, kernel, padding=kernel // 2), nn.ReLU()]
            if pool == "max":
                layers.append(nn.MaxPool2d(2))
                size //= 2
            elif pool == "avg":
                layers.append(nn.AvgPool2d(2))
                size //= 2
            channels = filters
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Linear(channels * size * size, fc),
            nn.ReLU(),
            nn.Linear(fc, n_classes),
        )

    @property
    def first_conv(self) -> nn.Conv2d:
        return self.features[0]

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x))


ARCHITECTURES = {
    "baseline": dict(blocks=[(32, 3, "max"), (64, 3, "max")], fc=128),
    "deep": dict(blocks=[(32, 3, None), (32, 3, "max"), (64, 3, None), (64, 3, "max"), (128, 3, "max")], fc=128),
    "large_kernel_avg": dict(blocks=[(32, 7, "avg"), (64, 5, "avg")], fc=256),
}
