"""Points that a person gives are read from a file, and put into results."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.results import Status
from autograder.reviews import Review, ReviewError, load_reviews, reviewed
from autograder.rubric import RubricError
from tests.unit.report.sample_results import a_result, an_item

OPEN = an_item(id="A.why", kind="review", status=Status.REVIEW, points=0.0, max_points=2.0)
NAME = a_result().submission.name


def the_file(folder: Path, text: str) -> Path:
    path = folder / "reviews.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(("points", "status"), [(2.0, Status.PASSED), (0.5, Status.PARTIAL), (0.0, Status.FAILED)])
def test_given_points_settle_an_item_and_the_sums(tmp_path, points, status):
    path = the_file(tmp_path, f"{NAME}:\n  A.why: {{points: {points}, comment: Says why.}}\n")
    result = reviewed(a_result(OPEN), load_reviews(path))
    (item,) = result.items
    assert (item.status, item.points, item.message) == (status, points, "Says why.")
    assert item.by_a_person
    assert (result.score, result.awaiting_review) == (points, 0)


def test_a_submission_that_the_file_does_not_name_stays_as_it_is(tmp_path):
    path = the_file(tmp_path, "somebody else:\n  A.why: {points: 1}\n")
    assert reviewed(a_result(OPEN), load_reviews(path)).items == (OPEN,)


def test_an_empty_file_reviews_nothing(tmp_path):
    assert load_reviews(the_file(tmp_path, "# nothing yet\n")) == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ada:\n  A.why: {points: 1}\n  A.how: {point: 1}\n", "reviews.yaml:3: ada.A.how"),
        (
            "ada:\n  A.why: {points: -1}\n",
            "reviews.yaml:2: ada.A.why.points: Input should be greater than or equal to 0",
        ),
        ("ada: 3\n", "reviews.yaml:1: ada: "),
    ],
)
def test_a_slip_is_told_with_its_file_and_line(tmp_path, text, told):
    with pytest.raises(ReviewError) as error:
        load_reviews(the_file(tmp_path, text))
    assert told in str(error.value)


@pytest.mark.parametrize(("text", "told"), [("ada: [\n", "not valid YAML"), (None, "no such file; check the path")])
def test_what_is_no_yaml_or_not_there_is_told(tmp_path, text, told):
    path = the_file(tmp_path, text) if text else tmp_path / "reviews.yaml"
    with pytest.raises(RubricError, match=told):
        load_reviews(path)


@pytest.mark.parametrize(
    ("review", "told"),
    [
        ({"A.who": Review(points=1)}, "there is no item 'A.who'; the items are A.why"),
        ({"A.why": Review(points=3)}, "A.why has 2 points; 3 were given"),
    ],
)
def test_an_unknown_item_or_too_many_points_are_refused(review, told):
    with pytest.raises(ReviewError, match=told):
        reviewed(a_result(OPEN), {NAME: review})
