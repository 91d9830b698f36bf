"""All settings of the experiments in one place."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import torch


class Activation(str, Enum):
    RELU = "relu"
    SIGMOID = "sigmoid"
    TANH = "tanh"

    @classmethod
    def parse(cls, name: str) -> Activation:
        try:
            return cls(name)
        except ValueError:
            choices = ", ".join(member.value for member in cls)
            raise ValueError(f"'{name}' is not a valid activation (choose from {choices})") from None


class Pooling(Enum):
    MAX = "max"
    AVERAGE = "average"


@dataclass(frozen=True)
class MLPConfig:
    layer_sizes: tuple[int, ...] = (784, 128, 64, 10)
    activation: Activation = Activation.RELU
    dropout: float = 0.0


@dataclass(frozen=True)
class ConvConfig:
    filters: int
    kernel_size: int = 3
    pooling: Pooling | None = Pooling.MAX


@dataclass(frozen=True)
class CNNConfig:
    convs: tuple[ConvConfig, ...] = (ConvConfig(32), ConvConfig(64))
    hidden: int = 128
    image_size: int = 32

    @property
    def features(self) -> int:
        side = self.image_size
        for conv in self.convs:
            side //= 2 if conv.pooling else 1
        return self.convs[-1].filters * side**2


@dataclass
class TrainingConfig:
    optimizer: str = "Adam"
    weight_decay: float = 0.0
    epochs: int = 10
    device: torch.device = field(
        default_factory=lambda: torch.device("cuda" if torch.cuda.is_available() else "cpu")
    )
