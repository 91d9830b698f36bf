"""What a network really computes: the operations of one forward pass, whatever style the code is written in.

`nn.ReLU`, `F.relu`, `torch.relu` and `x.clamp(min=0)` look different in the source but the same here: the trace sees the
operations that PyTorch dispatches, not the modules that call them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.worker.probing import frameworks

_ACTIVATIONS: Final = {
    "relu": "relu",
    "relu_": "relu",
    "sigmoid": "sigmoid",
    "sigmoid_": "sigmoid",
    "tanh": "tanh",
    "tanh_": "tanh",
    "leaky_relu": "leaky relu",
    "gelu": "gelu",
    "elu": "elu",
    "silu": "silu",
    "softplus": "softplus",
    "hardtanh": "hardtanh",
    "_softmax": "softmax",
    "_log_softmax": "log softmax",
}
_POOLS: Final = {
    "max_pool2d_with_indices": "max",
    "max_pool2d": "max",
    "avg_pool2d": "average",
    "mean": "average",
    "_adaptive_avg_pool2d": "average",
    "adaptive_avg_pool2d": "average",
}


@dataclass(frozen=True)
class Step:
    """One operation: `kind` is 'dense', 'conv', 'pool', 'dropout', 'norm' or an activation's name."""

    kind: str
    inputs: int = 0
    outputs: int = 0
    kernel: tuple[int, ...] = ()
    padding: tuple[int, ...] = ()
    pooling: str = ""
    probability: float = 0.0  # the rate of a dropout, if the operation has it as an argument

    def to_dict(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if value not in (0, (), "")}


def trace(model: nn.Module, example: Any, *, training: bool = False) -> list[dict[str, Any]]:
    """The steps of one forward pass of `example`, in order, as plain dictionaries; the model's mode is restored."""
    recorder = _Recorder()
    framework = frameworks.of(model)
    framework.prepare(model, example)
    with torch.no_grad(), recorder:
        framework.forward(model, example, training=training)
    return [step.to_dict() for step in recorder.steps]


class _Recorder(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.steps: list[Step] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        step = _step(func.overloadpacket.__name__, args)
        if step is not None:
            self.steps.append(step)
        return result


def _step(name: str, args: Any) -> Step | None:
    if name in _ACTIVATIONS:
        return Step(_ACTIVATIONS[name])
    match name:
        case "addmm" | "mm":
            matrix = args[2] if name == "addmm" else args[1]
            return Step("dense", inputs=matrix.shape[0], outputs=matrix.shape[1])
        case "convolution" | "_convolution" | "mkldnn_convolution" | "cudnn_convolution":
            weight = args[1]
            padding = tuple(args[4]) if name == "convolution" else ()
            return Step("conv", weight.shape[1], weight.shape[0], tuple(weight.shape[2:]), padding)
        case "max_pool2d_with_indices" | "max_pool2d" | "avg_pool2d":
            return Step("pool", kernel=tuple(args[1]), pooling=_POOLS[name])
        case "_adaptive_avg_pool2d" | "adaptive_avg_pool2d":
            return Step("pool", kernel=("adaptive",), pooling="average")  # type: ignore[arg-type]
        case "mean" if len(args) > 1 and args[0].dim() == 4:
            return Step("pool", kernel=("global",), pooling="average")  # type: ignore[arg-type]
        case "native_dropout":
            return Step("dropout", probability=float(args[1]))
        case "bernoulli_" if len(args) > 1 and isinstance(args[1], float):
            return Step("dropout", probability=1 - args[1])
        case "bernoulli_" | "bernoulli":
            return Step("dropout")
        case "native_batch_norm" | "cudnn_batch_norm" | "_native_batch_norm_legit" | "native_layer_norm":
            return Step("norm")
        case "clamp_min" | "clamp_min_":
            return Step("relu")
        case "clamp" if args[1] == 0:
            return Step("relu")
        case "maximum":
            return Step("relu")
    return None
