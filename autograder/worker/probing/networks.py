"""Networks in a probe: the grader's own from a description, and the student's with the grader's weights in it.

Weights are sent as a list of arrays in PyTorch's layout (a dense kernel is (outputs, inputs), that of a convolution
(outputs, inputs, height, width)), in the order in which a forward pass uses them; so a student may register layers in any
order, subclass, write `x @ W + b` by hand, or use Keras.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.worker.probing import frameworks
from autograder.worker.probing.errors import Unsuitable, describe
from autograder.worker.probing.frameworks.in_pytorch import device as device
from autograder.worker.probing.frameworks.in_pytorch import tensor as tensor

Weights = Sequence[np.ndarray]


def inputs(array: np.ndarray) -> Any:
    """Inputs (B, ...), pictures as (B, channels, height, width), in the form that the submission's framework takes; a copy."""
    return frameworks.current().inputs(np.asarray(array))


def labels(array: np.ndarray) -> Any:
    """Labels (B,) in the form that the submission's framework takes; a copy."""
    return frameworks.current().labels(np.asarray(array))


def build(layers: Sequence[Sequence[Any]]) -> nn.Module:
    """The grader's own network, in the submission's framework, from a description such as
    `[["linear", 784, 32], ["relu"], ["dropout", 0.5]]`."""
    return frameworks.current().build(layers)


def require_model(value: Any, function: str) -> nn.Module:
    """The value as a model on the probe's device. Raises Unsuitable, naming `function`, if it isn't a model."""
    framework = frameworks.current()
    if not framework.is_model(value):
        raise Unsuitable(f"`{function}` returned {describe(value)}; a model ({framework.MODEL}) was expected.")
    model: nn.Module = value.to(device())
    return model


def parameters(model: nn.Module) -> list[nn.Parameter]:
    """The model's parameters, in the order in which they were made."""
    return frameworks.of(model).parameters(model)


def state(model: nn.Module) -> list[torch.Tensor]:
    """Copies of the model's parameters and statistics."""
    framework = frameworks.of(model)
    return [entry.detach().clone() for entry in (*framework.parameters(model), *framework.statistics(model))]


def count(model: nn.Module) -> int:
    """The number of trainable parameters."""
    return sum(parameter.numel() for parameter in parameters(model) if parameter.requires_grad)


def parameters_in_use(model: nn.Module, example: Any) -> list[nn.Parameter]:
    """The model's parameters in the order in which a forward pass of `example` uses them; unused ones last.

    Taken from the operations that PyTorch dispatches, so it works for layers and for parameters used by hand. Of the parameters
    of one operation, kernels come before biases.
    """
    return [use.parameter for use in uses(model, example)]


@dataclass(frozen=True)
class Use:
    """A parameter as the forward pass uses it; `inputs_first` if it is a kernel (..., inputs, outputs), as in `x @ W`.

    `flattened` is the shape (height, width, channels) of the flattened maps that a kernel multiplies, if channels come last: its
    inputs are then in another order than PyTorch's.
    """

    parameter: nn.Parameter
    inputs_first: bool = False
    flattened: tuple[int, ...] = ()

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(self.parameter.shape)

    def array(self) -> np.ndarray:
        """The parameter in PyTorch's layout."""
        array = self.parameter.detach().cpu().numpy().copy()
        if not self.inputs_first:
            return array
        if array.ndim == 4:
            return array.transpose(3, 2, 0, 1).copy()
        if array.ndim != 2:
            return array
        array = array.T
        if self.flattened:
            height, width, channels = self.flattened
            array = array.reshape(-1, height, width, channels).transpose(0, 3, 1, 2).reshape(len(array), -1)
        return array.copy()

    def fitted(self, array: np.ndarray) -> Any:
        """An array in PyTorch's layout, converted to this parameter's layout; None if it does not fit."""
        if self.inputs_first and array.ndim == 4:
            array = array.transpose(2, 3, 1, 0)
            return array if array.shape == self.shape else None
        if self.flattened and array.ndim == 2 and array.T.shape == self.shape:
            height, width, channels = self.flattened
            array = array.reshape(-1, channels, height, width).transpose(0, 2, 3, 1).reshape(len(array), -1)
        return _fitted(array, self.shape, self.inputs_first)


