"""A lane: some of a submission's checks, one after the other. Lanes run in parallel, each in its own process.

A lane takes the checks of one rubric item at a time. When its checks are over it learns what the others have lost, since a
function that is broken in one may be to blame for what is lost in another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Lost:
    """What a lane's lost checks are about, and the bugs that were named for them."""

    functions: frozenset[str] = frozenset()
    bugs: tuple[str, ...] = ()

    def __or__(self, other: Lost) -> Lost:
        return Lost(self.functions | other.functions, tuple(dict.fromkeys((*self.bugs, *other.bugs))))


@dataclass(frozen=True)
class Lane:
    """How one lane fits in with the others.

    `turns` takes how many seconds the checks of each item may take, and yields the positions of this lane's items when it is
    ready for them. `share` takes what this lane has lost, waits for the others, and returns what they have lost.
    """

    turns: Callable[[Sequence[float]], Iterable[int]]
    share: Callable[[Lost], Lost]


ALONE: Final = Lane(lambda seconds: range(len(seconds)), lambda lost: Lost())


def taken(seconds: Sequence[float], next_one: Callable[[], int]) -> Iterator[int]:
    """The positions that one of several lanes takes, the longest first: `next_one` gives it the next free rank."""
    longest_first = sorted(range(len(seconds)), key=lambda position: -seconds[position])
    while (rank := next_one()) < len(longest_first):
        yield longest_first[rank]
