"""The probe of the functions that train several networks and compare them."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.worker.probing import loaders, training
from autograder.worker.probing.loaders import Batch, FixedBatches
from autograder.worker.probing.recording import Recording

Batches = Sequence[tuple[np.ndarray, np.ndarray]]


def compare(
    code: Any,
    *,
    function: str,
    train_batches: Batches,
    test_batches: Batches,
    epochs: int,
    keep_weights: tuple[int, ...] = (),
    pause: float = 0.0,
) -> dict[str, Any]:
    """What `function(train_loader, test_loader, epochs)` returned, with a recording of what it really did.

    `keep_weights` are the numbers of the batches before whose step the weights are kept. Each training batch takes `pause`
    seconds to load. `seconds` is how long the whole call took.
    """
    recording = Recording(keep_weights=keep_weights, trace_training=True)
    train_loader = recording.watch("train", _SlowBatches(loaders.tensors(train_batches), pause))
    test_loader = recording.watch("test", FixedBatches(loaders.tensors(test_batches)))
    started = time.perf_counter()
    with recording:
        returned = getattr(code, function)(train_loader, test_loader, epochs=epochs)
    seconds = time.perf_counter() - started
    return {"returned": _plain(returned), "seconds": seconds, **recording.to_dict()}


class _SlowBatches(FixedBatches):
    def __init__(self, batches: Sequence[Batch], pause: float) -> None:
        super().__init__(batches)
        self._pause = pause

    def __iter__(self) -> Iterator[Batch]:
        for batch in super().__iter__():
            time.sleep(self._pause)
            yield batch


def _plain(returned: Any) -> Any:
    """Tensors with one number as numbers, all the way down."""
    match returned:
        case dict():
            return {key: _plain(value) for key, value in returned.items()}
        case list() | tuple():
            return [_plain(value) for value in returned]
    return training.plain_loss(returned)
