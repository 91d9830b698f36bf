from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autograder import cohort
from autograder.checks.run import Settings
from autograder.data import DataError
from autograder.requirements.fresh_run import look
from autograder.results import RequirementResult, write_result
from autograder.rubric import Rubric, load_rubric
from autograder.sandbox import Kind
from autograder.submission import StudentFiles
from tests.unit.report.sample_results import a_result

RUBRIC = Path(__file__).parents[2] / "rubric" / "hw1.yaml"
STANDARD = Settings(profile=a_result().profile, sandbox=Kind.NONE, seed=a_result().seed)


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(RUBRIC)


def test_a_result_of_an_earlier_run_is_kept(tmp_path: Path, rubric: Rubric) -> None:
    write_result(tmp_path / cohort.RESULT, a_result())
    kept = cohort.resumed(StudentFiles("homework"), tmp_path, rubric, STANDARD)
    assert kept is not None
    assert kept.result == a_result()


def test_a_report_that_the_earlier_run_did_not_come_to_is_written(tmp_path: Path, rubric: Rubric) -> None:
    write_result(tmp_path / cohort.RESULT, a_result())
    cohort.resumed(StudentFiles("homework"), tmp_path, rubric, STANDARD)
    assert "<!doctype html>" in (tmp_path / cohort.REPORT).read_text(encoding="utf-8")


def test_a_result_of_another_secret_is_kept_for_its_inputs_measured_the_same(tmp_path: Path, rubric: Rubric) -> None:
    write_result(tmp_path / cohort.RESULT, a_result().model_copy(update={"secret": 5}))
    kept = cohort.resumed(StudentFiles("homework"), tmp_path, rubric, replace(STANDARD, secret=6))
    assert kept is not None and kept.result is not None and kept.result.secret == 5


@pytest.mark.parametrize("settings", [replace(STANDARD, profile="quick"), replace(STANDARD, seed=STANDARD.seed + 1)])
def test_a_result_of_another_profile_or_seed_is_not_kept(tmp_path: Path, rubric: Rubric, settings: Settings) -> None:
    write_result(tmp_path / cohort.RESULT, a_result())
    assert cohort.resumed(StudentFiles("homework"), tmp_path, rubric, settings) is None


@pytest.mark.parametrize(("seconds", "kept"), [(None, False), (30.0, False), (0.0, True)])
def test_a_result_of_a_grading_that_did_not_run_it_is_not_kept_where_it_is_to_be_run(
    tmp_path: Path, rubric: Rubric, seconds: float | None, kept: bool
) -> None:
    finding = look(None)
    told = RequirementResult(kind="fresh-run", asked="It runs.", status=finding.status, found=finding.found)
    write_result(tmp_path / cohort.RESULT, a_result().model_copy(update={"requirements": (told,)}))
    settings = replace(STANDARD, run_seconds=seconds)
    assert (cohort.resumed(StudentFiles("homework"), tmp_path, rubric, settings) is not None) is kept


def test_half_a_result_is_not_kept(tmp_path: Path, rubric: Rubric) -> None:
    write_result(tmp_path / cohort.RESULT, a_result())
    whole = (tmp_path / cohort.RESULT).read_text(encoding="utf-8")
    (tmp_path / cohort.RESULT).write_text(whole[: len(whole) // 2], encoding="utf-8")
    assert cohort.resumed(StudentFiles("homework"), tmp_path, rubric, STANDARD) is None


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