def uses(model: nn.Module, example: Any) -> list[Use]:
    """Like `parameters_in_use`, each with how it is used."""
    framework = frameworks.of(model)
    framework.prepare(model, example)
    every = framework.parameters(model)
    order = _UseOrder(every, framework.CHANNELS_LAST)
    with torch.no_grad(), order:
        framework.forward(model, example, training=False)
    used = {id(use.parameter) for use in order.found}
    unused = (parameter for parameter in every if id(parameter) not in used)
    return [*order.found, *(Use(parameter, framework.CHANNELS_LAST) for parameter in unused)]


class _UseOrder(TorchDispatchMode):
    def __init__(self, parameters: Sequence[nn.Parameter], channels_last: bool) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: list[Use] = []
        self._waiting = {parameter.untyped_storage().data_ptr(): parameter for parameter in parameters}
        self._channels_last = channels_last
        self._flattened: tuple[int, ...] = ()

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        tensors = [entry for entry in args if isinstance(entry, torch.Tensor)]
        pointers = dict.fromkeys(entry.untyped_storage().data_ptr() for entry in tensors)
        if self._channels_last and tensors and isinstance(result, torch.Tensor):
            self._note_flattening(tensors[0].shape, result.shape)
            pointers.pop(result.untyped_storage().data_ptr(), None)  # Keras reshapes a parameter before its use
        now = [self._waiting.pop(pointer) for pointer in pointers if pointer in self._waiting]
        # `nn.Linear` and `x @ W.T` transpose the kernel first; `x @ W` multiplies with it directly, as Keras does.
        product = func.overloadpacket.__name__ in ("mm", "addmm", "bmm", "matmul")
        for entry in sorted(now, key=lambda entry: -entry.ndim):
            self.found.append(Use(entry, product or self._channels_last, self._flattening_before(entry)))
        return result

    def _note_flattening(self, before: Sequence[int], after: Sequence[int]) -> None:
        if len(before) == 4 and len(after) == 2 and before[0] == after[0] and math.prod(before[1:]) == after[1]:
            self._flattened = tuple(before[1:])

    def _flattening_before(self, kernel: nn.Parameter) -> tuple[int, ...]:
        if kernel.ndim != 2 or not self._flattened:
            return ()
        flattened, self._flattened = self._flattened, ()
        return flattened if math.prod(flattened) == kernel.shape[0] else ()


def set_weights(model: nn.Module, weights: Weights, example: Any) -> None:
    """Copy the grader's weights into a student's model; a kernel stored as (inputs, outputs) is transposed.

    Raises Unsuitable if the number or shapes differ, with both in its message.
    """
    found = uses(model, example)
    if len(found) == len(weights):
        copies = [use.fitted(array) for array, use in zip(weights, found, strict=True)]
        if all(copy is not None for copy in copies):
            with torch.no_grad():
                for use, copy in zip(found, copies, strict=True):
                    use.parameter.copy_(torch.tensor(copy))
            return
    axes = ", in PyTorch's order of axes," if frameworks.of(model).CHANNELS_LAST else ""
    shapes = (use.array().shape if axes else use.shape for use in found)
    raise Unsuitable(
        f"The network's parameters have{axes} the shapes {_shapes(shapes)}; {_shapes(w.shape for w in weights)} were expected."
    )


def get_weights(model: nn.Module, weights: Weights, example: Any) -> list[np.ndarray]:
    """The model's parameters in the layout of `weights`, as `set_weights` put them there."""
    found = uses(model, example)
    return [_fitted(use.array(), array.shape, False) for use, array in zip(found, weights, strict=True)]


def output(model: Any, x: Any) -> np.ndarray:
    """The model's output for `x` in evaluation mode, as an array. Raises Unsuitable if it isn't a tensor."""
    with torch.no_grad():
        result = frameworks.of(model).forward(model, x, training=False)
    if not isinstance(result, torch.Tensor):
        raise Unsuitable(f"The model's forward pass returned {describe(result)}; a tensor was expected.")
    return result.cpu().numpy()


def _fitted(array: np.ndarray, shape: tuple[int, ...], transposed: bool) -> Any:
    """The array in the given shape, or None: equal, a transposed matrix, or a bias with extra axes of size one.

    `transposed` decides for a square matrix, where both would fit.
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
