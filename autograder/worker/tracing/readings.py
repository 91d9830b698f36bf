"""Reads gradients after each backward pass of a deep network: of its weights and, if the student's code looks at them, of its
layers' outputs or inputs too."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeGuard
from weakref import WeakSet

import torch
from torch import nn

from autograder.worker.tracing.material import Material
from autograder.worker.tracing.modules import named_weights
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.seen import Emit, Forward

MAX_READINGS: Final = 3_000
MAX_ROWS: Final = 100
MOST_SAMPLES: Final = 64  # of a network's first batch that are recorded
DEEP: Final = 4  # weight matrices of a fully connected network: one more than the usual two hidden layers and an output
WEIGHTS: Final = "weights"
OUTPUTS: Final = "outputs"
INPUTS: Final = "inputs"

Row = list[Any]  # name, dimensions, mean |g|, norm, largest |g|, root mean square, mean g


class Readings:
    """What was noted since the last backward pass, and how much was recorded."""

    def __init__(self, emit: Emit, places: Places, material: Material) -> None:
        self._emit, self._places, self._material = emit, places, material
        self._recorded = 0
        self._layers: WeakSet[nn.Module] = WeakSet()
        self._values = 0
        # Gradients with respect to OUTPUTS or INPUTS of a layer, by its id, or of a value, by a negative number.
        self._noted: dict[tuple[str, int], Row] = {}
        self._weights: dict[int, list[float]] = {}  # sums of each network's weights, at its last reading
        self._sampled: set[int] = set()  # networks whose samples were recorded
        self._moved: set[int] = set()  # networks whose weights have changed between readings

    def is_new(self, layer: nn.Module) -> bool:
        """Whether this is the first call for the layer: its gradients need `layer` as a hook only once."""
        known = layer in self._layers
        self._layers.add(layer)
        return not known

    def layer(self, layer: nn.Module, inputs: Sequence[Any], outputs: Sequence[Any]) -> None:
        """Note the gradients with respect to a layer's inputs and outputs; a backward hook."""
        for kind, found in ((INPUTS, inputs), (OUTPUTS, outputs)):
            if found and _is_there(found[0]):
                self._noted[kind, id(layer)] = _row(type(layer).__name__, found[0])

    def new_value(self) -> int:
        """A new number for a value between the layers, for `value`."""
        self._values += 1
        return -self._values

    def value(self, number: int, gradient: torch.Tensor) -> None:
        """Note the gradient with respect to a value between the layers."""
        if _is_there(gradient):
            self._noted[OUTPUTS, number] = _row("value", gradient)

    def read(self, forward: Forward, returned: Mapping[int, torch.Tensor]) -> None:
        """Record the gradients of this forward pass's network if it is deep; what was noted is cleared.

        `returned` are those from `torch.autograd.grad`, by the weight's id, as they are not stored in `grad`."""
        noted, self._noted = self._noted, {}
        # A layer that is called several times counts as often.
        every = forward.module.named_parameters(remove_duplicate=False)
        matrices = [each for _, each in every if each.dim() > 1]
        is_deep = len(matrices) >= DEEP and all(each.dim() == 2 for each in matrices)
        if not is_deep or self._recorded >= MAX_READINGS:
            return
        self._recorded += 1
        self._look_at_weights(forward)
        found = [(name, returned.get(id(each), each.grad)) for name, each in named_weights(forward.module)]
        self._emit_rows(forward, WEIGHTS, [_row(name, gradient) for name, gradient in found if _is_there(gradient)])
        places = {id(layer): place for place, layer in enumerate(forward.module.modules())}
        for kind in (OUTPUTS, INPUTS):
            rows = {number: row for (what, number), row in noted.items() if what == kind}
            if rows:  # later values have lower numbers
                order = sorted(rows, key=lambda number: places.get(number, -number))
                self._emit_rows(forward, kind, [rows[number] for number in order])

    def _look_at_weights(self, forward: Forward) -> None:
        """Note whether a network's weights have changed since the last reading, whatever has changed them."""
        now = [float(each.detach().sum()) for each in forward.module.parameters()]
        if now != self._weights.setdefault(forward.network.id, now):
            self._moved.add(forward.network.id)

    def _inputs(self, forward: Forward) -> str:
        """The name of the first samples that a network's gradients were read from; they are recorded once."""
        name = f"gradients{forward.network.id}/inputs"
        if forward.network.id not in self._sampled:
            self._sampled.add(forward.network.id)
            self._material.keep(name, forward.inputs[:MOST_SAMPLES])
        return name

    def _emit_rows(self, forward: Forward, of: str, rows: list[Row]) -> None:
        self._emit(
            {
                "what": "gradients",
                "of": of,
                "network": forward.network.id,
                "steps": forward.network.steps,
                "run": forward.network.run,
                "moved": forward.network.id in self._moved,
                "inputs": self._inputs(forward),
                "training_mode": forward.training,
                "place": self._places.here(),
                "rows": rows[:MAX_ROWS],
            }
        )


def _is_there(gradient: Any) -> TypeGuard[torch.Tensor]:
    return isinstance(gradient, torch.Tensor) and gradient.numel() > 0


def _row(name: str, gradient: torch.Tensor) -> Row:
    gradient = gradient.detach()
    norm, mean, largest = float(gradient.norm()), float(gradient.abs().mean()), float(gradient.abs().max())
    deviation = norm / math.sqrt(gradient.numel())
    return [name, gradient.dim(), mean, norm, largest, deviation, float(gradient.mean())]
