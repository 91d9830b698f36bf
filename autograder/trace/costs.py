"""About how long an operator of a network takes, estimated from the shapes of its arguments before it is computed.

A call into a compiled library can't be interrupted, so its cost has to be known before it starts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import torch

CONVOLUTIONS: Final = ("conv1d", "conv2d", "convolution")
POOLS: Final = ("max_pool2d", "avg_pool2d")
ADAPTIVE: Final = ("adaptive_avg_pool2d", "adaptive_max_pool2d")
FACTORS: Final[Mapping[str, tuple[str, str]]] = {
    "mm": ("self", "mat2"),
    "bmm": ("self", "mat2"),
    "mv": ("self", "vec"),
    "addmm": ("mat1", "mat2"),
    "matmul": ("self", "other"),
}
OF_A_NUMBER: Final = 2**7  # products that take as long as writing a number into memory


def products(name: str, arguments: Mapping[str, Any]) -> int:
    """An upper estimate of the multiplications of the operator; 0 for one that takes a few for each number of its result.
    `arguments` are keyed by their names in torch's schema.

    Raises ValueError, TypeError or LookupError for arguments that the operator does not accept.
    """
    if name == "linear":
        weight = arguments["weight"]
        return int(arguments["input"].numel() * (weight.shape[0] if weight.dim() > 1 else 1))
    if name in FACTORS:
        return _of_a_product(*(arguments[each].shape for each in FACTORS[name]))
    if name in CONVOLUTIONS:
        return _of_a_convolution(arguments)
    if name in POOLS:
        return _of_a_pool(arguments)
    if name in ADAPTIVE:  # the windows of neighbouring results overlap by two numbers at most
        size = arguments["self"].shape
        made = _sides(arguments["output_size"], len(size[-2:]))
        each = (side + 2 * max(own, 0) for side, own in zip(size[-2:], made, strict=True))
        return int(math.prod(size[:-2]) * math.prod(each))
    return 0


def _of_a_product(one: Sequence[int], other: Sequence[int]) -> int:
    """The cost of a product of (batches of) matrices, with broadcasting over the batch axes."""
    one, other = (one if len(one) > 1 else (1, *one)), (other if len(other) > 1 else (*other, 1))
    many = torch.broadcast_shapes(tuple(one[:-2]), tuple(other[:-2]))
    return int(math.prod(many) * one[-2] * one[-1] * other[-1])


def _of_a_convolution(arguments: Mapping[str, Any]) -> int:
    inputs, weight = arguments["input"], arguments["weight"]
    kernel = weight.shape[2:]
    if arguments.get("transposed"):  # each number of the input contributes to as many outputs as the kernel has numbers
        return int(inputs.numel() * weight.shape[1] * math.prod(kernel))
    size = inputs.shape[-len(kernel) :]
    padding = arguments.get("padding", 0)
    if isinstance(padding, str):
        made: Sequence[int] = size
    else:
        made = _windows(size, kernel, arguments.get("stride", 1), padding, arguments.get("dilation", 1))
    pictures = math.prod(inputs.shape[: -len(kernel) - 1])
    return int(pictures * math.prod(made) * weight.numel())


def _of_a_pool(arguments: Mapping[str, Any]) -> int:
    size, kernel = arguments["self"].shape, _sides(arguments["kernel_size"], 2)
    stride = arguments.get("stride") or kernel
    made = _windows(size[-2:], kernel, stride, arguments.get("padding", 0), arguments.get("dilation", 1))
    return int(math.prod(size[:-2]) * math.prod(made) * math.prod(kernel))


def _windows(size: Sequence[int], kernel: Sequence[int], stride: Any, padding: Any, dilation: Any) -> list[int]:
    """How many positions a kernel has along each axis of a picture; one more, as the last may reach over its end."""
    each = (_sides(setting, len(kernel)) for setting in (stride, padding, dilation))
    return [
        max(side + 2 * pad - apart * (width - 1) - 1, 0) // max(step, 1) + 2
        for side, width, step, pad, apart in zip(size, kernel, *each, strict=True)
    ]


def _sides(setting: Any, axes: int) -> list[int]:
    """A setting for each axis; it may be given once for all axes."""
    values = list(setting) if isinstance(setting, list | tuple) else [setting]
    values = values * axes if len(values) == 1 else values
    if len(values) != axes or not all(isinstance(each, int) for each in values):
        raise ValueError("a size is no whole number for each axis")
    return values
