"""Penalties on weights that student code adds to its loss by hand, recognised by what they add to the loss before gradients are
computed.

The factor follows from the increase and the weights; the repeated steps then prove that it is this penalty. Besides the sum of
squares, which is asked for, there are those that are written instead: norms without their square, absolute values, and penalties
on some of the weights only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import torch

from autograder.trace.norms import norm_of
from autograder.trace.records import BY_HAND, Loss, Run

SQUARES, ABSOLUTE = "squares", "absolute"  # sums over all numbers
NORMS, NORM = "norms", "norm"  # the sum of each weight's norm, and the norm of all numbers together
MEANS: Final = "means"  # the sum of each weight's mean of squares
KINDS: Final = (SQUARES, ABSOLUTE, NORMS, NORM, MEANS)
OF_EACH: Final[Mapping[str, Callable[[torch.Tensor], torch.Tensor]]] = {  # what is summed over the weights
    SQUARES: lambda weight: (weight**2).sum(),
    ABSOLUTE: lambda weight: weight.abs().sum(),
    NORMS: lambda weight: norm_of([weight]),
    MEANS: lambda weight: (weight**2).mean(),
}
ALL, MATRICES, VECTORS = "all", "matrices", "vectors"  # matrices and kernels; biases
ALIKE: Final = 1e-4  # of a factor: the increase is a difference of numbers of single precision
MOST_MATRICES: Final = 6  # of which each may be the only one with a penalty


@dataclass(frozen=True)
class Penalty:
    """A kind of penalty, times a factor, on `chosen` weights: ALL, MATRICES, VECTORS, or one by its name."""

    kind: str
    chosen: str


PENALTIES: Final = tuple(Penalty(kind, chosen) for kind in (SQUARES, ABSOLUTE) for chosen in (ALL, MATRICES))


def may_have_one(run: Run) -> bool:
    """Whether the gradients of a run's first step were computed from something other than the loss, or may have been, as its loss
    is computed by hand."""
    return any(_growth(loss) or loss.name == BY_HAND for loss in _first_losses(run))


def is_by_hand(run: Run, loss: Loss) -> bool:
    """Whether a loss, as repeated by the grader, has a penalty that code adds itself and that is not a Keras regularizer."""
    return bool(loss.norms or loss.penalties) and not any(each.penalties for each in _first_losses(run))


def grows(run: Run) -> bool:
    """Whether something was added to the loss before gradients were computed, at a run's first step."""
    return any(_growth(loss) > 0 for loss in _first_losses(run))


def likely(run: Run, weights: Mapping[str, torch.Tensor]) -> Sequence[Penalty]:
    """The penalties that may be added to a run's loss, for the weights that it learns, as they are before its first step. Those
    with a factor that code would write come first: if steps are short, several penalties lead to nearly the same place."""
    losses = _first_losses(run)
    if any(loss.name == BY_HAND for loss in losses):
        return PENALTIES
    grown = next((loss for loss in losses if _growth(loss) > 0), None)
    if grown is None:
        return PENALTIES
    matrices = [name for name, value in weights.items() if value.dim() > 1]
    single = matrices if 1 < len(matrices) <= MOST_MATRICES else []
    every = [Penalty(kind, chosen) for chosen in (ALL, MATRICES, VECTORS, *single) for kind in KINDS]
    found: list[tuple[bool, Penalty]] = []
    for each in every:
        total = _total(each, _chosen(each, weights).values())
        if total > 0:
            found.append((_is_written_so(_growth(grown) / total), each))
    return [each for is_short in (True, False) for short, each in found if short == is_short]


def with_penalty(loss: Loss, penalty: Penalty, weights: Mapping[str, torch.Tensor]) -> Loss:
    """The loss with this penalty on the weights that are learned. Raises ValueError if it can't be that one."""
    growth = _growth(loss)
    chosen = _chosen(penalty, _learned(weights))
    total = _total(penalty, chosen.values())
    if growth <= 0 or total <= 0:
        raise ValueError("what is added to the loss is no penalty on weights")
    factor = _rounded(growth / total)
    if penalty.kind == MEANS:
        shares = {name: (0.0, factor / value.numel()) for name, value in chosen.items()}
        return loss.model_copy(update={"penalties": shares})
    if penalty.kind in (SQUARES, ABSOLUTE):
        pair = (0.0, factor) if penalty.kind == SQUARES else (factor, 0.0)
        return loss.model_copy(update={"penalties": dict.fromkeys(chosen, pair)})
    groups = [tuple(chosen)] if penalty.kind == NORM else [(name,) for name in chosen]
    return loss.model_copy(update={"norms": tuple((group, factor) for group in groups)})


def size_of(penalty: Penalty, weights: Mapping[str, torch.Tensor]) -> float:
    """What a penalty is a multiple of, for the weights that are learned."""
    return _total(penalty, _chosen(penalty, _learned(weights)).values())


def _learned(weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name: value.detach() for name, value in weights.items() if value.requires_grad}


def _chosen(penalty: Penalty, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    def fits(name: str, value: torch.Tensor) -> bool:
        if penalty.chosen in (MATRICES, VECTORS):
            return (value.dim() > 1) == (penalty.chosen == MATRICES)
        return penalty.chosen in (ALL, name)

    return {name: value for name, value in weights.items() if fits(name, value)}


def _total(penalty: Penalty, values: Iterable[torch.Tensor]) -> float:
    values = list(values)
    if penalty.kind == NORM:
        return float(norm_of(values)) if values else 0.0
    return sum(float(OF_EACH[penalty.kind](each)) for each in values)


def _first_losses(run: Run) -> list[Loss]:
    return [part.loss for step in run.kept[:1] for part in step.parts if part.loss is not None]


def _growth(loss: Loss) -> float:
    if loss.penalties or loss.itself or loss.backward is None or loss.value is None:
        return 0.0
    return loss.backward - loss.value


def _rounded(factor: float) -> float:
    """The factor with few digits, as code writes it."""
    return _short(factor) if _is_written_so(factor) else factor


def _is_written_so(factor: float) -> bool:
    return abs(_short(factor) / factor - 1) < ALIKE


def _short(factor: float) -> float:
    return float(f"{factor:.2g}")
