"""Records a student's function at work: which model saw which batch, in which mode, and its output.

From such a recording the grader computes losses and accuracies itself and compares the student's numbers with them.
It hooks PyTorch, not the student's code, so it works whatever their functions are called and however they nest. Keras
layers are PyTorch modules, so it sees them too.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import torch
from torch import nn
from torch.nn.modules import module as torch_module

from autograder.worker.probing import frameworks, networks
from autograder.worker.probing.tracing import trace


@dataclass
class _SeenModel:
    model: nn.Module
    parameters: int
    steps: list[dict[str, Any]]
    training_steps: list[dict[str, Any]]
    in_use: list[networks.Use]
    first_weights: str


@dataclass
class Recording:
    """A context that records all forward passes of whole models; loaders made by `watch` report their batches to it.

    `to_dict()` returns `models` (in order of first use: `parameters`, `steps`, `first_weights` by a name) and `calls` (in order:
    `model`, `loader`, `epoch`, `batch`, `training`, `gradients`, `weights` by a name, `output`, `seconds` of a running clock
    at the call's end). Calls on something other than the current batch have `loader` None.

    With `keep_weights`, calls with gradients on the batches of these numbers also have `parameters`: all arrays, in
    PyTorch's layout and in the order in which a forward pass uses them. With `trace_training`, models also have
    `training_steps`: the steps in training mode, which include dropout.
    """

    keep_outputs: bool = True
    keep_weights: tuple[int, ...] = ()
    trace_training: bool = False
    _models: dict[int, _SeenModel] = field(default_factory=dict)
    _calls: list[dict[str, Any]] = field(default_factory=list)
    _current: tuple[str, int, int, torch.Tensor] | None = None
    _versions: dict[str, str] = field(default_factory=dict)
    _depth: int = 0
    _handles: list[Any] = field(default_factory=list)
    _tracing: bool = False

    def watch(self, name: str, batches: Any) -> Any:
        """The batches as a loader of the submission's framework that reports each batch to this recording."""
        return frameworks.current().loader(_WatchedBatches(name, batches, self))

    def __enter__(self) -> Self:
        self._handles = [
            torch_module.register_module_forward_pre_hook(self._before),
            torch_module.register_module_forward_hook(self._after, always_call=True),
        ]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()

    def given_out(self, name: str, epoch: int, index: int, x: torch.Tensor) -> None:
        self._current = (name, epoch, index, x)

    def to_dict(self) -> dict[str, Any]:
        models = [
            {"parameters": seen.parameters, "steps": seen.steps, "first_weights": seen.first_weights}
            | ({"training_steps": seen.training_steps} if self.trace_training else {})
            for seen in self._models.values()
        ]
        return {"models": models, "calls": self._calls}

    def _before(self, module: nn.Module, inputs: Any) -> None:
        self._depth += 1

    def _after(self, module: nn.Module, inputs: Any, output: Any) -> None:
        self._depth -= 1
        if self._depth or self._tracing or not _is_network(module) or not isinstance(output, torch.Tensor):
            return
        if not inputs or not isinstance(inputs[0], torch.Tensor) or output.is_meta:  # Keras tries shapes out
            return
        in_training = frameworks.of(module).in_training(module)
        seen = self._seen(module, inputs[0])
        name, epoch, index = None, -1, -1
        if self._current is not None and _same_batch(inputs[0], self._current[3]):
            name, epoch, index = self._current[:3]
        kept: dict[str, Any] = {}
        if name is not None and index in self.keep_weights and torch.is_grad_enabled():
            kept = {"parameters": [use.array() for use in seen.in_use]}
        self._calls.append(
            {
                "model": list(self._models.values()).index(seen),
                "loader": name,
                "epoch": epoch,
                "batch": index,
                "training": in_training,
                "gradients": torch.is_grad_enabled(),
                "weights": self._version(module),
                "output": output.detach().cpu().numpy().copy() if self.keep_outputs else None,
                "seconds": time.perf_counter(),
                **kept,
            }
        )

    def _seen(self, module: nn.Module, x: torch.Tensor) -> _SeenModel:
        if id(module) not in self._models:
            self._tracing = True
            state = torch.get_rng_state()
            try:
                example = x[:1].detach()
                steps = trace(module, example)
                training_steps = trace(module, example, training=True) if self.trace_training else []
                in_use = networks.uses(module, example) if self.keep_weights else []
            finally:
                torch.set_rng_state(state)
                self._tracing = False
            count = networks.count(module)
            self._models[id(module)] = _SeenModel(module, count, steps, training_steps, in_use, self._version(module))
        return self._models[id(module)]

    def _version(self, model: nn.Module) -> str:
        """A name for the model's current weights: 'w0' for the first that were seen, then 'w1', ...

        Names and not hashes, so that recordings of equal computations are equal up to rounding.
        """
        digest = hashlib.sha1(usedforsecurity=False)
        for parameter in networks.parameters(model):
            digest.update(parameter.detach().cpu().numpy().tobytes())
        return self._versions.setdefault(digest.hexdigest(), f"w{len(self._versions)}")


class _WatchedBatches:
    """Iterates like the batches it wraps."""

    def __init__(self, name: str, loader: Any, recording: Recording) -> None:
        self._name, self._loader, self._recording = name, loader, recording
        self._epoch = -1

    def __iter__(self) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        self._epoch += 1
        epoch = self._epoch
        for index, (x, y) in enumerate(self._loader):
            self._recording.given_out(self._name, epoch, index, x)
            yield x, y

    def __len__(self) -> int:
        return len(self._loader)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def _is_network(module: nn.Module) -> bool:
    """Losses are modules too; a network has parameters."""
    return next(module.parameters(), None) is not None


def _same_batch(x: torch.Tensor, batch: torch.Tensor) -> bool:
    if x.shape[:1] != batch.shape[:1] or x.numel() != batch.numel():
        return False
    return bool(torch.equal(x.detach().reshape(batch.shape).to(batch.device, batch.dtype), batch))
