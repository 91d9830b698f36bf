"""The sign of a failed check: what it recognised, in words that are the same for everybody's code."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.checks import Failed, Partial, expect, expect_close, expect_number
from autograder.checks.outcomes import sign_of


@pytest.mark.parametrize(
    ("message", "sign"),
    [
        ("The figure has no title.", "The figure has no title."),
        ("It has 3 layers; 5 were expected.", "It has 3 layers; 5 were expected."),
        ("The loss is 0.3125.", ""),
        ("It differs by 1e-05.", ""),
        ("The loss is nan.", ""),
    ],
)
def test_a_message_is_its_own_sign_unless_it_holds_a_measured_number(message, sign):
    assert sign_of(Failed(message)) == sign
    assert sign_of(Partial(0.5, message)) == sign


def test_a_check_may_say_what_it_recognised():
    with pytest.raises(Failed) as failure:
        expect(False, "The accuracy is 0.42, that of the training data.", sign="accuracy on the training data")
    assert sign_of(failure.value) == "accuracy on the training data"


def test_numbers_that_differ_are_no_sign_whatever_they_look_like():
    for found, expected in ((np.array([2.0, 1.0]), np.ones(2)), (2.0, 1.0)):
        with pytest.raises(Failed) as failure:
            expect_close(found, expected, "The output")
        assert sign_of(failure.value) == ""


def test_a_percentage_in_place_of_a_share_is_a_sign():
    for found, sign in ((43.2, "The accuracy is a percentage"), (-0.2, ""), (430.0, "")):
        with pytest.raises(Failed) as failure:
            expect_number(found, "The accuracy", low=0, high=1)
        assert sign_of(failure.value) == sign


def test_other_endings_have_no_sign():
    assert sign_of(None) == sign_of(ValueError("no title")) == ""
