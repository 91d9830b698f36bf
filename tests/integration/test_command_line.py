"""The commands as a user types them: what they print, write and exit with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from autograder.results import read_result

RIGHT = "def halve(x): return x / 2\ndef quarter(x): return halve(x) / 2\n"
DOUBLES = "def halve(x): return x * 2\ndef quarter(x): return x / 4\n"


@pytest.fixture
def autograder(assignment: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    def run(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "autograder.cli", *map(str, words)]
        path = str(Path(__file__).resolve().parents[2])
        merged = os.environ | {"PYTHONPATH": path, "COLUMNS": "100"} | environment
        return subprocess.run(
            command, cwd=assignment, env=merged, capture_output=True, text=True, timeout=200, check=False
        )

    return run


def test_grading_writes_a_result_and_a_report_for_each_submission(autograder, submit, tmp_path):
    good, bad = submit(RIGHT, "ada"), submit(DOUBLES, "bob")
    done = autograder("grade", good, bad, "--sandbox", "none", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert "ada: 3 of 4" in done.stdout
    assert "bob: 1 of 4" in done.stdout
    assert read_result(tmp_path / "out" / "ada" / "result.json").score == 3
    report = (tmp_path / "out" / "bob" / "report.html").read_text()
    assert "multiplies by two" in report
    assert done.stderr == ""
    assert "2 submissions; 2 answers awaiting manual grading" in done.stdout
    assert "bob/report.html" in (tmp_path / "out" / "index.html").read_text()
    assert "\nbob,1,0,1,0," in (tmp_path / "out" / "grades.csv").read_text()


def test_a_class_is_asked_with_one_secret_that_was_never_used_before(autograder, submit, tmp_path):
    submissions = submit(RIGHT, "ada"), submit(DOUBLES, "bob")
    runs = []
    for number in ("first", "second"):
        done = autograder("grade", *submissions, "--sandbox", "none", "--out", tmp_path / number)
        assert done.returncode == 0, done.stderr
        runs.append({read_result(path).secret for path in (tmp_path / number).rglob("result.json")})
    assert [len(secrets) for secrets in runs] == [1, 1]
    assert runs[0] != runs[1]


def test_a_secret_that_is_given_is_used(autograder, submit, tmp_path):
    done = autograder("grade", submit(RIGHT, "ada"), "--sandbox", "none", "--secret", 1234, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert read_result(tmp_path / "out" / "ada" / "result.json").secret == 1234


def test_a_gpu_that_is_asked_for_and_is_not_there_is_the_machines_lack(autograder, submit, tmp_path):
    done = autograder("grade", submit(RIGHT, "ada"), "--sandbox", "none", "--gpu", PATH=str(tmp_path))
    assert done.returncode == 3
    assert "this machine has no GPU that `nvidia-smi` lists" in done.stderr


def test_submissions_get_the_gpus_in_turn_and_the_results_name_the_cards(autograder, submit, tmp_path):
    """By a driver's program that is stood in for; PyTorch finds no card to start."""
    driver = tmp_path / "bin" / "nvidia-smi"
    driver.parent.mkdir()
    driver.write_text("#!/bin/sh\necho '0, Card A'; echo '1, Card B'\n")
    driver.chmod(0o755)
    path = f"{driver.parent}:{os.environ['PATH']}"
    submissions = submit(RIGHT, "ada"), submit(RIGHT, "bob")
    done = autograder("grade", *submissions, "--gpus", "0,1", "--sandbox", "none", "--out", tmp_path / "out", PATH=path)
    assert done.returncode == 0, done.stderr
    devices = [read_result(tmp_path / "out" / name / "result.json").environment.device for name in ("ada", "bob")]
    assert devices == ["Card A", "Card B"]


