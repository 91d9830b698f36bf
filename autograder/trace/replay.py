"""Repeats the first steps of a training run on the rebuilt network, with the grader's own step.

From the weights before the first step, the batches, the generator's states and the optimizer's settings follow the weights
after them. Where they equal those that the student's process has told, the step is proved: the loss, the backward pass, the
clearing of gradients, the optimizer and its settings are what they seem. Where they don't, other steps are tried.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import torch

from autograder.trace import keras_rules
from autograder.trace.by_hand_rules import BY_HAND_STEPS, at_another_rate, written_out
from autograder.trace.graphs import compute
from autograder.trace.losses import loss_of, of_another_batch, recognised, stepped_on, with_more_in_it
from autograder.trace.penalties import Penalty, likely, may_have_one, size_of, with_penalty
from autograder.trace.records import BY_HAND, Loss, Network, Part, Run, SourceTrace, Step

TOLERANCE: Final = 1e-5  # of each weight, or of 1 where it is smaller; the same arithmetic gives 0.0 on one machine
# Of the farthest that a weight has gone: a wrong step leads near the same place where it is short.
OF_THE_WAY: Final = 0.01
OPTIMIZERS: Final = {
    name: getattr(torch.optim, name)
    for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "Adadelta", "Adamax", "NAdam", "RAdam", "LBFGS")
}
WITH_A_CLOSURE: Final = ("LBFGS",)  # they ask for the loss several times a step
WHOLE_NUMBERS: Final = ("max_iter", "max_eval", "history_size")
FOLLOWED: Final = 8  # values of the loss in a step: another step leads elsewhere at the second or third of them
SINGLE: Final = 1e-6  # of such a value, for rounding
MOST_EVALUATIONS: Final = 5_000  # of the loss in a step
SETTINGS: Final = frozenset(  # without `maximize`, by which a step is one up the slope
    "lr momentum dampening weight_decay nesterov betas alpha eps centered amsgrad lr_decay rho initial_accumulator_value "
    "momentum_decay decoupled_weight_decay "
    "max_iter max_eval tolerance_grad tolerance_change history_size line_search_fn".split()
)


RATES_TRIED: Final = 6  # of each rule that a loop may have written out
MOST_BESIDE: Final = 4  # penalties that are tried beside a wrong step
RIGHT: Final = "right"
NEVER_CLEARED: Final = "gradients are never cleared"
UP_THE_SLOPE: Final = "the step is up the slope"
VARIANTS: Final = (RIGHT, NEVER_CLEARED, UP_THE_SLOPE)


@dataclass(frozen=True)
class Replayed:
    """How a repetition ended. `step` is the step that leads to the told weights: 'right', the name of a wrong one, or '' where
    none does; `why` then says what was found. `difference` is the largest one between weights, of the right step. `loss` and
    `labels` are those of the first step, as the grader has computed them. `followed`: so many values of the loss in the first
    step are the told ones, from where it has gone another way by rounding. `share`: how far the told weights are on the
    way to the grader's. `run`: of a loop that steps its weights itself, the run with the optimizer that it has written out."""

    step: str
    difference: float = float("inf")
    steps: int = 0
    why: str = ""
    loss: Loss | None = None
    labels: np.ndarray | None = None
    followed: int = 0
    share: float = 1.0
    run: Run | None = None

    @property
    def proved(self) -> bool:
        return self.step == RIGHT


