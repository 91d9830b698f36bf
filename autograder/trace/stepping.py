"""Training steps that the grader repeats as they were recorded: forward pass, loss, gradients, optimizer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from autograder.quoting import name_or_quoted
from autograder.trace import keras_rules
from autograder.trace.graphs import compute
from autograder.trace.losses import loss_of, of_another_batch, recognised, stepped_on, with_more_in_it
from autograder.trace.penalties import Penalty, size_of, with_penalty
from autograder.trace.records import BY_HAND, Loss, Network, Part, Run, SourceTrace, Step

OPTIMIZERS: Final = {
    name: getattr(torch.optim, name)
    for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam", "LBFGS")
}
WITH_A_CLOSURE: Final = ("LBFGS",)  # evaluate the loss several times per step
WHOLE_NUMBERS: Final = ("max_iter", "max_eval", "history_size")
MOST_EVALUATIONS: Final = 5_000  # of the loss in a step
SETTINGS: Final = frozenset(  # without `maximize`, which makes a step go up the slope
    "lr momentum dampening weight_decay nesterov betas alpha eps centered amsgrad lr_decay rho initial_accumulator_value "
    "momentum_decay decoupled_weight_decay "
    "max_iter max_eval tolerance_grad tolerance_change history_size line_search_fn".split()
)
RIGHT: Final = "right"
NEVER_CLEARED: Final = "gradients are never cleared"
UP_THE_SLOPE: Final = "the step is up the slope"
VARIANTS: Final = (RIGHT, NEVER_CLEARED, UP_THE_SLOPE)
Computed = tuple[Loss, torch.Tensor]  # a loss and its labels, as the grader computes them


class Descent(torch.optim.Optimizer):
    """One step of gradient descent at the positive rate that leads closest to the weights `after`: a loop that updates its
    weights by hand records no rate."""

    def __init__(self, parameters: Sequence[torch.Tensor], after: Sequence[np.ndarray]) -> None:
        super().__init__(list(parameters), {})
        self._after = [torch.from_numpy(np.array(each)) for each in after]

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        own = self.param_groups[0]["params"]
        ways = [after - each for each, after in zip(own, self._after, strict=True)]
        gradients = [torch.zeros_like(each) if each.grad is None else each.grad for each in own]
        along = sum(float((way * -gradient).sum()) for way, gradient in zip(ways, gradients, strict=True))
        square = sum(float((gradient**2).sum()) for gradient in gradients)
        if along <= 0 or square == 0:
            raise ValueError("the step by hand does not go down the gradient")
        for each, gradient in zip(own, gradients, strict=True):
            each -= along / square * gradient


@dataclass(frozen=True, eq=False)
class Repetition:
    """A run whose steps are repeated as one of the VARIANTS. Each step changes `weights` and `optimizer` in place."""

    source: SourceTrace
    run: Run
    network: Network
    weights: Mapping[str, torch.Tensor]
    optimizer: torch.optim.Optimizer
    variant: str
    penalty: Penalty | None


@dataclass(frozen=True, eq=False)
class Progress:
    """What the repeated steps have given so far: how many there were, the first loss that was computed, with its labels, and all
    values of the loss in the first step."""

    steps: int = 0
    computed: Computed | None = None
    evaluated: tuple[float, ...] = ()


def learned_weights(run: Run, network: Network, weights: Mapping[str, torch.Tensor]) -> list[str]:
    """The names of the weights that the run's optimizer changes."""
    return [
        name
        for name, value in weights.items()
        if name in network.shapes
        and value.is_floating_point()
        and name not in run.left_out
        and name not in network.frozen
        and name not in network.buffers
        and not is_buffer(name)
    ]


def is_buffer(name: str) -> bool:
    """Whether this is the name of a buffer of normalisation, which no optimizer changes."""
    return name.endswith(("running_mean", "running_var", "num_batches_tracked"))