def test_a_canvas_download_is_graded_student_by_student(autograder, tmp_path):
    download = tmp_path / "submissions.zip"
    with zipfile.ZipFile(download, "w") as archive:
        archive.writestr("lovelaceada_LATE_12345_67890_homework-1.py", RIGHT)
        archive.writestr("turingalan_222_333_homework.py", DOUBLES)
        archive.writestr("noethere_444_555_report.docx", "nothing that can be graded")
    done = autograder("grade", download, "--sandbox", "none", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    students = {"lovelaceada", "turingalan", "noethere"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == {*students, "index.html", "grades.csv"}
    assert read_result(tmp_path / "out" / "turingalan" / "result.json").score == 1
    ada = read_result(tmp_path / "out" / "lovelaceada" / "result.json")
    assert (ada.score, ada.submission.name, ada.submission.files) == (3, "lovelaceada", ("homework.py",))
    assert any("late" in note for note in ada.submission.notes)
    assert "noethere: 0 of 4" in done.stdout
    assert "3 submissions were found" in done.stderr


def test_an_instructor_says_which_function_is_which_for_one_submission_or_for_all(autograder, submit, tmp_path):
    ada = submit("def h(x): return x / 2\ndef quarter(x): return x / 4\n", "ada")
    bob = submit("def hälfte(x): return x / 2\nvierteln = lambda x: x / 4\n", "bob")
    by_hand = tmp_path / "map.toml"
    by_hand.write_text(
        '["*"]\nhalve = "h"\n\n[bob]\nhalve = "homework.py:hälfte"\nquarter = "vierteln"\n[eve]\nhalve = "x"\n'
    )
    done = autograder("grade", ada, bob, "--sandbox", "none", "--out", tmp_path / "out", "--map", by_hand)
    assert "ada: 3 of 4" in done.stdout, done.stderr
    assert "bob: 3 of 4" in done.stdout
    assert "no submission is called 'eve'" in done.stderr
    assert "map.toml, [bob]" in (tmp_path / "out" / "bob" / "report.html").read_text()


def test_a_typo_in_an_instructors_mapping_is_told_with_its_line(autograder, submit, tmp_path):
    by_hand = tmp_path / "map.toml"
    by_hand.write_text('["*"]\nhalve = "h"\n[ada]\nqarter = "q"\n')
    done = autograder("grade", submit(RIGHT, "ada"), "--sandbox", "none", "--map", by_hand)
    assert done.returncode == 2
    assert f"{by_hand}:4: `qarter` is not a function of this assignment; did you mean 'quarter'?" in done.stderr


def test_a_broken_submission_does_not_keep_the_others_from_being_graded(autograder, submit, tmp_path):
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"not a zip at all")
    done = autograder("grade", broken, submit(RIGHT, "ada"), "--sandbox", "none", "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "ada: 3 of 4" in done.stdout
    assert "broken: 0 of 4, not graded: broken.zip holds no notebook" in done.stdout
    assert read_result(tmp_path / "out" / "broken" / "result.json").problem


def test_where_nothing_can_be_graded_the_exit_code_says_so(autograder, submit, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    checked = autograder("check", empty)
    assert checked.returncode == 2
    assert "Nothing was handed in: empty is empty." in checked.stdout
    assert "hand it in again" in checked.stdout
    graded = autograder("grade", empty, "--sandbox", "none", "--out", tmp_path / "out")
    assert graded.returncode == 2
    assert "empty: 0 of 4, not graded: Nothing was handed in" in graded.stdout


def test_a_misspelt_check_in_the_rubric_is_told_before_a_submission_is_opened(autograder, assignment, tmp_path):
    right = assignment / "rubric" / "small.yaml"
    rubric = assignment / "misspelt" / "small.yaml"  # the assignment is that of all tests
    rubric.parent.mkdir()
    rubric.write_text(right.read_text().replace("[test_odd_numbers]", "[test_od_numbers]"))
    broken = tmp_path / "broken.zip"
    broken.write_bytes(b"not a zip at all")
    done = autograder("grade", broken, "--rubric", rubric, "--sandbox", "none", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "'test_od_numbers': no such check" in done.stderr
    assert "did you mean 'test_odd_numbers'?" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_resumed_run_grades_only_what_is_not_there_yet(autograder, submit, tmp_path):
    ada, bob = submit(RIGHT, "ada"), submit(RIGHT, "bob")
    autograder("grade", ada, "--sandbox", "none", "--out", tmp_path / "out")
    written = (tmp_path / "out" / "ada" / "result.json").stat().st_mtime_ns
    done = autograder("grade", ada, bob, "--sandbox", "none", "--out", tmp_path / "out", "--resume")
    assert "kept from an earlier run" in done.stdout
    assert (tmp_path / "out" / "ada" / "result.json").stat().st_mtime_ns == written
    assert (tmp_path / "out" / "bob" / "result.json").exists()


def test_a_score_below_the_minimum_exits_with_one(autograder, submit, tmp_path):
    done = autograder("grade", submit(DOUBLES), "--sandbox", "none", "--out", tmp_path / "out", "--min-score", 2)
    assert done.returncode == 1


def test_results_are_printed_as_json_for_machines(autograder, submit, tmp_path):
    done = autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", tmp_path / "out", "--json")
    (result,) = json.loads(done.stdout)
    assert (result["schema"], result["score"]) == (4, 3)


def test_checking_ones_own_work_names_no_hidden_check(autograder, submit):
    done = autograder("check", submit(RIGHT))
    assert done.returncode == 0, done.stderr
    assert "Halve a number" in done.stdout
    assert "odd" not in done.stdout.replace("Halve odd numbers", "")
    assert "test_odd_numbers" not in done.stdout


def test_checking_ones_own_work_gives_the_line_that_would_bind_a_function(autograder, submit):
    submission = submit("def half(x): return x / 2\ndef quarters(x): return x / 4\n")
    told = autograder("check", submission).stdout
    assert "half" in told and "likely: homework.py line 1 `half`, by alias" in told
    assert '[functions]\nquarter = "homework.py:quarters"' in told
    (submission / "autograder.toml").write_text('[functions]\nquarter = "homework.py:quarters"\n')
    assert "1 point of" not in autograder("check", submission).stdout
    assert "Not found" not in autograder("check", submission).stdout


def test_plain_pytest_checks_a_submission_too(submit, assignment):
    command = [sys.executable, "-m", "pytest", "-p", "autograder.checks.plugin", "tests/public", "-q", "-c", os.devnull]
    command += ["--rootdir", ".", "--submission", str(submit(DOUBLES))]
    path = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        command,
        cwd=assignment,
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "multiplies by two" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


def test_reports_are_rendered_again_without_grading(autograder, submit, tmp_path):
    autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", tmp_path / "out")
    report = tmp_path / "out" / "student" / "report.html"
    first = report.read_text()
    report.unlink()
    assert autograder("report", tmp_path / "out").returncode == 0
    assert report.read_text() == first


def test_a_persons_points_enter_the_result(autograder, submit, tmp_path):
    reviews = tmp_path / "reviews.yaml"
    reviews.write_text("student:\n  A.why: {points: 1, comment: Well said.}\n")
    done = autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", tmp_path / "out", "--reviews", reviews)
    assert "student: 4 of 4" in done.stdout
    assert "Well said." in (tmp_path / "out" / "student" / "report.html").read_text()


def test_more_reviewed_points_than_an_item_has_are_refused(autograder, submit, tmp_path):
    reviews = tmp_path / "reviews.yaml"
    reviews.write_text("student:\n  A.why: {points: 7}\n")
    done = autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", tmp_path / "out", "--reviews", reviews)
    assert done.returncode == 2
    assert "reviews.yaml:2: student.A.why.points: more than A.why has: 7 of 1" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["grade", "nowhere.zip"], 2, "no such file or folder: nowhere.zip"),
        (["check", "nowhere.zip"], 2, "no such file or folder: nowhere.zip"),
        (["grade", ".", "--rubric", "rubric/small.yaml", "--profile", "thorough"], 2, "thorough"),
        (["grade", "."], 2, "it lies together with what is to be graded"),
        (["grade", ".", "--rubric", "rubric/none.yaml"], 2, "none.yaml"),
        (["grade", "rubric/small.yaml", "--rubric", "rubric/small.yaml"], 2, "there is nothing to grade"),
        (["report", "."], 2, "no result.json"),
        (["validate", "--only", "halve.doubls"], 2, "did you mean 'halve.doubles'?"),
        (["validate", "--submissions", "nowhere"], 2, "no such folder: nowhere"),
        (["data", "fetch", "imagenet"], 2, "imagenet"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(autograder, words, code, told):
    done = autograder(*words, "--sandbox", "none") if words[0] == "grade" else autograder(*words)
    assert done.returncode == code
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_sandbox_nothing_is_graded_unless_asked_for_by_name(autograder, submit, tmp_path):
    done = autograder("grade", submit(RIGHT), "--out", tmp_path / "out", PATH="/nonexistent")
    assert done.returncode == 3
    assert "--sandbox none" in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_made_is_told_in_a_sentence_before_anything_is_graded(autograder, submit):
    done = autograder("grade", submit(RIGHT), "--sandbox", "none", "--out", "/dev/full/out")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "nothing can be written to /dev/full/out (Not a directory)" in done.stderr
    assert done.stdout == ""


def test_a_trace_that_cannot_be_written_is_told_before_anything_is_run(autograder, submit):
    done = autograder("trace", submit("print('it ran')"), "--sandbox", "none", "--out", "/dev/full/out/trace.json")
    assert done.returncode == 2
    assert "nothing can be written to /dev/full/out (Not a directory)" in done.stderr
    assert done.stdout == ""


def test_a_trace_with_the_data_of_a_profile_that_the_rubric_lacks_is_refused(autograder, submit):
    done = autograder("trace", submit(RIGHT), "--sandbox", "none", "--profile", "standart")
    assert done.returncode == 2
    assert "there is no profile 'standart' in this rubric; did you mean 'standard'?" in done.stderr


def test_validation_passes_when_every_wrong_submission_loses_what_it_declares(autograder, tmp_path):
    done = autograder("validate", "--sandbox", "none", "--submissions", tmp_path, "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "bug named in 3 of 3, wrongly in 0" in done.stdout


def test_validation_fails_for_a_wrong_submission_that_keeps_its_points(autograder, tmp_path):
    lenient = tmp_path / "wrong" / "not_wrong"
    lenient.mkdir(parents=True)
    (lenient / "homework.py").write_text(RIGHT)
    (lenient / "expected.yaml").write_text("loses: [A.halve]\n")
    done = autograder("validate", "--sandbox", "none", "--submissions", tmp_path, "--only", "wrong/", "--no-cache")
    assert done.returncode == 1
    assert "wrong/not_wrong lost nothing; declared: A.halve" in done.stdout


def test_validation_fails_when_bugs_that_the_library_has_are_not_named(autograder, tmp_path):
    odd = tmp_path / "wrong" / "odd"
    odd.mkdir(parents=True)
    (odd / "homework.py").write_text(RIGHT.replace("return x / 2", "return x / 2 + 17.5"))
    (odd / "expected.yaml").write_text("loses: [A.halve]\nbugs: [halve.doubles]\n")
    done = autograder("validate", "--sandbox", "none", "--submissions", tmp_path, "--no-cache")
    assert done.returncode == 1
    assert "bug named in 3 of 4" in done.stdout
    assert "at least 90% of those that the library has" in done.stdout
