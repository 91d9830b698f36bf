"""Repeats the first steps of a training run on the rebuilt network, with the grader's own step.

The weights before the first step, the batches, the generator's states and the optimizer's settings determine the weights after
the steps. If these equal the ones that the student's process recorded, the step is proved: the loss, the backward pass, the
clearing of gradients, the optimizer and its settings are what they seem. Otherwise wrong steps are tried.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import torch

from autograder.quoting import quoted, said_by
from autograder.trace.by_hand_rules import BY_HAND_STEPS, at_another_rate, written_out
from autograder.trace.penalties import Penalty, likely, may_have_one
from autograder.trace.records import Loss, Network, Run, SourceTrace
from autograder.trace.stepping import (
    RIGHT,
    VARIANTS,
    WITH_A_CLOSURE,
    Descent,
    Progress,
    Repetition,
    learned_weights,
    optimizer_of,
    take_step,
)

TOLERANCE: Final = 1e-5  # of each weight, or of 1 if it is smaller; the same arithmetic gives 0.0 on one machine
# Relative to the largest change of any weight: a wrong step that is short leads near the same place.
OF_THE_WAY: Final = 0.01
FOLLOWED: Final = 8  # values of the loss within a step: a different step diverges at the second or third of them
SINGLE: Final = 1e-6  # relative tolerance of such a value, for rounding
RATES_TRIED: Final = 6  # per rule that a loop may have written out
MOST_BESIDE: Final = 4  # penalties that are tried together with a wrong step


@dataclass(frozen=True)
class Replayed:
    """How a repetition ended. `step` is the step that leads to the recorded weights: 'right', the name of a wrong one, or '' if
    none does; `why` then says what was found. `difference` is the right step's largest difference between weights. `loss` and
    `labels` are those of the first step, as computed by the grader. `followed` is how many values of the loss in the first step
    equal the recorded ones before rounding makes them diverge. `share` is how far the recorded weights are on the way to the
    grader's. `run` is, for a loop that updates its weights by hand, the run with the optimizer that it has written out."""

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


@dataclass(frozen=True, eq=False)
class Kept:
    """What was recorded of a run whose first steps are repeated: its network, and its weights before and after, by name."""

    source: SourceTrace
    run: Run
    network: Network
    before: Mapping[str, np.ndarray]
    after: Mapping[str, np.ndarray]


def replay(source: SourceTrace, run: Run) -> Replayed:
    """Repeat a run's recorded steps. Raises nothing."""
    network = source.network(run.network)
    before, after = source.weights(run, "before"), source.weights(run, "after")
    if after is None and run.steps == len(run.kept):  # there was no step after them
        after = source.weights(run, "last")
    if network is None or network.graph is None or network.only_evaluated:
        return Replayed("", why=_no_graph(network))
    if before is None or after is None:
        return Replayed("", why="the weights were not recorded: it took fewer than three steps, or is too large")
    if run.losses and run.losses[0] is not None and not math.isfinite(run.losses[0]):
        return Replayed("", why="the loss is NaN or infinite from the first step on")
    kept = Kept(source, run, network, before, after)
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
                found = _written_out(kept, variant, penalty)
            else:
                found = _repeated(kept, variant, penalty)
        except Exception as error:  # a stranger's records may lead to anything
            if variant == RIGHT and penalty is None:
                why = why or said_by(error)
            continue
        if found.step:
            return found
        if variant == RIGHT:
            first = min(first, found.difference)
    if first < float("inf"):  # that a penalty does not apply is not why
        why = ""
    return Replayed(
        "", first, why=why or "the weights after three steps are not those that the recorded settings lead to"
    )


def _no_graph(network: Network | None) -> str:
    if network is None:
        return "no module was seen"
    return (
        f"its network can't be rebuilt: {quoted(network.why_no_graph)}" if network.why_no_graph else "it has no graph"
    )


