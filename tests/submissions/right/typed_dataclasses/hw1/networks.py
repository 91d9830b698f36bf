"""The networks, each built from its config."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from torch import Tensor, nn

from .config import Activation, CNNConfig, ConvConfig, MLPConfig, Pooling

ACTIVATION_REGISTRY: dict[Activation, type[nn.Module]] = {
    Activation.RELU: nn.ReLU,
    Activation.SIGMOID: nn.Sigmoid,
    Activation.TANH: nn.Tanh,
}
POOLING_REGISTRY: dict[Pooling, type[nn.Module]] = {
    Pooling.MAX: nn.MaxPool2d,
    Pooling.AVERAGE: nn.AvgPool2d,
}
CNN_REGISTRY: dict[str, CNNConfig] = {
    "base": CNNConfig(),
    "deep": CNNConfig((ConvConfig(32, pooling=None), ConvConfig(32), ConvConfig(64, pooling=None), ConvConfig(64))),
    "large-kernels": CNNConfig((ConvConfig(32, 7), ConvConfig(64, 5))),
    "average": CNNConfig((ConvConfig(64, 3, Pooling.AVERAGE), ConvConfig(96, 3, Pooling.AVERAGE)), hidden=64),
}


class DenseBlock(nn.Module):
    """Linear -> activation -> dropout."""

    def __init__(self, inputs: int, outputs: int, activation: nn.Module, dropout: float) -> None:
        super().__init__()
        self.linear = nn.Linear(inputs, outputs)
        self.activation = activation
        self.dropout = nn.Dropout(dropout) if dropout else nn.Identity()

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.activation(self.linear(x)))


class MultilayerPerceptron(nn.Module):
    def __init__(self, config: MLPConfig) -> None:
        super().__init__()
        self.config = config
        # The head is created first so that it is listed first when the model is printed.
        self.head = nn.Linear(config.layer_sizes[-2], config.layer_sizes[-1])
        self.body = nn.Sequential(*self._blocks())

    def _blocks(self) -> Iterator[DenseBlock]:
        activation = ACTIVATION_REGISTRY[self.config.activation]
        for inputs, outputs in pairwise(self.config.layer_sizes[:-1]):
            yield DenseBlock(inputs, outputs, activation(), self.config.dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.body(x))


class ConvNet(nn.Module):
    def __init__(self, config: CNNConfig) -> None:
        super().__init__()
        self.config = config
        self.convs = nn.Sequential(*self._conv_layers())
        self.dense = nn.Sequential(
            nn.Flatten(),
            nn.Linear(config.features, config.hidden),
            nn.ReLU(),
            nn.Linear(config.hidden, 10),
        )

    def _conv_layers(self) -> Iterator[nn.Module]:
        channels = 3
        for conv in self.config.convs:
            yield nn.Conv2d(channels, conv.filters, conv.kernel_size, padding="same")
            yield nn.ReLU()
            if conv.pooling is not None:
                yield POOLING_REGISTRY[conv.pooling](2)
            channels = conv.filters

    def forward(self, x: Tensor) -> Tensor:
        return self.dense(self.convs(x))


def build_mlp(layer_sizes: Sequence[int], activation: str = "relu") -> nn.Module:
    return MultilayerPerceptron(MLPConfig(tuple(layer_sizes), Activation.parse(activation)))


def build_deep_mlp(activation: str, hidden_layers: int = 6, width: int = 256) -> nn.Module:
    return build_mlp((784, *[width] * hidden_layers, 10), activation)


def build_regularized_mlp(layer_sizes: Sequence[int], dropout: float = 0.5) -> nn.Module:
    return MultilayerPerceptron(MLPConfig(tuple(layer_sizes), dropout=dropout))


def build_cnn() -> nn.Module:
    return ConvNet(CNN_REGISTRY["base"])


def build_cnn_variants() -> dict[str, nn.Module]:
    return {name: ConvNet(config) for name, config in CNN_REGISTRY.items()}


def count_parameters(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
