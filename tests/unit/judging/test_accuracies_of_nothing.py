"""The accuracy of a network with published weights, where in the short run none of its answers is right."""

from __future__ import annotations

import pytest

from autograder.trace.places import Place
from autograder.trace.rows import Row
from traced.bonus import states


@pytest.mark.parametrize(
    ("cell", "shares", "told"),
    [
        ("0.00%", [0.0], True),
        ("0.0000", [0.0], True),
        ("12.50%", [0.0], False),
        ("12.50%", [0.125], True),
        ("0.00%", [0.125], False),
        ("0.00%", [], False),
    ],
)
def test_none_right_is_stated_by_a_zero_with_decimals(cell: str, shares: list[float], told: bool) -> None:
    row = Row(Place(source="hw1.ipynb", run_in=1), "1/table", 0, ("ResNet18", cell), heads=("network", "test accuracy"))
    assert states(row, shares) == told
