"""`autograder report`: reviews are looked at as a whole before anything is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.class_results import RESULT
from autograder.cli.report import report
from autograder.report.class_page import GRADES, INDEX
from autograder.results import Status, SubmissionInfo, read_result, write_result
from autograder.rubric import RubricError
from tests.unit.report.sample_results import a_result, an_item

RUBRIC = Path(__file__).parents[3] / "rubric" / "hw1.yaml"
WHY = an_item(id="1B.analysis", part="1A", kind="review", status=Status.REVIEW, points=0.0)


@pytest.fixture
def reports(tmp_path: Path) -> Path:
    for name in ("Ana Silva", "Bo"):
        info = SubmissionInfo(name=name, sha256="", files=())
        write_result(tmp_path / "reports" / name.replace(" ", "_") / RESULT, a_result(WHY, submission=info))
    return tmp_path / "reports"


def the_reviews(folder: Path, text: str) -> Path:
    path = folder.parent / "reviews.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def files_below(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_points_enter_results_reports_and_the_class(reports: Path) -> None:
    report(reports, the_reviews(reports, "Ana Silva:\n  1B.analysis: {points: 0.5, comment: Well said.}\n"), RUBRIC)
    assert read_result(reports / "Ana_Silva" / RESULT).score == 0.5
    assert "Well said." in (reports / "Ana_Silva" / "report.html").read_text(encoding="utf-8")
    assert "1 answer in 1 item" in (reports / INDEX).read_text(encoding="utf-8")
    assert "Ana Silva,0.5," in (reports / GRADES).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Ana Silvia:\n  1B.analysis: {points: 1}\n",
            "yaml:1: Ana Silvia: no submission 'Ana Silvia'; did you mean 'Ana Silva'?",
        ),
        (
            "Ana Silva:\n  1B.analysis: {points: 1}\nBo:\n  1B.analisys: {points: 1}\n",
            "yaml:4: Bo.1B.analisys: there is no item '1B.analisys'; did you mean '1B.analysis'?",
        ),
        ("Bo:\n  1B.analysis: {points: 3}\n", "more than 1B.analysis has: 3 of 1"),
    ],
)
def test_a_slip_is_told_and_nothing_is_written(reports: Path, text: str, told: str) -> None:
    before = files_below(reports)
    with pytest.raises(RubricError) as error:
        report(reports, the_reviews(reports, text), RUBRIC)
    assert told in str(error.value)
    assert files_below(reports) == before


def test_one_submission_takes_its_points_from_the_reviews_of_the_class(reports: Path) -> None:
    reviews = the_reviews(reports, "Ana Silva:\n  1B.analysis: {points: 1}\nBo:\n  1B.analysis: {points: 0}\n")
    report(reports / "Bo", reviews, RUBRIC)
    assert read_result(reports / "Bo" / RESULT).items[0].status is Status.FAILED
    assert read_result(reports / "Ana_Silva" / RESULT).items[0].status is Status.REVIEW
    assert not (reports / INDEX).exists()


def test_the_page_of_the_class_follows_what_one_submission_gets(reports: Path) -> None:
    report(reports, None, RUBRIC)
    report(reports / "Bo", the_reviews(reports, "Bo:\n  1B.analysis: {points: 1}\n"), RUBRIC)
    assert "Bo,1," in (reports / GRADES).read_text(encoding="utf-8")
    assert not (reports / "Bo" / INDEX).exists()
