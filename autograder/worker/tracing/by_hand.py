"""Iterations without a loader: a loop that cuts batches out of arrays goes through a set of pictures, and begins again.

Which pictures a batch holds tells which set it is, and a picture that comes again tells that a new iteration has begun; as does
another call of the function that evaluates, on what a student has set aside of the same set.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

import torch

from autograder.worker.tracing.pictures import BOTH, Known, Pictures

FEWEST: Final = 2  # pictures of a batch


@dataclass(eq=False)
class HandIteration:
    """One way through (a part of) a set of pictures. `about` describes the data, as of a loader."""

    known: Known
    about: dict[str, Any]
    after: int
    callers: Hashable
    loop: object = None
    storage: int = 0  # where its last batch lies in memory
    seen: set[int] = field(default_factory=set)


class HandIterations:
    """The iterations that are at work: one for each network, with gradients or without."""

    def __init__(self, pictures: Pictures) -> None:
        self._pictures = pictures
        self._current: dict[tuple[int, bool], HandIteration] = {}

    def of(
        self,
        network: int,
        gradients: bool,
        after: int,
        inputs: torch.Tensor,
        callers: Hashable = (),
        loop: object = None,
    ) -> HandIteration | None:
        """The iteration that this batch is of; None where its pictures aren't known. `known` of it is this batch's.

        `after` counts training steps: an evaluation is over as soon as there is another one. `callers` are the lines that the
        code was called from in which the network is asked: one evaluation is all of one call. `loop` names the loop that is at
        work: what another one asks, and cuts out of another array, is of another evaluation.
        """
        current = self._current.get((network, gradients))
        known = self._known(inputs, gradients, current) if len(inputs) >= FEWEST else None
        if known is None or known.split == BOTH:
            return None
        places = set(known.places.tolist())
        if (
            current is None
            or (current.known.set, current.known.split) != (known.set, known.split)
            or (not gradients and (current.after, current.callers) != (after, callers))
            or (not gradients and current.loop is not loop and current.storage != _storage(inputs))
            or current.seen & places
        ):
            current = self._current[network, gradients] = HandIteration(known, _about(known), after, callers)
        current.loop, current.storage = loop, _storage(inputs)
        current.seen |= places
        current.known = known
        return current

    def _known(self, inputs: torch.Tensor, gradients: bool, current: HandIteration | None) -> Known | None:
        """What a batch shows. Of whole sets evaluations alone are looked at: a training asks too often."""
        if self._pictures.are_few:
            return self._pictures.known(inputs)
        return None if gradients else self._pictures.known_in_parts(inputs, current.known if current else None)


def _storage(inputs: torch.Tensor) -> int:
    return inputs.untyped_storage().data_ptr()


def _about(known: Known) -> dict[str, Any]:
    """The data as a loader's are described. Where the first batch is drawn at random, which pictures it has says nothing."""
    told = {"set": known.set, "split": known.split, "samples": known.size, "whole": known.size, "base": known.size}
    first = known.places[:8].tolist() if known.in_order else []
    size = len(known.places)
    batches = -(-known.size // size)
    return {**told, "first": first, "batch": size, "batches": batches, "shuffled": not known.in_order}