def _written_out(kept: Kept, variant: str, penalty: Penalty | None) -> Replayed:
    """As `_repeated`, for a loop that updates its weights by hand: each rule that it may have written out, at several rates."""
    nearest: Replayed | None = None
    vectors = [name for name, value in kept.before.items() if np.ndim(value) < 2]
    for rule in written_out(kept.run, vectors, decays=variant == RIGHT and penalty is None):
        tried: Run | None = rule
        for _ in range(RATES_TRIED):
            if tried is None:
                break
            found = _repeated(replace(kept, run=tried), variant, penalty)
            if found.step:
                return replace(found, run=tried)
            nearest = found if nearest is None or found.difference < nearest.difference else nearest
            tried = at_another_rate(tried, found.share)
    if nearest is None:
        raise ValueError("no rule for its steps is known")
    return nearest


def _repeated(kept: Kept, variant: str, penalty: Penalty | None) -> Replayed:
    """Repeat the recorded steps as this variant: `step` is the variant if it leads to the recorded weights, else ''."""
    run, before, after = kept.run, kept.before, kept.after
    trained = {
        name: torch.from_numpy(np.array(value))
        for name, value in before.items()
        if np.asarray(value).dtype.kind in "fiub"
    }
    learned = learned_weights(run, kept.network, trained)
    for name in learned:
        trained[name].requires_grad_(True)
    optimizer: torch.optim.Optimizer
    if run.optimizer == BY_HAND_STEPS:
        optimizer = Descent([trained[name] for name in learned], [after[name] for name in learned])
    else:
        optimizer = optimizer_of(run, {name: trained[name] for name in learned})
    progress = _steps_taken(Repetition(kept.source, run, kept.network, trained, optimizer, variant, penalty))
    if progress.computed is None:
        raise ValueError("no step was seen as a whole")
    loss, labels = progress.computed
    recorded = [name for name in learned if name in after and after[name].size]
    difference, is_there = _compared(
        [trained[name].detach().numpy() for name in recorded],
        [before[name] for name in recorded],
        [after[name] for name in recorded],
    )
    followed = 0 if is_there else _followed(run, progress.evaluated)
    return Replayed(
        variant if is_there or followed else "",
        difference,
        steps=progress.steps,
        loss=loss,
        labels=labels.numpy(),
        followed=followed,
        share=_share(trained, before, after, recorded),
    )


def _steps_taken(repetition: Repetition) -> Progress:
    """Take all recorded steps of a run. The generator's state and the number of threads are then as they were."""
    state, threads = torch.get_rng_state(), torch.get_num_threads()
    # The sums of a convolution depend on how they are divided among threads.
    torch.set_num_threads(repetition.source.threads or threads)
    progress = Progress()
    try:
        for step in repetition.run.kept:
            progress = take_step(repetition, step, progress)
    finally:
        torch.set_rng_state(state)
        torch.set_num_threads(threads)
    return progress


def _share(
    own: Mapping[str, torch.Tensor],
    before: Mapping[str, np.ndarray],
    after: Mapping[str, np.ndarray],
    names: Sequence[str],
) -> float:
    """How far the weights `after` are on the way from those `before` to the grader's own."""
    ways = [(own[name].detach().numpy() - before[name], after[name] - before[name]) for name in names]
    square = sum(float((way * way).sum()) for way, _ in ways)
    return sum(float((way * recorded).sum()) for way, recorded in ways) / square if square else 0.0


def _followed(run: Run, evaluated: Sequence[float]) -> int:
    """How many values of the loss in the first step, as `evaluated` by the grader, equal the recorded ones. For steps of many
    evaluations, in which a difference in the last digit grows until they diverge. 0 if too few are known for a proof."""
    recorded = [run.losses[0] if run.losses else None, *run.kept[0].evaluations][:FOLLOWED]
    known = [each for each in recorded if each is not None and math.isfinite(each)]
    if run.optimizer not in WITH_A_CLOSURE or len(known) < FOLLOWED or len(evaluated) < FOLLOWED:
        return 0
    apart = OF_THE_WAY * (max(known) - min(known))
    alike = (abs(own - each) <= apart + SINGLE * abs(each) for own, each in zip(evaluated, known, strict=False))
    return FOLLOWED if all(alike) else 0


def _compared(
    own: Sequence[np.ndarray], before: Sequence[np.ndarray], after: Sequence[np.ndarray]
) -> tuple[float, bool]:
    """The largest difference between the weights after the grader's `own` steps and the recorded ones, and whether they are the
    same: each weight relative to its own size, as one large weight says nothing about others, and to how far the steps went.

    Raises ValueError if the recorded steps change no weight.
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
