"""What is tracked while student code runs: networks, training runs, iterations over data, passes, forward passes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.modules import Convolution

FEW_PICTURES: Final = 16  # at most these many may be an input whose feature maps are looked at

Record = dict[str, Any]
Emit = Callable[[Record], None]


@dataclass(eq=False)
class Network:
    id: int
    module: nn.Module
    record: Record
    exported: bool = False
    run: int | None = None  # the last training run
    steps: int = 0  # of that run
    thrown: int = 0  # backward passes since it began whose gradients were cleared without a step
    left: list[torch.Tensor] = field(default_factory=list)  # the first numbers of each weight after its last step
    beginnings: set[str] = field(default_factory=set)  # digests of its weights at the first step of each run


@dataclass(eq=False)
class Run:
    """One optimizer's steps."""

    id: int
    optimizer: torch.optim.Optimizer
    network: Network | None
    record: Record
    losses: list[float | None] = field(default_factory=list)
    steps: int = 0
    dirty: bool = True  # it has changes that are not recorded yet


@dataclass(eq=False)
class Pass:
    """One network's pass through one iteration."""

    record: Record
    started: float = field(default_factory=time.monotonic)
    last: float = field(default_factory=time.monotonic)  # when its last batch came
    labels: torch.Tensor | None = None  # of its last batch
    confusion: torch.Tensor | None = None


@dataclass(eq=False)
class Iteration:
    """One iteration over a data loader, or over arrays by hand."""

    about: Record
    dataset: Any = None  # of the loader; None by hand
    data: int | None = None  # known with the first batch
    labels: torch.Tensor | None = None
    pictures: set[tuple[str, str, int]] | None = None  # of the last batch, if known: set, split, index
    passes: dict[int, Pass] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Asked:
    """A few pictures that a network is applied to, where in the code, and the first convolution that they go through; without a
    network if code computes that itself with unknown weights."""

    network: Network | None
    place: Record
    first: Convolution
    pictures: torch.Tensor


@dataclass(eq=False)
class Forward:
    """A forward pass of one batch, and the loss computed from it. `training` is the mode during the pass."""

    network: Network
    module: nn.Module
    inputs: torch.Tensor
    output: torch.Tensor
    state: torch.Tensor | None  # the generator's, before it
    training: bool
    gradients: bool
    current: Pass | None = None
    loss: Record | None = None
    labels: torch.Tensor | None = None
    pictures: set[tuple[str, str, int]] | None = None
    asked: Asked | None = None  # its pictures, as long as no gradients are computed from it
    random: bool = False  # it drew random numbers in evaluation mode
    waited: int = 0  # steps of other networks since then
    cleared: bool = False  # the gradients computed from it were cleared before a step
    ended: float = field(default_factory=time.monotonic)
