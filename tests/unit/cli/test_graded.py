"""What is looked at before grading, and the line that each submission gets."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any, NoReturn

import pytest

from autograder import cohort
from autograder.cli import console, graded
from autograder.results import Status, write_result
from autograder.rubric import RubricError, load_rubric
from autograder.submission import StudentFiles
from tests.unit.report.sample_results import a_result, an_item

RUBRIC = Path(__file__).parents[3] / "rubric" / "hw1.yaml"


class Ended(Exception):
    """Stands for the end of the process."""


@pytest.fixture(autouse=True)
def _ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(message: str, code: int) -> NoReturn:
        raise Ended(f"{code}: {message}")

    monkeypatch.setattr(console, "fail", fail)
    monkeypatch.setattr(graded, "fail", fail)


def test_the_folder_for_results_is_made(tmp_path: Path) -> None:
    console.try_folder(tmp_path / "a" / "b", "--out DIR")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_is_no_folder_for_results(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(
        Ended, match=r"^2: nothing can be written to .*file \(a file is there already\); name another folder"
    ):
        console.try_folder(tmp_path / "file", "--out DIR")
    with pytest.raises(Ended, match=r"^2: .*Not a directory"):
        console.try_folder(tmp_path / "file" / "below", "--out DIR")


def test_a_folder_is_not_a_file_that_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(Ended, match=r"^2: .* is a folder; name a file with --out FILE"):
        console.try_file(tmp_path, "--out FILE")
    with pytest.raises(Ended, match=r"^2: nothing can be written to .*Not a directory"):
        console.try_file(Path("/dev/full/out/trace.json"), "--out FILE")
    console.try_file(tmp_path / "new" / "trace.json", "--out FILE")
    assert (tmp_path / "new").is_dir()


@pytest.mark.parametrize(
    ("result", "min_score", "code"),
    [
        (None, None, console.EXIT_MACHINE),
        (a_result(problem="It is empty."), 3, console.EXIT_USAGE),
        (a_result(score=2), 3, console.EXIT_BELOW),
        (a_result(score=3), 3, console.EXIT_DONE),
        (a_result(score=2), None, console.EXIT_DONE),
    ],
)
def test_the_exit_code_says_how_the_grading_ended(
    tmp_path: Path, result: Any, min_score: float | None, code: int
) -> None:
    assert graded.exit_code([cohort.Graded(StudentFiles("Ana"), tmp_path, result)], min_score) == code


def test_a_full_disk_is_the_machines_lack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: Any) -> NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(console.tempfile, "TemporaryFile", full)
    with pytest.raises(Ended, match=r"^3: .*No space left"):
        console.try_folder(tmp_path, "--out DIR")


def test_what_is_no_submission_of_any_kind_is_refused(tmp_path: Path) -> None:
    paths = [tmp_path / "README.md", tmp_path / "notes.txt"]
    for path in paths:
        path.write_text("x")
    with pytest.raises(Ended, match=r"^2: there is nothing to grade: .*README.md, .*notes.txt is no folder, archive"):
        graded.submissions_at(paths, tmp_path / "unpacked", None)


def test_beside_a_submission_it_is_one_that_can_not_be_graded(tmp_path: Path) -> None:
    paths = [tmp_path / "README.md", tmp_path / "hw1.py"]
    for path in paths:
        path.write_text("x = 1")
    found = graded.submissions_at(paths, tmp_path / "unpacked", None)
    assert [one.student for one in found] == ["README", "hw1"]


def test_reviews_are_of_what_is_graded_now_or_was_before(tmp_path: Path) -> None:
    rubric = load_rubric(RUBRIC)
    write_result(tmp_path / "out" / "ada" / cohort.RESULT, a_result(an_item()))
    reviews = tmp_path / "reviews.yaml"
    reviews.write_text("ada:\n  1B.analysis: {points: 1}\nBo:\n  1B.analysis: {points: 1}\n", encoding="utf-8")
    read = graded.reviews_of(reviews, [StudentFiles("Bo")], tmp_path / "out", rubric)
    assert read.keys() == {"ada", "Bo"}
    with pytest.raises(RubricError, match="no submission 'ada'; did you mean"):
        graded.reviews_of(reviews, [StudentFiles("Bo"), StudentFiles("adam")], tmp_path / "elsewhere", rubric)


def test_a_line_says_what_awaits_a_person_bonus_points_too() -> None:
    result = a_result(an_item(), score=17.5208, max_score=25, bonus=1.5, awaiting_review=4, awaiting_bonus=0.5)
    assert graded.line_of("Bo", result, Path("reports/Bo")) == (
        "Bo: 17.52 of 25 + 1.5 bonus, 4 and 0.5 bonus awaiting manual grading  reports/Bo/report.html"
    )


def test_a_line_says_why_nothing_was_graded() -> None:
    result = a_result(an_item(status=Status.UNCHECKED, points=0.0), problem="hw.zip is damaged.\nDo this.")
    assert graded.line_of("Chen Wei", result, Path("reports/Chen_Wei")) == (
        "Chen Wei: 0 of 1, not graded: hw.zip is damaged.  reports/Chen_Wei/report.html"
    )


def test_each_line_is_printed_when_its_submission_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    printed_before = []
    students = [StudentFiles("Ana"), StudentFiles("Bo")]

    def graded_one_by_one(*_: object) -> Any:
        for student in reversed(students):
            yield cohort.Graded(student, tmp_path / student.student, a_result(an_item()))
            printed_before.append(capsys.readouterr().out.partition(":")[0])

    monkeypatch.setattr(cohort, "grade_all", graded_one_by_one)
    monkeypatch.setattr(graded, "out", console.Console())
    rubric: Any = load_rubric(RUBRIC)
    settings: Any = None
    done = graded.grade_many(graded.Order(students, tmp_path, rubric, settings))
    assert printed_before == ["Bo", "Ana"]
    assert [entry.submission.student for entry in done] == ["Ana", "Bo"]