def replay(source: SourceTrace, run: Run) -> Replayed:
    """Repeat the kept steps of a run. Raises nothing."""
    network = source.network(run.network)
    before, after = source.weights(run, "before"), source.weights(run, "after")
    if after is None and run.steps == len(run.kept):  # there was no step after them
        after = source.weights(run, "last")
    if network is None or network.graph is None:
        return Replayed("", why=network.why_no_graph if network is not None else "no module was seen")
    if before is None or after is None:
        return Replayed("", why="the weights were not told: it took fewer than three steps, or is too large")
    first = float("inf")
    why = ""
    penalties: Sequence[Penalty] = ()
    if may_have_one(run):
        numbers = {name: torch.from_numpy(np.array(value)) for name, value in before.items()}
        penalties = likely(run, {name: numbers[name] for name in learned_weights(run, network, numbers)})
    tries = [(RIGHT, penalty) for penalty in (None, *penalties)]
    tries += [(variant, penalty) for variant in VARIANTS[1:] for penalty in (None, *penalties[:MOST_BESIDE])]
    for variant, penalty in tries:
        try:
            if run.optimizer == BY_HAND_STEPS and len(run.kept) > 1:
                found = _written_out(source, run, network, before, after, variant, penalty)
            else:
                found = _repeated(source, run, network, before, after, variant, penalty)
        except Exception as error:  # whatever a stranger's records lead to
            if variant == RIGHT and penalty is None:
                why = why or f"{error}"[:300]
            continue
        if found.step:
            return found
        if variant == RIGHT:
            first = min(first, found.difference)
    if first < float("inf"):  # a penalty that is not there is no reason
        why = ""
    return Replayed("", first, why=why or "the weights after three steps are others than the recorded settings lead to")


def _written_out(
    source: SourceTrace,
    run: Run,
    network: Network,
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    variant: str,
    penalty: Penalty | None,
) -> Replayed:
    """The same of a loop that steps its weights itself, by each rule that it may have written out, at each rate's turn."""
    nearest: Replayed | None = None
    for rule in written_out(run):
        tried: Run | None = rule
        for _ in range(RATES_TRIED):
            if tried is None:
                break
            found = _repeated(source, tried, network, before, after, variant, penalty)
            if found.step:
                return replace(found, run=tried)
            nearest = found if nearest is None or found.difference < nearest.difference else nearest
            tried = at_another_rate(tried, found.share)
    if nearest is None:
        raise ValueError("no rule for its steps is known")
    return nearest


def _repeated(
    source: SourceTrace,
    run: Run,
    network: Network,
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    variant: str,
    penalty: Penalty | None,
) -> Replayed:
    """What taking the kept steps as this variant leads to: its `step` is the variant where that is the told weights, else ''."""
    trained = {
        name: torch.from_numpy(np.array(value))
        for name, value in before.items()
        if np.asarray(value).dtype.kind in "fiub"
    }
    learned = learned_weights(run, network, trained)
    for name in learned:
        trained[name].requires_grad_(True)
    optimizer: torch.optim.Optimizer
    if run.optimizer == BY_HAND_STEPS:
        optimizer = Descent([trained[name] for name in learned], [after[name] for name in learned])
    else:
        optimizer = optimizer_of(run, [trained[name] for name in learned])
    evaluated: list[float] = []
    computed: list[tuple[Loss, torch.Tensor] | None] = []
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    torch.set_num_threads(source.threads or threads)  # sums of a convolution depend on how they are shared out
    try:
        for step in run.kept:
            known = next((loss for loss, _ in filter(None, computed)), None)
            first = not computed
            computed.append(
                _step(source, run, step, network, trained, optimizer, variant, penalty, first, evaluated, known)
            )
    finally:
        torch.set_rng_state(state)
        torch.set_num_threads(threads)
    if not any(computed):
        raise ValueError("no step was seen as a whole")
    loss, labels = next(filter(None, computed), (None, None))
    told = [name for name in learned if name in after and after[name].size]
    difference, is_there = _held_against(
        [trained[name].detach().numpy() for name in told],
        [before[name] for name in told],
        [after[name] for name in told],
    )
    followed = 0 if is_there else _followed(run, evaluated)
    led_there = variant if is_there or followed else ""
    share = _share(trained, before, after, told)
    return Replayed(
        led_there, difference, len(run.kept), "", loss, None if labels is None else labels.numpy(), followed, share
    )


def _share(
    own: Mapping[str, torch.Tensor],
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    names: Sequence[str],
) -> float:
    """How far the weights `after` are on the way from those before to the grader's own."""
    ways = [(own[name].detach().numpy() - before[name], after[name] - before[name]) for name in names]
    square = sum(float((way * way).sum()) for way, _ in ways)
    return sum(float((way * told).sum()) for way, told in ways) / square if square else 0.0


