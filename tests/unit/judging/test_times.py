"""Reported training times are held against the clock, and what is wrong with them is told."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from autograder.checks import Failed
from judging.problem2 import expect_long_enough, expect_within


def told_of(times: Sequence[float], whole: float, again: Sequence[float]) -> tuple[str, str]:
    with pytest.raises(Failed) as failed:
        expect_within(times, whole, "optimizer", lambda: again)
    return str(failed.value), failed.value.sign


def test_times_that_fit_into_the_whole_call_pass_without_another_run():
    def again() -> Sequence[float]:
        raise AssertionError("it was run again")

    expect_within([0.3, 0.4, 0.5], 1.3, "optimizer", again)


def test_times_that_are_the_same_in_every_run_were_not_taken():
    message, sign = told_of([81.3, 137.9], 1.4, [81.3, 137.9])
    assert "add up to 219.20 seconds, but the whole call took 1.40" in message
    assert "another run gives the very same" in message
    assert sign == "the times are fixed"


def test_times_that_hold_those_before_them_are_told_as_that():
    message, sign = told_of([0.5, 1.0, 1.5], 1.5, [0.51, 1.02, 1.53])
    assert "Each is longer than the one before" in message
    assert sign == "each time includes those before it"


def test_times_that_are_too_long_for_no_known_reason_have_no_sign():
    assert told_of([5.0, 2.0], 1.5, [5.1, 2.1])[1] == ""


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        (2.0, "that is about the time of one epoch"),
        (4.0 / 60, "that looks like minutes"),
        (4e-7, "no training lies between start and end of the clock"),
    ],
)
def test_a_time_that_is_too_short_is_told_with_its_likely_reason(seconds, reason):
    with pytest.raises(Failed, match=reason) as failed:
        expect_long_enough(seconds, 4.0, "Adam", epochs=2)
    assert failed.value.sign == f"`seconds` of Adam: {reason}"


def test_a_time_that_is_long_enough_passes():
    expect_long_enough(4.1, 4.0, "Adam")
