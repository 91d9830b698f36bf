"""Watches convolutions that code computes itself, `F.conv2d(image, model.conv1.weight)`, to look at a few pictures' feature maps.

Convolutions inside a module, or inside a function that is a network, are recorded with it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import torch
from torch.jit import _builtins
from torch.nn import functional

from autograder.worker.tracing.modules import Convolution
from autograder.worker.tracing.seen import FEW_PICTURES

CHANNELS: Final = (1, 3)  # of pictures: more channels come from another convolution
PARAMETERS: Final = "input weight bias stride padding dilation groups".split()
DEFAULTS: Final = {"bias": None, "stride": 1, "padding": 0, "dilation": 1, "groups": 1}


def watch(emit: Callable[[Convolution, torch.Tensor], None], is_of_a_network: Callable[[], bool]) -> None:
    """Report each such convolution from now on, with its pictures (B, channels, height, width).

    `is_of_a_network`: whether a network is running, whose convolutions are not reported.
    """
    original = functional.conv2d

    @functools.wraps(original)
    def conv2d(*arguments: Any, **keywords: Any) -> Any:
        result = original(*arguments, **keywords)
        if not is_of_a_network() and (found := _looked_at(arguments, keywords)) is not None:
            emit(*found)
        return result

    # For `torch.jit.script`, which recognises the operator by the function object.
    _builtins._register_builtin(conv2d, "aten::conv2d")
    functional.conv2d = conv2d
    torch.conv2d = conv2d


def _looked_at(arguments: tuple[Any, ...], keywords: dict[str, Any]) -> tuple[Convolution, torch.Tensor] | None:
    """The convolution and pictures of a call of `conv2d`; None if there are too many pictures, or the inputs aren't pictures."""
    given: dict[str, Any] = {**DEFAULTS, **dict(zip(PARAMETERS, arguments, strict=False)), **keywords}
    pictures: Any = given.get("input")
    weight: Any = given.get("weight")
    if not _is_of_numbers(pictures, (3, 4)) or not _is_of_numbers(weight, (4,)):
        return None
    pictures = pictures if pictures.dim() == 4 else pictures[None]
    if len(pictures) > FEW_PICTURES or weight.shape[1] not in CHANNELS or weight.shape[1] != pictures.shape[1]:
        return None
    if any(each != 1 for each in (*_pair(given["dilation"]), given["groups"])):
        return None
    padding = given["padding"] if isinstance(given["padding"], str) else str(_pair(given["padding"]))
    return Convolution(weight, given["bias"], _pair(given["stride"]), padding), pictures


def _is_of_numbers(value: Any, dimensions: tuple[int, ...]) -> bool:
    """Whether this is a real tensor, not a placeholder for one while a graph is traced."""
    return type(value) in (torch.Tensor, torch.nn.Parameter) and not value.is_meta and value.dim() in dimensions


def _pair(value: Any) -> list[int]:
    found = [int(each) for each in value] if isinstance(value, tuple | list) else [int(value)]
    return found if len(found) == 2 else found * 2