def _followed(run: Run, evaluated: Sequence[float]) -> int:
    """How many values of the loss in the first step, `evaluated` by the grader, are the told ones: of a step of many evaluations,
    in which a difference in the last digit grows until it leads elsewhere. 0 where that is no proof."""
    told = [run.losses[0] if run.losses else None, *run.kept[0].evaluations][:FOLLOWED]
    known = [each for each in told if each is not None]
    if run.optimizer not in WITH_A_CLOSURE or len(known) < FOLLOWED or len(evaluated) < FOLLOWED:
        return 0
    apart = OF_THE_WAY * (max(known) - min(known))
    alike = (abs(own - each) <= apart + SINGLE * abs(each) for own, each in zip(evaluated, known, strict=False))
    return FOLLOWED if all(alike) else 0


def _held_against(
    own: Sequence[np.ndarray], before: Sequence[np.ndarray], after: Sequence[np.ndarray]
) -> tuple[float, bool]:
    """The largest difference between weights that steps of the grader's own have led to and those that were told, and whether
    they are the same: each for itself, as one large weight says nothing on others, and for how far the steps went.

    Raises ValueError where they led nowhere.
    """
    way = max(float(np.abs(end - start).max()) for start, end in zip(before, after, strict=True))
    if way == 0:
        raise ValueError("the first steps change no weight")
    apart = [np.abs(one - end) for one, end in zip(own, after, strict=True)]
    near = all(
        (each <= np.minimum(TOLERANCE * np.maximum(1.0, np.abs(end)), OF_THE_WAY * way)).all()
        for each, end in zip(apart, after, strict=True)
    )
    return max(float(each.max()) for each in apart), near and np.isfinite(way)


class Descent(torch.optim.Optimizer):
    """One step of gradient descent at the rate, above 0, that leads closest to the weights `after`: their code has no other place
    where it stands."""

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
            raise ValueError("the step by hand is none down the gradient")
        for each, gradient in zip(own, gradients, strict=True):
            each -= along / square * gradient


def learned_weights(run: Run, network: Network, weights: Mapping[str, torch.Tensor]) -> list[str]:
    """The names of those weights that the run's optimizer changes."""
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
    """Whether this is the name of what normalisation keeps and no optimizer changes."""
    return name.endswith(("running_mean", "running_var", "num_batches_tracked"))


def _step(
    source: SourceTrace,
    run: Run,
    step: Step,
    network: Network,
    weights: dict[str, torch.Tensor],
    optimizer: torch.optim.Optimizer,
    variant: str,
    penalty: Penalty | None,
    first: bool,
    evaluated: list[float],
    known: Loss | None,
) -> tuple[Loss, torch.Tensor] | None:
    """Take a step; the loss of its first forward pass, and the labels, as they were computed. None for a first step of which
    the gradients were told alone. Values of the loss in the first step are added to `evaluated`.
    `known` is the loss of the step before."""
    if variant != NEVER_CLEARED:
        optimizer.zero_grad()
    gradients = step.gradients if first else {}
    if not step.parts and not gradients:
        raise ValueError("no forward pass came before a step")
    for name, key in gradients.items():
        told = source.material.get(key or "")
        if name in weights and told is not None:
            weights[name].grad = torch.from_numpy(np.array(told)).reshape(weights[name].shape)
    losses: list[tuple[Loss, torch.Tensor]] = []  # by part, as the first evaluation tells them
    evaluations = 0

    def gradients_of_the_parts() -> float:
        total = 0.0
        for number, part in enumerate(step.parts):
            output = _output(source, part, network, weights)
            if number == len(losses):
                losses.append(_loss(source, part, output.detach(), weights, penalty, known))
            loss, labels = losses[number]
            value = stepped_on(loss, output, labels, weights)
            (value * (-1 if variant == UP_THE_SLOPE else 1)).backward()
            total += float(value.detach())
        clip_gradients(optimizer, step)
        if first:
            evaluated.append(total)
        return total

    def closure() -> float:
        nonlocal evaluations
        evaluations += 1
        if evaluations > MOST_EVALUATIONS:
            raise ValueError(f"a step of {run.optimizer} asks for the loss more than {MOST_EVALUATIONS:,} times")
        if variant != NEVER_CLEARED:
            optimizer.zero_grad()
        return gradients_of_the_parts()

    for group in optimizer.param_groups:
        if step.rate is not None:
            group["lr"] = abs(step.rate)  # one below 0 is no shorter step, but one up the slope
        if step.momentum is not None and "momentum" in group:
            group["momentum"] = step.momentum
        elif step.momentum is not None and "betas" in group:
            group["betas"] = (step.momentum, *group["betas"][1:])
    if run.optimizer in WITH_A_CLOSURE:
        optimizer.step(closure)
    else:
        gradients_of_the_parts()
        optimizer.step()
    return losses[0] if losses else None


