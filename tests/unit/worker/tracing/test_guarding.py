"""A mistake of the recorder's is told, and no code that is watched fails by it."""

from __future__ import annotations

from typing import Any

import torch
from torch import nn

from autograder.worker.tracing.guarding import guard
from autograder.worker.tracing.material import digest
from autograder.worker.tracing.seen import Iteration


class Watcher:
    def seen(self, number: int) -> int:
        return 12 // number


def test_an_error_becomes_a_record_of_no_known_kind() -> None:
    told: list[dict[str, Any]] = []
    watcher = Watcher()
    guard(watcher, "seen", told.append)
    assert (watcher.seen(4), watcher.seen(0)) == (3, None)
    assert [each["what"] for each in told] == ["mistake"]
    assert "ZeroDivisionError" in told[0]["error"]


def test_iterations_over_equal_data_are_told_apart_without_their_labels_being_compared() -> None:
    one, other = Iteration({"set": "MNIST"}), Iteration({"set": "MNIST"})
    one.labels, other.labels = torch.tensor([1, 2]), torch.tensor([1, 2])
    assert one in [other, one]
    assert one not in [other]


def test_weights_without_dimensions_and_with_their_channels_last_have_a_digest() -> None:
    scalar = nn.Module()
    scalar.factor = nn.Parameter(torch.tensor(1.0))
    convolution = nn.Conv2d(3, 4, 1)
    plain = digest(convolution)
    assert digest(scalar)
    assert digest(convolution.to(memory_format=torch.channels_last)) == plain
