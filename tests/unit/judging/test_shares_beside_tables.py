"""What was measured and what a table states stand side by side in the table's own unit."""

from __future__ import annotations

import pytest

from autograder.trace.places import Place
from autograder.trace.rows import Row
from traced.tables import beside


@pytest.mark.parametrize(
    ("cells", "shown"),
    [
        (("tanh", "80.0"), ("80.0 %", "80.0 %")),
        (("2", "tanh", "80%"), ("80 %", "80 %")),
        (("tanh", "0.8000", "12.5"), ("0.8000", "0.8000")),
        (("tanh", "0.7512"), ("0.8", "not found")),
    ],
)
def test_both_are_written_as_the_row_writes_its_own(cells, shown):
    assert beside(0.8, Row(Place(source="hw1.py"), "printed", 0, cells), [0.8]) == shown


def test_a_row_may_state_another_of_the_shares_that_are_meant():
    row = Row(Place(source="hw1.py"), "printed", 0, ("tanh", "0.85"))
    assert beside(0.8, row, [0.8, 0.85]) == ("0.80", "0.85")
    assert beside(0.8, None, [0.8]) == ("0.8", "not found")
