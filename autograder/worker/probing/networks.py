"""Networks in a probe: the grader's own from a description, and the student's with the grader's weights in it.

Weights travel as a list of arrays in PyTorch's layout (a dense kernel is (outputs, inputs)), in the order in which a
forward pass uses them; so a student may register layers in any order, subclass, or write `x @ W + b` by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.worker.probing.errors import Unsuitable, describe

Weights = Sequence[np.ndarray]


def device() -> torch.device:
    """Where probes compute: the GPU when the grader lets this worker see one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def tensor(array: Any, dtype: torch.dtype | None = None) -> torch.Tensor:
    """A copy of the array as a tensor on the probe's device."""
    return torch.tensor(np.asarray(array), dtype=dtype, device=device())


def build(layers: Sequence[Sequence[Any]]) -> nn.Sequential:
    """The grader's own network, from a description such as `[["linear", 784, 32], ["relu"], ["dropout", 0.5]]`."""
    kinds: dict[str, Any] = {
        "linear": nn.Linear,
        "relu": nn.ReLU,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "dropout": nn.Dropout,
        "batch-norm": nn.BatchNorm1d,
        "batch-norm-2d": nn.BatchNorm2d,
        "conv": lambda inputs, outputs, size: nn.Conv2d(inputs, outputs, size, padding=size // 2),
        "max-pool": nn.MaxPool2d,
        "flatten": nn.Flatten,
    }
    return nn.Sequential(*(kinds[kind](*arguments) for kind, *arguments in layers)).to(device())


def require_model(value: Any, function: str) -> nn.Module:
    """The value as a model on the probe's device. Raises Unsuitable, naming `function`, when it is none."""
    if not isinstance(value, nn.Module):
        raise Unsuitable(f"`{function}` returned {describe(value)}; a model (torch.nn.Module) was expected.")
    return value.to(device())


def parameters_in_use(model: nn.Module, example: torch.Tensor) -> list[nn.Parameter]:
    """The model's parameters in the order in which a forward pass of `example` uses them; unused ones last.

    Read off the operations that PyTorch dispatches, so it holds for layers and for parameters used by hand. Of those that
    one operation uses, kernels come before biases.
    """
    return [use.parameter for use in _uses(model, example)]


@dataclass(frozen=True)
class _Use:
    """A parameter as the forward pass uses it; `inputs_first` when it is a kernel (inputs, outputs), as in `x @ W`."""

    parameter: nn.Parameter
    inputs_first: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.parameter.shape)


def _uses(model: nn.Module, example: torch.Tensor) -> list[_Use]:
    order = _UseOrder(model)
    training = model.training
    try:
        model.eval()
        with torch.no_grad(), order:
            model(example)
    finally:
        model.train(training)
    used = {id(use.parameter) for use in order.found}
    return [*order.found, *(_Use(parameter) for parameter in model.parameters() if id(parameter) not in used)]


class _UseOrder(TorchDispatchMode):
    def __init__(self, model: nn.Module) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: list[_Use] = []
        self._waiting = {parameter.untyped_storage().data_ptr(): parameter for parameter in model.parameters()}

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        tensors = [entry for entry in args if isinstance(entry, torch.Tensor)]
        pointers = [entry.untyped_storage().data_ptr() for entry in tensors]
        now = [self._waiting.pop(pointer) for pointer in pointers if pointer in self._waiting]
        # `nn.Linear` and `x @ W.T` transpose the kernel first; `x @ W` multiplies with it as it is.
        product = func.overloadpacket.__name__ in ("mm", "addmm", "bmm", "matmul")
        self.found += [_Use(entry, product) for entry in sorted(now, key=lambda entry: -entry.ndim)]
        return func(*args, **(kwargs or {}))


def set_weights(model: nn.Module, weights: Weights, example: torch.Tensor) -> None:
    """Copy the grader's weights into a student's model; a kernel stored as (inputs, outputs) is transposed.

    Raises Unsuitable when number or shapes differ, telling both.
    """
    uses = _uses(model, example)
    if len(uses) == len(weights):
        copies = [_fitted(array, use.shape, use.inputs_first) for array, use in zip(weights, uses, strict=True)]
        if all(copy is not None for copy in copies):
            with torch.no_grad():
                for use, copy in zip(uses, copies, strict=True):
                    use.parameter.copy_(torch.tensor(copy))
            return
    raise Unsuitable(
        f"The network's parameters have the shapes {_shapes(use.shape for use in uses)}; "
        f"{_shapes(w.shape for w in weights)} were expected."
    )


def get_weights(model: nn.Module, weights: Weights, example: torch.Tensor) -> list[np.ndarray]:
    """The model's parameters in the layout of `weights`, as `set_weights` put them there."""
    return [
        _fitted(use.parameter.detach().cpu().numpy().copy(), array.shape, use.inputs_first)
        for use, array in zip(_uses(model, example), weights, strict=True)
    ]


def initial_weights(model: nn.Module) -> list[np.ndarray]:
    """All parameters as arrays, in registration order."""
    return [parameter.detach().cpu().numpy().copy() for parameter in model.parameters()]


def output(model: Any, x: torch.Tensor) -> np.ndarray:
    """What the model gives for `x` in evaluation mode, as an array. Raises Unsuitable when it is no tensor."""
    training = model.training
    model.eval()
    with torch.no_grad():
        result = model(x)
    model.train(training)
    if not isinstance(result, torch.Tensor):
        raise Unsuitable(f"The model's forward pass returned {describe(result)}; a tensor was expected.")
    return result.cpu().numpy()


def _fitted(array: np.ndarray, shape: tuple[int, ...], transposed: bool) -> Any:
    """The array in the given shape, or None: equal, a transposed matrix, or a bias with extra axes of size one.

    `transposed` decides where both would fit, for a square matrix.
    """
    if transposed and array.ndim == 2 and array.T.shape == shape:
        return array.T.copy()
    if array.shape == shape:
        return array
    if array.ndim == 2 and array.T.shape == shape:
        return array.T.copy()
    if array.size == int(np.prod(shape)) and max(array.shape, default=1) == array.size == max(shape, default=1):
        return array.reshape(shape)
    return None


def _shapes(shapes: Any) -> str:
    return ", ".join("×".join(map(str, shape)) or "1" for shape in shapes) or "none at all"
