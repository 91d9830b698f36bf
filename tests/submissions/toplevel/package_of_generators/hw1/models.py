from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor, nn

Activation = Callable[[Tensor], Tensor]

ACTIVATIONS: dict[str, Activation] = {
    "relu": torch.relu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
}


class Dense(nn.Module):
    """A fully connected layer written by hand (the task says "from scratch")."""

    def __init__(self, n_in: int, n_out: int) -> None:
        super().__init__()
        bound = n_in ** -0.5
        self.weight = nn.Parameter(torch.empty(n_in, n_out).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(n_out))

    def forward(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias


class MLP(nn.Module):
    """Fully connected net with any number of hidden layers.

    Args:
        n_in: input features.
        hidden: widths of the hidden layers, may be empty.
        n_out: number of outputs (raw scores).
        activation: key of ``ACTIVATIONS``.
        dropout: drop probability after every hidden layer.
    """

    def __init__(
        self,
        n_in: int,
        hidden: Sequence[int],
        n_out: int,
        activation: str = "relu",
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if activation not in ACTIVATIONS:
            raise ValueError(f"unknown activation {activation!r}, choose from {sorted(ACTIVATIONS)}")
        self.act = ACTIVATIONS[activation]
        self.dropout = nn.Dropout(dropout)
        widths = [n_in, *hidden]
        self.hidden = nn.ModuleList(Dense(i, o) for i, o in zip(widths, widths[1:]))
        self.out = Dense(widths[-1], n_out)

    def forward(self, x: Tensor) -> Tensor:
        x = x.reshape(len(x), -1)
        for layer in self.hidden:
            x = self.dropout(self.act(layer(x)))
        return self.out(x)

    @torch.no_grad()
    def predict_proba(self, x: Tensor) -> Tensor:
        return self(x).softmax(dim=-1)


class ConvNet(nn.Module):
    """conv-relu-pool blocks followed by one hidden fully connected layer."""

    def __init__(
        self,
        filters: Sequence[int] = (32, 64),
        kernel: int = 3,
        pool: type[nn.Module] = nn.MaxPool2d,
        hidden: int = 128,
        n_classes: int = 10,
        side: int = 32,
    ) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        c_in = 3
        for c_out in filters:
            blocks.append(
                nn.Sequential(
                    nn.Conv2d(c_in, c_out, kernel, padding=kernel // 2), nn.ReLU(), pool(2)
                )
            )
            c_in, side = c_out, side // 2
        self.blocks = nn.Sequential(*blocks)
        self.fc = nn.Linear(c_in * side * side, hidden)
        self.head = nn.Linear(hidden, n_classes)

    def forward(self, x: Tensor) -> Tensor:
        x = self.blocks(x).flatten(start_dim=1)
        return self.head(self.fc(x).relu())


def n_params(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters() if p.requires_grad)
