"""How long a check's code is waited for after checks that were stopped in a function."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from autograder.checks.case import Attempt
from autograder.checks.ends import End
from autograder.checks.stalls import LEAST, is_known, seconds_at_first, waits_for_more
from autograder.results import CheckResult, Status
from autograder.sandbox import StudentTimeout
from autograder.sandbox.faults import StudentUnread

RESULT = CheckResult(
    name="test_it", sentence="It works.", visibility="public", status=Status.TIMEOUT, credit=0.0, seconds=0.0
)


def stopped_in(function):
    return End(Attempt(SimpleNamespace(name="test_it")), RESULT, stalled_in=function)


def test_all_the_time_is_given_until_a_check_was_stopped_in_a_function():
    assert seconds_at_first((), 60.0) == 60
    assert seconds_at_first((stopped_in(""),), 60.0) == 60  # in compiled code, say: nobody knows where


@pytest.mark.parametrize(("deadline", "at_first"), [(60.0, 12.0), (10.0, LEAST), (2.0, 2.0)])
def test_a_fifth_is_given_at_first_after_that_but_never_less_than_an_import_takes(deadline, at_first):
    assert seconds_at_first((stopped_in("hw1.py: train"),), deadline) == at_first


@pytest.mark.parametrize(
    ("error", "is_the_same", "again"),
    [
        (StudentTimeout(4, "hw1.py:3", "", "hw1.py: train"), True, False),
        (StudentTimeout(4, "hw1.py:9", "", "hw1.py: evaluate"), False, True),
        (StudentTimeout(4), False, True),
        (StudentUnread(20), False, False),  # reading has all its time at once
        (ValueError("hw1.py: train"), False, False),
        (None, False, False),
    ],
)
def test_only_an_end_in_the_same_function_is_known_and_one_elsewhere_waits_for_more(error, is_the_same, again):
    before = (stopped_in("hw1.py: train"), stopped_in(""))
    assert is_known(error, before) is is_the_same
    assert waits_for_more(error, before) is again
