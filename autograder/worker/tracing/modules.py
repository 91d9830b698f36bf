"""Properties of networks: PyTorch modules, and Keras layers, which are modules too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn


def is_keras(module: nn.Module) -> bool:
    """Whether this is a Keras layer or model."""
    return any(each.__module__.startswith("keras.") for each in type(module).__mro__)


def named_weights(module: nn.Module) -> list[tuple[str, torch.Tensor]]:
    """The parameters with their names, from the input to the output as far as the module's order shows that."""
    named: list[tuple[str, torch.Tensor]] = list(module.named_parameters())
    if is_keras(module):  # only its variables are in the order of its layers
        places = {id(each.value): place for place, each in enumerate(getattr(module, "trainable_variables", ()))}
        named.sort(key=lambda entry: places.get(id(entry[1]), len(places)))
    return named


def main_input(arguments: Sequence[Any], keywords: Mapping[str, Any]) -> Any:
    """The main input of a module's call: its first argument, or the first tensor if arguments are given by name; None if there is
    none. Keras layers take NumPy arrays too."""
    every = arguments[:1] or [each for each in keywords.values() if isinstance(each, torch.Tensor | np.ndarray)]
    given = every[0] if every else None
    return (
        torch.from_numpy(given.astype(np.float32))
        if isinstance(given, np.ndarray) and given.dtype.kind in "fiu"
        else given
    )


def main_output(output: Any, samples: int) -> Any:
    """The main tensor of a module's output. Of several, as in `return logits, maps` or a dictionary, the one with a row of
    numbers for each of the `samples`; of several such, the narrowest, as there are more features than classes; if there is none,
    the first tensor."""
    if isinstance(output, torch.Tensor) or not isinstance(output, list | tuple | dict):
        return output
    tensors = [v for v in (output.values() if isinstance(output, dict) else output) if isinstance(v, torch.Tensor)]
    rows = [each for each in tensors if each.dim() == 2 and len(each) == samples and each.is_floating_point()]
    return min(rows, key=lambda each: each.shape[1]) if rows else next(iter(tensors), None)


def unregistered_weights(module: nn.Module) -> dict[str, torch.Tensor]:
    """The weights of layers that a module keeps in a plain list or dictionary, so that they are not registered; by the names that
    they would have in an `nn.ModuleList`."""
    own = {id(each) for each in module.parameters()}
    found: dict[str, torch.Tensor] = {}
    for place, part in module.named_modules():
        for path, layer in _layers_in_collections(part):
            around = f"{place}.{path}".lstrip(".")
            weights = layer.named_parameters()
            found |= {f"{around}.{each}": weight for each, weight in weights if id(weight) not in own}
    return found


def _layers_in_collections(module: nn.Module) -> Iterator[tuple[str, nn.Module]]:
    """The layers in lists, tuples and dictionaries that are attributes of a PyTorch module, as 'convs.0'."""
    for name, value in () if is_keras(module) else vars(module).items():
        if not name.startswith("_") and isinstance(value, dict | list | tuple):
            entries = value.items() if isinstance(value, dict) else enumerate(value)
            yield from ((f"{name}.{key}", layer) for key, layer in entries if isinstance(layer, nn.Module))


def inner(module: nn.Module) -> Iterable[nn.Module]:
    """The module and all its submodules."""
    layers: Iterable[nn.Module] = module._flatten_layers() if is_keras(module) else module.modules()  # type: ignore[operator]
    return layers


@dataclass(frozen=True, eq=False)
class Convolution:
    """A convolution over pictures: `weight` (out, in, height, width), and how it moves over its inputs."""

    weight: torch.Tensor
    bias: torch.Tensor | None
    stride: list[int]
    padding: str
    channels_last: bool = False


def convolution_of(module: nn.Module) -> Convolution | None:
    """The module as a convolution; None if it isn't one."""
    if isinstance(module, nn.Conv2d):
        return Convolution(module.weight, module.bias, list(module.stride), str(module.padding))
    layer: Any = module
    if type(layer).__name__ != "Conv2D" or not is_keras(layer) or not layer.built:
        return None
    bias = layer.bias.value if layer.bias is not None else None
    last = layer.data_format == "channels_last"
    return Convolution(layer.kernel.value.permute(3, 2, 0, 1), bias, list(layer.strides), layer.padding, last)
