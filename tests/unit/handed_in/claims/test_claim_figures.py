"""How many contradictions are asked about, and how many other sentences, in the sets that are kept."""

from __future__ import annotations

import pytest

from benchmarks.claims import LEAST_ASKED, MOST_FALSE, SETS, figures, outcome, read_entries


@pytest.mark.parametrize(
    ("name", "asked"), [("blind.yaml", 0.90), ("held.yaml", 0.85), ("own.yaml", 0.95), ("varied.yaml", 0.85)]
)
def test_contradictions_are_asked_about_and_hardly_anything_else(rubric, name, asked):
    found = figures(outcome(entry, rubric) for entry in read_entries(SETS / name))
    assert found.contradictions >= 40
    assert found.asked_rate >= asked >= LEAST_ASKED
    assert found.false_rate <= MOST_FALSE
