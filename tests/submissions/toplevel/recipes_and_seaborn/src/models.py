from __future__ import annotations

import re
from collections import OrderedDict
from itertools import pairwise

import torch
from torch import nn
from torchvision.models import resnet18

ACT = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}


def n_params(model: nn.Module) -> int:
    return sum(p.numel() for p in model.parameters())


class MLP(nn.Sequential):
    """MLP(784, 128, 64, 10, act="tanh"): any number of hidden layers, logits at the end."""

    def __init__(self, *widths: int, act: str = "relu", p_drop: float = 0.0, flatten: bool = True):
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        if flatten:
            blocks["flatten"] = nn.Flatten()
        last = len(widths) - 1
        for i, (fan_in, fan_out) in enumerate(pairwise(widths), start=1):
            blocks[f"fc{i}"] = nn.Linear(fan_in, fan_out)
            if i < last:
                blocks[f"{act}{i}"] = ACT[act]()
                if p_drop:
                    blocks[f"drop{i}"] = nn.Dropout(p_drop)
        super().__init__(blocks)

    @property
    def linears(self) -> dict[str, nn.Linear]:
        return {n: m for n, m in self.named_children() if isinstance(m, nn.Linear)}


class ConvNet(nn.Sequential):
    """CNN from a one-line recipe.

    Tokens: ``C<filters>k<kernel>`` convolution (same padding) + ReLU, ``M`` 2x2 max pooling,
    ``A`` 2x2 average pooling, ``F<units>`` fully connected + ReLU. The output layer is appended.
    """

    TOKEN = re.compile(r"C(?P<c>\d+)k(?P<k>\d+)|(?P<pool>[MA])|F(?P<f>\d+)")

    def __init__(self, recipe: str, n_out: int = 10, probe: tuple[int, ...] = (1, 3, 32, 32)):
        self.recipe = recipe
        blocks: OrderedDict[str, nn.Module] = OrderedDict()
        count = {"conv": 0, "pool": 0, "fc": 0}

        def new(kind: str) -> str:
            count[kind] += 1
            return f"{kind}{count[kind]}"

        for tok in recipe.split():
            m = self.TOKEN.fullmatch(tok)
            if m is None:
                raise ValueError(f"cannot parse {tok!r}")
            if m["c"]:
                name = new("conv")
                blocks[name] = nn.LazyConv2d(int(m["c"]), int(m["k"]), padding="same")
                blocks[f"{name}_relu"] = nn.ReLU()
            elif m["pool"]:
                blocks[new("pool")] = nn.MaxPool2d(2) if m["pool"] == "M" else nn.AvgPool2d(2)
            else:
                if "flatten" not in blocks:
                    blocks["flatten"] = nn.Flatten()
                name = new("fc")
                blocks[name] = nn.LazyLinear(int(m["f"]))
                blocks[f"{name}_relu"] = nn.ReLU()
        blocks["head"] = nn.LazyLinear(n_out)
        super().__init__(blocks)
        with torch.no_grad():
            self(torch.zeros(probe))  # materialises the lazy layers


def transfer_resnet18(n_out: int = 10) -> nn.Module:
    net = resnet18(weights="IMAGENET1K_V1")
    net.fc = nn.Linear(net.fc.in_features, n_out)
    return net
