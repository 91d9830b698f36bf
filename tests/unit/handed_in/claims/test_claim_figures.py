"""How many contradictions are asked about, and how many other sentences, in the sets that are kept."""

from __future__ import annotations

import pytest

from benchmarks.claims import MOST_FALSE, SETS, figures, outcome, read_entries

# The grammar was widened by all of them: what to expect of unseen sentences is in decision 0021.
REACHED = {
    "blind.yaml": 0.95,
    "eighth.yaml": 0.75,
    "eleventh.yaml": 0.65,
    "fifth.yaml": 0.70,
    "fourth.yaml": 0.95,
    "held.yaml": 0.85,
    "kinds.yaml": 0.90,
    "ninth.yaml": 0.90,
    "own.yaml": 0.95,
    "probes.yaml": 0.90,
    "restated.yaml": 0.85,
    "rounds.yaml": 0.90,
    "seventh.yaml": 0.75,
    "sixth.yaml": 0.85,
    "tenth.yaml": 0.95,
    "third.yaml": 0.98,
    "twelfth.yaml": 0.80,
    "varied.yaml": 0.90,
}


@pytest.mark.parametrize(("name", "asked"), REACHED.items())
def test_contradictions_are_asked_about_and_hardly_anything_else(rubric, name, asked):
    found = figures(outcome(entry, rubric) for entry in read_entries(SETS / name))
    assert found.contradictions >= 40
    assert found.asked_rate >= asked
    assert found.false_rate <= MOST_FALSE