def _loss(
    source: SourceTrace,
    part: Part,
    output: torch.Tensor,
    weights: Mapping[str, torch.Tensor],
    penalty: Penalty | None,
    known: Loss | None,
) -> tuple[Loss, torch.Tensor]:
    """The loss of a forward pass with this output, and its labels. One by hand is the one that is `known`."""
    told = source.material.get(part.labels or "")
    if part.loss is None:
        raise ValueError("the loss is none that the grader knows")
    if told is None and part.loss.name != BY_HAND:
        raise ValueError("a batch was too large to keep")
    loss, labels = part.loss, None if told is None else torch.from_numpy(np.array(told))
    if labels is not None and loss.name == BY_HAND and known is not None:
        return of_another_batch(known, output, labels)
    is_known = (
        known is not None and known.name == loss.name
    )  # weights that a wrong rate has led to give it another value
    if labels is None or loss.name == BY_HAND or not (is_known or _has_its_value(loss, output, labels)):
        if penalty is not None and loss.name == BY_HAND and loss.itself:
            loss, labels = with_more_in_it(loss, output, labels, size_of(penalty, weights))
        else:
            loss, labels = recognised(loss, output, labels)
    return loss if penalty is None else with_penalty(loss, penalty, weights), labels


def _output(source: SourceTrace, part: Part, network: Network, weights: Mapping[str, torch.Tensor]) -> torch.Tensor:
    """What the network gives for the inputs of a forward pass, with the generator as it was then."""
    inputs = source.laid_out(part.inputs)
    if inputs is None:
        raise ValueError("a batch was too large to keep")
    if part.state is not None and part.state in source.material:
        torch.set_rng_state(torch.from_numpy(np.array(source.material[part.state])))
    return compute(network.graph or (), weights, torch.from_numpy(np.array(inputs)), part.training_mode)


def _has_its_value(loss: Loss, output: torch.Tensor, labels: torch.Tensor) -> bool:
    """Whether a loss of the network's output is what was recorded; `nll_loss(output.log(), y)` is one of its logarithm, and
    `binary_cross_entropy(output.sigmoid(), y)` may have none of the output itself."""
    if loss.penalties or loss.value is None:
        return True
    try:
        value = float(loss_of(loss, output, labels))
    except RuntimeError:  # logits are no probabilities
        return False
    return abs(value - loss.value) <= 1e-3 * abs(loss.value) + 1e-6


def clip_gradients(optimizer: torch.optim.Optimizer, step: Step) -> None:
    """Clip all gradients as it was recorded of this step; nothing where it did not clip."""
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


def optimizer_of(run: Run, parameters: Sequence[torch.Tensor]) -> torch.optim.Optimizer:
    """The grader's own optimizer with the settings that were recorded. Raises ValueError for an unknown kind."""
    if run.settings.get("library") == "keras":
        return keras_rules.KerasOptimizer(run.optimizer, parameters, run.settings)
    if run.optimizer not in OPTIMIZERS:
        raise ValueError(f"the optimizer {run.optimizer[:40]} is none that the grader knows")
    settings: dict[str, Any] = {
        name: value for name, value in run.settings.items() if name in SETTINGS and value is not None
    }
    if run.optimizer == "AdamW":
        settings.pop("decoupled_weight_decay", None)
    if run.optimizer == "Adam":
        settings.pop("decoupled_weight_decay", None)
    settings |= {name: int(settings[name]) for name in WHOLE_NUMBERS if name in settings}
    if "betas" in settings:
        settings["betas"] = tuple(settings["betas"])
    found: torch.optim.Optimizer = OPTIMIZERS[run.optimizer](list(parameters), **settings)
    return found
