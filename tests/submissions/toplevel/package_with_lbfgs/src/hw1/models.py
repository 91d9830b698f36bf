from __future__ import annotations
from dataclasses import dataclass
import torch
from torch import nn

ACT = nn.ModuleDict({"relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()})   # stateless, so sharing is fine


class MLP(nn.Module):
    def __init__(self, widths: list[int], act: str = "relu", dropout: float = 0.0):
        super().__init__()
        self.act_name = act
        self.fcs = nn.ModuleList(nn.Linear(a, b) for a, b in zip(widths[:-1], widths[1:]))
        self.drop = nn.Dropout(dropout)
        self.keep = False           # True: keep hidden activations with their gradients (retain_grad)
        self.hidden: list[torch.Tensor] = []

    def forward(self, x):
        x = x.flatten(1)
        self.hidden = []
        for fc in self.fcs[:-1]:
            x = self.drop(ACT[self.act_name](fc(x)))
            if self.keep and x.requires_grad:
                x.retain_grad(); self.hidden.append(x)
        return self.fcs[-1](x)      # logits; probabilities: .softmax(-1)


@dataclass(frozen=True)
class ConvSpec:
    blocks: tuple            # ((filters, kernel, n_convs), ...), one pooling after each
    pool: str = "max"
    fc: int = 128
    norm: bool = False


class ConvNet(nn.Module):
    def __init__(self, spec: ConvSpec):
        super().__init__()
        pool = {"max": nn.MaxPool2d, "avg": nn.AvgPool2d}[spec.pool]
        self.parts = nn.ModuleDict()
        c, s = 3, 32
        for b, (f, k, n) in enumerate(spec.blocks):
            seq = []
            for _ in range(n):
                seq.append(nn.Conv2d(c, f, k, padding=k // 2))
                if spec.norm: seq.append(nn.BatchNorm2d(f))
                seq.append(nn.ReLU()); c = f
            self.parts[f"block{b}"] = nn.Sequential(*seq, pool(2)); s //= 2
        self.parts["head"] = nn.Sequential(nn.Flatten(), nn.Linear(c * s * s, spec.fc), nn.ReLU(), nn.Linear(spec.fc, 10))

    def forward(self, x):
        for p in self.parts.values(): x = p(x)
        return x

    @property
    def first(self) -> nn.Conv2d: return self.parts["block0"][0]


def n_params(m): return sum(p.numel() for p in m.parameters())
