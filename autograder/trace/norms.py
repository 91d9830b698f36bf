"""Penalties on the norms of weights, without their square: written where weight decay is meant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import torch


def norms_on(weights: Mapping[str, torch.Tensor], groups: Iterable[tuple[Sequence[str], float]]) -> torch.Tensor:
    """The sum of factor·‖w‖ over groups of weights, each group taken together. Raises KeyError for a weight that was not
    recorded."""
    total = torch.zeros(())
    for names, factor in groups:
        total = total + factor * norm_of([weights[name] for name in names])
    return total


def norm_of(values: Iterable[torch.Tensor]) -> torch.Tensor:
    """The norm of all their numbers together."""
    norm: torch.Tensor = torch.linalg.vector_norm(torch.cat([each.reshape(-1) for each in values]))
    return norm
