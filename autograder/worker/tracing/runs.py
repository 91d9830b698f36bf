"""The record of a training run: its optimizer with its settings, and its first steps in full."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import nn

from autograder.worker.tracing.material import Material
from autograder.worker.tracing.places import Places
from autograder.worker.tracing.seen import Forward, Record, Run

LIBRARIES: Final = ("torch", "keras", "autograder")
STEPPING: Final = frozenset({"step", "update_step", "apply", "apply_gradients"})
KEPT_STEPS: Final = 3  # of each training run, with inputs, labels and the generator's state
KEPT_FORWARDS: Final = 8  # of each of these steps
MAX_LEFT_OUT: Final = 400  # enough for published networks, whose last layer comes last


def record_of(optimizer: torch.optim.Optimizer, number: int, forward: Forward | None, places: Places) -> Record:
    """The record of an optimizer's run that starts with the step after this forward pass."""
    group = optimizer.param_groups[0]
    owned = owned_by(optimizer)
    weights = forward.module.named_parameters() if forward is not None else ()
    return {
        "what": "run",
        "id": number,
        "network": forward.network.id if forward is not None else None,
        "optimizer": rule_of(optimizer),
        "settings": {key: setting(value) for key, value in group.items() if key != "params"},
        "groups": len(optimizer.param_groups),
        "other_settings": _other_settings(optimizer, forward.module) if forward is not None else {},
        "holds_other_weights": False,
        "learned": sum(
            each.numel() for group in optimizer.param_groups for each in group["params"] if each.requires_grad
        ),
        "left_out": [name for name, each in weights if id(each) not in owned][:MAX_LEFT_OUT],
        "place": places.here(),
        "rates": [[0, rate_of(optimizer)]],
        "kept": [],
        "steps": 0,
        "steps_in_training_mode": 0,
        "began": time.monotonic(),
        "ended": time.monotonic(),
        "busy": 0.0,
        "weights_before": None,
        "weights_after": None,
        "first": "",
        "last": "",
        "continues": None,
    }


def rule_of(optimizer: torch.optim.Optimizer) -> str:
    """The name of the optimizer's update rule: that of its class, or of the library's class that it derives from if a student's
    class doesn't change the step."""
    kinds = type(optimizer).__mro__
    own = next((each for each in kinds if _is_of_a_library(each.__module__)), kinds[0])
    below = kinds[: kinds.index(own)]
    # PyTorch wraps the step of each class that is used, so look at the module where the step was written.
    written = [getattr(vars(each)[name], "__module__", "") for each in below for name in STEPPING & vars(each).keys()]
    return own.__name__ if all(_is_of_a_library(each) for each in written) else kinds[0].__name__


def _is_of_a_library(module: str) -> bool:
    return str(module).partition(".")[0] in LIBRARIES


def _other_settings(optimizer: torch.optim.Optimizer, module: nn.Module) -> dict[str, Record]:
    """For the weights in later groups, by name: the settings that differ from the first group's."""
    names = {id(each): name for name, each in module.named_parameters()}
    first, *others = optimizer.param_groups
    found: dict[str, Record] = {}
    for group in others:
        own = {key: setting(value) for key, value in group.items() if key != "params"}
        apart = {key: value for key, value in own.items() if value != setting(first.get(key))}
        if apart:
            found |= {names[id(each)]: apart for each in group["params"] if id(each) in names}
    return dict(list(found.items())[:MAX_LEFT_OUT])


def step_of(run: Run, forwards: Sequence[Forward], clip: Record | None, material: Material) -> Record:
    """A step in full: the forward passes that led to it, so that they can be repeated."""
    kept = []
    forwards = [each for each in forwards if each.loss is not None] or forwards  # others had no effect
    for number, each in enumerate(forwards[-KEPT_FORWARDS:]):
        name = f"run{run.id}/step{run.steps}/{number}"
        loss = {key: value for key, value in (each.loss or {}).items() if key != "tensor"}
        kept.append(
            {
                "inputs": material.keep(f"{name}/inputs", each.inputs),
                "labels": material.keep(f"{name}/labels", each.labels),
                "state": material.keep(f"{name}/state", each.state),
                "training_mode": each.training,
                "loss": loss or None,
            }
        )
    return {"parts": kept, "rate": rate_of(run.optimizer), "momentum": momentum_of(run.optimizer), "clip": clip}


def owned_by(optimizer: torch.optim.Optimizer) -> set[int]:
    """The ids of an optimizer's weights."""
    return {id(each) for group in optimizer.param_groups for each in group["params"]}


def numbers_in(module: nn.Module, owned: set[int]) -> int:
    """How many of a module's numbers belong to an optimizer."""
    return sum(each.numel() for each in module.parameters() if id(each) in owned)


def rate_of(optimizer: torch.optim.Optimizer) -> float | None:
    """The current learning rate of an optimizer's first group."""
    return _number(optimizer.param_groups[0].get("lr"))


def momentum_of(optimizer: torch.optim.Optimizer) -> float | None:
    """The current momentum of an optimizer's first group, or its first beta: some schedules change it too."""
    group = optimizer.param_groups[0]
    return _number(group["momentum"] if "momentum" in group else next(iter(group.get("betas", ())), None))


def setting(value: Any) -> Any:
    """A setting as a plain value, a list of such, or None."""
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, list | tuple):
        return [setting(each) for each in value]
    return _number(value)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None
