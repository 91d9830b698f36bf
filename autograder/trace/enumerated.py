"""Whether numbers are so many that any share is among them: then it proves nothing that a certain one is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

AROUND: Final = 0.5  # on either side of a share
NEARLY_ALL: Final = 0.75  # of the shares around it: a history with two decimals states half of them at most
FEWEST: Final = 20  # numbers that can state nearly all
LONGEST_RUN: Final = 15  # shares in a row, each a hundredth (or one unit of the last decimal) above the previous one
ONCE: Final = 1.2  # how often each of them occurs on average: histories settle, and state the same shares again

Interval = tuple[float, float]  # shares from and to


def is_one_of_all(intervals: Sequence[Interval], share: float) -> bool:
    """Whether nearly all shares around this one are in some of these intervals, or the intervals have one length and follow each
    other without a gap, each of them once."""
    if len(intervals) < LONGEST_RUN:
        return False
    if len(intervals) >= FEWEST and covered(intervals, share - AROUND, share + AROUND) >= NEARLY_ALL:
        return True
    return _run_length(intervals, share) >= LONGEST_RUN


def covered(intervals: Iterable[Interval], start: float = 0.0, end: float = 1.0) -> float:
    """The part of the shares from `start` to `end`, clipped to [0, 1], that is covered by the intervals."""
    start, end = max(start, 0.0), min(end, 1.0)
    if end <= start:
        return 0.0
    reached, length = start, 0.0
    for low, high in sorted(intervals):
        low, high = max(low, reached), min(high, end)
        if high > low:
            length += high - low
            reached = high
    return length / (end - start)


def _run_length(intervals: Sequence[Interval], share: float) -> int:
    """How many intervals of one width lie side by side around a share, if hardly any of them occurs twice; else 0."""
    widths = [high - low for low, high in intervals if low <= share <= high]
    if not widths:
        return 0
    unit = max(widths) / 1.5  # rounded or cut off: from half a unit below to a whole one above
    places = [round((low + unit / 2) / unit) for low, high in intervals if abs(high - low - 1.5 * unit) < 0.01 * unit]
    own = round(share / unit)
    known = set(places)
    first = last = next((place for place in (own, own - 1, own + 1) if place in known), own)
    while first - 1 in known:
        first -= 1
    while last + 1 in known:
        last += 1
    stated = sum(first <= place <= last for place in places)
    return last - first + 1 if stated <= ONCE * (last - first + 1) else 0
