"""Which checks a lane takes, and what lanes tell each other."""

from __future__ import annotations

import itertools
from functools import partial

from autograder.checks.lane import ALONE, Lost, taken


def test_a_lane_alone_takes_all_items_in_the_rubrics_order():
    assert list(ALONE.turns([20, 60, 20])) == [0, 1, 2]


def test_lanes_take_the_longest_first_and_each_item_once():
    ranks = itertools.count()
    first = taken([20, 300, 20, 60], partial(next, ranks))
    second = taken([20, 300, 20, 60], partial(next, ranks))

    assert [next(first), next(second), next(second)] == [1, 3, 0]  # the second was through with the shorter ones sooner
    assert list(first) == [2]
    assert not list(second)


def test_what_is_lost_in_two_lanes_is_told_once():
    one, other = (
        Lost(frozenset({"halve"}), ("halve.doubles",)),
        Lost(frozenset({"halve", "quarter"}), ("halve.doubles",)),
    )

    assert one | other == Lost(frozenset({"halve", "quarter"}), ("halve.doubles",))
