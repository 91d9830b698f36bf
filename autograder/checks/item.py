"""`@item`: what makes a pytest function a check of a rubric item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from autograder.rubric.model import Training

ATTRIBUTE: Final = "__autograder_item__"
DEFAULT_SECONDS: Final = 20.0


@dataclass(frozen=True)
class ItemMark:
    id: str
    seconds: float
    random: bool = False
    assigned_seconds: float | None = None

    def deadline(self, training: Training) -> float:
        """The seconds that the student's code may take in a profile with this much training."""
        return self.assigned_seconds or self.seconds if training == "assigned" else self.seconds


def item(
    id: str, *, seconds: float = DEFAULT_SECONDS, random: bool = False, assigned_seconds: float | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Declare that a test function is a check of the rubric item `id`.

    The function's docstring is the sentence that the student reads: what a right submission does. `seconds` bounds the
    student's code, and the whole check with some margin, on this machine. A `random` check depends on the luck of initial
    weights: when it fails it is run again on a second and a third seed before points are lost. `assigned_seconds` take the
    place of `seconds` in a profile that trains as long as the assignment asks for.
    """

    def mark(function: Callable[..., None]) -> Callable[..., None]:
        if not function.__doc__:
            raise TypeError(f"the check {function.__name__} needs a docstring: the sentence that the student reads")
        setattr(function, ATTRIBUTE, ItemMark(id, seconds, random, assigned_seconds))
        return function

    return mark


def mark_of(function: Any) -> ItemMark | None:
    """The mark that `@item` left on a function, if any."""
    found = getattr(function, ATTRIBUTE, None)
    return found if isinstance(found, ItemMark) else None
