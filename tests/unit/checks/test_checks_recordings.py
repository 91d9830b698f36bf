"""Which of a network's accuracies a reported number is."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks.recordings import Pass, Trained

LABELS = np.array([0, 1, 0, 1])


def one_pass(loader: str, right: int, *, learned: bool = False) -> Pass:
    """A pass that gets so many of the four samples right."""
    predicted = np.where(np.arange(4) < right, LABELS, 1 - LABELS)
    weights = ("w0", "w1") if learned else ("w1", "w1")
    return Pass(loader, learned, learned, (np.eye(2)[predicted],), (LABELS,), weights)


@pytest.mark.parametrize(
    ("reported", "source"),
    [
        (0.75, "its accuracy on the test loader"),
        (75.0, "its accuracy on the test loader, in percent"),
        (1.0, "its accuracy on the train loader"),
        (0.25, "its accuracy on the test loader before its last epoch"),
        (0.3, ""),
    ],
)
def test_a_number_is_traced_to_the_pass_that_it_comes_from(reported, source):
    passes = (
        one_pass("test", 1),
        one_pass("train", 2, learned=True),
        one_pass("train", 4),
        one_pass("test", 3),
    )
    assert Trained((), 0, "w0", passes).source_of(reported) == source
