"""Whether the weights of a network that is used again were reset since its last step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from torch import nn

from autograder.worker.tracing.material import digest
from autograder.worker.tracing.seen import Network

HEAD: Final = 64  # numbers of each weight that are remembered
ALIKE: Final = 0.5  # least cosine between trained weights and weights derived from them; with fresh ones it is near 0
FEWEST: Final = 16  # least numbers for a meaningful cosine


def heads(module: nn.Module) -> list[torch.Tensor]:
    """The first numbers of each matrix and kernel; not of vectors, which are initialised to the same numbers each time."""
    matrices = (each for each in module.parameters() if each.dim() > 1 and each.is_floating_point())
    return [each.detach().reshape(-1)[:HEAD].float().clone() for each in matrices]


def is_renewed(network: Network) -> bool:
    """Whether a trained network's weights are neither those after its last step nor derived from them: drawn anew, or those with
    which one of its trainings began."""
    if network.run is None or not network.left:
        return False
    own = heads(network.module)
    if all(map(torch.equal, own, network.left)):
        return False
    return _has_nothing_of(own, network.left) or digest(network.module) in network.beginnings


def _has_nothing_of(own: Sequence[torch.Tensor], left: Sequence[torch.Tensor]) -> bool:
    pairs = [(one, other) for one, other in zip(own, left, strict=False) if len(one) >= FEWEST]
    return bool(pairs) and all(
        torch.cosine_similarity(one, other, dim=0) < ALIKE for one, other in pairs if one.shape == other.shape
    )
