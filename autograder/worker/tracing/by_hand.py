"""Iterations without a loader: a loop that slices batches out of arrays goes through a set of pictures, and starts again.

The pictures of a batch show which set it is from. A new iteration has started if a picture comes again, or if the function that
evaluates is called again, for example on the part of the same set that a student has held out.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

import torch

from autograder.worker.tracing.pictures import BOTH, Known, Pictures

FEWEST: Final = 2  # pictures in a batch


@dataclass(eq=False)
class HandIteration:
    """One iteration over (a part of) a set of pictures. `about` describes the data, as for a loader."""

    known: Known
    about: dict[str, Any]
    after: int
    callers: Hashable
    loop: object = None
    storage: int = 0  # the memory address of its last batch's storage
    seen: set[int] = field(default_factory=set)


class HandIterations:
    """The iterations under way: one for each network, with gradients and without."""

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
        """The iteration that this batch belongs to, with `known` set to this batch's pictures; None if they aren't recognised.

        `after` counts training steps: an evaluation is over as soon as there is another one. `callers` are the lines from which
        the code that calls the network was called: one call is one evaluation. `loop` is the loop that is running: a batch that
        comes from another loop and from another array belongs to another evaluation.
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
        """The pictures of a batch. In whole sets they are only looked up for evaluations: a training has too many batches."""
        if self._pictures.are_few:
            return self._pictures.known(inputs)
        return None if gradients else self._pictures.known_in_parts(inputs, current.known if current else None)


def _storage(inputs: torch.Tensor) -> int:
    return inputs.untyped_storage().data_ptr()


def _about(known: Known) -> dict[str, Any]:
    """A description of the data, as for a loader. If the first batch is drawn at random, its pictures are left out."""
    about = {"set": known.set, "split": known.split, "samples": known.size, "whole": known.size, "base": known.size}
    first = known.places[:8].tolist() if known.in_order else []
    size = len(known.places)
    batches = -(-known.size // size)
    return {**about, "first": first, "batch": size, "batches": batches, "shuffled": not known.in_order}
