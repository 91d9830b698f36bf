"""The thresholds that a rubric sets for an item, as used by checks and judges."""

from __future__ import annotations

from autograder.rubric import Item


class Thresholds:
    """An item's thresholds by name; a missing one names the rubric's line."""

    def __init__(self, item: Item) -> None:
        self._item = item

    def __getitem__(self, name: str) -> float:
        return self._item.threshold(name)
