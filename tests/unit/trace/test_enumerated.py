"""Who states all numbers states none; coarse statements and histories go on counting."""

from __future__ import annotations

import pytest

from autograder.trace.outputs import Printed
from autograder.trace.places import Place
from autograder.trace.records import SourceTrace
from autograder.trace.rows import Row, rows_of, with_lists


def printed(*lines: str) -> list[Row]:
    text = Printed(place=Place(source="hw1.py"), text="\n".join(lines))
    return with_lists(list(rows_of(SourceTrace(source="hw1.py", end="finished", seconds=1, printed=(text,)))))


@pytest.mark.parametrize(
    "lines",
    [
        ["test accuracy " + " ".join(f"{n}%" for n in range(101))],
        ["relu " + " ".join(f"{n / 100:.2f}" for n in range(101))],
        ["relu " + " ".join(f"{n / 100:.2f}" for n in range(80, 100))],
        ["relu " + " ".join(f"{n / 1000:.3f}" for n in range(1001))],
        [f"accuracy: {n} %" for n in range(101)],
        [f"accuracy: {(37 * n) % 101 / 100:.2f}" for n in range(101)],
    ],
)
def test_a_line_or_lines_of_all_shares_state_none(lines):
    assert not any(row.states_share(0.9163) for row in printed(*lines))


@pytest.mark.parametrize(
    "lines",
    [
        ["test accuracy: 92 %"],
        ["test accuracy: 0.92"],
        ["accuracies: " + ", ".join(f"{0.92 - 0.8 * 0.8**n:.2f}" for n in range(40))],
        [f"epoch {n}: loss {2.3 * 0.98**n:.2f}, accuracy {0.92 - 0.8 * 0.98**n:.2f}" for n in range(300)],
        ["per class: 0.95 0.91 0.88 0.97 0.90 0.93 0.85 0.99 0.94 0.89, all 0.92"],
        ["precision 0.92 0.93 0.91 0.90 0.89 0.88 recall 0.92 0.94 0.95 0.96 f1 0.92 0.91 0.90 0.89 0.87"],
    ],
)
def test_coarse_statements_and_histories_count(lines):
    assert any(row.states_share(0.9163) for row in printed(*lines))
