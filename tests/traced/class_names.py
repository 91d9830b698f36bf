"""Whether the classes that a figure names stand in the order of CIFAR-10's labels."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.quoting import quoted
from autograder.trace.observed import Panel
from judging.problem3 import CLASSES


def out_of_order(panel: Panel) -> str:
    """A sentence where an axis names all ten classes, and not in the order of their labels, which the counts have; else ''."""
    for ticks in (panel.axes.x_ticks, panel.axes.y_ticks):
        named = [(text, label) for text in ticks if (label := _label(text)) is not None]
        labels = [label for _, label in named]
        if sorted(labels) != list(range(len(CLASSES))) or _is_in_order(labels):
            continue
        wrong = [text for place, (text, label) in enumerate(named) if place != label]
        return (
            f"The classes have the wrong names: {quoted(wrong[0])} and {quoted(wrong[1])} do not stand where the labels of the "
            "data set have them. Take the names from `dataset.classes`."
        )
    return ""


def _is_in_order(labels: Sequence[int]) -> bool:
    """An axis may also begin at its other end."""
    return list(labels) in (sorted(labels), sorted(labels, reverse=True))


def _label(text: str) -> int | None:
    word = text.strip().casefold()
    return next((label for label, names in enumerate(CLASSES) if word.startswith(names)), None)
