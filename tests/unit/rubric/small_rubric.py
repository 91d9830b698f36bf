"""A small right rubric, and what is said about it once something is changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.rubric import RubricError, load_rubric

SMALL = """\
assignment:
  id: small
  title: A small assignment
  points: 3
  bonus: 0.5
  reference: solutions
  probes: tests/probes
  checks: {public: tests/public, hidden: tests/hidden}
  bugs: tests/bugs
profiles:
  quick: {description: public checks, visibilities: [public], sample: true}
functions:
  build_mlp: {signature: 'build_mlp(layer_sizes, activation="relu")', aliases: [MLP]}
  evaluate: {signature: 'evaluate(model, loader)', aliases: [test]}
parts:
  - id: 1A
    title: Networks
    points: 3
    items:
      - id: 1A.network
        title: A network
        points: 0.9
        kind: automatic
        needs: [build_mlp]
        checks: [test_layers, test_logits]
        thresholds: {test_accuracy: 0.97}
      - id: 1A.evaluation
        title: Accuracy
        points: 1.1
        kind: automatic
        needs: [evaluate]
        checks:
          test_accuracy_is_counted: 0.7
          test_dropout_is_off: 0.3
      - id: 1A.analysis
        title: What you saw
        points: 1
        kind: review
        sentences: [2, 3]
  - id: bonus
    title: More
    points: 0.5
    bonus: true
    items:
      - {id: bonus.code, title: Code, points: 0.5, kind: automatic, checks: [test_more]}
thresholds: {share: [test_accuracy], count: [epochs], number: [tolerance]}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "rubric" / "small.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def problems_after(folder: Path, *changes: tuple[str, str]) -> list[str]:
    """The problems of the small rubric after each (old, new) in `changes`, without the file's name."""
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, f"'{old}' should occur once"
        text = text.replace(old, new)
    path = write(folder, text)
    with pytest.raises(RubricError) as caught:
        load_rubric(path)
    return [str(problem).removeprefix(f"{path}:") for problem in caught.value.problems]


def line_of(fragment: str) -> int:
    return SMALL[: SMALL.index(fragment)].count("\n") + 1