def take_step(repetition: Repetition, step: Step, before: Progress) -> Progress:
    """Take one more step, `before` being the progress so far.

    The first step starts from the recorded gradients, if any, and may consist of these alone. Raises ValueError if a step can't
    be repeated.
    """
    source, weights, optimizer = repetition.source, repetition.weights, repetition.optimizer
    clears = repetition.variant != NEVER_CLEARED
    if clears:
        optimizer.zero_grad()
    gradients = {} if before.steps else step.gradients
    if not step.parts and not gradients:
        raise ValueError("no forward pass came before a step")
    _set_gradients(weights, gradients, source)
    losses: list[Computed] = []  # by part, as the first evaluation finds them
    evaluated: list[float] = []

    def gradients_of_the_parts() -> float:
        total = 0.0
        for number, part in enumerate(step.parts):
            output = _output(source, part, repetition.network, weights)
            if number == len(losses):
                losses.append(_loss(source, part, output.detach(), weights, repetition.penalty, before.computed))
            loss, labels = losses[number]
            value = stepped_on(loss, output, labels, weights)
            (value * (-1 if repetition.variant == UP_THE_SLOPE else 1)).backward()
            total += float(value.detach())
        clip_gradients(optimizer, step)
        evaluated.append(total)
        return total

    def closure() -> float:
        if len(evaluated) == MOST_EVALUATIONS:
            kind = name_or_quoted(repetition.run.optimizer)
            raise ValueError(f"a step of {kind} asks for the loss more than {MOST_EVALUATIONS:,} times")
        if clears:
            optimizer.zero_grad()
        return gradients_of_the_parts()

    _schedule(optimizer, step)
    if repetition.run.optimizer in WITH_A_CLOSURE:
        optimizer.step(closure)
    else:
        gradients_of_the_parts()
        optimizer.step()
    return Progress(
        steps=before.steps + 1,
        computed=before.computed or next(iter(losses), None),
        evaluated=before.evaluated if before.steps else tuple(evaluated),
    )


def _set_gradients(
    weights: Mapping[str, torch.Tensor], gradients: Mapping[str, str | None], source: SourceTrace
) -> None:
    """Give the weights their recorded gradients, where there are any; `gradients` has their keys in the material."""
    for name, key in gradients.items():
        recorded = source.material.get(key or "")
        if name in weights and recorded is not None:
            weights[name].grad = torch.from_numpy(np.array(recorded)).reshape(weights[name].shape)


def _schedule(optimizer: torch.optim.Optimizer, step: Step) -> None:
    """Set the learning rate and momentum that a schedule had reached at this step."""
    for group in optimizer.param_groups:
        if step.rate is not None:  # a negative rate is a step up the slope, not a shorter one
            group["lr"] = abs(step.rate) * group.get("ratio", 1.0)
        if step.momentum is not None and "momentum" in group:
            group["momentum"] = step.momentum
        elif step.momentum is not None and "betas" in group:
            group["betas"] = (step.momentum, *group["betas"][1:])


def _loss(
    source: SourceTrace,
    part: Part,
    output: torch.Tensor,
    weights: Mapping[str, torch.Tensor],
    penalty: Penalty | None,
    known: Computed | None,
) -> Computed:
    """The loss of a forward pass with this output, and its labels. A loss computed by hand is the `known` one; if its labels were
    not recorded and the batch is as large, with the same labels."""
    recorded = source.material.get(part.labels or "")
    if part.loss is None:
        raise ValueError("the loss is not one that the grader knows")
    if recorded is None and part.loss.name != BY_HAND:
        raise ValueError("a batch was too large to keep")
    loss, labels = part.loss, None if recorded is None else torch.from_numpy(np.array(recorded))
    if loss.name == BY_HAND and known is not None:
        if labels is not None:
            return of_another_batch(known[0], output, labels)
        if penalty is None and len(known[1]) == len(output):
            return known
    # Not compared by value: at the weights that a wrong rate led to, the same loss has another one.
    is_known = known is not None and known[0].name == loss.name
    if labels is None or loss.name == BY_HAND or not (is_known or _has_its_value(loss, output, labels)):
        if penalty is not None and loss.name == BY_HAND and loss.itself:
            loss, labels = with_more_in_it(loss, output, labels, size_of(penalty, weights))
        else:
            loss, labels = recognised(loss, output, labels)
    return loss if penalty is None else with_penalty(loss, penalty, weights), labels


