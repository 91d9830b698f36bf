"""A free-form submission is held against the points, open items and bindings that its author would expect."""

from __future__ import annotations

import pytest

from autograder.results import Binding, Status
from autograder.validation import Expected
from tests.unit.report.sample_results import a_result, an_item

EARNED = an_item(id="A.one", points=1.0)
LOST = an_item(id="A.two", points=0.0, status=Status.FAILED, message="It is wrong.")
OPEN = an_item(id="A.three", points=0.0, status=Status.REVIEW)
BOUND = Binding(function="evaluate", bound_to="hw1.ipynb cell 3 line 12 `test`", how="alias")
RIGHT = Expected({"A.one": 1.0}, frozenset({"A.three"}), {"evaluate": "hw1.ipynb cell 3 test"})


def test_a_result_that_is_as_expected_deviates_nowhere():
    assert list(RIGHT.deviations(a_result(EARNED, LOST, OPEN, bindings=(BOUND,)))) == []


@pytest.mark.parametrize(
    ("expected", "told"),
    [
        (Expected({}, RIGHT.review, RIGHT.bindings), "A.one is 1 points (passed: ); declared: 0 points"),
        (
            Expected({"A.one": 1, "A.two": 0.5}, RIGHT.review, RIGHT.bindings),
            "A.two is 0 points (failed: It is wrong.); declared: 0.5 points",
        ),
        (Expected({"A.one": 1}, frozenset(), RIGHT.bindings), "A.three is for a person (review: ); declared: 0 points"),
        (
            Expected({"A.one": 1}, RIGHT.review | {"A.two"}, RIGHT.bindings),
            "A.two is 0 points (failed: It is wrong.); declared: for a person",
        ),
        (
            Expected({"A.one": 1}, RIGHT.review, {}),
            "evaluate is bound to hw1.ipynb cell 3 test (alias); declared: nothing",
        ),
    ],
)
def test_each_deviation_is_told(expected, told):
    assert list(expected.deviations(a_result(EARNED, LOST, OPEN, bindings=(BOUND,)))) == [told]


def test_points_that_luck_decides_on_may_be_had_or_not():
    lucky = Expected({}, frozenset(), {}, may_earn={"A.one": 1.0})
    assert list(lucky.deviations(a_result(EARNED))) == []
    assert list(lucky.deviations(a_result(LOST.model_copy(update={"id": "A.one"})))) == []
