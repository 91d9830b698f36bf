"""Keras's update rules and losses, as the grader computes them: with the same arithmetic as Keras on PyTorch, number for number.

They differ from PyTorch's of the same names in where epsilon is added, in the weight decay, which is decoupled from the gradient
for every optimizer, in how gradients are clipped, and in the losses, which take probabilities and clip them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import torch
from torch.nn import functional

EPSILON: Final = 1e-7  # of Keras's backend: probabilities are kept this far from 0 and 1
Tensors = list[torch.Tensor]


class KerasOptimizer(torch.optim.Optimizer):
    """Steps of one of Keras's optimizers. `defaults` are the recorded settings: `lr`, `momentum`, `betas`, `eps`, ...

    Raises ValueError for an unknown kind.
    """

    def __init__(self, kind: str, parameters: Iterable[torch.Tensor], settings: Mapping[str, Any]) -> None:
        if kind not in RULES:
            raise ValueError(f"Keras's optimizer {kind[:40]} is not one that the grader knows")
        super().__init__(list(parameters), dict(settings))
        self._rule = RULES[kind]
        self._done = 0

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """One step along the current gradients. `closure` is not called."""
        group = self.param_groups[0]
        weights = [each for each in group["params"] if each.grad is not None]
        gradients = _clipped([each.grad for each in weights if each.grad is not None], group)
        rate = torch.tensor(group["lr"], dtype=torch.float32)
        if group.get("weight_decay"):
            torch._foreach_mul_(weights, 1 - group["weight_decay"] * rate)
        self._done += 1
        states: list[dict[str, torch.Tensor]] = [self.state[each] for each in weights]
        self._rule(weights, gradients, states, group, rate, self._done)


def _clipped(gradients: Tensors, group: Mapping[str, Any]) -> Tensors:
    if bound := group.get("clipnorm"):
        norms = [each.square().sum().sqrt() for each in gradients]
        return [each * bound / torch.clamp(norm, min=bound) for each, norm in zip(gradients, norms, strict=True)]
    if bound := group.get("global_clipnorm"):
        norm = torch.stack([each.square().sum() for each in gradients]).sum().sqrt()
        return [each * (bound * torch.minimum(1.0 / norm, torch.tensor(1.0 / bound))) for each in gradients]
    if bound := group.get("clipvalue"):
        return [each.clamp(-bound, bound) for each in gradients]
    return gradients


def _kept(states: list[dict[str, torch.Tensor]], name: str, weights: Tensors, start: float = 0.0) -> Tensors:
    """An optimizer's state of this name for each weight, created at the first step."""
    for state, weight in zip(states, weights, strict=True):
        if name not in state:
            state[name] = torch.full_like(weight, start)
    return [state[name] for state in states]


def _averaged(averages: Tensors, values: Tensors | tuple[torch.Tensor, ...], share: float) -> None:
    torch._foreach_mul_(averages, share)
    torch._foreach_add_(averages, values, alpha=1 - share)


def _sgd(weights: Tensors, gradients: Tensors, states: Any, group: Any, rate: torch.Tensor, done: int) -> None:
    momentum, speed = group.get("momentum") or 0.0, float(rate)
    if momentum == 0:
        torch._foreach_add_(weights, gradients, alpha=-speed)
        return
    moments = _kept(states, "momentum", weights)
    torch._foreach_mul_(moments, momentum)
    torch._foreach_add_(moments, gradients, alpha=-speed)
    if group.get("nesterov"):
        torch._foreach_add_(weights, gradients, alpha=-speed)
        torch._foreach_add_(weights, moments, alpha=momentum)
    else:
        torch._foreach_add_(weights, moments)


def _adam(weights: Tensors, gradients: Tensors, states: Any, group: Any, rate: torch.Tensor, done: int) -> None:
    first, second = group["betas"]
    powers = [torch.tensor(beta, dtype=torch.float32) ** torch.tensor(float(done)) for beta in (first, second)]
    alpha = rate * torch.sqrt(1 - powers[1]) / (1 - powers[0])
    moments, squares = _kept(states, "momentum", weights), _kept(states, "velocity", weights)
    _averaged(moments, gradients, first)
    _averaged(squares, torch._foreach_mul(gradients, gradients), second)
    if group.get("amsgrad"):
        largest = _kept(states, "largest", weights)
        torch._foreach_maximum_(largest, squares)
        squares = largest
    roots = torch._foreach_add(torch._foreach_sqrt(squares), group["eps"])
    torch._foreach_add_(weights, torch._foreach_div(torch._foreach_mul(moments, alpha), roots), alpha=-1)


