"""A lane: some of a submission's checks, one after the other. Lanes go side by side, each in a process of its own.

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

    `turns` is given how many seconds the checks of each item may take, and yields the positions of those that are this
    lane's, as it is ready for them. `share` is given what this lane has lost, waits for the others, and gives what they have.
    """

    turns: Callable[[Sequence[float]], Iterable[int]]
    share: Callable[[Lost], Lost]


ALONE: Final = Lane(lambda seconds: range(len(seconds)), lambda lost: Lost())


def taken(seconds: Sequence[float], next_one: Callable[[], int]) -> Iterator[int]:
    """The positions that one of several lanes takes: the longest first, each when `next_one` has given its rank to it."""
    longest_first = sorted(range(len(seconds)), key=lambda position: -seconds[position])
    while (rank := next_one()) < len(longest_first):
        yield longest_first[rank]
