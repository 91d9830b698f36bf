"""What a student's own words name."""

from __future__ import annotations

import pytest

from traced.roles import optimizer_in


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("SGD", "SGD"),
        ("SGD (0.9)", "SGD+Momentum"),
        ("SGD, lr 0.01, 0.9", "SGD+Momentum"),
        ("sgd+mom", "SGD+Momentum"),
        ("SGD  0.2600  0.9", "SGD"),
        ("RMSprop  final test accuracy 0.8900  training time 0.9 s", "RMSprop"),
        ("Adam  0.9", "Adam"),
        ("SGD 0.9 s", "SGD"),
        ("SGD and Adam", ""),
    ],
)
def test_an_optimizer_is_named_by_its_words_and_not_by_a_time(text, named):
    assert optimizer_in(text) == named
