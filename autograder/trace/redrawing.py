"""A network's weights drawn anew: what it answers then, it has not learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import torch

from autograder.trace.graphs import tensors
from autograder.trace.records import Network, Run
from autograder.trace.stepping import learned_weights

LEAST: Final = 0.05  # least standard deviation that is drawn: all weights may be the same


def redrawn(
    run: Run, network: Network, recorded: Mapping[str, np.ndarray], draws: int, seed: int
) -> Iterator[dict[str, torch.Tensor]]:
    """Copies of the recorded weights, each with other numbers in those that the run learns: normal ones around 0, with the
    standard deviation of the recorded ones."""
    generator = torch.Generator().manual_seed(seed % 2**63)
    for _ in range(draws):
        weights = tensors(recorded)
        for name in learned_weights(run, network, weights):
            value = weights[name]
            spread = float(value.std()) if value.numel() > 1 else float(value.abs().sum())
            drawn = torch.randn(value.shape, generator=generator, dtype=torch.float64)
            weights[name] = (drawn * max(spread, LEAST)).to(value.dtype)
        yield weights
