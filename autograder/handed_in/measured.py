"""What the checks of a part measured, in a few lines to put beside a written answer; and printed figures compared with it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from autograder.handed_in.numbers import Number
from autograder.results import CheckResult, Curves, Fact, Question

# A check's fact about one of several models: 'relu: test accuracy', 'Adam: loss by epoch'.
OF_ONE: Final = re.compile(r"^(?P<name>[^:`]{1,40}): (?P<what>[^:]{3,80})$")
TELLING: Final = re.compile(r"accuracy|loss|seconds|parameters|gradient", re.IGNORECASE)
FIGURE: Final = re.compile(r"-?[\d,]+(?:\.\d+)?(?:e[-+]?\d+)?")
LOWER_IS_BETTER: Final = re.compile(r"loss|seconds", re.IGNORECASE)
MOST_FACTS: Final = 8
LEAST_TOLERANCE: Final = 0.01  # of an accuracy
SPANS: Final = 3.0  # tolerance of a printed accuracy, in units of right submissions' own spread


def measured(checks: Iterable[CheckResult]) -> tuple[Fact, ...]:
    """What checks measured for several models, and the numbers that depend on luck, one line for each quantity."""
    facts: dict[str, str] = {}
    for check in checks:
        for what, values in _by_quantity(check.facts).items():
            facts.setdefault(what, ranking(what, values))
        for measure in check.measures:
            span = f" ({measure.right[0]:.4g} to {measure.right[-1]:.4g} in right submissions)" if measure.right else ""
            facts.setdefault(measure.name, f"{measure.value:.4g}{span}")
    return tuple(Fact(label=label, found=found) for label, found in list(facts.items())[:MOST_FACTS])


def ranking(what: str, values: Mapping[str, float]) -> str:
    """Values in order, and who is ahead by how much if one direction of `what` is better.

    'relu 0.9778, tanh 0.976, sigmoid 0.9719; relu is ahead by 0.0018'
    """
    lower = bool(LOWER_IS_BETTER.search(what))
    ranked = sorted(values.items(), key=lambda each: each[1] if lower else -each[1])
    figures = ", ".join(f"{name} {_figure(value)}" for name, value in ranked)
    if len(ranked) < 2 or ranked[0][1] == ranked[1][1] or not (lower or "accuracy" in what):
        return figures
    return f"{figures}; {ranked[0][0]} is ahead by {_figure(abs(ranked[0][1] - ranked[1][1]))}"


def unlike_the_code(numbers: Sequence[Number], check: CheckResult) -> Iterator[Question]:
    """A question if the accuracies printed epoch by epoch are not what the code reaches in `check`.

    They are compared with the check's accuracy curve at the last epoch that both have; if several runs are printed, one
    that fits is enough. The tolerance is three times the spread of right submissions, at least 0.01; if calibration
    has not measured this spread, nothing is asked.
    """
    curve = next((line for each in check.exhibits if isinstance(each, Curves) for line in _accuracies(each)), ())
    right = next((measure.right for measure in check.measures if measure.right), ())
    printed = [(n.epoch, n) for n in numbers if n.quantity == "accuracy" and n.epoch and n.epoch <= len(curve)]
    if not right or not printed:
        return
    last = max(epoch for epoch, _ in printed)
    tolerance = max(LEAST_TOLERANCE, SPANS * (right[-1] - right[0]))
    there = [number for epoch, number in printed if epoch == last]
    nearest = min(there, key=lambda number: abs(number.value - curve[last - 1]))
    if abs(nearest.value - curve[last - 1]) > tolerance:
        yield Question(
            said=f"Test accuracy {nearest.value:.4g} after epoch {last} ({nearest.place})",
            found=f"The code reached {curve[last - 1]:.4g} after epoch {last} when it was graded; a difference of up to "
            f"{tolerance:.2g} can be luck. Was this printed by another version of the code?",
        )


def _accuracies(curves: Curves) -> Iterator[tuple[float, ...]]:
    if "accuracy" in curves.y_label.lower() and len(curves.lines) == 1:
        yield from curves.lines.values()


def _by_quantity(facts: Iterable[Fact]) -> dict[str, dict[str, float]]:
    """Facts that two or more models share, by what was measured. For a value per epoch, the last."""
    found: dict[str, dict[str, float]] = {}
    for fact in facts:
        match = OF_ONE.match(fact.label)
        if match and TELLING.search(match["what"]):
            values = fact.found.split(", ")
            by_epoch = match["what"].endswith(" by epoch")
            if (by_epoch or len(values) == 1) and FIGURE.fullmatch(values[-1]):
                what = match["what"].removesuffix(" by epoch") + (", last epoch" if by_epoch else "")
                found.setdefault(what, {})[match["name"]] = float(values[-1].replace(",", ""))
    return {what: values for what, values in found.items() if len(values) > 1}


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) and abs(value) >= 1000 else f"{value:.4g}"
