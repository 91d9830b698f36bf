from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from autograder import cohort
from autograder.checks.settings import Settings
from autograder.data import DataError
from autograder.grader_digest import digest_under_any_secret
from autograder.results import Result, Status, read_result, write_result
from autograder.reviews import Review
from autograder.rubric import Rubric, load_rubric
from autograder.sandbox import Kind
from autograder.submission import StudentFiles, collect
from tests.unit.report.sample_results import a_result, an_item

RUBRIC = Path(__file__).parents[2] / "rubric" / "hw1.yaml"
STANDARD = Settings(profile=a_result().profile, sandbox=Kind.NONE, seed=a_result().seed)


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(RUBRIC)


@pytest.fixture
def ada(tmp_path: Path) -> StudentFiles:
    """A submission of one script."""
    script = tmp_path / "handed in" / "hw1.py"
    script.parent.mkdir()
    script.write_text("import torch\n", encoding="utf-8")
    return StudentFiles("ada", files=(("hw1.py", script),))


def left_by_an_earlier_run(
    folder: Path, of: StudentFiles, rubric: Rubric, settings: Settings = STANDARD, **other: str
) -> Result:
    """Write the result that grading leaves."""
    info = a_result().submission.model_copy(update={"name": of.student, "sha256": hash_of(of, folder)} | other)
    result = a_result(grader=digest_under_any_secret(rubric, settings)).model_copy(update={"submission": info})
    write_result(folder / cohort.RESULT, result)
    return result


def hash_of(submission: StudentFiles, folder: Path) -> str:
    return collect(submission.files, folder / "collected").sha256


def test_a_result_of_an_earlier_run_is_kept(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    result = left_by_an_earlier_run(tmp_path, ada, rubric)
    kept = cohort.resumed(ada, tmp_path, rubric, STANDARD)
    assert kept is not None
    assert kept.result == result


def test_a_report_that_the_earlier_run_did_not_come_to_is_written(
    tmp_path: Path, rubric: Rubric, ada: StudentFiles
) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric)
    cohort.resumed(ada, tmp_path, rubric, STANDARD)
    assert "<!doctype html>" in (tmp_path / cohort.REPORT).read_text(encoding="utf-8")


def test_a_result_of_another_secret_is_kept_for_its_inputs_measured_the_same(
    tmp_path: Path, rubric: Rubric, ada: StudentFiles
) -> None:
    result = left_by_an_earlier_run(tmp_path, ada, rubric, replace(STANDARD, secret=5))
    kept = cohort.resumed(ada, tmp_path, rubric, replace(STANDARD, secret=6))
    assert kept is not None
    assert kept.result == result


@pytest.mark.parametrize(
    "settings",
    [
        replace(STANDARD, profile="quick"),
        replace(STANDARD, seed=STANDARD.seed + 1),
        replace(STANDARD, run_seconds=0.0),
        replace(STANDARD, maps={"ada": {"build_mlp": ("hw1.py:Net", "the instructor's map")}}),
    ],
)
def test_a_result_of_a_grading_with_other_settings_is_not_kept(
    tmp_path: Path, rubric: Rubric, ada: StudentFiles, settings: Settings
) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric)
    assert cohort.resumed(ada, tmp_path, rubric, settings) is None


def test_a_result_of_other_files_is_not_kept(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric)
    ((_, script),) = ada.files
    script.write_text("import keras\n", encoding="utf-8")
    assert cohort.resumed(ada, tmp_path, rubric, STANDARD) is None


def test_a_result_is_not_kept_for_an_empty_folder(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric)
    empty = tmp_path / "empty"
    empty.mkdir()
    assert cohort.resumed(StudentFiles("ada", files=(("ada", empty),)), tmp_path, rubric, STANDARD) is None


def test_a_result_of_another_student_is_not_kept(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric, name="ben")
    assert cohort.resumed(ada, tmp_path, rubric, STANDARD) is None


