"""Curves whose values stand as numbers in the code, or that code computes without a training: they were measured elsewhere, or
made up, and a right function that draws them shows nothing of a training."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import Final

from autograder.judging.unexplained import places_of, unexplained_lines
from autograder.trace.observed import Observed, Panel

NUMBER: Final = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
FEWEST_LINES: Final = 2  # on a pair of axes: one may be a bound, or another's result to compare with
FEWEST_VALUES: Final = 4  # of a line, different ones and no whole numbers
LOOKS: Final = "So a person looks where the values come from, which a right function to draw them does not show."
TOY: Final = 1_000  # weights: a network that learns XOR has fewer, and is no training that such curves could be of
READS: Final = re.compile(
    r"\bopen\(|\bload(?!er|ed|s\b)\w*\(|\bread_\w+\(|genfromtxt|\.read(?:_text|lines)?\(|subprocess|os\.system|^\s*[!%]",
    re.MULTILINE,
)
BY_HAND: Final = re.compile(  # a step: 'w -= slope', 'w - lr * slope', 'w - slope * lr'
    r"-=|[\w)\]]\s*-\s*(?:[\w.]*(?:lr|rate|eta|alpha|step)\w*\s*\*|[^-+=\n]{1,40}\*\s*[\w.]*(?:lr|rate|eta|alpha)\b)",
    re.IGNORECASE,
)


def written_down(observed: Observed, explained: Collection[str]) -> list[Panel]:
    """The axes all of whose lines are of nothing recorded, and have only values that stand in the code; without the figures in
    the places `explained`, which verdicts are on."""
    if not (panels := _of_several_lines(observed, explained)):
        return []
    known = {_digits(float(number)) for text in observed.bare_code for number in NUMBER.findall(text)}
    return [each for each in panels if all(_stands_in(line.line.y, known) for line in each.lines)]


def of_no_training(observed: Observed, explained: Collection[str]) -> list[Panel]:
    """The axes with several lines of nothing recorded, where the run trains no network but toys, and its code neither reads
    results nor changes weights by hand, which can't be followed."""
    trained = (each.network for each in observed.experiments)
    if any(network is None or network.parameters >= TOY for network in trained):
        return []
    if any(pattern.search(text) for pattern in (READS, BY_HAND) for text in observed.bare_code):
        return []
    return _of_several_lines(observed, explained)


def _of_several_lines(observed: Observed, explained: Collection[str]) -> list[Panel]:
    return [each for each in unexplained_lines(observed, explained) if len(each.lines) >= FEWEST_LINES]


def told_of_none(panels: Sequence[Panel]) -> str:
    """A sentence on where such lines are, for the person who decides."""
    return (
        f"Lines are drawn in {places_of(panels)}, but this run has trained no network that they could be of, and reads "
        f"no file. {LOOKS}"
    )


def told(panels: Sequence[Panel]) -> str:
    """A sentence on where such lines are, for the person who decides."""
    return (
        f"The values of the lines in {places_of(panels)} stand as numbers in the code, and no training of this run has "
        f"them. {LOOKS}"
    )


def _stands_in(values: Sequence[float], known: Collection[str]) -> bool:
    different = {each for each in values if each != round(each)} if all(map(_is_number, values)) else set()
    return len(different) >= FEWEST_VALUES and all(_digits(abs(each)) in known for each in values)


def _is_number(value: float) -> bool:
    return abs(value) < float("inf")


def _digits(value: float) -> str:
    return f"{value:.9g}"
