"""Penalties on weights that student code adds to its loss by hand, told by what the loss grew by before gradients were computed.

The factor follows from the growth and the weights; that it is this penalty, the repeated steps then prove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import torch

from autograder.trace.losses import BY_HAND
from autograder.trace.records import Loss, Run

ALIKE: Final = 1e-4  # of a factor: the growth is a difference of numbers of single precision


@dataclass(frozen=True)
class Penalty:
    """The sum of the weights' squares or absolute values, times a factor: of all weights, or of matrices and kernels alone."""

    squares: bool
    matrices_alone: bool


PENALTIES: Final = tuple(Penalty(squares, alone) for squares in (True, False) for alone in (False, True))


def may_have_one(run: Run) -> bool:
    """Whether gradients were computed from something else than the loss, at a run's first step, or from one that code computed by
    hand, in which there may be more."""
    losses = [part.loss for step in run.kept[:1] for part in step.parts if part.loss is not None]
    return any(_growth(loss) or loss.name == BY_HAND for loss in losses)


def with_penalty(loss: Loss, penalty: Penalty, weights: Mapping[str, torch.Tensor]) -> Loss:
    """The loss with this penalty on those of the weights that are learned. Raises ValueError where it can't be that one."""
    growth = _growth(loss)
    chosen, total = _chosen(penalty, weights), size_of(penalty, weights)
    if growth <= 0 or total <= 0:
        raise ValueError("what is added to the loss is no penalty on weights")
    factor = _rounded(growth / total)
    pair = (0.0, factor) if penalty.squares else (factor, 0.0)
    return loss.model_copy(update={"penalties": dict.fromkeys(chosen, pair)})


def size_of(penalty: Penalty, weights: Mapping[str, torch.Tensor]) -> float:
    """The sum of squares or absolute values that a penalty is a multiple of."""
    chosen = _chosen(penalty, weights).values()
    return sum(float((value**2 if penalty.squares else value.abs()).sum()) for value in chosen)


def _chosen(penalty: Penalty, weights: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {
        name: value.detach()
        for name, value in weights.items()
        if value.requires_grad and (value.dim() > 1 or not penalty.matrices_alone)
    }


def _growth(loss: Loss) -> float:
    if loss.penalties or loss.itself or loss.backward is None or loss.value is None:
        return 0.0
    return loss.backward - loss.value


def _rounded(factor: float) -> float:
    """The factor as code writes it, which has few digits."""
    short = float(f"{factor:.2g}")
    return short if abs(short / factor - 1) < ALIKE else factor
