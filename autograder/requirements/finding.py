"""What was found for one requirement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from autograder.results import Met

MOST_DETAILS: Final = 20


@dataclass(frozen=True)
class Finding:
    """`found` is one sentence; `details` are lines without a full stop; `advice` says what to do next."""

    status: Met
    found: str
    details: tuple[str, ...] = ()
    advice: str = ""
    traceback: str = ""


def shortened(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines, or the first of them and the number of others: a report is read by people."""
    if len(lines) <= MOST_DETAILS:
        return tuple(lines)
    return (*lines[: MOST_DETAILS - 1], f"and {len(lines) - MOST_DETAILS + 1} more")


def counted(number: int, noun: str) -> str:
    """A number with its noun: '1 package', '3 packages', '2 libraries'."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun[:-1]}ies" if noun.endswith("y") else f"{number} {noun}s"