def _output(source: SourceTrace, part: Part, network: Network, weights: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """The network's output for the inputs of a forward pass, with the generator in its recorded state."""
    inputs = source.laid_out(part.inputs)
    if inputs is None:
        raise ValueError("a batch was too large to keep")
    if part.state is not None and part.state in source.material:
        torch.set_rng_state(torch.from_numpy(np.array(source.material[part.state])))
    return compute(network.graph or (), weights, torch.from_numpy(np.array(inputs)), part.training_mode)


def _has_its_value(loss: Loss, output: torch.Tensor, labels: torch.Tensor) -> bool:
    """Whether the loss of the network's output has the recorded value. `nll_loss(output.log(), y)` is a loss of the output's
    logarithm, and `binary_cross_entropy(output.sigmoid(), y)` may be undefined for the output itself."""
    if loss.penalties or loss.value is None:
        return True
    try:
        value = float(loss_of(loss, output, labels))
    except RuntimeError:  # logits are not probabilities
        return False
    return abs(value - loss.value) <= 1e-3 * abs(loss.value) + 1e-6


def clip_gradients(optimizer: torch.optim.Optimizer, step: Step) -> None:
    """Clip all gradients as recorded for this step, if it clipped them."""
    if step.clip is None:
        return
    every, bound = (
        [each for group in optimizer.param_groups for each in group["params"]],
        float(step.clip.get("bound", 0)),
    )
    if step.clip.get("kind") == "clip_grad_value_":
        torch.nn.utils.clip_grad_value_(every, bound)
    else:
        torch.nn.utils.clip_grad_norm_(every, bound, float(step.clip.get("norm", 2)))


def optimizer_of(run: Run, parameters: Mapping[str, torch.Tensor]) -> torch.optim.Optimizer:
    """The grader's own optimizer of these weights, by name, with the recorded settings. Each parameter group has a `ratio`: of
    its learning rate to that of the first group. Raises ValueError for an unknown optimizer."""
    if run.settings.get("library") == "keras":
        return keras_rules.KerasOptimizer(run.optimizer, list(parameters.values()), run.settings)
    if run.optimizer not in OPTIMIZERS:
        raise ValueError(f"the optimizer {name_or_quoted(run.optimizer)} is not one that the grader knows")
    first = _settings(run.optimizer, run.settings)
    groups: list[dict[str, Any]] = [{"params": [], "ratio": 1.0}]
    known: list[Mapping[str, Any]] = [{}]
    for name, each in parameters.items():
        own = run.other_settings.get(name, {})
        if own not in known:
            known.append(own)
            apart = _settings(run.optimizer, own)
            rate = apart.get("lr", first.get("lr"))
            groups.append({"params": [], **apart, "ratio": rate / first["lr"] if rate and first.get("lr") else 1.0})
        groups[known.index(own)]["params"].append(each)
    found: torch.optim.Optimizer = OPTIMIZERS[run.optimizer]([each for each in groups if each["params"]], **first)
    return found


def _settings(kind: str, recorded: Mapping[str, Any]) -> dict[str, Any]:
    """The recorded settings that an optimizer of this kind takes."""
    settings = {name: value for name, value in recorded.items() if name in SETTINGS and value is not None}
    if kind in ("Adam", "AdamW"):
        settings.pop("decoupled_weight_decay", None)
    settings |= {name: int(settings[name]) for name in WHOLE_NUMBERS if name in settings}
    if "betas" in settings:
        settings["betas"] = tuple(settings["betas"])
    return settings
