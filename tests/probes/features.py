"""Probes of Problem 3, part C: the filters and activation maps of the first convolution."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.worker.probing import networks
from autograder.worker.probing.errors import Unsuitable
from probes.cnn import plain

CONVOLUTIONS = ("convolution", "_convolution", "mkldnn_convolution", "cudnn_convolution")


def filters(code: Any, *, values: np.ndarray) -> dict[str, Any]:
    """What `first_layer_filters` returns for `build_cnn`'s network, whose first kernel holds `values`.

    Returns the `filters`, and the `kernel` (filters, channels, height, width) with those values.
    """
    model = _with_first_kernel(code, values)
    kernel = networks.uses(model, _example())[0].array()
    return {"filters": plain(code.first_layer_filters(model)), "kernel": kernel}


def maps(code: Any, *, values: np.ndarray, images: np.ndarray) -> dict[str, Any]:
    """What `activation_maps` returns for `build_cnn`'s network, whose first kernel holds `values`, and these images.

    Returns the `maps`, what the network's first convolution gives in a forward pass as `convolved`
    (images, filters, height, width), and whether the weights stayed `unchanged`.
    """
    model = _with_first_kernel(code, values)
    x = networks.inputs(images)
    recorder = _FirstConvolution()
    model.eval()
    with recorder:
        networks.output(model, x)
    if recorder.output is None:
        raise Unsuitable("The network of `build_cnn` has no convolution.")
    convolved = recorder.output
    bias = networks.uses(model, _example())[1].array()
    if not recorder.with_bias and bias.shape == convolved.shape[1:2]:  # it is added afterwards
        convolved = convolved + bias[:, None, None]
    before = networks.state(model)
    returned = plain(code.activation_maps(model, x))
    unchanged = all(bool((one == other).all()) for one, other in zip(before, networks.state(model), strict=True))
    return {"maps": returned, "convolved": convolved, "unchanged": unchanged}


def _with_first_kernel(code: Any, values: np.ndarray) -> nn.Module:
    """`build_cnn`'s network with these numbers in its first kernel, again from the first where they don't suffice.

    All other weights get the same numbers, smaller, so that nothing about the network is random.
    """
    model = networks.require_model(code.build_cnn(), "build_cnn")
    with torch.no_grad():
        for index, parameter in enumerate(networks.parameters_in_use(model, _example())):
            numbers = np.resize(values, tuple(parameter.shape)) * (1.0 if index == 0 else 0.1)
            parameter.copy_(networks.tensor(numbers.astype(np.float32)))
    return model


def _example() -> Any:
    return networks.inputs(np.zeros((2, 3, 32, 32), np.float32))


class _FirstConvolution(TorchDispatchMode):
    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.output: np.ndarray | None = None
        self.with_bias = False

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if self.output is None and func.overloadpacket.__name__ in CONVOLUTIONS:
            self.output = result.detach().cpu().numpy().copy()
            self.with_bias = args[2] is not None
        return result