def _rmsprop(weights: Tensors, gradients: Tensors, states: Any, group: Any, rate: torch.Tensor, done: int) -> None:
    share = group["rho"]
    squares = _kept(states, "velocity", weights)
    _averaged(squares, torch._foreach_mul(gradients, gradients), share)
    roots = list(torch._foreach_add(squares, group["eps"]))
    if group.get("centered"):
        averages = _kept(states, "average", weights)
        _averaged(averages, gradients, share)
        torch._foreach_add_(roots, torch._foreach_mul(averages, averages), alpha=-1)
    torch._foreach_sqrt_(roots)
    steps = torch._foreach_div(torch._foreach_mul(gradients, rate), roots)
    if momentum := group.get("momentum") or 0.0:
        moments = _kept(states, "momentum", weights)
        torch._foreach_mul_(moments, momentum)
        torch._foreach_add_(moments, steps)
        steps = tuple(moments)
    torch._foreach_add_(weights, steps, alpha=-1)


def _adagrad(weights: Tensors, gradients: Tensors, states: Any, group: Any, rate: torch.Tensor, done: int) -> None:
    sums = _kept(states, "accumulator", weights, group["initial_accumulator_value"])
    torch._foreach_add_(sums, torch._foreach_mul(gradients, gradients))
    roots = torch._foreach_sqrt(torch._foreach_add(sums, group["eps"]))
    torch._foreach_add_(weights, torch._foreach_div(torch._foreach_mul(gradients, rate), roots), alpha=-1)


def _adamax(weights: Tensors, gradients: Tensors, states: Any, group: Any, rate: torch.Tensor, done: int) -> None:
    first, second = group["betas"]
    power = torch.tensor(first, dtype=torch.float32) ** torch.tensor(float(done))
    moments, largest = _kept(states, "momentum", weights), _kept(states, "norm", weights)
    _averaged(moments, gradients, first)
    torch._foreach_mul_(largest, second)
    torch._foreach_maximum_(largest, torch._foreach_abs(gradients))
    below = torch._foreach_mul(torch._foreach_add(largest, group["eps"]), 1 - power)
    torch._foreach_add_(weights, torch._foreach_div(torch._foreach_mul(moments, rate), below), alpha=-1)


RULES: Final[Mapping[str, Callable[..., None]]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adam,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
    "Adamax": _adamax,
}


def _sparse_categorical(output: torch.Tensor, labels: torch.Tensor, logits: bool) -> torch.Tensor:
    classes = labels.long().reshape(len(output))
    if logits:
        return functional.cross_entropy(output, classes, reduction="none")
    return functional.nll_loss(_log_of_shares(output), classes, reduction="none")


def _categorical(output: torch.Tensor, labels: torch.Tensor, logits: bool) -> torch.Tensor:
    logarithms = functional.log_softmax(output, -1) if logits else _log_of_shares(output)
    return -torch.sum(labels.to(output.dtype) * logarithms, -1)


def _log_of_shares(output: torch.Tensor) -> torch.Tensor:
    return torch.log(torch.clip(output / output.sum(1, keepdim=True), EPSILON, 1.0 - EPSILON))


def _binary(output: torch.Tensor, labels: torch.Tensor, logits: bool) -> torch.Tensor:
    truth = labels.to(output.dtype).reshape(output.shape)
    if logits:
        return functional.binary_cross_entropy_with_logits(output, truth, reduction="none").mean(-1)
    clipped = torch.clip(output, EPSILON, 1.0 - EPSILON)
    return functional.binary_cross_entropy(clipped, truth, reduction="none").mean(-1)


def _squared(output: torch.Tensor, labels: torch.Tensor, logits: bool) -> torch.Tensor:
    return (output - labels.to(output.dtype).reshape(output.shape)).square().mean(-1)


def _absolute(output: torch.Tensor, labels: torch.Tensor, logits: bool) -> torch.Tensor:
    return (output - labels.to(output.dtype).reshape(output.shape)).abs().mean(-1)


LOSSES: Final[Mapping[str, Callable[[torch.Tensor, torch.Tensor, bool], torch.Tensor]]] = {
    "sparse_categorical_crossentropy": _sparse_categorical,
    "categorical_crossentropy": _categorical,
    "binary_crossentropy": _binary,
    "mean_squared_error": _squared,
    "mean_absolute_error": _absolute,
}


def loss_by(name: str, options: Mapping[str, Any], output: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Keras's loss `name` of a batch, without penalties on weights. Raises ValueError for options that are not supported."""
    if options.get("label_smoothing") or options.get("weighted") or options.get("ignore_class") is not None:
        raise ValueError(f"the loss `{name}` has options that the grader does not compute")
    each = LOSSES[name](output, labels, bool(options.get("from_logits")))
    return each.sum() if options.get("reduction") == "sum" else each.sum() / each.numel()


def penalty_on(weights: Mapping[str, torch.Tensor], factors: Mapping[str, Any]) -> torch.Tensor:
    """The sum of l1·|w| + l2·w² over the weights that have `factors` (l1, l2). Raises KeyError for one that was not recorded."""
    total = torch.zeros(())
    for name, (one, two) in factors.items():
        if one:
            total = total + one * weights[name].abs().sum()
        if two:
            total = total + two * weights[name].square().sum()
    return total