def test_a_result_of_another_rubric_is_not_kept(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric)
    changed = tmp_path / "rubric" / "hw1.yaml"
    shutil.copytree(RUBRIC.parent, changed.parent)
    changed.write_text(RUBRIC.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")
    assert cohort.resumed(ada, tmp_path, load_rubric(changed), STANDARD) is None


def test_half_a_result_is_not_kept(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    left_by_an_earlier_run(tmp_path, ada, rubric)
    whole = (tmp_path / cohort.RESULT).read_text(encoding="utf-8")
    (tmp_path / cohort.RESULT).write_text(whole[: len(whole) // 2], encoding="utf-8")
    assert cohort.resumed(ada, tmp_path, rubric, STANDARD) is None


def test_submissions_of_the_same_name_get_folders_of_their_own() -> None:
    names = cohort.folder_names([StudentFiles("homework"), StudentFiles("homework"), StudentFiles("../ ..")])
    assert names[:2] == ["homework", "homework-2"]
    assert len(set(names)) == 3
    assert all(name.strip("._") for name in names)


def test_missing_data_is_told_before_anything_is_graded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOGRADER_DATA", str(tmp_path))
    class_of_two = [StudentFiles("ada"), StudentFiles("ben")]
    settings = replace(STANDARD, profile="standard")
    with pytest.raises(DataError, match="autograder data fetch mnist"):
        list(cohort.grade_all(class_of_two, tmp_path / "out", RUBRIC, settings, jobs=2, resume=False, reviews={}))
    assert not (tmp_path / "out").exists()


def test_a_kept_result_takes_points_that_a_person_gave_since(tmp_path: Path, rubric: Rubric, ada: StudentFiles) -> None:
    open_item = an_item(id="1B.analysis", kind="review", status=Status.REVIEW, points=0.0)
    left_by_an_earlier_run(tmp_path, ada, rubric)
    result = read_result(tmp_path / cohort.RESULT)
    write_result(tmp_path / cohort.RESULT, result.model_copy(update={"items": (open_item,)}))
    (tmp_path / cohort.REPORT).write_text("before", encoding="utf-8")
    kept = cohort.resumed(
        ada, tmp_path, rubric, STANDARD, {"ada": {"1B.analysis": Review(points=0.5, comment="Half.")}}
    )
    assert kept is not None and kept.result is not None
    assert kept.result.score == read_result(tmp_path / cohort.RESULT).score == 0.5
    assert "Half." in (tmp_path / cohort.REPORT).read_text(encoding="utf-8")


def test_word_is_left_of_what_could_not_be_graded_until_it_is(
    tmp_path: Path, rubric: Rubric, ada: StudentFiles
) -> None:
    failed = cohort._failed(ada, tmp_path, "it stumbled")
    assert (failed.result, failed.failure) == (None, "it stumbled")
    assert (tmp_path / cohort.FAILURE).exists()
    left_by_an_earlier_run(tmp_path, ada, rubric)
    cohort.resumed(ada, tmp_path, rubric, STANDARD)
    assert not (tmp_path / cohort.FAILURE).exists()


def test_one_result_is_no_class_and_two_are(tmp_path: Path, rubric: Rubric) -> None:
    templates = rubric.root / "templates"
    write_result(tmp_path / "ada" / cohort.RESULT, a_result())
    assert cohort.write_class_page(tmp_path, templates) == ([], [])
    assert not (tmp_path / cohort.INDEX).exists()
    write_result(tmp_path / "ben" / cohort.RESULT, a_result())
    entries, _ = cohort.write_class_page(tmp_path, templates)
    assert [entry.folder for entry in entries] == ["ada", "ben"]
    assert (tmp_path / cohort.INDEX).exists()


def test_the_page_of_a_class_follows_when_only_one_is_left(tmp_path: Path, rubric: Rubric) -> None:
    (tmp_path / cohort.INDEX).write_text("before", encoding="utf-8")
    write_result(tmp_path / "ada" / cohort.RESULT, a_result())
    cohort.write_class_page(tmp_path, rubric.root / "templates")
    assert "1 submission" in (tmp_path / cohort.INDEX).read_text(encoding="utf-8")
