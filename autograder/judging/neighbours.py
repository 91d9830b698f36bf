"""Deliverables that were not found in a part in which another one waits for a person: the person looks at the part anyway.

If the grader can't follow the work in one deliverable, it likely can't see that kind of work at all in the next one.
"""

from __future__ import annotations

from collections.abc import Sequence

from autograder.results import ItemResult, Status


def left_with_their_neighbours(items: Sequence[ItemResult]) -> tuple[ItemResult, ...]:
    """The items; one with something missing waits for a person, too, if an automatic one of its part does."""
    waiting: dict[str, str] = {}  # by part, the title of the first
    for item in items:
        if item.kind == "automatic" and item.status is Status.REVIEW:
            waiting.setdefault(item.part, item.title)
    return tuple(_left(item, waiting.get(item.part)) for item in items)


def _left(item: ItemResult, neighbour: str | None) -> ItemResult:
    if neighbour is None or item.status is Status.REVIEW or not _is_missing(item):
        return item
    message = f"{item.message} But “{neighbour}” waits for a person, who will then see whether this is there as well."
    return item.model_copy(update={"status": Status.REVIEW, "points": 0.0, "message": message, "hint": ""})


def _is_missing(item: ItemResult) -> bool:
    """Whether points are lost because a function is missing, and no run has shown the deliverable."""
    lacking = item.points < item.max_points and any(check.status is Status.MISSING for check in item.checks)
    return item.kind == "automatic" and lacking and not item.by_running
