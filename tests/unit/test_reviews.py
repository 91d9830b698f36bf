"""Points that a person gives are read from a file, and put into results."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.results import Status
from autograder.reviews import Review, load_reviews, reviewed, verify_reviews
from autograder.rubric import RubricError
from autograder.rubric.source import Source
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
    reviews, _ = load_reviews(path)
    result = reviewed(a_result(OPEN), reviews)
    (item,) = result.items
    assert (item.status, item.points, item.message) == (status, points, "Says why.")
    assert item.by_a_person
    assert (result.score, result.awaiting_review) == (points, 0)


def test_a_submission_that_the_file_does_not_name_stays_as_it_is(tmp_path):
    path = the_file(tmp_path, "somebody else:\n  A.why: {points: 1}\n")
    reviews, _ = load_reviews(path)
    assert reviewed(a_result(OPEN), reviews).items == (OPEN,)


@pytest.mark.parametrize(
    ("text", "read"),
    [("# nothing yet\n", {}), ("ada:\nben:\n  A.why: {points: 1}\n", {"ada": {}, "ben": {"A.why": Review(points=1)}})],
)
def test_where_nothing_is_entered_yet_nothing_is_reviewed(tmp_path, text, read):
    assert load_reviews(the_file(tmp_path, text))[0] == read


@pytest.mark.parametrize("name", ["007", "1e3", "1_000", "true", "null", "2026-01-31", "0x1F", "1.10"])
def test_a_name_that_looks_like_a_value_is_read_as_it_is_written(tmp_path, name):
    reviews, source = load_reviews(the_file(tmp_path, f"ada:\n{name}:\n  1.10: {{points: 1}}\n"))
    verify_reviews(reviews, source, [("ada", {}), (name, {"1.10": 1})])
    assert reviews == {"ada": {}, name: {"1.10": Review(points=1)}}
    assert source.place(name, "1.10").line == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "ada:\n  A.why: {points: 1}\n  A.how: {pointz: 1}\n",
            "reviews.yaml:3: ada.A.how.pointz: unknown field; did you mean 'points'?",
        ),
        ("ada:\n  A.how: {comment: good}\n", "reviews.yaml:2: ada.A.how.points: missing; add it"),
        (
            "ada:\n  A.why: {points: -1}\n",
            "reviews.yaml:2: ada.A.why.points: must be greater than or equal to 0; found -1",
        ),
        ("ada: 3\n", "reviews.yaml:1: ada: must be a mapping; found 3"),
    ],
)
def test_a_slip_is_told_with_its_file_and_line(tmp_path, text, told):
    with pytest.raises(RubricError) as error:
        load_reviews(the_file(tmp_path, text))
    assert told in str(error.value)


@pytest.mark.parametrize(("text", "told"), [("ada: [\n", "not valid YAML"), (None, "no such file; check the path")])
def test_what_is_no_yaml_or_not_there_is_told(tmp_path, text, told):
    path = the_file(tmp_path, text) if text else tmp_path / "reviews.yaml"
    with pytest.raises(RubricError, match=told):
        load_reviews(path)


def test_all_that_does_not_fit_the_submissions_is_told_at_once_with_its_lines(tmp_path):
    text = """\
Ana Silvia:
  1B.why: {points: 1}
Bo:
  1B.wy: {points: 1}
  1B.why:
    comment: Good.
    points: 1.5
Nobody:
"""
    path = the_file(tmp_path, text)
    reviews, source = load_reviews(path)
    with pytest.raises(RubricError) as error:
        verify_reviews(reviews, source, [("Ana Silva", {"1B.why": 1}), ("Bo", {"1B.why": 1})])
    assert str(error.value).replace(str(path), "F").splitlines() == [
        "F:1: Ana Silvia: no submission 'Ana Silvia'; did you mean 'Ana Silva'?",
        "F:4: Bo.1B.wy: there is no item '1B.wy'; did you mean '1B.why'?",
        "F:7: Bo.1B.why.points: more than 1B.why has: 1.5 of 1; give at most 1",
    ]


def test_a_name_that_two_submissions_have_is_refused():
    reviews = {"Bo": {"1B.why": Review(points=1)}}
    with pytest.raises(RubricError, match="2 submissions are called 'Bo'"):
        verify_reviews(reviews, Source(Path("reviews.yaml")), [("Bo", {"1B.why": 1}), ("Bo", {"1B.why": 1})])


def test_what_fits_is_taken():
    reviews = {"Bo": {"1B.why": Review(points=1)}}
    verify_reviews(reviews, Source(Path("reviews.yaml")), [("Ana", {}), ("Bo", {"1B.why": 1})])
    with pytest.raises(RubricError):  # the same where the item has less
        verify_reviews(reviews, Source(Path("reviews.yaml")), [("Ana", {}), ("Bo", {"1B.why": 0.5})])


def test_a_person_who_decides_over_a_check_is_named():
    checked = an_item(id="A.network", status=Status.PASSED, points=1.0, max_points=1.0)
    result = reviewed(a_result(checked), {NAME: {"A.network": Review(points=0, comment="Copied.")}})
    (item,) = result.items
    assert (item.points, item.status, item.decided_by) == (0, Status.FAILED, "Decided by a person.")
